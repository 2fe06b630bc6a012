import { describe, expect, it } from 'vitest';
import { contentHash } from '../../domain/canonical.ts';
import type { JsonObject } from '../../domain/json.ts';
import { AIRLINE_COMMANDS } from '../../packs/airline/commands.ts';
import { OUTBOX_MAX_ENTRIES } from '../../protocol/limits.ts';
import { rebase, superseded } from './coalesce.ts';
import { type Entry, newOutbox, type Outbox } from './model.ts';
import { type Draft, edit, enqueue, hold, undo } from './operations.ts';
import { atFork, loseMidsAbove, nextBatch } from './rules.ts';

const AT = '2026-11-21T10:00:00.000Z';
const NOW = Date.parse(AT);
const SEAT = 'trip.QX7R2M.1.seat';
const SEEN = 'hash-of-14C';

function draft(id: string, name: string, args: JsonObject, base: Draft['base'] = []): Draft {
  const all = { profileId: 'P1', ...args };
  return {
    id,
    name,
    ver: 1,
    args: all,
    base,
    baseValues: {},
    profileId: all.profileId,
    at: AT,
    operator: 'op',
  };
}
const seat = (id: string, value: string, hash: string | null = SEEN, booking = 'QX7R2M'): Draft => ({
  ...draft(id, 'change-seat', { booking, segment: 1, seat: value }, [
    { table: 'profile', id: 'P1', fact: `trip.${booking}.1.seat`, hash },
  ]),
  baseValues: { [`trip.${booking}.1.seat`]: hash === SEEN ? '14C' : hash },
});
const note = (id: string): Draft => draft(id, 'add-note', { text: id });
const rebooked = (id: string): Draft => draft(id, 'rebook', { booking: 'QX7R2M', segment: 1, to: 'LH402' });

/** As the desk puts it in. */
function put(outbox: Outbox, wish: Draft): Outbox {
  const next = enqueue(outbox, wish, superseded(outbox, wish, AIRLINE_COMMANDS));
  if (!next.ok) throw new Error(next.code);
  return next.outbox;
}
const putAll = (...wishes: Draft[]): Outbox => wishes.reduce(put, newOutbox('c'));
const ids = (outbox: Outbox): string[] => outbox.pending.map((entry) => entry.id);
const send = (outbox: Outbox): Outbox =>
  nextBatch(outbox, { lmid: 0, maxCommands: 50, now: NOW, held: () => false }).outbox;

describe('[O17] a wish for the same', () => {
  it('is one command however often it was changed, based on what was seen first', () => {
    const outbox = putAll(
      seat('a', '12A'),
      seat('b', '12B', contentHash('12A')),
      seat('c', '12C', contentHash('12B')),
    );
    expect(ids(outbox)).toEqual(['c']);
    expect(outbox.pending[0]).toMatchObject({
      args: { seat: '12C' },
      base: [{ hash: SEEN }],
      baseValues: { [SEAT]: '14C' },
    });
    expect([...outbox.undone.keys()]).toEqual(['a', 'b']);
    expect(outbox.pending[0]?.bytes).toBeGreaterThan(100);
  });

  it('takes its place over notes and records, which depend on no order', () => {
    const record = draft('r', 'record-outcome', { decisionId: 'd', outcome: 'positive' });
    expect(ids(putAll(seat('a', '12A'), note('n'), record, seat('b', '12B')))).toEqual(['n', 'r', 'b']);
  });

  it.each<[string, Outbox, Draft]>([
    [
      'something that changes facts stands between',
      putAll(seat('a', '12A'), rebooked('x')),
      seat('b', '12B'),
    ],
    ['it is about another segment', putAll(seat('a', '12A', SEEN, 'K4TPLW')), seat('b', '12B')],
    ['it is another customer’s', putAll({ ...seat('a', '12A'), profileId: 'P2' }), seat('b', '12B')],
    ['it is a note', putAll(note('a')), note('b')],
    ['the first has a place', send(putAll(seat('a', '12A'))), seat('b', '12B')],
    ['the first once had one', loseMidsAbove(send(putAll(seat('a', '12A'))), 0), seat('b', '12B')],
    ['a fork marked the first', atFork(putAll(seat('a', '12A')), 'c2', [], NOW), seat('b', '12B')],
    ['the operator holds the first', hold(putAll(seat('a', '12A')), 'a', true) as Outbox, seat('b', '12B')],
  ])('stands for itself where %s', (_, before, wish) => {
    const after = put(before, wish);
    expect(ids(after)).toEqual([...ids(before), 'b']);
    expect(after.undone.size).toBe(0);
  });

  it('needs no room of its own in a full outbox', () => {
    const [one] = putAll(note('n')).pending;
    const many = Array.from({ length: OUTBOX_MAX_ENTRIES * 1.1 - 1 }, (_, i) => ({
      ...(one as Entry),
      id: `n${i}`,
      bytes: 9,
      order: i,
    }));
    const full = put({ ...newOutbox('c'), pending: many }, seat('a', '12A'));
    expect(enqueue(full, note('x'))).toEqual({ ok: false, code: 'outbox_full' });
    expect(ids(put(full, seat('b', '12B'))).at(-1)).toBe('b');
  });
});

