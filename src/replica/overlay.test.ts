import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileRow } from '../domain/profile.ts';
import { AIRLINE_COMMANDS } from '../packs/airline/commands.ts';
import { type Entry, newOutbox } from './outbox/model.ts';
import { overlayEntries, overlayOver, seenBy, type Under, withOverlay } from './overlay.ts';
import { EMPTY_META } from './store/memory.ts';

const AT = '2026-11-21T10:00:00.000Z';
const WORLD = { flight: () => null };
const entry = (id: string, change: Partial<Entry>): Entry => ({
  id,
  name: 'add-note',
  ver: 1,
  args: { profileId: 'P1', text: id },
  base: [],
  baseValues: {},
  profileId: 'P1',
  at: AT,
  operator: 'op',
  bytes: 1,
  mid: null,
  hadMid: false,
  marked: false,
  held: false,
  order: 0,
  ...change,
});
const profile: ProfileRow = {
  id: 'P1',
  identities: [],
  facts: {
    'trip.QX7R2M.1.seat': { value: '12A', source: 'dcs', at: AT },
    tier: { value: 'Senator', source: 'crm', at: AT },
  },
};
const seat = (id: string, to: string, change: Partial<Entry> = {}): Entry =>
  entry(id, {
    name: 'change-seat',
    args: { profileId: 'P1', booking: 'QX7R2M', segment: 1, seat: to },
    ...change,
  });

const over = (entries: Entry[]) => ({ entries, lines: [], perhaps: [] });

const anyEntry = fc.record({ n: fc.nat(20), kind: fc.nat(3) }).map(({ n, kind }) => {
  if (kind === 0) return entry(`n${n}`, {});
  if (kind === 1) return seat(`s${n}`, `${n}A`);
  if (kind === 2)
    return entry(`p${n}`, { name: 'set-preference', args: { profileId: 'P1', name: 'seat', value: n } });
  return entry(`x${n}`, { name: 'add-note', profileId: 'P2', args: { profileId: 'P2', text: 'other' } });
});

describe('overlay', () => {
  it('[R11] holds pending entries and what loss of power took from the rows, but no entry that a fork marked', () => {
    const outbox = {
      ...newOutbox('c'),
      pending: [
        entry('free', {}),
        entry('sent', { mid: 7 }),
        entry('seen', { mid: 5 }),
        entry('forked', { marked: true }),
      ],
      settled: new Map([
        ['late', { entry: entry('late', { mid: 6 }), code: '', settledAt: AT }],
        ['done', { entry: entry('done', { mid: 4 }), code: '', settledAt: AT }],
      ]),
    };
    expect(overlayEntries(outbox, 5).map((one) => one.id)).toEqual(['late', 'free', 'sent']);
  });

  it('[R11] [I4] compares mids with what the rows have seen only within one history', () => {
    const outbox = newOutbox('me');
    const at = (epoch: string) => ({ meta: () => ({ ...EMPTY_META, epoch }), seen: () => 5 });
    const mine = { ...outbox, me: { ...outbox.me, epoch: 'e2' } };
    expect(seenBy(mine, at('e2'))).toBe(5);
    expect(seenBy(mine, at('e1'))).toBe(0);
  });

  it('[I4] [P25] lays over a stale row what was applied after the row was written, and of the rest only the lines', () => {
    const settled = (mid: number) => ({ entry: entry(`m${mid}`, { mid }), code: '', settledAt: AT });
    const outbox = {
      ...newOutbox('c'),
      pending: [entry('executed', { mid: 8 }), entry('free', {}), entry('forked', { marked: true })],
      settled: new Map([3, 7, 5].map((mid) => [`m${mid}`, settled(mid)])),
    };
    const under = { arriving: false, seen: 8, staleSeen: 4 };
    const ids = (stale: boolean, change: Partial<Under> = {}) => {
      const { entries, lines, perhaps } = overlayOver({ ...under, stale, ...change }, outbox);
      return [entries, lines, perhaps].map((list) => list.map((one) => one.id));
    };
    expect(ids(true)).toEqual([['m5', 'm7', 'executed', 'free'], ['m3'], []]);
    expect(ids(false)).toEqual([['free'], [], []]);
    // Who came after the reset: what he has done may be in the row or not.
    expect(ids(true, { staleSeen: undefined })).toEqual([['executed', 'free'], [], ['m3', 'm5', 'm7']]);
    // After a crash in the middle of a reset nothing counts as seen.
    expect(ids(true, { seen: 0 })).toEqual([['m3', 'm5', 'm7', 'executed', 'free'], [], []]);
    expect(ids(false, { arriving: true })).toEqual([['free'], [], ['m3', 'm5', 'm7', 'executed']]);
  });

  it('[R11] shows the last of several writes, marks what is pending, and leaves the rows alone', () => {
    const screen = withOverlay(
      { profile, events: [] },
      over([seat('a', '14C'), seat('b', '15D'), entry('n', {})]),
      AIRLINE_COMMANDS,
      WORLD,
    );
    expect(screen.profile.facts['trip.QX7R2M.1.seat']).toMatchObject({ value: '15D', source: 'console' });
    expect(screen.events.map((event) => event.id)).toEqual(['n']);
    expect([...screen.pendingFacts]).toEqual(['trip.QX7R2M.1.seat']);
    expect([...screen.pendingEvents]).toEqual(['n']);
    expect(profile.facts['trip.QX7R2M.1.seat']).toMatchObject({ value: '12A' });
  });

  it('[I4] [P25] lays what was applied over a row that may be from before it, unless that has something newer', () => {
    const [before, after] = ['2026-11-21T09:59:00.000Z', '2026-11-21T10:01:00.000Z'];
    const shown = (at: string) => {
      const perhaps = [seat('a', '14C', { at, mid: 1 })];
      const overlay = { entries: [], lines: [], perhaps };
      return withOverlay({ profile, events: [] }, overlay, AIRLINE_COMMANDS, WORLD);
    };
    expect(shown(after).profile.facts['trip.QX7R2M.1.seat']).toMatchObject({ value: '14C', at: after });
    expect([...shown(after).pendingFacts]).toEqual([]);
    expect(shown(before).profile.facts['trip.QX7R2M.1.seat']).toMatchObject({ value: '12A', source: 'dcs' });
  });

  it('[I4] [R11] changes nothing when it is laid over rows that already have it', () => {
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 12 }), (entries) => {
        const once = withOverlay({ profile, events: [] }, over(entries), AIRLINE_COMMANDS, WORLD);
        const twice = withOverlay(
          { profile: once.profile, events: once.events },
          over(entries),
          AIRLINE_COMMANDS,
          WORLD,
        );
        expect(twice.profile).toEqual(once.profile);
        expect(twice.events).toEqual(once.events);
      }),
    );
  });

  it('leaves a command alone that this version does not know', () => {
    const screen = withOverlay(
      { profile, events: [] },
      over([entry('z', { name: 'teleport', ver: 3 })]),
      AIRLINE_COMMANDS,
      WORLD,
    );
    expect(screen.profile).toEqual(profile);
  });
});
