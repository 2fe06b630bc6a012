import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { EventRow } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { fullValue } from '../../packs/airline/catalogue/row.ts';
import { normalIdentity } from '../../packs/airline/identities.ts';
import { OWN_SOURCE } from '../../packs/airline/sources.ts';
import { type LoggedEntry, timelineRow } from '../fold/entry.ts';
import type { AudienceStore } from '../store/audiences.ts';
import type { LogReader } from '../store/contract.ts';
import type { EventStore, PlacedEntry } from '../store/events.ts';
import { ENTERED, LEFT } from './audience.ts';
import { address, connectorName, readConfiguration, refuseTwice, secret } from './configured.ts';
import type { Hook } from './hook.ts';

/** What a partner is told of what happens here, and nothing beside it (docs/spec/connectors.md). */

const FEEDS_FILE = 'feeds.json';
const PLACES = 8;
const names = z.array(z.string().min(1).max(200)).max(100);

const CONFIGURATION = z.strictObject({
  feeds: z.array(
    z.strictObject({
      name: connectorName,
      url: address,
      secret,
      /** Events by name, each with the properties that are told of it. */
      events: z.record(z.string().min(1).max(200), names),
      /** Facts of its customer that are told with it. */
      facts: names.default([]),
      /** E-mail addresses and phone numbers that are told as their SHA-256 only. */
      hashed: z.array(z.enum(['email', 'phone'])).default([]),
      /** Of which audiences entering and leaving is told; all, where the events are named and this is not. */
      audiences: names.optional(),
      places: z.number().int().min(1).max(256).default(PLACES),
    }),
  ),
});

export type Contract = z.infer<typeof CONFIGURATION>['feeds'][number];

/** @throws Error with the place of what is wrong in `feeds.json`, never with a value */
export function readFeeds(dataDir: string): Contract[] {
  const feeds = readConfiguration(dataDir, FEEDS_FILE, CONFIGURATION)?.feeds ?? [];
  refuseTwice(
    FEEDS_FILE,
    feeds.map(({ name }) => name),
  );
  return feeds;
}

/** Something to tell: its content is read when it is sent. `rid`: the event's place in the log. */
export type Message = { id: string; rid: number };
export type Page = { to: number; messages: Message[] };

/** What a contract is told from. */
export type History = { events: EventStore; log: LogReader; audiences: Pick<AudienceStore, 'has'> };

/** The same for the same event in every attempt and replay, so that a partner knows what he has. */
function idOf(feed: string, messageId: string): string {
  const hash = createHash('sha256').update(JSON.stringify([feed, messageId]));
  return `msg_${hash.digest('base64url').slice(0, 27)}`;
}

/** A flight's event belongs to a flight, and to no customer alone. */
const ownerOf = (log: LogReader, owner: string): string | null =>
  owner.startsWith('flight/') ? null : log.survivor(owner);

const rowIn = ({ json, owner }: PlacedEntry): EventRow | null =>
  timelineRow(JSON.parse(json) as LoggedEntry, owner);

/** [F1] What the next entries behind a place give to tell, in the order in which they were taken. */
export function pageAfter(contract: Contract, history: History, cursor: number, limit: number): Page {
  const entries = history.events.after(cursor, limit);
  const messages = entries.flatMap((entry) => {
    const row = rowIn(entry);
    return row && isNamed(contract, row)
      ? [{ id: idOf(contract.name, entry.messageId), rid: entry.rid }]
      : [];
  });
  return { to: entries.at(-1)?.rid ?? cursor, messages };
}

/** The audience that an event is about, if it is the core's own of entering or leaving one. */
function audienceOf({ name, source, properties }: EventRow): string | null {
  const isOwn = source === OWN_SOURCE && (name === ENTERED || name === LEFT);
  return isOwn && typeof properties['audience'] === 'string' ? properties['audience'] : null;
}

function isNamed({ events, audiences }: Contract, row: EventRow): boolean {
  if (!Object.hasOwn(events, row.name)) return false;
  const audience = audienceOf(row);
  return audience === null || audiences === undefined || audiences.includes(audience);
}

/** [F2] What the contract lets a partner know of it now; null where the event has gone. */
export function contentOf(contract: Contract, history: History, { id, rid }: Message): Hook | null {
  const { events, log, audiences } = history;
  const [entry] = events.after(rid - 1, 1);
  if (entry?.rid !== rid || idOf(contract.name, entry.messageId) !== id) return null;
  const row = rowIn(entry);
  const told = row && contract.events[row.name];
  if (!row || !told) return null;
  const properties = Object.fromEntries(
    told.flatMap((name) =>
      Object.hasOwn(row.properties, name) ? [[name, row.properties[name] as Json]] : [],
    ),
  );
  const profile = ownerOf(log, entry.owner);
  // [AU3] Whoever has left meanwhile, or taken a consent back, is not told to be in.
  const audience = row.name === ENTERED ? audienceOf(row) : null;
  if (audience !== null && !audiences.has(audience, profile ?? '')) return null;
  const customer = profile === null ? {} : factsOf(contract, log, profile);
  const { type, name, at, source } = row;
  const data = { cursor: rid, event: entry.messageId, profile, type, name, at, source, properties, customer };
  return { id, type: 'event.recorded', data };
}

/** Of the customer as he is now. */
function factsOf({ facts, hashed }: Contract, log: LogReader, profile: string): { [name: string]: Json } {
  const stored = log.row('profile', profile);
  if (stored === undefined) return {};
  const content = JSON.parse(stored.json) as ProfileRow;
  const plain = facts.flatMap((name): [string, Json][] => {
    const value = fullValue(content, name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(plain), ...hashedOf(hashed, content) };
}

/** [AU4] As advertising tools match them: an e-mail address in lower case, a phone number as E.164, each as SHA-256 in hex. */
export function hashedOf(names: readonly string[], content: ProfileRow): { [name: string]: string } {
  const hashes = names.flatMap((name): [string, string][] => {
    const value = fullValue(content, name);
    if (typeof value !== 'string') return [];
    const normal = normalIdentity(name, value.trim());
    return [[`${name}Sha256`, createHash('sha256').update(normal).digest('hex')]];
  });
  return Object.fromEntries(hashes);
}
