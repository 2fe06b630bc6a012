import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContactRow } from '../../domain/contact.ts';
import { decodeState, type FoldState, newState } from '../../domain/fold/state.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { NamedIdentity } from '../../packs/airline/identities.ts';
import { migrate } from '../store/database.ts';
import { EventStore } from '../store/events.ts';
import { IdentityStore } from '../store/identities.ts';
import { LogStore } from '../store/log.ts';
import { ProfileStore } from '../store/profiles.ts';
import { applyEntry, type LoggedEntry, type SourceEntry } from './entry.ts';
import { Fold } from './fold.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

function makeCore(now = NOW) {
  const clock = { at: now };
  const db = new Database(':memory:');
  migrate(db);
  const log = new LogStore(db, () => clock.at);
  let ids = 0;
  const stores = {
    log,
    events: new EventStore(db),
    identities: new IdentityStore(db),
    profiles: new ProfileStore(db),
  };
  const fold = new Fold(stores, { now: () => clock.at, newId: () => `P${String(++ids).padStart(4, '0')}` });
  const take = (...entries: SourceEntry[]) =>
    log.transaction((writer) => {
      for (const entry of entries) fold.take(entry);
      writer.commit(fold.flush());
    });
  const row = (id: string) => JSON.parse(log.row('profile', id)?.json ?? 'null') as ProfileRow | null;
  /** Nothing is left in memory, as after a restart. */
  const forget = () => {
    const undone = new Error('undone');
    expect(() =>
      log.transaction(() => {
        throw undone;
      }),
    ).toThrow(undone);
  };
  return { clock, db, log, fold, take, row, forget, profiles: stores.profiles };
}

let serial = 0;
function track(name: string, properties: JsonObject, more: Partial<SourceEntry> = {}): SourceEntry {
  return {
    kind: 'event',
    id: `m${++serial}`,
    type: 'track',
    name,
    at: NOW - 60_000,
    source: 'app',
    userId: 'u1',
    identities: [],
    properties,
    ...more,
  };
}

const identify = (traits: JsonObject, more: Partial<SourceEntry> = {}) =>
  track('identify', traits, { type: 'identify', ...more });

const anon = (value: string): NamedIdentity => ({ type: 'anonymousId', value });

