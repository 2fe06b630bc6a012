/** Scopes as data, with the real fold behind the hub: many of them, moving with time, and taken away in between. */
import { describe, expect, it } from 'vitest';
import type { SourceEntry } from '../fold/entry.ts';
import { Fold } from '../fold/fold.ts';
import { EventStore } from '../store/events.ts';
import { IdentityStore } from '../store/identities.ts';
import { ProfileStore } from '../store/profiles.ts';
import { type TestConsole, World } from './test-world.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

type Booking = { user: string; from: string; to: string; flight: string; departs: number; arrives: number };

class Airport {
  readonly world: World;
  fold!: Fold;
  private events = 0;

  constructor() {
    let ids = 0;
    this.world = new World({
      folderOf: (log, db, now) => {
        const stores = {
          log,
          events: new EventStore(db),
          identities: new IdentityStore(db),
          profiles: new ProfileStore(db),
        };
        const newId = () => `P${String(++ids).padStart(5, '0')}`;
        this.fold = new Fold(stores, { now, newId });
        return this.fold;
      },
    });
  }

  take(...entries: SourceEntry[]): void {
    this.world.store.transaction((log) => {
      for (const entry of entries) this.fold.take(entry);
      log.commit(this.fold.flush());
    });
  }

  booked({ user, from, to, flight, departs, arrives }: Booking): SourceEntry {
    const iso = (time: number) => new Date(time).toISOString();
    const date = iso(departs).slice(0, 10);
    const segment = { segment: 1, flight, date, from, to, departs: iso(departs), arrives: iso(arrives) };
    return {
      kind: 'event',
      id: `m${++this.events}`,
      type: 'track',
      name: 'Booking Created',
      at: this.world.clock.now,
      source: 'crs',
      userId: user,
      identities: [],
      properties: { booking: `B${user}`, segments: [segment] },
    };
  }

  idOf(user: string): string {
    return this.fold.holders('userId', user)[0] as string;
  }

  /** Time goes by, and the core brings memberships up to date as its maintainer does. */
  later(ms: number, consoles: readonly TestConsole[]): void {
    this.world.clock.now += ms;
    while (this.fold.maintain(50) > 0);
    this.world.hub.tick();
    for (const one of consoles) one.take();
  }
}

const flightOf = (i: number): string => `LH${1000 + i}`;

/** Everybody on a flight of their own, in a few hours. */
function passengers(airport: Airport, count: number): Booking[] {
  const departs = airport.world.clock.now + 5 * HOUR;
  const bookings = Array.from({ length: count }, (_, i) => {
    const route = { from: 'FRA', to: 'JFK', flight: flightOf(i) };
    return { user: `u${i}`, ...route, departs, arrives: departs + 8 * HOUR };
  });
  airport.take(...bookings.map((booking) => airport.booked(booking)));
  return bookings;
}

const scopeOf = (airport: Airport, i: number): string =>
  `flight:${flightOf(i)}/${new Date(airport.world.clock.now + 5 * HOUR).toISOString().slice(0, 10)}`;

