import { describe, expect, it } from 'vitest';
import type { OutboxEntry, OutboxView } from '../../../bridge/views.ts';
import { asksAbout } from './OwnMark.tsx';
import { canEdit, didFor, entryInHand, undoable, waysOf } from './state.ts';

const entry = (id: string, given: Partial<OutboxEntry>): OutboxEntry =>
  ({
    id,
    name: 'add-note',
    profileId: 'p1',
    at: `2026-11-23T20:0${id}:00Z`,
    state: 'waiting',
    canUndo: true,
    canHold: true,
    status: null,
    code: '',
    conflict: [],
    ...given,
  }) as OutboxEntry;

const view = (...onTheWay: OutboxEntry[]): OutboxView => ({ needsYou: [], onTheWay, settled: [] });

describe('undo', () => {
  it("takes the latest of the open customer, else the latest of all, never a machine's record", () => {
    const outbox = view(
      entry('1', {}),
      entry('2', { profileId: 'p2' }),
      entry('3', { name: 'record-decision', profileId: 'p2' }),
      entry('4', { canUndo: false }),
    );
    expect([undoable(outbox, 'p1')?.id, undoable(outbox, null)?.id, undoable(null, 'p1')]).toEqual([
      '1',
      '2',
      null,
    ]);
  });
});

describe('what was done for a customer', () => {
  it('begins with what needs the operator, then the newest', () => {
    const outbox = {
      ...view(entry('3', {}), entry('2', {})),
      needsYou: [entry('1', { state: 'conflict' }), entry('4', { profileId: 'p2' })],
    };
    expect(didFor(outbox, 'p1').map(({ id }) => id)).toEqual(['1', '3', '2']);
  });
});

describe('the entry in hand', () => {
  const outbox = view(
    entry('1', {}),
    entry('2', { canUndo: false, canHold: false, state: 'sent' }),
    entry('3', { profileId: 'p2' }),
  );
  it('is the one that is looked at, else the latest of the open customer that can be held', () => {
    expect([entryInHand(outbox, '3', 'p1')?.id, entryInHand(outbox, null, 'p1')?.id]).toEqual(['3', '1']);
    expect([entryInHand(outbox, 'gone', null), entryInHand(null, null, 'p1')]).toEqual([null, null]);
  });
});

describe('[O21] the ways on from a refusal', () => {
  const refused = (status: OutboxEntry['status'], code: string, name = 'change-seat') =>
    waysOf(entry('1', { name, status, code, canUndo: false }));

  it.each([
    ['conflict', 'stale', { redo: true, edit: true }],
    ['rejected', 'seat_taken', { redo: true, edit: true }],
    ['rejected', 'too_large', { redo: false, edit: true }],
    ['forbidden', 'role', { redo: false, edit: false }],
    ['forbidden', 'scope', { redo: true, edit: false }],
    ['parked', 'failed', { redo: true, edit: true }],
    ['unknown', 'unknown', { redo: true, edit: true }],
    ['took_effect', 'took_effect', { redo: false, edit: false }],
  ] as const)('%s %s: %o', (status, code, ways) => {
    expect(refused(status, code)).toEqual(ways);
  });

  it('have no dialog for what the console cannot ask', () => {
    expect(refused('parked', 'unknown_command', 'upgrade-cabin')).toEqual({ redo: true, edit: false });
    expect(canEdit(entry('1', {}))).toBe(true);
    expect(canEdit(entry('1', { canUndo: false, state: 'sent' }))).toBe(false);
  });
});

describe('[O21] the strip at a fact', () => {
  const seat = 'trip.QX7R2M.1.seat';
  const args = { booking: 'QX7R2M', segment: 1, seat: '12A' };
  const asked = [
    entry('1', { name: 'change-seat', args, status: 'rejected' }),
    entry('2', { name: 'change-seat', args, profileId: 'p2' }),
  ];
  it('names the own entry that asks about it, of this customer', () => {
    expect(asksAbout(asked, 'p1', ['x', seat])?.id).toBe('1');
    expect(asksAbout(asked, 'p1', ['trip.QX7R2M.2.seat'])).toBeUndefined();
    expect(asksAbout(asked, 'p3', [seat])).toBeUndefined();
  });
});
