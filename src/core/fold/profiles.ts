import { decodeState, encodeState, type FoldState, newState } from '../../domain/fold/state.ts';
import type { NamedIdentity } from '../../packs/airline/identities.ts';
import type { Opened } from '../../packs/airline/scopes.ts';
import type { IdentityStore, SharedClaim } from '../store/identities.ts';
import type { ProfileStore, StoredContact } from '../store/profiles.ts';

/** A line of the timeline that is in the replicated rows: [row id, time in ms], newest first. */
export type TimelineMark = [rowId: string, at: number];

/** A profile in memory: what is behind its row. */
export type Loaded = {
  id: string;
  born: number;
  userId: string | null;
  state: FoldState;
  timeline: TimelineMark[];
  /** null: read again at the next use. */
  identities: NamedIdentity[] | null;
  finders: NamedIdentity[] | null;
  flights: Map<string, boolean> | null;
  contacts: StoredContact[] | null;
  opened: Opened[] | null;
  /** Users who named the same person; [] for most. */
  shared: SharedClaim[] | null;
};

const LIMIT = 5_000;

/** Profiles and flights that were used lately, so that an event does not cost reading the whole profile again. */
export class ProfileCache {
  private readonly loaded = new Map<string, Loaded>();
  private readonly flights = new Map<string, FoldState>();
  private readonly profiles: ProfileStore;
  private readonly identities: IdentityStore;

  constructor(profiles: ProfileStore, identities: IdentityStore) {
    this.profiles = profiles;
    this.identities = identities;
  }

  get(id: string): Loaded | undefined {
    const known = this.loaded.get(id);
    if (known) return known;
    const stored = this.profiles.get(id);
    if (!stored) return undefined;
    const { born, userId, state, timeline } = stored;
    const fresh: Loaded = {
      id,
      born,
      userId,
      state: state === '' ? newState() : decodeState(state),
      timeline: JSON.parse(timeline),
      identities: null,
      finders: null,
      flights: null,
      contacts: null,
      opened: null,
      shared: null,
    };
    this.loaded.set(id, fresh);
    return fresh;
  }

  identitiesOf(profile: Loaded): NamedIdentity[] {
    profile.identities ??= this.identities.ofOwner(profile.id);
    return profile.identities;
  }

  findersOf(profile: Loaded): NamedIdentity[] {
    profile.finders ??= this.profiles.finders(profile.id);
    return profile.finders;
  }

  flightsOf(profile: Loaded): Map<string, boolean> {
    profile.flights ??= new Map(
      this.profiles.flightsOf(profile.id).map(({ key, active }) => [key, active === 1]),
    );
    return profile.flights;
  }

  /** Open ones only. */
  contactsOf(profile: Loaded): StoredContact[] {
    profile.contacts ??= this.profiles.openContacts(profile.id);
    return profile.contacts;
  }

  /** Stations where the profile was opened; those of long ago are told too. */
  openedOf(profile: Loaded): Opened[] {
    profile.opened ??= this.profiles.openedAt(profile.id);
    return profile.opened;
  }

  sharedOf(profile: Loaded): SharedClaim[] {
    profile.shared ??= profile.userId === null ? [] : this.identities.sharedWith(profile.userId);
    return profile.shared;
  }

  save(profile: Loaded, due: number | null): void {
    this.profiles.save(profile.id, encodeState(profile.state), JSON.stringify(profile.timeline), due);
  }

  flight(key: string): FoldState | undefined {
    const known = this.flights.get(key);
    if (known) return known;
    const stored = this.profiles.flight(key);
    if (stored === undefined) return undefined;
    const state = decodeState(stored);
    this.flights.set(key, state);
    return state;
  }

  saveFlight(key: string, state: FoldState): void {
    this.flights.set(key, state);
    this.profiles.saveFlight(key, encodeState(state));
  }

  forget(id: string): void {
    this.loaded.delete(id);
  }

  /** After a rollback nothing in memory can be trusted. */
  clear(): void {
    this.loaded.clear();
    this.flights.clear();
  }

  /** Between transactions: keeps the cache within its limit. */
  trim(): void {
    for (const map of [this.loaded, this.flights]) {
      let excess = map.size - LIMIT;
      for (const key of map.keys()) {
        if (excess-- <= 0) break;
        map.delete(key);
      }
    }
  }
}
