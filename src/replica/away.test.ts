import { describe, expect, it } from 'vitest';
import type { Json } from '../domain/json.ts';
import type { ProfileRow } from '../domain/profile.ts';
import { Away } from './away.ts';
import { newOutbox, type Outbox } from './outbox/model.ts';
import { type Draft, enqueue } from './outbox/operations.ts';
import { nextBatch, settle } from './outbox/rules.ts';

const START = Date.parse('2026-11-21T10:00:00.000Z');
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

function row(id: string, facts: { [name: string]: Json }, at = START - HOUR): ProfileRow {
  const all = { firstName: 'Anna', lastName: id, 'trip.QX7R2M.1.flight': 'LH400', ...facts };
  const told = Object.entries(all).map(([name, value]) => [name, { value, source: 'dcs', at: iso(at) }]);
  return { id, identities: [], facts: Object.fromEntries(told) };
}

/** A station whose line to the core is put up and down by hand. */
class Station {
  rows = new Map<string, ProfileRow>();
  stale = new Set<string>();
  list: string[] = [];
  outbox: Outbox = newOutbox('c');
  now = START;
  news = 0;
  private due: (() => void)[] = [];
  readonly away = new Away({
    row: (id) => this.rows.get(id) ?? null,
    isStale: (id) => this.stale.has(id),
    watched: () => this.list,
    now: () => this.now,
    later: (run) => {
      this.due = [run];
      return () => {
        this.due = [];
      };
    },
    onNews: () => void this.news++,
  });

  put(id: string, facts: { [name: string]: Json }, at?: number): void {
    this.rows.set(id, row(id, facts, at));
    if (!this.list.includes(id)) this.list.push(id);
  }

  live(caughtUp = true): this {
    this.away.follow({ phase: 'live', since: this.now, reason: null }, caughtUp, this.outbox);
    return this;
  }

  lost(reason = 'core_unreachable', since = this.now): this {
    this.away.follow({ phase: 'waiting', since, reason }, false, this.outbox);
    return this;
  }

  /** The work list has caught up with the rows. */
  listed(): this {
    for (const run of this.due.splice(0)) run();
    return this;
  }

  view() {
    return this.away.view(this.outbox);
  }

  told(): { [id: string]: string[] } {
    const customers = this.view()?.customers ?? [];
    return Object.fromEntries(
      customers.map((one) => [
        one.profileId,
        one.changes.map((change) => `${change.fact} ${change.was} ${change.now}`),
      ]),
    );
  }
}

function station(): Station {
  const made = new Station();
  made.put('weber', { 'trip.QX7R2M.1.seat': '14C', tier: 'Senator' });
  made.put('okafor', { 'trip.QX7R2M.1.gate': 'B42' });
  return made.live();
}

function wish(outbox: Outbox, id: string, profileId: string): Outbox {
  const draft: Draft = {
    ...{ id, name: 'add-note', ver: 1, args: { profileId, text: id }, base: [], baseValues: {} },
    ...{ profileId, at: iso(START), operator: 'op' },
  };
  const next = enqueue(outbox, draft);
  if (!next.ok) throw new Error(next.code);
  return next.outbox;
}

