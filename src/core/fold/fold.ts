import type { ContactRow } from '../../domain/contact.ts';
import { mergeInto, newState } from '../../domain/fold/state.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime } from '../../domain/time.ts';
import { normalIdentity } from '../../packs/airline/identities.ts';
import { flightsNamedBy } from '../../packs/airline/vocabulary.ts';
import type { CommandEffect, Folder, RowChange } from '../store/contract.ts';
import {
  applyEntry,
  applyFlightEntry,
  type CommandEntry,
  type LoggedEntry,
  type SourceEntry,
} from './entry.ts';
import { RowTooLarge, UnknownProfile } from './errors.ts';
import { Ownership } from './ownership.ts';
import { type Loaded, ProfileCache } from './profiles.ts';
import { removeProfile } from './remove.ts';
import { Renderer, type Stores, type TimelineNews } from './render.ts';

type Clock = { now: () => number; newId: () => string };

/**
 * The fold: takes log entries into profiles, inside the caller's transaction. Entries are taken in one by one; the
 * rows that follow are made once per transaction by `flush`, whatever number of entries touched a profile.
 */
export class Fold implements Folder {
  private readonly stores: Stores;
  private readonly clock: Clock;
  private readonly cache: ProfileCache;
  private readonly renderer: Renderer;
  private readonly ownership: Ownership;
  private readonly dirty = new Map<string, TimelineNews>();
  private readonly toRefold = new Set<string>();
  private removed: RowChange[] = [];

  constructor(stores: Stores, clock: Clock) {
    this.stores = stores;
    this.clock = clock;
    this.cache = new ProfileCache(stores.profiles, stores.identities);
    this.renderer = new Renderer(stores, this.cache);
    this.ownership = new Ownership(stores, {
      newProfile: (userId) => this.newProfile(userId),
      isNamed: (profileId, userId) =>
        this.cache
          .identitiesOf(this.load(profileId))
          .some(({ type, value }) => type === 'userId' && value === userId),
    });
    stores.log.onRollback(() => this.reset());
  }

  private newProfile(userId: string | null): string {
    const id = this.clock.newId();
    const born = this.clock.now();
    this.stores.profiles.add(id, born, userId);
    this.cache.add(id, born, userId);
    this.mark(id);
    return id;
  }

  private reset(): void {
    this.cache.clear();
    this.dirty.clear();
    this.toRefold.clear();
    this.removed = [];
  }

  /** Takes an event in; false if its id was there already. */
  take(entry: SourceEntry): boolean {
    if (this.stores.events.has(entry.id)) return false;
    if (entry.kind === 'flight') this.takeFlight(entry);
    else this.takeEvent(entry);
    return true;
  }

  private takeEvent(entry: SourceEntry): string {
    const owner = this.ownership.resolve(entry, {
      merge: (survivor, lost) => this.merge(survivor, lost),
      refold: (id) => {
        this.toRefold.add(id);
      },
      touch: (id) => this.touch(id),
    });
    const rid = this.log(entry, owner);
    if (entry.userId === null) this.link(entry, rid);
    const profile = this.load(owner);
    if (!this.toRefold.has(owner)) {
      applyEntry(profile.state, entry);
      this.noteFlights(profile, flightsNamedBy(entry));
    }
    this.mark(owner).entries.push(entry);
    if (entry.flight) this.foldFlight(entry, entry.flight);
    return owner;
  }

  /** Flights that the profile was ever booked on: their events stay in its timeline, whatever order they came in. */
  private noteFlights(profile: Loaded, keys: Iterable<string>): void {
    for (const key of keys) {
      if (profile.flights.has(key)) continue;
      profile.flights.set(key, false);
      this.stores.profiles.setFlight(key, profile.id, false);
      this.mark(profile.id).joined.push(key);
    }
  }

  private link(entry: SourceEntry, rid: number): void {
    for (const { type, value } of entry.identities) {
      const identity = this.stores.identities.get(type, value);
      if (identity) this.stores.identities.link(identity.iid, rid);
    }
  }

  private takeFlight(entry: SourceEntry): void {
    const key = entry.flight as string;
    this.log(entry, `flight/${key}`);
    for (const id of this.foldFlight(entry, key)) this.mark(id).entries.push(entry);
  }

  /** Folds into the flight and returns the profiles on it, whose rows are then made again. */
  private foldFlight(entry: SourceEntry, key: string): string[] {
    const flight = this.cache.flight(key) ?? newState();
    applyFlightEntry(flight, entry);
    this.cache.saveFlight(key, flight);
    const affected = this.stores.profiles.profilesOn(key);
    for (const id of affected) this.mark(id);
    return affected;
  }