describe('fold', () => {
  it('[W1] what a command made of a contact is its row from then on, and an ended one is in no scope', () => {
    const core = makeCore();
    core.take(identify({ name: 'Anna' }), identify({ name: 'Bo' }, { userId: 'u2' }));
    const at = '2026-11-21T11:58:00.000Z';
    const place = { queue: 'support-de', station: 'FRA', profileId: null, identity: null };
    const call: ContactRow = { id: 'k1', kind: 'call', state: 'active', ...place, at, since: at };
    core.log.transaction((log) => {
      core.fold.takeContact('k1', call, 'P0001', track('Contact active', {}));
      log.commit(core.fold.flush());
    });
    const open = () => core.log.row('contact', 'k1')?.scopes.length ?? 0;
    expect(open()).toBeGreaterThan(0);
    const ended: ContactRow = { ...call, profileId: 'P0001', state: 'ended' };
    core.log.transaction((log) =>
      log.commit(core.fold.effect({ id: 'w1', profileId: 'P0001', facts: {}, event: null, contact: ended })),
    );
    expect(open()).toBe(0);
    expect(JSON.parse(core.profiles.contact('k1')?.json ?? '{}')).toMatchObject({ state: 'ended' });
  });

  it('keeps flat facts with value, source and time, and finds the profile by them', () => {
    const core = makeCore();
    core.take(
      identify({
        firstName: 'Anna',
        email: 'Anna@Example.org',
        phone: '+49 170 1234567',
        consents: { sms: true },
      }),
    );
    const [id] = core.fold.holders('email', ' ANNA@example.org ');
    expect(core.row(id as string)?.facts.firstName).toEqual({
      value: 'Anna',
      source: 'app',
      at: '2026-11-21T11:59:00.000Z',
    });
    expect(core.fold.holders('phone', '0049 170 1234567')).toEqual([id]);
    expect(core.fold.holders('userId', 'u1')).toEqual([id]);
    core.take(identify({ email: null, consents: { sms: null } }, { at: NOW - 1 }));
    expect(core.row(id as string)?.facts.email).toBeUndefined();
    expect(core.row(id as string)?.facts['consent.sms']).toBeUndefined();
    expect(core.fold.holders('email', 'anna@example.org')).toEqual([]);
    core.db.close();
  });

  it('unites an anonymous profile with the user who claims it; the older id stays and the other redirects', () => {
    const core = makeCore();
    core.take(track('Rebooking Viewed', {}, { userId: null, identities: [anon('a1')] }));
    const [older] = core.fold.holders('anonymousId', 'a1');
    core.clock.at += 10;
    core.take(identify({ firstName: 'Anna' }));
    const [younger] = core.fold.holders('userId', 'u1');
    expect(younger).not.toBe(older);
    core.take(identify({ lastName: 'Weber' }, { identities: [anon('a1')] }));
    expect(core.fold.holders('userId', 'u1')).toEqual([older]);
    expect(core.log.survivor(younger as string)).toBe(older);
    expect(core.row(younger as string)).toBeNull();
    expect(Object.keys(core.row(older as string)?.facts ?? {})).toEqual([
      'firstName',
      'lastName',
      'now.activity',
    ]);
    const lines = core.log.rowsOfScope(`profile:${older}`, null, 100).filter((one) => one.table === 'event');
    expect(lines).toHaveLength(3);
    core.db.close();
  });

  it('gives what an earlier claim takes away to the other user, and folds both again', () => {
    const core = makeCore();
    core.take(track('Rebooking Viewed', {}, { userId: null, identities: [anon('a1')] }));
    core.take(identify({ firstName: 'Bob' }, { userId: 'u2', identities: [anon('a1')], at: NOW - 1000 }));
    const [second] = core.fold.holders('userId', 'u2');
    expect(core.row(second as string)?.facts['now.activity']?.source).toBe('app');
    core.take(identify({ firstName: 'Anna' }, { identities: [anon('a1')], at: NOW - 2000 }));
    const [first] = core.fold.holders('userId', 'u1');
    expect(core.fold.holders('anonymousId', 'a1')).toEqual([first]);
    expect(core.row(second as string)?.facts['now.activity']).toBeUndefined();
    expect(core.row(first as string)?.facts['now.activity']?.source).toBe('app');
    expect(core.fold.holders('userId', 'u2')).toEqual([second]);
    core.db.close();
  });

  it('keeps what a command wrote with the profile that it named', () => {
    const core = makeCore();
    core.take(track('Rebooking Viewed', {}, { userId: null, identities: [anon('a1')] }));
    core.take(identify({ firstName: 'Bob' }, { userId: 'u2', identities: [anon('a1')], at: NOW - 1000 }));
    const [second] = core.fold.holders('userId', 'u2');
    const effect = {
      id: 'c1',
      profileId: second as string,
      facts: { 'preference.seat': 'aisle' },
      event: null,
    };
    core.log.transaction((log) => log.commit(core.fold.effect(effect)));
    core.take(identify({ firstName: 'Anna' }, { identities: [anon('a1')], at: NOW - 2000 }));
    expect(core.row(second as string)?.facts['preference.seat']).toMatchObject({
      value: 'aisle',
      source: 'console',
    });
    core.db.close();
  });

  it('[R8] takes what a command writes for later than what it replaces, also where a source is ahead of the clock', () => {
    const core = makeCore();
    const trip = {
      booking: 'QX7R2M',
      segments: [{ segment: 1, flight: 'LH400', date: '2026-11-21', seat: '12A' }],
    };
    core.take(track('Booking Created', trip, { at: NOW + 3_600_000 }));
    const seat = 'trip.QX7R2M.1.seat';
    const effect = { id: 'c1', profileId: 'P0001', facts: { [seat]: '14C' }, event: null };
    core.log.transaction((log) => log.commit(core.fold.effect(effect)));
    expect(core.row('P0001')?.facts[seat]).toMatchObject({ value: '14C', source: 'console' });
    core.take(track('Seat Changed', { booking: 'QX7R2M', segment: 1, seat: '3C' }, { at: NOW + 3_600_001 }));
    expect(core.row('P0001')?.facts[seat]).toMatchObject({ value: '3C' });
  });

  it('flags users who share a loyalty number, and never unites them', () => {
    const core = makeCore();
    const card = { type: 'loyaltyNumber', value: 'LH1' };
    core.take(
      identify({ firstName: 'A' }, { identities: [card] }),
      identify({ firstName: 'B' }, { userId: 'u2', identities: [card] }),
    );
    for (const [user, other] of [
      ['u1', 'u2'],
      ['u2', 'u1'],
    ] as const) {
      const [id] = core.fold.holders('userId', user);
      expect(core.row(id as string)?.facts['segment.possible-duplicate']).toMatchObject({ value: [other] });
    }
    core.db.close();
  });

  it('moves profiles in and out of station scopes as time goes by', () => {
    const core = makeCore();
    core.take(
      track('Booking Created', {
        booking: 'QX7R2M',
        segments: [
          {
            segment: 1,
            flight: 'LH400',
            date: '2026-11-24',
            from: 'FRA',
            to: 'JFK',
            departs: '2026-11-24T12:00:00Z',
            arrives: '2026-11-24T20:00:00Z',
          },
        ],
      }),
    );
    const [id] = core.fold.holders('booking', 'qx7r2m') as [string];
    const scopes = () => core.log.row('profile', id)?.scopes;
    expect(scopes()).toEqual(['flight:LH400/2026-11-24', `profile:${id}`]);
    core.clock.at = Date.parse('2026-11-22T12:00:00Z');
    core.fold.maintain(10);
    expect(scopes()).toEqual(['flight:LH400/2026-11-24', `profile:${id}`, 'station:FRA']);
    core.clock.at = Date.parse('2026-11-25T00:00:01Z');
    core.fold.maintain(10);
    expect(scopes()).toEqual(['flight:LH400/2026-11-24', `profile:${id}`, 'station:JFK']);
    core.clock.at = Date.parse('2026-12-25T00:00:01Z');
    core.fold.maintain(10);
    expect(scopes()).toEqual([`profile:${id}`]);
    // That somebody has travelled stays known.
    expect(Object.keys(core.row(id)?.facts ?? {})).toEqual(['segment.lifecycle']);
    core.db.close();
  });
});

