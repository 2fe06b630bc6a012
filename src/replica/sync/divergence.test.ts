import { describe, expect, it } from 'vitest';
import { NOW, TestDesk } from '../../../test/builders/desk.ts';
import type { Op } from '../../protocol/frame.ts';
import type { SnapBody } from '../../protocol/snap.ts';
import { bucketOf, sumText, termOf } from '../../protocol/sums.ts';
import type { MemoryReplica } from '../store/memory.ts';

const SCOPE = 'station:FRA';
const MINUTE = 60_000;

const op = (id: string, v: number): Op => ({
  table: 'profile',
  id,
  v,
  scopes: [SCOPE],
  row: { id, identities: [], facts: {} },
});
const sumOf = (...rows: [id: string, v: number][]): string =>
  sumText(rows.reduce((sum, [id, v]) => sum + termOf({ table: 'profile', id, v }), 0n));

function snap(desk: TestDesk, body: Partial<SnapBody>): void {
  desk.say({
    type: 'snap',
    head: { n: desk.runner.session.n + 1 },
    body: { scope: SCOPE, rows: [], end: true, at: desk.replica.meta().cursor, ...body },
  });
}

/** Live, with the scope active and A at 1. */
function live(): TestDesk {
  const desk = new TestDesk().hello().welcome();
  snap(desk, { rows: [{ table: 'profile', id: 'A', v: 1, row: { id: 'A' } }] });
  return desk;
}

const bucket = bucketOf('profile', 'B');
/** The core tells of B, which this replica does not have. */
const missing = (desk: TestDesk): TestDesk =>
  desk.frame({}, { sums: { [SCOPE]: sumOf(['A', 1], ['B', 2]) } });
const differs = (desk: TestDesk): TestDesk =>
  desk.say({ type: 'compare-ack', scope: SCOPE, ack: { differs: [bucket] } });
const rows = (desk: TestDesk) => [...(desk.replica as MemoryReplica).rows.values()];

describe('[P33] divergence', () => {
  it('asks nothing while the sums are equal, of rows that the same frame brought too', () => {
    const desk = live();
    desk.frame(
      {},
      { ops: [op('B', 2)], sums: { [SCOPE]: sumOf(['A', 1], ['B', 2]), 'queue:other': 'f'.repeat(16) } },
    );
    expect(desk.sentOf('compare')).toEqual([]);
  });

  it('compares by 256 buckets at the cursor of the sums, and repairs what differs', () => {
    const desk = missing(live());
    const [asked] = desk.sentOf('compare');
    expect(asked?.compare).toMatchObject({ scope: SCOPE, at: desk.replica.meta().cursor });
    expect(asked?.compare.sums).toHaveLength(256);
    expect(asked?.compare.sums[bucketOf('profile', 'A')]).toBe(sumOf(['A', 1]));
    expect(desk.sentOf('repair')).toEqual([]);
    differs(desk);
    expect(desk.sentOf('repair').map((one) => one.repair)).toEqual([{ scope: SCOPE, buckets: [bucket] }]);
    expect(desk.reports).toEqual(['divergence_found']);
    expect(desk.runner.session.divergence.open.get(SCOPE)).toBe(NOW);
  });

  it('asks for no repair where all that differs has changed since', () => {
    const desk = missing(live()).say({ type: 'compare-ack', scope: SCOPE, ack: { differs: [] } });
    expect(desk.sentOf('repair')).toEqual([]);
    expect(desk.runner.session.divergence.open.size).toBe(0);
  });

  it('stages the repair, replaces those buckets at its end, and counts it', () => {
    const desk = differs(missing(live()));
    desk.say({ type: 'repair-ack', ack: { ok: true } });
    const rowB = { table: 'profile' as const, id: 'B', v: 2, row: { id: 'B' } };
    snap(desk, { rows: [rowB], buckets: [bucket], end: false });
    expect(rows(desk).map(({ id }) => id)).toEqual(['A']);
    snap(desk, { buckets: [bucket] });
    expect(rows(desk).map(({ id, v }) => [id, v])).toEqual([
      ['A', 1],
      ['B', 2],
    ]);
    expect(desk.runner.session.divergence).toMatchObject({ open: new Map(), repairs: 1, repairedAt: NOW });
    expect(desk.reports).toEqual(['divergence_found', 'divergence_repaired']);
    expect(desk.sentOf('ack').at(-1)).toEqual({ do: 'ack', n: desk.runner.session.n });
    desk.frame({}, { sums: { [SCOPE]: sumOf(['A', 1], ['B', 2]) } });
    expect(desk.sentOf('compare')).toHaveLength(1);
  });

  it.each([
    ['is refused', { refused: { code: 'rate' } }],
    ['is not answered', null],
  ])('asks again after 10 minutes where the repair %s, also on another connection', (_, ack) => {
    const desk = differs(missing(live()));
    if (ack) desk.say({ type: 'repair-ack', ack });
    expect(desk.reports.includes('repair_rate')).toBe(ack !== null);
    desk.now = NOW + 9 * MINUTE;
    desk.say({ type: 'lost', reason: 'x' }).hello().welcome();
    missing(desk);
    differs(desk);
    expect([desk.sentOf('compare').length, desk.sentOf('repair').length]).toEqual([1, 1]);
    desk.now = NOW + 10 * MINUTE;
    missing(desk);
    differs(desk);
    expect([desk.sentOf('compare').length, desk.sentOf('repair').length]).toEqual([2, 2]);
  });

  it('knows that it is over when the sums are equal again, and says nothing of what it does not know', () => {
    const desk = differs(missing(live()));
    desk.replica.sums = () => undefined;
    missing(desk);
    expect(desk.runner.session.divergence.open.size).toBe(1);
    expect(desk.sentOf('compare')).toHaveLength(1);
    desk.replica.sums = (desk.replica.constructor as typeof MemoryReplica).prototype.sums;
    desk.frame({}, { ops: [op('B', 2)], sums: { [SCOPE]: sumOf(['A', 1], ['B', 2]) } });
    expect(desk.runner.session.divergence.open.size).toBe(0);
  });

  it('takes no repair of a scope that is not active, and none whose end is not at its cursor', () => {
    const desk = live();
    snap(desk, {
      scope: 'queue:gone',
      rows: [{ table: 'profile', id: 'X', v: 1, row: { id: 'X' } }],
      buckets: [0],
    });
    expect(rows(desk).map(({ id }) => id)).toEqual(['A']);
    expect(desk.sentOf('ack').at(-1)).toEqual({ do: 'ack', n: desk.runner.session.n });
    snap(desk, { buckets: [0], at: 99 });
    expect(desk.runner.session).toMatchObject({ phase: 'waiting', reason: 'snap_at' });
  });

  it('[R4] throws a repair away that its connection did not finish', () => {
    const desk = differs(missing(live()));
    snap(desk, {
      rows: [{ table: 'profile', id: 'B', v: 2, row: { id: 'B' } }],
      buckets: [bucket],
      end: false,
    });
    desk.say({ type: 'lost', reason: 'x' }).hello().welcome();
    snap(desk, { buckets: [bucket] });
    expect(rows(desk).map(({ id }) => id)).toEqual(['A']);
  });
});
