import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime } from '../../domain/time.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { Connectors } from '../connectors/connectors.ts';
import { hashedOf } from '../connectors/contract.ts';
import type { Membership } from '../connectors/membership.ts';
import { DoorError } from '../errors.ts';
import { type LoggedEntry, timelineRow } from '../fold/entry.ts';
import { readSupervisor } from './access.ts';
import type { Doors } from './deps.ts';
import { audit, readLimit } from './reading.ts';
import { AUDIENCES_SCHEMA, EXPORT_SCHEMA, MEMBERS_SCHEMA } from './schemas.ts';

/**
 * What warehouses and advertising tools fetch, page by page (docs/spec/connectors.md EX1 to EX3): events in the order in which they were
 * taken, customers as they change, members of audiences. For a supervisor of all customers; each page is in the audit.
 */

const MOST = 1_000;

type Query = { Querystring: { after?: unknown; limit?: unknown } };
type Named = Query & { Params: { name: string } };

export function addExportDoors(server: FastifyInstance, doors: Doors, connectors: Connectors): void {
  const audience = (name: string): Membership => {
    const found = connectors.memberships.find(({ contract }) => contract.name === name);
    if (found === undefined) throw new DoorError('not_found');
    return found;
  };
  server.get<Query>('/v1/export/events', { schema: EXPORT_SCHEMA('events') }, async (request) => {
    await audit(doors, await readEverything(doors, request), 'export', { what: 'events' });
    return eventsAfter(doors, readPlace(request.query.after), readLimit(request.query.limit, MOST));
  });
  server.get<Query>('/v1/export/profiles', { schema: EXPORT_SCHEMA('profiles') }, async (request) => {
    await audit(doors, await readEverything(doors, request), 'export', { what: 'profiles' });
    return profilesAfter(doors, readCursor(request.query.after), readLimit(request.query.limit, MOST));
  });
  server.get('/v1/audiences', { schema: AUDIENCES_SCHEMA }, async (request) => {
    await readSupervisor(doors, request);
    return { audiences: connectors.memberships.map((one) => shownAudience(doors, one)) };
  });
  server.get<Named>('/v1/audiences/:name/members', { schema: MEMBERS_SCHEMA }, async (request) => {
    const viewer = await readEverything(doors, request);
    const { name } = audience(request.params.name).contract;
    await audit(doors, viewer, 'export', { what: `audience ${name}` });
    const { after = '' } = request.query;
    return membersAfter(doors, name, String(after), readLimit(request.query.limit, MOST));
  });
}

/** Whoever reads all customers must be granted all of them: a supervisor of one station is not. */
async function readEverything(doors: Doors, request: FastifyRequest): Promise<Viewer> {
  const viewer = await readSupervisor(doors, request);
  if (!viewer.grants.includes('profile:*'))
    throw new DoorError('forbidden', 'Only whoever is granted profile:* may read all customers.');
  return viewer;
}

/** The last event that was told. */
type Place = { rid: number; event: string };

function readPlace(raw: unknown): Place | null {
  if (raw === undefined || raw === '') return null;
  const [rid, event] = parsed(raw);
  if (Number.isSafeInteger(rid) && typeof event === 'string') return { rid: rid as number, event };
  throw new DoorError('malformed', 'after must be the next of an earlier page.');
}

/** The parts of a cursor of ours; of anything else none. */
function parsed(raw: unknown): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(String(raw), 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

/**
 * [EX1] `next` is the last event, also where nothing comes behind it yet. Places of events that were erased at the end of the log are
 * given again: whose last event has gone is told everything again, and knows by `event` what he has.
 */
function eventsAfter({ events, log }: Doors, place: Place | null, limit: number) {
  const isThere = place !== null && events.after(place.rid - 1, 1)[0]?.messageId === place.event;
  const from = isThere ? place.rid : 0;
  const entries = events.after(from, limit);
  const last = entries.at(-1);
  const next = last ? cursorOf(last.rid, last.messageId) : isThere ? cursorOf(place.rid, place.event) : '';
  const told = entries.flatMap(({ rid, messageId, owner, json }) => {
    const row = timelineRow(JSON.parse(json) as LoggedEntry, owner);
    if (row === null) return [];
    const profile = owner.startsWith('flight/') ? null : log.survivor(owner);
    const { type, name, at, source, properties } = row;
    return [{ cursor: rid, event: messageId, profile, type, name, at, source, properties }];
  });
  return { events: told, next, more: entries.length === limit, again: place !== null && !isThere };
}

/** Where a reader of customers is: looking at all of them (`id`), or following the log from a seq. */
type Cursor = { epoch: string; seq: number; id: string | null };

function readCursor(raw: unknown): Cursor | null {
  if (raw === undefined || raw === '') return null;
  const [epoch, seq, id] = parsed(raw);
  if (typeof epoch === 'string' && Number.isSafeInteger(seq) && (id === null || typeof id === 'string'))
    return { epoch, seq: seq as number, id };
  throw new DoorError('malformed', 'after must be the next of an earlier page.');
}

const written = ({ epoch, seq, id }: Cursor): string => cursorOf(epoch, seq, id);

/** [EX2] All customers first, then whoever changes; from the beginning again where the log no longer reaches back. */
function profilesAfter({ log }: Doors, cursor: Cursor | null, limit: number) {
  const head = log.head();
  const isKnown = cursor?.epoch === head.epoch && cursor.seq >= head.floor && cursor.seq <= head.seq;
  const from: Cursor = isKnown && cursor ? cursor : { epoch: head.epoch, seq: head.seq, id: '' };
  const told = (id: string) => {
    const row = log.row('profile', id);
    return row ? shownProfile(row) : { id, v: head.seq, removed: true };
  };
  if (from.id !== null) {
    const page = log.profilesAfter(from.id, limit);
    const more = page.length === limit;
    const next = { ...from, id: more ? (page.at(-1)?.id ?? null) : null };
    return { profiles: page.map(shownProfile), next: written(next), more, again: !isKnown };
  }
  const to = Math.min(head.seq, from.seq + limit);
  const changed = log.changedRows(from.seq, to).filter(({ table }) => table === 'profile');
  const profiles = changed.map(({ id }) => told(id));
  return { profiles, next: written({ ...from, seq: to }), more: to < head.seq, again: false };
}

const shownProfile = ({ v, json }: { v: number; json: string }) => {
  const { id, identities, facts } = JSON.parse(json) as ProfileRow;
  return { id, v, identities, facts };
};

function shownAudience({ audiences }: Doors, { contract: { name, consent } }: Membership) {
  const row = audiences.get(name);
  return {
    ...{ name, consent, state: row === undefined || row.scan !== null ? 'working' : 'ready' },
    ...{ members: audiences.count(name), entered: row?.entered ?? 0, left: row?.gone ?? 0 },
  };
}

/** [AU4] Who is in, as advertising tools match them: no name and no plain address. */
function membersAfter({ audiences, log }: Doors, name: string, after: string, limit: number) {
  const page = audiences.members(name, after, limit);
  const members = page.flatMap(({ profile, since }) => {
    const row = log.row('profile', profile);
    if (row === undefined) return [];
    const hashed = hashedOf(['email', 'phone'], JSON.parse(row.json) as ProfileRow);
    return [{ profile, since: isoTime(since), ...hashed }];
  });
  return { members, next: page.at(-1)?.profile ?? after, more: page.length === limit };
}
