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
  finders: NamedIdentity[];
  /** Flights that it is on (true) or once was: their events stay in its timeline. */
  flights: Map<string, boolean>;
  /** null: read again at the next use. */
  identities: NamedIdentity[] | null;
  contacts: StoredContact[] | null;
  opened: Opened[] | null;
  /** Users who named the same person; [] for most. */
  shared: SharedClaim[] | null;
};

/** What of a profile stands in other tables, as JSON in its own row; contacts and openings only if there are any. */
export type Beside = {
  identities: [type: string, value: string][];
  finders: [type: string, value: string][];
  flights: [key: string, active: 0 | 1][];
  shared: SharedClaim[];
  contacts: boolean;
  opened: boolean;
};

export const besideText = (beside: Beside): string => JSON.stringify(beside);

const pairs = (list: readonly NamedIdentity[]) =>
  list.map(({ type, value }): [string, string] => [type, value]);

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
    const { born, userId, state, timeline, beside } = stored;
    const fresh: Loaded = {
      id,
      born,
      userId,
      state: state === '' ? newState() : decodeState(state),
      timeline: JSON.parse(timeline),
      ...readBeside(beside),
    };
    this.loaded.set(id, fresh);
    return fresh;
  }

  /** A profile that was made just now, of which nothing but its identities can stand anywhere. */
  add(id: string, born: number, userId: string | null): void {
    const nothing = { finders: [], flights: new Map(), contacts: [], opened: [], shared: [] };
    this.loaded.set(id, { id, born, userId, state: newState(), timeline: [], identities: null, ...nothing });
  }

  identitiesOf(profile: Loaded): NamedIdentity[] {
    profile.identities ??= this.identities.ofOwner(profile.id);
    return profile.identities;
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
    this.profiles.save(profile.id, {
      state: encodeState(profile.state),
      timeline: JSON.stringify(profile.timeline),
      beside: this.writeBeside(profile),
      due,
    });
  }

  private writeBeside(profile: Loaded): string {
    return besideText({
      identities: pairs(this.identitiesOf(profile)),
      finders: pairs(profile.finders),
      flights: [...profile.flights].map(([key, active]) => [key, active ? 1 : 0]),
      shared: this.sharedOf(profile),
      contacts: this.contactsOf(profile).length > 0,
      opened: this.openedOf(profile).length > 0,
    });
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

type Known = Pick<Loaded, 'identities' | 'finders' | 'flights' | 'contacts' | 'opened' | 'shared'>;

function readBeside(text: string): Known {
  const { identities, finders, flights, shared, contacts, opened } = JSON.parse(text) as Beside;
  const named = (list: [string, string][]) => list.map(([type, value]) => ({ type, value }));
  return {
    identities: named(identities),
    finders: named(finders),
    flights: new Map(flights.map(([key, active]) => [key, active === 1])),
    contacts: contacts ? null : [],
    opened: opened ? null : [],
    shared,
  };
}

/** Flights whose events belong into the timeline of a stored profile, as its `beside` names them. */
export const flightsIn = (beside: string): string[] => [...readBeside(beside).flights.keys()];
