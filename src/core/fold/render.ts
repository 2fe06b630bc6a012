import type { ContactRow } from '../../domain/contact.ts';
import { findingIdentities, type NamedIdentity } from '../../packs/airline/identities.ts';
import { contactScopes, scopesOf } from '../../packs/airline/scopes.ts';
import { rowFactText, shownFacts } from '../../packs/airline/shown.ts';
import { OWN_SOURCE } from '../../packs/airline/sources.ts';
import type { ShownFact, ShownFacts } from '../../packs/airline/trips.ts';
import type { RowChange } from '../store/contract.ts';
import type { EventStore } from '../store/events.ts';
import type { IdentityStore } from '../store/identities.ts';
import type { LogStore } from '../store/log.ts';
import type { ProfileStore } from '../store/profiles.ts';
import type { LoggedEntry } from './entry.ts';
import { timelineRow } from './entry.ts';
import { RowTooLarge } from './errors.ts';
import type { Loaded, ProfileCache, TimelineMark } from './profiles.ts';

/** From a profile's state to its rows: the profile itself, its timeline, its contacts, in the scopes of this moment. */

export type Stores = {
  log: LogStore;
  events: EventStore;
  identities: IdentityStore;
  profiles: ProfileStore;
};

/** docs/spec/wire.md "Transport": a row at most 200 KB; the rest of an op needs a little room. */
const MAX_ROW_BYTES = 200 * 1024;
const TIMELINE_ROWS = 50;
const TIMELINE_MS = 30 * 86_400_000;

/**
 * New lines since the last rendering, flights that the profile has joined, whose lines come into its timeline, or that
 * the timeline must be read again from the log.
 */
export type TimelineNews = { entries: LoggedEntry[]; joined: string[]; reread: boolean };

type Rendered = {
  json: string;
  scopes: string[];
  due: number | null;
  flights: string[];
  finders: NamedIdentity[];
};

export class Renderer {
  private readonly stores: Stores;
  private readonly cache: ProfileCache;

  constructor(stores: Stores, cache: ProfileCache) {
    this.stores = stores;
    this.cache = cache;
  }

  /** The changes that bring the rows of a profile to its state, and everything beside that follows from it. */
  changes(profile: Loaded, news: TimelineNews, now: number): RowChange[] {
    const rendered = this.render(profile, now);
    const changes: RowChange[] = [];
    const old = this.stores.log.row('profile', profile.id);
    const moved = old === undefined || !sameList(old.scopes, rendered.scopes);
    if (moved || old.json !== rendered.json) {
      changes.push({ table: 'profile', id: profile.id, json: rendered.json, scopes: rendered.scopes });
    }
    const joined = this.saveFlights(profile, rendered.flights);
    this.saveFinders(profile, rendered.finders);
    news.joined.push(...joined);
    changes.push(...this.timelineChanges(profile, news, rendered.scopes, moved, now));
    changes.push(...this.contactChanges(profile, rendered.scopes));
    const oldest = profile.timeline.at(-1);
    const aging = oldest ? oldest[1] + TIMELINE_MS + 1 : null;
    this.cache.save(profile, earliest(rendered.due, aging));
    return changes;
  }

  /** The changes that take a lost profile's rows out of every scope. */
  removal(lost: Loaded): RowChange[] {
    const ids = [['profile', lost.id] as const, ...lost.timeline.map(([id]) => ['event', id] as const)];
    return ids.map(([table, id]) => ({ table, id, json: null, scopes: [] }));
  }

  private render(profile: Loaded, now: number): Rendered {
    const shown = shownFacts(profile.state, (key) => this.cache.flight(key), now);
    const duplicates = this.duplicatesOf(profile);
    if (duplicates) shown.facts.set('segment.possible-duplicate', duplicates);
    const finders = findingIdentities(shown.facts);
    const json = rowText(profile.id, [...this.cache.identitiesOf(profile), ...finders], shown.facts);
    if (json.length > MAX_ROW_BYTES / 3 && Buffer.byteLength(json) > MAX_ROW_BYTES)
      throw new RowTooLarge(profile.id);
    const contacts = this.cache.contactsOf(profile).map(({ json: text }) => JSON.parse(text) as ContactRow);
    const opened = this.cache.openedOf(profile);
    const membership = scopesOf(profile.id, shown.segments, contacts, opened, now);
    return {
      json,
      scopes: membership.scopes,
      due: earliest(shown.next, membership.next),
      flights: shown.flights,
      finders,
    };
  }

  /** Another user named a loyalty number or a document that this one names too: a person may join the two. */
  private duplicatesOf(profile: Loaded) {
    const shared = this.cache.sharedOf(profile);
    if (shared.length === 0) return null;
    const users = [...new Set(shared.map((claim) => claim.userId))].sort();
    return { value: users, source: OWN_SOURCE, at: Math.min(...shared.map((claim) => claim.at)) };
  }