const users = fc.constantFrom('u1', 'u2', null);
const devices = fc.subarray([anon('a1'), anon('a2'), { type: 'loyaltyNumber', value: 'L1' }]);
const at = fc.integer({ min: 1, max: 9 }).map((minutes) => NOW - minutes * 60_000);
const segment = fc.record({
  segment: fc.integer({ min: 1, max: 2 }),
  seat: fc.constantFrom('1A', '2B'),
  flight: fc.constantFrom('LH1', 'LH2'),
});
const said = fc.oneof(
  fc
    .record({ tier: fc.constantFrom('gold', null) })
    .map((traits): [string, JsonObject] => ['identify', traits]),
  fc
    .tuple(
      fc.constantFrom('Booking Created', 'Booking Changed'),
      fc.uniqueArray(segment, { selector: (s) => s.segment }),
    )
    .map(([name, segments]): [string, JsonObject] => [
      name,
      {
        booking: 'B1',
        segments: segments.map((one) => ({ ...one, date: '2026-11-21', from: 'FRA', to: 'MUC' })),
      },
    ]),
  fc.constant<[string, JsonObject]>(['Booking Cancelled', { booking: 'B1' }]),
  fc
    .record({ segment: fc.integer({ min: 1, max: 2 }), seat: fc.constantFrom('3C', null) })
    .map((more): [string, JsonObject] => ['Checked In', { booking: 'B1', ...more }]),
);
const flightSaid = fc.record({
  flight: fc.constantFrom('LH1', 'LH2'),
  gate: fc.constantFrom('A1', 'B2', null),
});

