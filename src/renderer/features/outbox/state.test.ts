import { describe, expect, it } from 'vitest';
import type { OutboxEntry, OutboxView } from '../../../bridge/views.ts';
import { didFor, undoable } from './state.ts';

const entry = (id: string, given: Partial<OutboxEntry>): OutboxEntry =>
  ({
    id,
    name: 'add-note',
    profileId: 'p1',
    at: `2026-11-23T20:0${id}:00Z`,
    state: 'waiting',
    canUndo: true,
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