describe('a thousand scopes', () => {
  it('of one console come whole, and a change in one of them is one op', () => {
    const airport = new Airport();
    const bookings = passengers(airport, 1_000);
    const scopes = bookings.map((_booking, i) => scopeOf(airport, i));
    const one = airport.world.console('c1', { grants: ['flight:*'] });
    expect(one.hello(scopes)).toMatchObject({ type: 'welcome', denied: [] });
    expect(one.active.size).toBe(1_000);
    expect(one.held()).toEqual(one.expected());
    const before = one.frames().length;
    const again = bookings[500] as Booking;
    const properties = { name: 'seat', value: 'aisle' };
    airport.take({ ...airport.booked(again), name: 'Preference Changed', properties });
    one.take();
    const [frame, ...more] = one.frames().slice(before);
    expect(more).toEqual([]);
    expect(frame?.ops.map((op) => op.table)).toEqual(['profile', 'event']);
    expect(one.held()).toEqual(one.expected());
  });

  it('of which half are given up at once are named in one drop, and their rows go', () => {
    const airport = new Airport();
    const bookings = passengers(airport, 400);
    const scopes = bookings.map((_booking, i) => scopeOf(airport, i));
    const one = airport.world.console('c1', { grants: ['flight:*'] });
    one.hello(scopes);
    one.ask('sub', { wanted: scopes.slice(200) });
    expect(one.frames().at(-1)?.drop).toHaveLength(200);
    expect(one.held()).toEqual(one.expected());
    expect([...one.rows.keys()].filter((key) => key.startsWith('profile'))).toHaveLength(200);
  });

  it('of as many consoles: a commit makes one frame', () => {
    const airport = new Airport();
    passengers(airport, 200);
    const all = Array.from({ length: 200 }, (_, i) => {
      const one = airport.world.console(`c${i}`, { subject: `s${i}`, grants: ['flight:*'] });
      one.hello([scopeOf(airport, i)]);
      return one;
    });
    const sent = () => all.map((one) => one.link.sent.length);
    const before = sent();
    const departs = airport.world.clock.now + 6 * HOUR;
    const booking = {
      user: 'u7',
      from: 'FRA',
      to: 'EWR',
      flight: flightOf(7),
      departs,
      arrives: departs + HOUR,
    };
    airport.take(airport.booked(booking));
    const grown = sent().flatMap((count, i) => (count > (before[i] as number) ? [i] : []));
    expect(grown).toEqual([7]);
  });
});

describe('windows that move', () => {
  const STATIONS = ['FRA', 'MUC', 'HAM'] as const;

  /** docs/spec/airline.md "Scopes": departs from or arrives between 12 h ago and 48 h ahead. */
  const belongs = (booking: Booking, station: string, now: number): boolean =>
    [
      { at: booking.from, time: booking.departs },
      { at: booking.to, time: booking.arrives },
    ].some(({ at, time }) => at === station && now >= time - 48 * HOUR && now <= time + 12 * HOUR);

  it('let customers in and out by themselves, as a full look at the bookings says', () => {
    const airport = new Airport();
    const { world } = airport;
    const start = world.clock.now;
    const bookings = Array.from({ length: 300 }, (_, i): Booking => {
      const departs = start + (((i * 37) % 200) - 20) * HOUR + i * MINUTE;
      const [from, to] = [STATIONS[i % 3], STATIONS[(i + 1 + (i % 2)) % 3]] as [string, string];
      return { user: `u${i}`, from, to, flight: flightOf(i), departs, arrives: departs + 2 * HOUR };
    });
    airport.take(...bookings.map((booking) => airport.booked(booking)));
    const grants = { grants: ['station:*'], until: start + 1_000 * HOUR };
    const one = world.console('one', grants);
    one.hello(['station:FRA']);
    const three = world.console('three', { ...grants, subject: 'bo' });
    three.hello(STATIONS.map((station) => `station:${station}`));
    const held = (console: TestConsole, station: string): string[] =>
      [...console.rows]
        .filter(([key, row]) => key.startsWith('profile') && row.scopes.has(`station:${station}`))
        .map(([key]) => key.slice('profile '.length))
        .sort();
    const expected = (station: string): string[] =>
      bookings
        .filter((booking) => belongs(booking, station, world.clock.now))
        .map(({ user }) => airport.idOf(user))
        .sort();
    for (const hours of [0, 1, 5, 12, 24, 48, 72]) {
      airport.later(hours * HOUR, [one, three]);
      expect(held(one, 'FRA'), `FRA after ${hours} h more`).toEqual(expected('FRA'));
      for (const station of STATIONS) expect(held(three, station)).toEqual(expected(station));
      for (const console of [one, three]) expect(console.held()).toEqual(console.expected());
    }
    expect(one.resetReason + three.resetReason).toBe('');
  });
});

