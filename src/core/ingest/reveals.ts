import type { FastifyInstance } from 'fastify';
import type { Json } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime } from '../../domain/time.ts';
import { factSight, identitySight, mayReveal } from '../../packs/airline/roles.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import { Rate } from '../sync/asks.ts';
import { readViewer } from './access.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { audit, rowOfProfile } from './reading.ts';
import { REVEAL_SCHEMA } from './schemas.ts';

/** So long the value may be on a screen. */
const SHOWN_SECONDS = 60;
const MINUTE_MS = 60_000;
/** One customer at a time, and nobody's whole list. */
const PER_MINUTE = 10;
const LEAST_REASON = 3;

/** A masked value in full, for a reason: audited before it is told, and kept nowhere but there. */
export function addRevealDoor(server: FastifyInstance, doors: Doors): void {
  const rate = new Rate(PER_MINUTE, MINUTE_MS);
  server.post('/v1/reveals', { schema: REVEAL_SCHEMA }, async (request) => {
    const viewer = await readViewer(doors, request);
    if (!mayReveal(viewer.role)) throw new DoorError('forbidden');
    const body = objectBody(request.body);
    const [name, tag] = [textField(body, 'name', 300), textField(body, 'tag', 64)];
    const reason = textField(body, 'reason', 200).trim();
    if (reason.length < LEAST_REASON) throw new DoorError('malformed', 'reason must say why.');
    if (!rate.take(viewer.subject, doors.now())) throw new DoorError('slow_down');
    const profile = doors.log.survivor(textField(body, 'profileId', 200));
    const value = revealed(doors, viewer, profile, name, tag);
    await audit(doors, viewer, 'reveal', { profile, name, reason });
    return { value, until: isoTime(doors.now() + SHOWN_SECONDS * 1_000) };
  });
}

/** The value that stands behind this mask. @throws DoorError, `conflict` where it is another one by now */
function revealed(doors: Doors, viewer: Viewer, profile: string, name: string, tag: string): Json {
  if (!doors.log.row('profile', profile) || !mayReach(viewer.grants, profile, doors.log))
    throw new DoorError('not_found');
  const found = maskedIn(rowOfProfile(doors, profile), viewer, name).find(
    (value) => doors.tag(profile, name, value) === tag,
  );
  if (found === undefined) throw new DoorError('conflict', 'That value is not there any more.');
  return found;
}

/** What is masked for the role under this name; what it may not see at all is not among it. */
function maskedIn({ facts, identities }: ProfileRow, { role }: Viewer, name: string): Json[] {
  const fact = Object.hasOwn(facts, name) ? facts[name] : undefined;
  const ofFact =
    fact && 'value' in fact && factSight(role, name, fact.value) === 'masked' ? [fact.value] : [];
  const ofIdentities = identities.flatMap((one) =>
    one.type === name && 'value' in one && identitySight(role, name, one.value) === 'masked'
      ? [one.value]
      : [],
  );
  return [...ofFact, ...ofIdentities];
}
