import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isoTime, parseTime } from '../../domain/time.ts';
import { flightKey, isFlightId, normalCode, unitingIdentities } from '../../packs/airline/identities.ts';
import { faultOf, isOfSystems } from '../../packs/airline/kinds.ts';
import { DoorError, type ErrorCode } from '../errors.ts';
import type { SourceEntry } from '../fold/entry.ts';
import { cleaned, shapeOf, wellFormed } from './shape.ts';

/** Reads one event of the Segment spec into the form of the log (docs/spec/doors.md "Events"). Pure. */

export const EVENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const MAX_EVENT_BYTES = 32 * 1024;
const MAX_DEPTH = 32;
const MAX_ID = 300;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A clock that is further off than this is taken for wrong; less is latency. */
const WRONG_CLOCK_MS = 5 * MINUTE_MS;

export type Arrival = {
  /** The type that the door implies; in a batch each event says its own. */
  type?: EventType;
  sentAt?: unknown;
  /** Its key stands in a web page, where anybody can read it. */
  isPage?: boolean;
  /** ms */
  received: number;
  newId: () => string;
};

/** @throws DoorError with the reason why the event is bad */
export function readEvent(raw: unknown, arrival: Arrival): SourceEntry {
  const event = readShape(raw);
  const type = arrival.type ?? EVENT_TYPES.find((known) => known === own(event, 'type'));
  if (type === undefined) throw new DoorError('type_unknown');
  const time = readTime(event, arrival);
  const userId = readId(event, 'userId');
  const anonymousId = readId(event, 'anonymousId');
  if (userId === null && anonymousId === null) throw new DoorError('user_missing');
  const name = readName(event, type);
  const properties = readObject(event, type === 'identify' || type === 'group' ? 'traits' : 'properties');
  const fault = faultOf({ type, name, properties });
  if (fault !== null) bad('value_wrong_kind', `In ${name}: ${fault}.`);
  const context = lenientObject(own(event, 'context'));
  const previousId = readId(event, 'previousId');
  const identities = unitingIdentities({ type, anonymousId, previousId, userId, body: properties, context });
  const entry: SourceEntry = {
    kind: 'event',
    id: readMessageId(event, arrival),
    type,
    name,
    ...time,
    source: arrival.isPage ? PAGE_SOURCE : readSource(context),
    userId,
    identities,
    properties: type === 'alias' && previousId !== null ? { previousId, ...properties } : properties,
  };
  const placed = withFlight(entry, anonymousId);
  if (arrival.isPage && (placed.flight !== undefined || isOfSystems(placed)))
    bad('forbidden', 'That is not for a web page to say.');
  return placed;
}

/** The messageId that a bad event has, for the answer; null if it has none. */
export function messageIdOf(raw: unknown): string | null {
  const id = typeof raw === 'object' && raw !== null ? own(raw as JsonObject, 'messageId') : undefined;
  return typeof id === 'string' ? wellFormed(id.slice(0, MAX_ID)) : null;
}

function bad(code: ErrorCode, message?: string): never {
  throw new DoorError(code, message);
}

const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

function readShape(raw: unknown): JsonObject {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    bad('malformed', 'An event must be an object.');
  const { depth, clean } = shapeOf(raw, MAX_DEPTH);
  if (depth > MAX_DEPTH) bad('too_deep');
  if (Buffer.byteLength(JSON.stringify(raw)) > MAX_EVENT_BYTES) bad('event_too_large');
  return clean ? (raw as JsonObject) : (cleaned(raw as JsonObject) as JsonObject);
}

/** A text or a number; an empty one is none. */
function readId(event: JsonObject, name: string): string | null {
  const value = own(event, name);
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > MAX_ID || /\p{Cc}/u.test(text)) {
    return bad(
      'value_wrong_kind',
      `${name} must be a text of at most ${MAX_ID} characters without controls.`,
    );
  }
  return text.trim() === '' ? null : text;
}

