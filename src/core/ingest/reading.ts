import type { FastifyInstance } from 'fastify';
import type { ContactRow } from '../../domain/contact.ts';
import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime, parseTime } from '../../domain/time.ts';
import { nameOf } from '../../packs/airline/views/facts.ts';
import { maskContact, maskProfile, maskRow } from '../auth/masks.ts';
import { mayReach } from '../auth/permission.ts';
import type { Viewer } from '../auth/viewer.ts';
import { DoorError } from '../errors.ts';
import type { LoggedEntry } from '../fold/entry.ts';
import { timelineRow } from '../fold/entry.ts';
import { flightsIn } from '../fold/profiles.ts';
import type { AuditDetail } from '../store/client-contract.ts';
import { readViewer } from './access.ts';
import type { Doors } from './deps.ts';
import { PROFILE_SCHEMA, REJECTED_SCHEMA, TIMELINE_SCHEMA } from './schemas.ts';

/** The read API: what a token may see, masked, audited, and never older than the last acknowledged event. */
export function addReadingDoors(server: FastifyInstance, doors: Doors): void {
  server.get<{ Params: { identityType: string; value: string } }>(
    '/v1/profiles/by/:identityType/:value',
    { schema: PROFILE_SCHEMA },
    async (request) => {
      const viewer = await readViewer(doors, request);
      return readProfile(doors, viewer, request.params.identityType, request.params.value);
    },
  );
  server.get<{ Params: { id: string }; Querystring: { before?: unknown; limit?: unknown } }>(
    '/v1/profiles/:id/events',
    { schema: TIMELINE_SCHEMA },
    async (request) => {
      const viewer = await readViewer(doors, request);
      return readTimeline(doors, viewer, request.params.id, request.query);
    },
  );
  server.get('/v1/rejected', { schema: REJECTED_SCHEMA }, async (request) =>
    readRejected(doors, await readViewer(doors, request)),
  );
}

/** What sources do wrong, for the administrator: reasons without the content of the events. */
async function readRejected(doors: Doors, viewer: Viewer) {
  if (viewer.role !== 'supervisor')
    throw new DoorError('forbidden', 'Only a supervisor may see refused events.');
  await audit(doors, viewer, 'read rejected', {});
  const rejected = doors.rejected.latest(MAX_REJECTED);
  return {
    rejected: rejected.map(({ at, messageId, code, message }) => ({
      at: isoTime(at),
      messageId,
      code,
      message,
    })),
  };
}

const MAX_REJECTED = 500;

/** Notes who looked at what; durable before the answer, in the same transaction as others that arrive meanwhile. */
export async function audit(doors: Doors, viewer: Viewer, what: string, detail: AuditDetail): Promise<void> {
  const [error] = await doors.group.submit([
    () => {
      doors.clients.audit(viewer.subject, what, detail, doors.now());
      return false;
    },
  ]);
  if (error) throw error;
}

/** The profiles that an identity leads to and the viewer may read, oldest first. */
export const readableHolders = (doors: Doors, viewer: Viewer, type: string, value: string): string[] =>
  doors.fold.holders(type, value).filter((id) => mayReach(viewer.grants, id, doors.log));

export function rowOfProfile(doors: Doors, id: string): ProfileRow {
  const stored = doors.log.row('profile', id);
  if (!stored) throw new DoorError('not_found');
  return JSON.parse(stored.json) as ProfileRow;
}

export const openContacts = (doors: Doors, profileId: string): ContactRow[] =>
  doors.profiles.openContacts(profileId).map(({ json }) => JSON.parse(json) as ContactRow);

/** The last events of the timeline as they are replicated. */
export function timelineOf(doors: Doors, profileId: string): EventRow[] {
  const marks = JSON.parse(doors.profiles.get(profileId)?.timeline ?? '[]') as [string, number][];
  return marks.flatMap(([id]) => {
    const row = doors.log.row('event', id);
    return row ? [JSON.parse(row.json) as EventRow] : [];
  });
}

