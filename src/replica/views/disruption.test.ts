import { describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/canonical.ts';
import type { EventRow } from '../../domain/event.ts';
import type { Json } from '../../domain/json.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { newOutbox, type Outbox } from '../outbox/model.ts';
import { discard, enqueue } from '../outbox/operations.ts';
import { nextBatch, settle } from '../outbox/rules.ts';
import { type DisruptionParts, Disruptions } from './disruption.ts';
import { rebookingsOf } from './rebookings.ts';

const AT = '2026-11-21T10:00:00.000Z';
const NOW = Date.parse(AT);
const DAY = '2026-11-21';
const KEY = `LH400/${DAY}/FRA`;

type Fields = { [field: string]: Json };
/** LH400 FRA-JFK at 14:00, cancelled. */
const CANCELLED: Fields = {
  ...{ flight: 'LH400', date: DAY, from: 'FRA', to: 'JFK', seat: '12A', status: 'confirmed' },
  ...{
    departs: `${DAY}T14:00:00Z`,
    arrives: `${DAY}T22:00:00Z`,
    flightStatus: 'cancelled',
    reason: 'no crew',
  },
};
/** LH9 HAM-FRA, late, lands at 13:30. */
const LATE: Fields = {
  ...{ flight: 'LH9', date: DAY, from: 'HAM', to: 'FRA', departs: `${DAY}T12:30:00Z` },
  ...{ arrives: `${DAY}T13:30:00Z`, flightStatus: 'delayed' },
};
const ONWARD: Fields = {
  ...{
    flight: 'LH404',
    date: DAY,
    from: 'FRA',
    to: 'JFK',
    departs: `${DAY}T14:00:00Z`,
    flightStatus: 'scheduled',
  },
};

function person(id: string, segments: Fields[], others: Fields = {}): ProfileRow {
  const facts: ProfileRow['facts'] = {};
  const put = (name: string, value: Json) => {
    facts[name] = { value, source: 'dcs', at: AT };
  };
  put('lastName', id);
  for (const [name, value] of Object.entries(others)) put(name, value);
  for (const [at, fields] of segments.entries())
    for (const [field, value] of Object.entries(fields)) put(`trip.${id}.${at + 1}.${field}`, value);
  return { id, identities: [], facts };
}

const event = (name: string, properties: EventRow['properties']): EventRow => ({
  ...{ id: name, profileId: 'A', type: 'track', name, at: AT, source: 'dcs', properties },
});
/** What a timeline tells of whoever was booked on LH400. */
const booked = (booking: string): EventRow[] => [
  event('Flight Status', { flight: 'LH400', date: DAY, from: 'FRA', status: 'cancelled', reason: 'no crew' }),
  event('Booking Created', { booking, segments: [{ segment: 1, ...CANCELLED }] }),
];

function ask(outbox: Outbox, id: string, to: string, at = AT): Outbox {
  const [flight, flightStatus] = [`trip.${id}.1.flight`, `trip.${id}.1.flightStatus`];
  const put = enqueue(outbox, {
    ...{ id: `r-${id}-${to}`, name: 'rebook', ver: 1, profileId: id, at, operator: 'op' },
    args: { profileId: id, booking: id, segment: '1', to },
    base: [],
    baseValues: { [flight]: 'LH400', [flightStatus]: 'cancelled' },
  });
  if (!put.ok) throw new Error(put.code);
  return put.outbox;
}
const send = (outbox: Outbox): Outbox =>
  nextBatch(outbox, { lmid: 0, maxCommands: 50, now: NOW, held: () => false }).outbox;

type Given = Partial<Omit<DisruptionParts, 'events'>> & { events?: { [id: string]: EventRow[] } };
function parts(rows: ProfileRow[], { events = {}, ...given }: Given = {}): DisruptionParts {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    ...{ station: 'FRA', now: NOW, outbox: newOutbox('c'), seen: 0, held: () => false },
    troubled: () => rows.map(({ id }) => [id, '1/1']),
    row: (id) => byId.get(id) ?? null,
    events: (id) => events[id] ?? [],
    ...given,
  };
}
const list = (given: DisruptionParts) => new Disruptions().list(given).flights;
const people = (given: DisruptionParts, key = KEY) => new Disruptions().flight(given, key)?.passengers ?? [];