describe('[P34] while you were away', () => {
  it('says what changed of the work list’s customers in what matters, and nothing else', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.put('weber', {
      'trip.QX7R2M.1.seat': '12K',
      'trip.QX7R2M.1.flightStatus': 'cancelled',
      tier: 'HON',
    });
    desk.live();
    expect(desk.view()).toMatchObject({
      ...{ from: iso(START), until: iso(START + HOUR), how: 'offline', catchingUp: false },
      ...{ watched: 2, changed: 1, gapsOpen: 0 },
    });
    expect(desk.told()).toEqual({
      weber: ['trip.QX7R2M.1.flightStatus null cancelled', 'trip.QX7R2M.1.seat 14C 12K'],
    });
    expect(desk.view()?.customers[0]?.changes[0]).toMatchObject({ source: 'dcs', flight: 'LH400' });
  });

  it('does not count what changes after the return', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.live();
    desk.put('weber', { 'trip.QX7R2M.1.seat': '15A' });
    desk.live().listed();
    expect(desk.told()).toEqual({});
  });

  it('tells of a customer when his rows are confirmed; until then his gap is open', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.stale = new Set(['weber', 'okafor']);
    desk.live(false);
    expect(desk.view()).toMatchObject({ catchingUp: true, gapsOpen: 2 });
    desk.stale.delete('okafor');
    desk.put('okafor', { 'trip.QX7R2M.1.gate': 'B61' });
    desk.live();
    expect(desk.view()).toMatchObject({ catchingUp: false, gapsOpen: 1 });
    expect(desk.view()?.customers.map((one) => [one.profileId, one.gapOpen])).toEqual([
      ['weber', true],
      ['okafor', false],
    ]);
    desk.stale.clear();
    desk.put('weber', { 'trip.QX7R2M.1.seat': '12K' });
    desk.live();
    expect(desk.told()).toEqual({
      okafor: ['trip.QX7R2M.1.gate B42 B61'],
      weber: ['trip.QX7R2M.1.seat 14C 12K'],
    });
  });

  it('tells of those who are new on the work list by the times of their facts', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.live();
    desk.put('new', { 'trip.QX7R2M.1.flightStatus': 'cancelled' }, START + 60_000);
    desk.put('old', { 'trip.QX7R2M.1.flightStatus': 'cancelled' }, START - 60_000);
    desk.put('live', { 'trip.QX7R2M.1.flightStatus': 'cancelled' }, START + HOUR + 1_000);
    desk.listed();
    expect(Object.keys(desk.told())).toEqual(['new']);
    expect(desk.view()?.watched).toBe(5);
  });

  it('knows how those were before whom the operator worked on meanwhile', () => {
    const desk = station();
    desk.rows.set('far', row('far', { 'trip.QX7R2M.1.seat': '20A' }));
    desk.lost();
    desk.outbox = wish(desk.outbox, 'a', 'far');
    desk.now += HOUR;
    desk.live(false);
    desk.rows.set('far', row('far', { 'trip.QX7R2M.1.seat': '21B' }, START - 2 * HOUR));
    desk.live();
    expect(desk.told()).toEqual({ far: ['trip.QX7R2M.1.seat 20A 21B'] });
  });

  it('says who has left, and keeps his name', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.rows.delete('okafor');
    desk.live();
    expect(desk.view()?.customers).toMatchObject([{ profileId: 'okafor', name: 'Anna okafor', gone: true }]);
  });

  it('follows what becomes of own entries that waited, and asks for the one that needs its operator', () => {
    const desk = station().lost();
    desk.outbox = wish(wish(wish(desk.outbox, 'a', 'weber'), 'b', 'weber'), 'c', 'far');
    desk.now += HOUR;
    desk.live();
    const own = () => desk.view()?.customers.map((one) => [one.profileId, one.own]);
    const none = { applied: 0, waiting: 0, held: 0, needsYou: 0, entryId: null };
    expect(own()).toEqual([
      ['weber', { ...none, total: 2, waiting: 2 }],
      ['far', { ...none, total: 1, waiting: 1 }],
    ]);
    const sent = nextBatch(desk.outbox, {
      lmid: 0,
      maxCommands: 50,
      now: desk.now,
      held: () => false,
    }).outbox;
    const results: Parameters<typeof settle>[1] = [
      [1, 'a', 'applied', '', null],
      [2, 'b', 'applied', '', null],
      [3, 'c', 'conflict', 'stale', null],
    ];
    desk.outbox = wish(settle(sent, results, iso(desk.now)), 'later', 'weber');
    expect(own()).toEqual([
      ['far', { ...none, total: 1, needsYou: 1, entryId: 'c' }],
      ['weber', { ...none, total: 2, applied: 2 }],
    ]);
  });

  it('is silent about a short gap and keeps telling of the long one before it', () => {
    const short = station().lost();
    short.now += 59_000;
    short.put('weber', { 'trip.QX7R2M.1.seat': '12K' });
    expect(short.live().view()).toBeNull();
    const long = station().lost();
    long.now += HOUR;
    long.live().listed().lost();
    long.now += 5_000;
    expect(long.live().view()?.until).toBe(iso(START + HOUR));
  });

  it('goes on with a gap that was not closed when the line broke again', () => {
    const desk = station().lost();
    desk.now += HOUR;
    desk.stale = new Set(['weber']);
    desk.live().lost();
    desk.now += HOUR;
    desk.stale.clear();
    desk.put('weber', { 'trip.QX7R2M.1.seat': '12K' });
    desk.live();
    expect(desk.view()).toMatchObject({ from: iso(START), until: iso(START + 2 * HOUR) });
    expect(desk.told()).toEqual({ weber: ['trip.QX7R2M.1.seat 14C 12K'] });
  });

  it('knows a sleep and a pause of the program as such, and forgets everything when rows are deleted', () => {
    const slept = station().lost('asleep', START + 5_000);
    slept.now += HOUR;
    expect(slept.live().view()).toMatchObject({ how: 'asleep', from: iso(START + 5_000) });
    const closed = new Station();
    closed.put('weber', { 'trip.QX7R2M.1.seat': '14C' });
    closed.away.begin(START - 8 * HOUR, 'closed');
    expect(closed.live().view()).toMatchObject({ how: 'closed', from: iso(START - 8 * HOUR) });
    closed.away.forget();
    expect(closed.listed().view()).toBeNull();
  });
});