describe('[O18] own wishes upon own wishes', () => {
  /** A held seat, and another one that was chosen upon it. */
  const chain = (): Outbox => {
    const held = hold(putAll(seat('a', '12A')), 'a', true) as Outbox;
    return put(held, seat('b', '15D', contentHash('12A')));
  };
  const baseOf = (outbox: Outbox, id: string): unknown =>
    outbox.pending.find((entry) => entry.id === id)?.base[0]?.hash;
  const entryOf = (outbox: Outbox, id: string): Entry =>
    outbox.pending.find((entry) => entry.id === id) as Entry;

  it('are based on what holds without one that was taken back', () => {
    const before = chain();
    const after = rebase(undo(before, 'a', AT) as Outbox, entryOf(before, 'a'), null, AIRLINE_COMMANDS);
    expect(baseOf(after, 'b')).toBe(SEEN);
  });

  it('are based on what one says that was edited', () => {
    const before = chain();
    const edited = edit(before, 'a', { ...entryOf(before, 'a').args, seat: '13F' }) as Outbox;
    const after = rebase(edited, entryOf(before, 'a'), entryOf(edited, 'a'), AIRLINE_COMMANDS);
    expect([baseOf(after, 'a'), baseOf(after, 'b')]).toEqual([SEEN, contentHash('13F')]);
  });

  it('keep a base that was something else, and stay as they are where the core may know them', () => {
    const other = put(
      hold(putAll(seat('a', '12A')), 'a', true) as Outbox,
      seat('b', '15D', contentHash('9C')),
    );
    expect(
      rebase(undo(other, 'a', AT) as Outbox, entryOf(other, 'a'), null, AIRLINE_COMMANDS).pending[0]?.base[0]
        ?.hash,
    ).toBe(contentHash('9C'));
    const before = chain();
    const sent = {
      ...before,
      pending: before.pending.map((entry) => (entry.id === 'b' ? { ...entry, mid: 1 } : entry)),
    };
    const undone = undo(sent, 'a', AT) as Outbox;
    expect(rebase(undone, entryOf(sent, 'a'), null, AIRLINE_COMMANDS)).toBe(undone);
  });
});

describe('[O10] an edit', () => {
  it('keeps the base of what the entry was about, and takes that of what it is about now', () => {
    const outbox = putAll(seat('a', '12A'));
    const other = seat('x', '3C', 'hash-of-9A', 'K4TPLW');
    const same = edit(outbox, 'a', { seat: '12B' }, seat('x', '12B', 'newer'));
    expect(same?.pending[0]).toMatchObject({
      id: 'a',
      at: AT,
      args: { seat: '12B' },
      base: [{ hash: SEEN }],
      baseValues: { [SEAT]: '14C' },
    });
    const moved = edit(outbox, 'a', other.args, other);
    expect(moved?.pending[0]?.base).toEqual(other.base);
  });
});