const histories = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ who: users, devices, at, said }) },
    { weight: 1, arbitrary: fc.record({ flight: flightSaid, at }) },
  ),
  { minLength: 1, maxLength: 9 },
);

function entriesOf(history: typeof histories extends fc.Arbitrary<infer T> ? T : never): SourceEntry[] {
  return history.flatMap((one, i): SourceEntry[] => {
    const id = `m${i}`;
    if ('flight' in one) {
      const { flight, gate } = one.flight;
      return [
        track(
          'Flight Status',
          { flight, date: '2026-11-21', from: 'FRA', gate },
          {
            kind: 'flight',
            id,
            at: one.at,
            userId: null,
            flight: `${flight}/2026-11-21/FRA`,
          },
        ),
      ];
    }
    const identities = one.who === null && one.devices.length === 0 ? [anon('a1')] : one.devices;
    const [name, properties] = one.said;
    const type = name === 'identify' ? 'identify' : 'track';
    return [track(name, properties, { id, type, at: one.at, userId: one.who, identities })];
  });
}

/** All profiles without their ids. */
function picture(core: ReturnType<typeof makeCore>) {
  const rows = core.db.prepare('SELECT id FROM profile').all() as { id: string }[];
  return rows
    .map(({ id }) => {
      const row = core.row(id);
      const lines = core.log.rowsOfScope(`profile:${id}`, null, 1000).filter((one) => one.table === 'event');
      const events = lines.map((line) => line.id.split('/', 1)[0]).sort();
      const scopes = core.log.row('profile', id)?.scopes.filter((scope) => !scope.startsWith('profile:'));
      return JSON.stringify({ identities: row?.identities, facts: row?.facts, scopes, events });
    })
    .sort();
}

type InTest = ReturnType<typeof makeCore>;

const canonical = (state: FoldState) => ({
  facts: [...state.facts]
    .map(([name, { event, command }]) => ({ name, event, command }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  lists: [...state.lists].sort(([a], [b]) => (a < b ? -1 : 1)),
});

/** What was folded step by step. */
function keptStates(core: InTest) {
  const rows = core.db.prepare('SELECT id, state FROM profile ORDER BY id').all() as {
    id: string;
    state: string;
  }[];
  return rows.map(({ id, state }) => ({ id, ...canonical(decodeState(state)) }));
}

/** What the whole log says at once. */
function statesFromLog(core: InTest) {
  const ids = core.db.prepare('SELECT id FROM profile ORDER BY id').all() as { id: string }[];
  return ids.map(({ id }) => {
    const state = newState();
    const rows = core.db.prepare('SELECT json FROM event_log WHERE owner = ?').all(id) as { json: string }[];
    for (const { json } of rows) applyEntry(state, JSON.parse(json) as LoggedEntry);
    return { id, ...canonical(state) };
  });
}

describe('order of arrival', () => {
  it('[A8] does not matter to profiles, identities, timelines and scopes, with duplicates, in any batches and across restarts', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat(1000)), (history, random) => {
        const entries = entriesOf(history);
        const clean = makeCore();
        clean.take(...entries);
        const shuffled = [...entries, ...entries.slice(0, 2)]
          .map((entry) => ({ entry, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const late = makeCore();
        for (const { entry, key } of shuffled) {
          late.take(entry);
          if (key % 3 === 0) late.forget();
        }
        expect(picture(late)).toEqual(picture(clean));
        expect(keptStates(late)).toEqual(statesFromLog(late));
        clean.db.close();
        late.db.close();
      }),
      { numRuns: 100 },
    );
  }, 120_000);
});