  private log(entry: SourceEntry, owner: string): number {
    return this.stores.events.add({
      messageId: entry.id,
      owner,
      at: entry.at,
      userId: entry.userId,
      kind: entry.kind,
      received: this.clock.now(),
      json: JSON.stringify(entry),
    });
  }

  private mark(id: string): TimelineNews {
    let news = this.dirty.get(id);
    if (!news) {
      news = { entries: [], joined: [], reread: false };
      this.dirty.set(id, news);
    }
    return news;
  }

  private load(id: string): Loaded {
    const profile = this.cache.get(id);
    if (!profile) throw new UnknownProfile();
    return profile;
  }

  /** Identities or the user of a profile have changed. */
  private touch(id: string): void {
    const profile = this.cache.get(id);
    if (!profile) return;
    profile.identities = null;
    profile.shared = null;
    profile.userId = this.stores.profiles.userOf(id);
    this.mark(id);
  }

  private merge(survivorId: string, lostId: string): void {
    const lost = this.load(lostId);
    const survivor = this.load(survivorId);
    mergeInto(survivor.state, lost.state);
    this.noteFlights(survivor, lost.flights.keys());
    this.removed.push(...this.renderer.removal(lost));
    this.stores.events.moveOwner(lostId, survivorId);
    this.stores.identities.moveOwner(lostId, survivorId);
    for (const contact of this.stores.profiles.contactsOf(lostId)) {
      const row: ContactRow = { ...(JSON.parse(contact.json) as ContactRow), profileId: survivorId };
      this.stores.profiles.saveContact(contact.id, survivorId, JSON.stringify(row), row.state !== 'ended');
    }
    survivor.contacts = null;
    survivor.opened = null;
    const { profiles } = this.stores;
    for (const { type, value } of lost.finders) profiles.deleteFinder(type, value, lostId);
    for (const key of lost.flights.keys()) profiles.deleteFlight(key, lostId);
    profiles.lose(lostId, survivorId, this.clock.now());
    this.cache.forget(lostId);
    this.dirty.delete(lostId);
    if (this.toRefold.delete(lostId)) this.toRefold.add(survivorId);
    this.touch(survivorId);
    this.mark(survivorId).reread = true;
  }

  /** How many profiles the next `flush` will make the rows of. */
  get pending(): number {
    return this.dirty.size;
  }

  /** Makes the rows of every profile that was touched; the caller commits the changes. */
  flush(): RowChange[] {
    const now = this.clock.now();
    for (const id of this.toRefold) this.refold(id);
    this.toRefold.clear();
    const changes = new Map<string, RowChange>();
    // A line that moved to another profile is removed by the one and put by the other, in whatever order.
    const put = (change: RowChange) => {
      const key = `${change.table}/${change.id}`;
      if (change.json !== null || !changes.has(key)) changes.set(key, change);
    };
    this.removed.forEach(put);
    this.removed = [];
    for (const [id, news] of this.dirty) {
      for (const change of this.renderer.changes(this.load(id), news, now)) put(change);
    }
    this.dirty.clear();
    return [...changes.values()].filter(
      (change) => change.json !== null || this.stores.log.row(change.table, change.id) !== undefined,
    );
  }

  /** Folds a profile again from its part of the log. */
  private refold(id: string): void {
    const profile = this.cache.get(id);
    if (!profile) return;
    profile.state = newState();
    for (const key of profile.flights.keys()) this.stores.profiles.deleteFlight(key, id);
    profile.flights = new Map();
    const entries = [...this.stores.events.ofOwner(id)].map(({ json }) => JSON.parse(json) as LoggedEntry);
    for (const entry of entries) {
      applyEntry(profile.state, entry);
      if (entry.kind !== 'command') this.noteFlights(profile, flightsNamedBy(entry));
    }
    this.mark(id).reread = true;
  }

  /**
   * Work that arrives: a line in the timeline of its customer, and the contact's row where `contact` is there (an
   * older state than the stored one only joins the timeline). False if this state was told before.
   */
  takeContact(
    id: string,
    contact: ContactRow | null,
    profileId: string | null,
    entry: SourceEntry,
  ): RowChange[] | null {
    if (this.stores.events.has(entry.id)) return null;
    let owner = profileId;
    if (entry.userId !== null || entry.identities.length > 0) owner = this.takeEvent(entry);
    else if (owner !== null) this.logFor(owner, entry);
    else this.log(entry, `contact/${id}`);
    return contact ? this.saveContact({ ...contact, profileId: owner }) : [];
  }

  private logFor(profileId: string, entry: SourceEntry): void {
    this.log(entry, profileId);
    applyEntry(this.load(profileId).state, entry);
    this.mark(profileId).entries.push(entry);
  }

  /** A line in a profile's timeline that names nobody: an outcome told over HTTP. False if it was there already. */
  takeLine(profileId: string, entry: SourceEntry): boolean {
    if (this.stores.events.has(entry.id)) return false;
    this.logFor(profileId, entry);
    return true;
  }