  /** Returns the flights that the profile was never on before. */
  private saveFlights(profile: Loaded, flights: string[]): string[] {
    const known = profile.flights;
    const joined: string[] = [];
    for (const key of flights) {
      if (known.get(key)) continue;
      if (!known.has(key)) joined.push(key);
      known.set(key, true);
      this.stores.profiles.setFlight(key, profile.id, true);
    }
    for (const [key, active] of known) {
      if (!active || flights.includes(key)) continue;
      known.set(key, false);
      this.stores.profiles.setFlight(key, profile.id, false);
    }
    return joined;
  }

  private saveFinders(profile: Loaded, finders: NamedIdentity[]): void {
    const known = profile.finders;
    const has = (list: NamedIdentity[], one: NamedIdentity) =>
      list.some((other) => other.type === one.type && other.value === one.value);
    for (const one of finders)
      if (!has(known, one)) this.stores.profiles.addFinder(one.type, one.value, profile.id);
    for (const one of known)
      if (!has(finders, one)) this.stores.profiles.deleteFinder(one.type, one.value, profile.id);
    profile.finders = finders;
  }

  private timelineChanges(
    profile: Loaded,
    news: TimelineNews,
    scopes: string[],
    moved: boolean,
    now: number,
  ): RowChange[] {
    const texts = new Map<string, string>();
    const entries = news.reread
      ? this.latestEntries([profile.id, ...flightOwners(profile.flights.keys())], now)
      : [...news.entries, ...this.latestEntries(flightOwners(news.joined), now)];
    const marks: TimelineMark[] = news.reread ? [] : [...profile.timeline];
    for (const entry of entries) {
      const row = timelineRow(entry, profile.id);
      if (!row || texts.has(row.id)) continue;
      texts.set(row.id, JSON.stringify(row));
      if (!marks.some(([id]) => id === row.id)) marks.push([row.id, entry.at]);
    }
    marks.sort(newestFirst);
    const kept = marks.filter(([, at], i) => i < TIMELINE_ROWS && at >= now - TIMELINE_MS);
    return this.markChanges(profile, kept, texts, scopes, moved);
  }

  private markChanges(
    profile: Loaded,
    kept: TimelineMark[],
    texts: Map<string, string>,
    scopes: string[],
    moved: boolean,
  ): RowChange[] {
    const changes: RowChange[] = [];
    const after = new Set(kept.map(([id]) => id));
    for (const [id] of profile.timeline)
      if (!after.has(id)) changes.push({ table: 'event', id, json: null, scopes: [] });
    // Where the profile has not moved, only lines with a new text can differ.
    for (const id of moved ? after : texts.keys()) {
      if (!after.has(id)) continue;
      const old = this.stores.log.row('event', id);
      const json = texts.get(id) ?? old?.json;
      if (json === undefined || (old && old.json === json && sameList(old.scopes, scopes))) continue;
      changes.push({ table: 'event', id, json, scopes });
    }
    profile.timeline = kept;
    return changes;
  }

  private latestEntries(owners: string[], now: number): LoggedEntry[] {
    const since = now - TIMELINE_MS;
    return owners.flatMap((owner) =>
      this.stores.events
        .latest(owner, since, TIMELINE_ROWS)
        .map(({ json }) => JSON.parse(json) as LoggedEntry),
    );
  }

  /** An open contact is in its own scopes and in its profile's; one that has ended is in none. */
  private contactChanges(profile: Loaded, scopes: string[]): RowChange[] {
    const changes: RowChange[] = [];
    for (const { id, json } of this.cache.contactsOf(profile)) {
      const change = this.contactChange(id, json, scopes);
      if (change) changes.push(change);
    }
    return changes;
  }

  /** The change of a contact whose row is not as it should be; an open one is in its profile's scopes too. */
  contactChange(id: string, json: string, profileScopes: string[]): RowChange | null {
    const contact = JSON.parse(json) as ContactRow;
    const open = contact.state !== 'ended';
    const scopes = open ? [...new Set([...contactScopes(contact), ...profileScopes])].sort() : [];
    const old = this.stores.log.row('contact', id);
    if (old && old.json === json && sameList(old.scopes, scopes)) return null;
    return { table: 'contact', id, json, scopes };
  }
}

const flightOwners = (keys: Iterable<string>): string[] => [...keys].map((key) => `flight/${key}`);

const newestFirst = (a: TimelineMark, b: TimelineMark): number =>
  b[1] - a[1] || (a[0] < b[0] ? 1 : a[0] > b[0] ? -1 : 0);

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** The row of table `profile` as JSON text, facts by name so that the same state gives the same text. */
function rowText(id: string, identities: NamedIdentity[], facts: ShownFacts): string {
  let text = `{"id":${JSON.stringify(id)},"identities":${JSON.stringify(identities)},"facts":{`;
  let separator = '';
  for (const name of [...facts.keys()].sort()) {
    text += `${separator}${JSON.stringify(name)}:${rowFactText(facts.get(name) as ShownFact)}`;
    separator = ',';
  }
  return `${text}}}`;
}
