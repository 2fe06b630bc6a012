import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime } from '../../domain/time.ts';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import type { Erasure } from '../store/erasures.ts';
import { readSupervisor } from './access.ts';
import { profileNamed } from './decisions.ts';
import type { Doors } from './deps.ts';
import { objectBody, textField } from './fields.ts';
import { audit, rowOfProfile } from './reading.ts';
import { TRUST_SCHEMA } from './schemas.ts';

/** Erasure, access request, audit and retention, for a supervisor (docs/spec/security.md C4, C5). */
export function addTrustDoors(server: FastifyInstance, doors: Doors): void {
  const text = { type: 'string' };
  server.post(
    '/v1/erasures',
    { schema: TRUST_SCHEMA('Erases a customer', { profileId: text, identity: {}, reason: text }) },
    async (request) => erase(doors, await readSupervisor(doors, request), request),
  );
  server.get('/v1/erasures', { schema: TRUST_SCHEMA('Erasures with their receipts') }, async (request) => {
    await readSupervisor(doors, request);
    return { erasures: doors.erasures.list(MOST).map((one) => erasureView(doors, one)) };
  });
  server.get<{ Params: { id: string } }>(
    '/v1/exports/:id',
    { schema: TRUST_SCHEMA('Everything that is known of a customer') },
    async (request) => {
      const viewer = await readSupervisor(doors, request);
      const id = profileNamed(doors, viewer, { profileId: request.params.id });
      await audit(doors, viewer, 'export', { profile: id });
      return everythingOf(doors, id);
    },
  );
  server.get<{ Querystring: { before?: unknown } }>(
    '/v1/audit',
    { schema: TRUST_SCHEMA('The audit, newest first') },
    async (request) => {
      const viewer = await readSupervisor(doors, request);
      await audit(doors, viewer, 'read audit', {});
      return auditPage(doors, request.query.before);
    },
  );
  server.get('/v1/retention', { schema: TRUST_SCHEMA('What is kept how long') }, async (request) => {
    await readSupervisor(doors, request);
    const { appliedAt, ...view } = doors.retention.view();
    return { ...view, appliedAt: appliedAt === null ? null : isoTime(appliedAt) };
  });
}

const MOST = 200;
const PAGE = 100;

async function erase(doors: Doors, viewer: Viewer, request: FastifyRequest) {
  const body = objectBody(request.body);
  const reason = textField(body, 'reason', 500);
  const profileId = profileNamed(doors, viewer, body);
  const erasure = await doors.eraser.erase(profileId, viewer.subject, reason);
  if (!erasure) throw new DoorError('not_found');
  return { erasure: erasureView(doors, erasure) };
}

function erasureView(doors: Doors, { id, at, by, reason, profiles, counts, rewritten }: Erasure) {
  const receipts = doors.erasures.receipts(id).map(({ clientId, subject, done, pending }) => ({
    ...{ clientId, subject, pending },
    done: done === null ? null : isoTime(done),
  }));
  const open = receipts.filter(({ done }) => done === null).length;
  return { id, at: isoTime(at), by, reason, profiles, counts, rewritten, open, receipts };
}

function auditPage(doors: Doors, before: unknown) {
  const below = before === undefined ? Number.MAX_SAFE_INTEGER : Number(before);
  if (!Number.isInteger(below)) throw new DoorError('malformed', 'before must be the number of an entry.');
  const page = doors.trail.latest(below, PAGE);
  const last = page.at(-1);
  const entries = page.map(({ n, at, subject, what, detail, hash }) => ({
    ...{ n, at: isoTime(at), subject, what, hash },
    detail: detail === null ? null : (JSON.parse(detail) as object),
  }));
  return { head: doors.trail.head(), entries, ...(page.length === PAGE && last && { next: last.n }) };
}

/** For the customer himself: in full, whatever the viewer sees at other doors. */
function everythingOf(doors: Doors, profileId: string) {
  const ids = doors.erasures.united(profileId);
  const { identities, facts }: ProfileRow = rowOfProfile(doors, profileId);
  const known = ids.map((id) => doors.erasures.known(id));
  const all = <K extends keyof (typeof known)[number]>(kind: K) => known.flatMap((one) => one[kind]);
  return {
    madeAt: isoTime(doors.now()),
    profileIds: ids,
    identities,
    facts,
    events: all('events'),
    contacts: all('contacts'),
    changedByOperators: all('writers'),
    decisions: all('decisions'),
    outcomes: all('outcomes'),
    plannedMessages: doors.intents.ofProfile(profileId, 10_000),
    whoSawOrChanged: ids
      .flatMap((id) => doors.trail.about(id))
      .map(({ at, subject, what }) => ({ at: isoTime(at), subject, what })),
    keptFor: doors.retention.view().days,
  };
}