  private saveContact(contact: ContactRow): RowChange[] {
    const json = JSON.stringify(contact);
    const before = this.stores.profiles.contact(contact.id)?.profile ?? null;
    for (const id of new Set([before, contact.profileId])) {
      const profile = id === null ? undefined : this.cache.get(this.stores.log.survivor(id));
      if (!profile) continue;
      profile.contacts = null;
      this.mark(profile.id);
    }
    this.stores.profiles.saveContact(contact.id, contact.profileId, json, contact.state !== 'ended');
    if (contact.profileId !== null && contact.state !== 'ended') return [];
    const change = this.renderer.contactChange(contact.id, json, []);
    return change ? [change] : [];
  }

  effect(effect: CommandEffect): RowChange[] {
    const profileId = this.stores.log.survivor(effect.profileId);
    const profile = this.load(profileId);
    const at = this.clock.now();
    const commit = this.stores.log.head().seq + 1;
    const event = effect.event && { ...effect.event, profileId, at: isoTime(at) };
    const said = Math.max(at, this.latestOf(profile, Object.keys(effect.facts)));
    const entry: CommandEntry = {
      kind: 'command',
      id: effect.id,
      at: said,
      commit,
      facts: effect.facts,
      event,
    };
    this.stores.events.add({
      messageId: `command/${effect.id}`,
      owner: profileId,
      at,
      userId: null,
      kind: 'command',
      received: at,
      json: JSON.stringify(entry),
    });
    applyEntry(profile.state, entry);
    this.mark(profileId).entries.push(entry);
    const { contact } = effect;
    const changed = contact === undefined ? [] : this.saveContact({ ...contact, profileId });
    return [...changed, ...this.flush()];
  }

  /**
   * The latest time at which one of these facts was said. What a command was judged against it replaces, also where a
   * source's clock is ahead, or this one was set back: it would be called applied and change nothing.
   */
  private latestOf(profile: Loaded, names: readonly string[]): number {
    const row = this.stores.log.row('profile', profile.id);
    const shown = row ? (JSON.parse(row.json) as ProfileRow).facts : {};
    const times = names.flatMap((name) => [
      profile.state.facts.get(name)?.event?.at ?? 0,
      Object.hasOwn(shown, name) ? Date.parse(shown[name]?.at ?? '') : 0,
    ]);
    return Math.max(0, ...times);
  }

  holders(type: string, value: string): string[] {
    if (type === 'profile') {
      const id = this.stores.log.survivor(value);
      return this.stores.profiles.get(id) ? [id] : [];
    }
    const normal = normalIdentity(type, value);
    const uniting = this.stores.identities.get(type, normal);
    return uniting ? [uniting.owner] : this.stores.profiles.found(type, normal, MAX_HOLDERS);
  }

  opened(profileId: string, station: string): void {
    this.stores.log.transaction((log) => {
      const id = log.survivor(profileId);
      const profile = this.cache.get(id);
      if (!profile) return;
      this.stores.profiles.noteOpened(id, station, this.clock.now());
      profile.opened = null;
      this.mark(id);
      const changes = this.flush();
      if (changes.length > 0) log.commit(changes);
    });
  }

  /** Whether time has changed anything. */
  isDue(): boolean {
    return this.stores.profiles.due(this.clock.now(), 1).length > 0;
  }

  /** Brings profiles to this moment whose scopes or facts time has changed; returns how many there were. */
  maintain(limit: number): number {
    const due = this.stores.profiles.due(this.clock.now(), limit);
    try {
      this.refresh(due);
    } catch (error) {
      if (!(error instanceof RowTooLarge)) throw error;
      // Its neighbours go on; it comes again with its next event.
      this.stores.profiles.clearDue(error.profileId);
    }
    return due.length;
  }

  private refresh(ids: string[]): void {
    if (ids.length === 0) return;
    this.stores.log.transaction((log) => {
      for (const id of ids) this.mark(id);
      const changes = this.flush();
      if (changes.length > 0) log.commit(changes);
    });
  }

  /** Takes a customer out of memory and rows; the log and what stands in other tables is the caller's (erase/erase.ts). */
  remove(profileId: string): RowChange[] {
    const profile = this.load(profileId);
    const changes = removeProfile(this.stores, this.renderer, profile);
    this.cache.forget(profileId);
    this.dirty.delete(profileId);
    this.toRefold.delete(profileId);
    return changes;
  }

  /** Another customer's identities have changed with the removal of one; the rows come with `flush`. */
  touchUser(userId: string): void {
    const id = this.stores.profiles.idOfUser(userId);
    if (id !== undefined) this.touch(id);
  }

  /** Between transactions. */
  trim(): void {
    this.cache.trim();
  }
}

const MAX_HOLDERS = 50;