describe('a scope that goes while commands on its rows are pending', () => {
  const note = (mid: number, profileId: string) => ({
    mid,
    id: `n${mid}`,
    name: 'add-note',
    ver: 1,
    args: { profileId, text: `note ${mid}` },
    base: [],
    at: '2026-11-23T10:00:00Z',
  });

  function setUp() {
    const airport = new Airport();
    passengers(airport, 2);
    const scopes = [scopeOf(airport, 0), scopeOf(airport, 1)] as [string, string];
    const one = airport.world.console('c1', { grants: ['flight:*'] });
    one.hello(scopes);
    return { airport, one, scopes, profile: airport.idOf('u0') };
  }

  it('given up: the command is applied, its result comes, and the row stays away', () => {
    const { one, scopes, profile, airport } = setUp();
    one.ask('sub', { wanted: [scopes[1]] });
    expect(one.rows.has(`profile ${profile}`)).toBe(false);
    expect(one.push(note(1, profile))).toEqual({ lmid: 1 });
    expect(one.results).toEqual([[1, 'n1', 'applied', '', null]]);
    expect(one.held()).toEqual(one.expected());
    expect(airport.world.store.row('event', 'n1')?.scopes).toContain(scopes[0]);
  });

  it('left by the customer: the command is applied, because he was there since the floor of the log', () => {
    const { one, scopes, profile, airport } = setUp();
    const departs = airport.world.clock.now + 5 * HOUR;
    const route = { from: 'FRA', to: 'JFK', departs, arrives: departs + HOUR };
    airport.take(airport.booked({ user: 'u0', ...route, flight: 'XX1' }));
    one.take();
    expect(one.rows.has(`profile ${profile}`)).toBe(false);
    one.push(note(1, profile));
    expect(one.results).toEqual([[1, 'n1', 'applied', '', null]]);
    expect(one.active).toEqual(new Set(scopes));
    expect(one.held()).toEqual(one.expected());
  });

  it('revoked by a fresh token: dropped at once, and the command is forbidden and settled', async () => {
    const { one, scopes, profile, airport } = setUp();
    const { tokens } = airport.world.hub.deps;
    const token = await tokens.issue({
      subject: 'anna',
      role: 'operator',
      scopes: [scopes[1]],
      ttlSeconds: 600,
    });
    await airport.world.hub.auth(one.session, { token }, () => undefined);
    one.take();
    expect(one.active).toEqual(new Set([scopes[1]]));
    expect(one.held()).toEqual(one.expected());
    one.push(note(1, profile), note(2, airport.idOf('u1')));
    expect(one.results.map(([mid, , status, code]) => [mid, status, code])).toEqual([
      [1, 'forbidden', 'scope'],
      [2, 'applied', ''],
    ]);
    expect(airport.world.store.row('event', 'n1')).toBeUndefined();
    expect(one.held()).toEqual(one.expected());
  });

  it('revoked while its snapshot is on the way and the console takes nothing more: dropped all the same', async () => {
    const { one, scopes, airport } = setUp();
    const large = (): SourceEntry => ({
      ...airport.booked({ user: 'u0', from: 'FRA', to: 'JFK', flight: flightOf(0), departs: 0, arrives: 0 }),
      name: 'Something Else',
      properties: { text: 'x'.repeat(30_000) },
    });
    for (let i = 0; i < 45; i++) airport.take(large());
    const slow = airport.world.console('c2', { grants: ['flight:*'] });
    slow.acks = false;
    slow.hello(scopes);
    const { tokens } = airport.world.hub.deps;
    const token = await tokens.issue({ subject: 'anna', role: 'operator', scopes: [], ttlSeconds: 600 });
    await airport.world.hub.auth(slow.session, { token }, () => undefined);
    expect(slow.snaps().some((snap) => snap.end)).toBe(false);
    expect(slow.session.snaps).toEqual([]);
    slow.acks = true;
    slow.ack();
    slow.take();
    expect(slow.active.size).toBe(0);
    expect(slow.frames().at(-1)?.drop?.sort()).toEqual([...scopes].sort());
    expect(one.active.size).toBe(2);
  });
});