function readMessageId(event: JsonObject, { newId }: Arrival): string {
  const value = own(event, 'messageId');
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text === '') return newId();
  // Names of the core's own entries in the log: a source must not be able to take one first.
  if (/^(?:command|contact|intent|audience|score)\//u.test(text)) return `source/${text.slice(0, MAX_ID)}`;
  // Too long for a row's id, but still the same id when it comes again.
  return text.length > MAX_ID ? `sha256:${createHash('sha256').update(text).digest('hex')}` : text;
}

function readName(event: JsonObject, type: EventType): string {
  if (type === 'track') {
    const name = own(event, 'event');
    if (typeof name !== 'string' || name.trim() === '') bad('event_missing');
    return name.trim().slice(0, MAX_ID);
  }
  if (type !== 'page' && type !== 'screen') return type;
  for (const name of [own(event, 'name'), own(lenientObject(own(event, 'properties')), 'name')]) {
    if (typeof name === 'string' && name.trim() !== '') return name.trim().slice(0, MAX_ID);
  }
  return type;
}

function readObject(event: JsonObject, name: string): JsonObject {
  const value = own(event, name);
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    bad('value_wrong_kind', `${name} must be an object.`);
  return value;
}

const lenientObject = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

/** Names that only the core itself may write under. */
const RESERVED_SOURCES: ReadonlySet<string> = new Set(['console', 'kairos', 'contacts']);

/** How Segment's browser library names itself: what it tells happened on a web page. */
const BROWSER_LIBRARY = 'analytics.js';
const PAGE_SOURCE = 'web';

function readSource(context: JsonObject): string {
  for (const part of ['app', 'library']) {
    const name = own(lenientObject(own(context, part)), 'name');
    if (typeof name !== 'string' || name.trim() === '') continue;
    const source = name.trim().slice(0, 100);
    if (part === 'library' && source === BROWSER_LIBRARY) return PAGE_SOURCE;
    return RESERVED_SOURCES.has(source.toLowerCase()) ? `source:${source}` : source;
  }
  return 'unknown';
}

/** The time that counts for the fold, and the source's own where that was not believed. */
function readTime(event: JsonObject, { sentAt, received }: Arrival): { at: number; originalAt?: string } {
  const said = own(event, 'timestamp') ?? own(event, 'originalTimestamp');
  if (said === undefined || said === null) return { at: received };
  const claimed = typeof said === 'string' ? parseTime(said) : null;
  if (claimed === null) return bad('timestamp_invalid');
  const sent = sentTime(own(event, 'sentAt') ?? sentAt);
  const wrong = sent !== null && Math.abs(received - sent) > WRONG_CLOCK_MS;
  let at = wrong ? Math.max(0, received - (sent - claimed)) : claimed;
  if (at > received + DAY_MS) at = received;
  return at === claimed ? { at } : { at, originalAt: isoTime(claimed) };
}

const sentTime = (value: unknown): number | null => (typeof value === 'string' ? parseTime(value) : null);

/** An event about a flight belongs to the flight, or to both if it names a customer as well. */
function withFlight(entry: SourceEntry, anonymousId: string | null): SourceEntry {
  const { flight, date, from } = entry.properties;
  const sentAs = anonymousId !== null && isFlightId(anonymousId) ? anonymousId.split('/').slice(1) : [];
  const isStatus = entry.type === 'track' && entry.name === 'Flight Status';
  if (!isStatus && sentAs.length === 0) return entry;
  const key = (isStatus ? flightKey(flight, date, from) : null) ?? flightKey(sentAs[0], sentAs[1], sentAs[2]);
  const aboutNobody = entry.userId === null && entry.identities.length === 0;
  if (key === null) {
    if (!aboutNobody) return entry;
    return { ...entry, kind: 'flight', flight: normalCode(sentAs.join('/') || 'unknown') };
  }
  return aboutNobody ? { ...entry, kind: 'flight', flight: key } : { ...entry, flight: key };
}
