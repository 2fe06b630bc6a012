import type { FastifyInstance } from 'fastify';
import {
  CONTACT_KINDS,
  CONTACT_STATES,
  type ContactRow,
  type ContactState,
  type ContactWork,
} from '../../domain/contact.ts';
import { isoTime, parseTime } from '../../domain/time.ts';
import { normalCode, normalIdentity } from '../../packs/airline/identities.ts';
import { clockNow } from '../../telemetry/traces.ts';
import { DoorError } from '../errors.ts';
import type { SourceEntry } from '../fold/entry.ts';
import type { RowChange } from '../store/contract.ts';
import { checkWriteKey, checkWriteKeyHeader, refusePage } from './access.ts';
import type { Doors } from './deps.ts';
import { broughtIn } from './events.ts';
import { isPlainObject, oneOf, textField } from './fields.ts';
import { CONTACT_SCHEMA } from './schemas.ts';

/** Work arriving from telephony or a queue system: idempotent by (id, state), the later state holds. */
export function addContactDoor(server: FastifyInstance, doors: Doors): void {
  server.post(
    '/v1/contacts',
    {
      onRequest: async (request) => refusePage(checkWriteKeyHeader(doors, request)),
      preHandler: async (request) => refusePage(checkWriteKey(doors, request)),
      schema: CONTACT_SCHEMA,
    },
    async (request) => {
      const told = readContact(request.body, doors.now());
      const trace = broughtIn(doors, request);
      const moment = { received: clockNow(), attributes: { 'kairos.event.type': 'contact' } };
      const [error] = await doors.group.submit(
        [(changes) => takeContact(doors, told, changes, trace)],
        [{ ...moment, id: entryId(told), trace: trace ?? undefined }],
      );
      if (error) throw error;
      return { success: true };
    },
  );
}

type Identity = { type: string; value: string };

type Told = {
  id: string;
  kind: ContactRow['kind'];
  state: ContactState;
  queue: string;
  station: string | null;
  identity: Identity | null;
  at: number;
};

const DAY_MS = 86_400_000;

function readContact(body: unknown, received: number): Told {
  if (!isPlainObject(body)) throw new DoorError('malformed', 'The body must be an object.');
  const at = parseTime(textField(body, 'at', 100));
  if (at === null) throw new DoorError('timestamp_invalid', 'at is not a time in ISO 8601.');
  const station = body.station === undefined || body.station === null ? null : textField(body, 'station', 60);
  return {
    id: textField(body, 'id', 200),
    kind: oneOf(body, 'kind', CONTACT_KINDS),
    state: oneOf(body, 'state', CONTACT_STATES),
    queue: body.queue === undefined || body.queue === null ? '' : textField(body, 'queue', 100),
    station: station === null ? null : normalCode(station),
    identity: readIdentity(body.identity),
    at: at > received + DAY_MS ? received : at,
  };
}

/** `{type, value}` with its value in normal form; null where there is none. */
export function readIdentity(raw: unknown): Identity | null {
  if (raw === undefined || raw === null) return null;
  if (!isPlainObject(raw))
    throw new DoorError('malformed', 'identity must be an object with type and value.');
  const type = textField(raw, 'type', 60);
  return { type, value: normalIdentity(type, textField(raw, 'value', 300)) };
}

/** Of its line in the timeline. */
const entryId = ({ id, state }: Told): string => `contact/${id}/${state}`;

function takeContact(doors: Doors, told: Told, changes: RowChange[], trace: string | null): boolean {
  const stored = doors.profiles.contact(told.id);
  const known = stored ? (JSON.parse(stored.json) as ContactRow) : null;
  const { profileId, naming } = whose(doors, told, stored?.profile ?? null);
  const entry: SourceEntry = {
    kind: 'contact',
    id: entryId(told),
    type: 'contact',
    name: `Contact ${told.state}`,
    at: told.at,
    source: 'contacts',
    userId: null,
    identities: [],
    properties: {
      contactId: told.id,
      kind: told.kind,
      state: told.state,
      queue: told.queue,
      station: told.station,
    },
    ...naming,
    ...(trace !== null && { trace }),
  };
  const row = known === null || isLater(told, known) ? rowOf(told, known) : null;
  const more = doors.fold.takeContact(told.id, row, profileId, entry);
  if (more !== null) changes.push(...more);
  return more !== null;
}

const rank = (state: ContactState): number => CONTACT_STATES.indexOf(state);

function isLater(told: Told, known: ContactRow): boolean {
  const at = parseTime(known.at) ?? 0;
  return told.at > at || (told.at === at && rank(told.state) > rank(known.state));
}

function rowOf(told: Told, known: ContactRow | null): ContactRow {
  const at = isoTime(told.at);
  return {
    ...workOf(told, known),
    id: told.id,
    profileId: null,
    kind: told.kind,
    state: told.state,
    queue: told.queue === '' && known ? known.queue : told.queue,
    station: told.station ?? known?.station ?? null,
    identity: told.identity ?? known?.identity ?? null,
    at,
    since: known && known.since < at ? known.since : at,
  };
}

/** What people at work have made of it stays while a source tells states; whoever waits anew is nobody's. */
function workOf({ state }: Told, known: ContactRow | null): ContactWork {
  if (known === null) return {};
  const { claim, takenAt, from } = known;
  const isHeld = claim !== undefined && (state === 'ringing' || state === 'active' || state === 'wrapup');
  return { ...(isHeld ? { claim } : {}), ...(takenAt ? { takenAt } : {}), ...(from ? { from } : {}) };
}

type Whose = {
  profileId: string | null;
  naming: Partial<Pick<SourceEntry, 'userId' | 'identities' | 'facts'>>;
};

const FINDING: ReadonlySet<string> = new Set(['email', 'phone', 'booking']);

/** Whom a contact is about: an unknown identity makes a profile; with several holders a person must choose. */
function whose(doors: Doors, { id, identity }: Told, known: string | null): Whose {
  if (identity === null || identity.type === 'profile') {
    const named = identity ? doors.fold.holders('profile', identity.value)[0] : undefined;
    return { profileId: named ?? known, naming: {} };
  }
  const { type, value } = identity;
  const caller = { type: 'anonymousId', value: `contact/${id}` };
  if (type === 'userId') {
    // Whoever was unknown when the contact began turns out to be this user.
    const wasUnknown = doors.fold.holders(caller.type, caller.value).length > 0;
    return { profileId: null, naming: { userId: value, identities: wasUnknown ? [caller] : [] } };
  }
  if (!FINDING.has(type)) return { profileId: null, naming: { identities: [identity] } };
  const holders = doors.fold.holders(type, value);
  if (known !== null && (holders.length === 0 || holders.includes(known)))
    return { profileId: known, naming: {} };
  if (holders.length > 0)
    return { profileId: holders.length === 1 ? (holders[0] as string) : null, naming: {} };
  const facts = type === 'booking' ? {} : { [type]: value };
  return { profileId: null, naming: { identities: [caller], facts } };
}