describe('[X1] the disturbed flights of a station', () => {
  it('are those that leave from or land at it cancelled or late, each with who is aboard', () => {
    const elsewhere = { ...CANCELLED, flight: 'LH1', from: 'MUC' };
    const rows = [
      person('A', [CANCELLED]),
      person('B', [CANCELLED]),
      person('C', [LATE, ONWARD]),
      person('D', [elsewhere]),
      person('E', [{ ...CANCELLED, flightStatus: 'scheduled' }]),
      person('F', [{ ...CANCELLED, status: 'cancelled' }]),
    ];
    expect(list(parts(rows))).toMatchObject([
      { key: KEY, to: 'JFK', status: 'cancelled', reason: 'no crew', aboard: 2, open: 2, missing: 0 },
      { key: `LH9/${DAY}/HAM`, status: 'delayed', aboard: 1, open: 1, missing: 1 },
    ]);
  });

  it('are looked after until 12 hours after they ended', () => {
    const end = Date.parse(`${DAY}T22:00:00Z`) + 12 * 3_600_000;
    const rows = [person('A', [CANCELLED])];
    expect(list(parts(rows, { now: end - 1 }))).toHaveLength(1);
    expect(list(parts(rows, { now: end }))).toEqual([]);
  });

  it('say when not everybody in trouble was looked at', () => {
    const many = (limit: number): [string, string][] =>
      Array.from({ length: limit }, (_, i) => [`P${i}`, '1/1']);
    expect(new Disruptions().list(parts([], { troubled: many })).more).toBe(true);
    expect(new Disruptions().list(parts([])).more).toBe(false);
  });

  it('are made of changed rows only', () => {
    const view = new Disruptions();
    const read: string[] = [];
    const rows = [person('A', [CANCELLED]), person('B', [CANCELLED])];
    const row = (id: string): ProfileRow | null => {
      read.push(id);
      return rows.find((one) => one.id === id) ?? null;
    };
    const given = parts(rows, { row });
    view.list(given);
    view.list({
      ...given,
      troubled: () => [
        ['A', '1/1'],
        ['B', '1/2'],
      ],
    });
    expect(read).toEqual(['A', 'B', 'B']);
  });
});

describe('[X2] what a passenger misses', () => {
  it('of a cancelled flight: that, and the flight after it', () => {
    const after = { ...ONWARD, flight: 'AA7', from: 'JFK', to: 'BOS', departs: `${DAY}T23:30:00Z` };
    const [one] = people(
      parts([person('A', [CANCELLED, after], { 'bag.1.status': 'loaded', tier: 'Senator' })]),
    );
    expect(one).toMatchObject({
      ...{ segment: '1', flight: 'LH400', seat: '12A', bags: 1, tier: 'Senator', state: 'open' },
      misses: [
        { kind: 'flight', flight: 'LH400', to: 'JFK', minutes: null },
        { kind: 'connection', flight: 'AA7', to: 'BOS', minutes: null },
      ],
    });
  });

  it('of a late flight: the connection that is too short, and that is what is rebooked', () => {
    const key = `LH9/${DAY}/HAM`;
    const late = (departs: string) => [LATE, { ...ONWARD, departs: `${DAY}T${departs}:00Z` }];
    const [short] = people(parts([person('A', late('14:00'))]), key);
    expect(short).toMatchObject({
      ...{ segment: '2', flight: 'LH404', state: 'open' },
      misses: [{ kind: 'connection', flight: 'LH404', minutes: 30 }],
    });
    const [long] = people(parts([person('A', late('14:15'))]), key);
    expect(long).toMatchObject({ segment: '1', state: 'fine', misses: [] });
  });

  it('says what was seen, for the base of the command', () => {
    const [one] = people(parts([person('A', [CANCELLED])]));
    expect(one?.seen).toEqual([
      { fact: 'trip.A.1.flight', hash: contentHash('LH400') },
      { fact: 'trip.A.1.flightStatus', hash: contentHash('cancelled') },
    ]);
  });
});

describe('[X4] the flight that is proposed', () => {
  const offer = (booking: string, ...options: Json[]) => [event('Rebooking Viewed', { booking, options })];
  it('is the first that the passenger was offered, else what most on the same way were, else none', () => {
    const rows = ['A', 'B', 'C', 'D'].map((id) => person(id, [CANCELLED]));
    rows.push(person('E', [{ ...CANCELLED, to: 'BOS' }]));
    const events = {
      A: offer('A', 'LH 400', 'LH402'),
      B: offer('B', { flight: 'LH404', date: '2026-11-22' }),
      C: offer('C', 'LH404/2026-11-22', 'LH402'),
      E: offer('other', 'LH408'),
    };
    const shown = people(parts(rows, { events })).map(({ name, proposed, ownOffer }) => [
      name,
      proposed,
      ownOffer,
    ]);
    expect(shown).toEqual([
      ['A', 'LH402', true],
      ['B', 'LH404/2026-11-22', true],
      ['C', 'LH404/2026-11-22', true],
      ['D', 'LH404/2026-11-22', false],
      ['E', null, false],
    ]);
  });
});