async function readProfile(doors: Doors, viewer: Viewer, type: string, value: string) {
  await audit(doors, viewer, 'read', { type, found: readableHolders(doors, viewer, type, value) });
  // Read after the wait, so that profile, contacts and seq are of one moment.
  const ids = readableHolders(doors, viewer, type, value);
  const { seq } = doors.log.head();
  doors.metrics.reads.inc();
  const masked = (id: string) => maskProfile(viewer.role, rowOfProfile(doors, id), doors.tag);
  const [id] = ids;
  if (id === undefined) throw new DoorError('not_found');
  if (ids.length > 1) {
    return { profile: null, candidates: ids.map((one) => ({ id: one, name: nameOf(masked(one)) })), seq };
  }
  const contacts = openContacts(doors, id).map((contact) => maskContact(viewer.role, contact, doors.tag));
  return { profile: masked(id), seq, contacts };
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;
/** Sorts after every messageId. */
const LAST_ID = '\u{10ffff}';

type Place = { at: number; messageId: string };

async function readTimeline(
  doors: Doors,
  viewer: Viewer,
  named: string,
  query: { before?: unknown; limit?: unknown },
) {
  const limit = readLimit(query.limit);
  const before = readPlace(query.before);
  const id = doors.log.survivor(named);
  if (!doors.log.row('profile', id) || !mayReach(viewer.grants, id, doors.log))
    throw new DoorError('not_found');
  await audit(doors, viewer, 'read events', { profile: id });
  const events: EventRow[] = [];
  let place: Place | null = before;
  while (place !== null && events.length < limit) {
    const page: PlacedRow[] = pageOf(doors, id, place, limit - events.length);
    for (const { row } of page) {
      const seen = row && maskRow(viewer.role, 'event', row, doors.tag);
      if (seen) events.push(seen as EventRow);
    }
    place = page.at(-1)?.place ?? null;
  }
  const more = place !== null && pageOf(doors, id, place, 1).length > 0;
  return more && place !== null ? { events, next: writePlace(place) } : { events };
}

type PlacedRow = { place: Place; row: EventRow | null };

/** The newest entries before a place, of the profile itself and of the flights that it is or was on. */
function pageOf(doors: Doors, id: string, before: Place, limit: number): PlacedRow[] {
  const stored = doors.profiles.get(id);
  const owners = [id, ...(stored ? flightsIn(stored.beside).map((key) => `flight/${key}`) : [])];
  const entries = owners.flatMap((owner) => doors.events.page(owner, before, limit));
  entries.sort((a, b) => b.at - a.at || (a.messageId < b.messageId ? 1 : -1));
  return entries.slice(0, limit).map(({ at, messageId, json }) => ({
    place: { at, messageId },
    row: timelineRow(JSON.parse(json) as LoggedEntry, id),
  }));
}

export function readLimit(raw: unknown, most = MAX_LIMIT): number {
  if (raw === undefined) return DEFAULT_LIMIT;
  const limit = typeof raw === 'string' && /^\d{1,6}$/u.test(raw) ? Number(raw) : 0;
  if (limit < 1) throw new DoorError('malformed', 'limit must be a whole number from 1.');
  return Math.min(limit, most);
}

const writePlace = ({ at, messageId }: Place): string =>
  Buffer.from(JSON.stringify([at, messageId])).toString('base64url');

function readPlace(raw: unknown): Place {
  if (raw === undefined || raw === '') return { at: Number.MAX_SAFE_INTEGER, messageId: LAST_ID };
  if (typeof raw === 'string') {
    const time = parseTime(raw);
    if (time !== null) return { at: time, messageId: '' };
    try {
      const [at, messageId] = JSON.parse(Buffer.from(raw, 'base64url').toString('utf8')) as unknown[];
      if (typeof at === 'number' && Number.isSafeInteger(at) && typeof messageId === 'string')
        return { at, messageId };
    } catch {
      // No cursor of ours: said below.
    }
  }
  throw new DoorError('malformed', 'before must be the next of an earlier page or a time in ISO 8601.');
}