describe('[X3] how far a rebooking is', () => {
  const rows = [person('A', [CANCELLED]), person('B', [CANCELLED])];
  const state = (outbox: Outbox, given: Given = {}, on = rows) =>
    people(parts(on, { outbox, ...given })).map((one) => [one.name, one.state, one.rebookedTo]);
  const asked = ask(newOutbox('c'), 'A', 'LH402');

  it('is that of its entry: waiting, held, sent', () => {
    expect(state(asked)).toEqual([
      ['A', 'waiting', 'LH402'],
      ['B', 'open', null],
    ]);
    expect(state(asked, { held: () => true })[0]).toEqual(['A', 'held', 'LH402']);
    expect(state(send(asked))[0]).toEqual(['A', 'sent', 'LH402']);
    expect(list(parts(rows, { outbox: asked }))).toMatchObject([{ aboard: 2, waiting: 1, open: 1 }]);
  });

  it('is applied, also when he is not on the flight any more', () => {
    const applied = settle(send(asked), [[1, 'r-A-LH402', 'applied', '', null]], AT);
    expect(state(applied)[0]).toEqual(['A', 'applied', 'LH402']);
    const moved = [person('A', [{ ...CANCELLED, flight: 'LH402', flightStatus: 'scheduled' }]), rows[1]];
    const given = { events: { A: booked('A') }, seen: 1 };
    expect(state(applied, given, moved as ProfileRow[])).toEqual([
      ['A', 'applied', 'LH402'],
      ['B', 'open', null],
    ]);
    const [flight] = list(parts(moved as ProfileRow[], { outbox: applied, ...given }));
    expect(flight).toMatchObject({ aboard: 2, rebooked: 1, open: 1, departs: `${DAY}T14:00:00Z` });
  });

  it('is open again for somebody who was put back on the flight', () => {
    const applied = settle(send(asked), [[1, 'r-A-LH402', 'applied', '', null]], AT);
    expect(state(applied, { seen: 1 })[0]).toEqual(['A', 'open', null]);
  });

  it('asks for a person where it was not taken, with the reason, until it is put away', () => {
    const told = { by: 'm.other', facts: [] };
    const conflict = settle(send(asked), [[1, 'r-A-LH402', 'conflict', 'stale', told]], AT);
    expect(people(parts(rows, { outbox: conflict }))[0]).toMatchObject({
      ...{ state: 'conflict', code: 'stale', by: 'm.other', entryId: 'r-A-LH402' },
    });
    expect(list(parts(rows, { outbox: conflict }))).toMatchObject([{ needsYou: 1, open: 1 }]);
  });

  it('is open again once it was put away', () => {
    const conflict = settle(send(asked), [[1, 'r-A-LH402', 'conflict', 'stale', null]], AT);
    const away = discard(conflict, 'r-A-LH402', 'operator', AT) as Outbox;
    expect(state(away)[0]).toEqual(['A', 'open', null]);
  });

  it('is forgotten 48 hours after it was applied', () => {
    const applied = settle(send(asked), [[1, 'r-A-LH402', 'applied', '', null]], AT);
    const moved = [person('A', [{ ...CANCELLED, flight: 'LH402', flightStatus: 'scheduled' }])];
    expect(list(parts(moved, { outbox: applied, seen: 1, events: { A: booked('A') } }))).toHaveLength(1);
    const hours = 48 * 3_600_000;
    expect(rebookingsOf(applied, 1, NOW + hours, () => false).size).toBe(1);
    expect(rebookingsOf(applied, 1, NOW + hours + 1, () => false).size).toBe(0);
  });

  it('is that of the last wish for the segment', () => {
    const conflict = settle(send(asked), [[1, 'r-A-LH402', 'conflict', 'stale', null]], AT);
    const again = ask(conflict, 'A', 'LH408', '2026-11-21T10:01:00.000Z');
    expect(state(again)[0]).toEqual(['A', 'waiting', 'LH408']);
  });
});
