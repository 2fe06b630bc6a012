import { describe, expect, it } from 'vitest';
import type { JudgedDecision } from '../../decision/evaluate/quality.ts';
import { historyEntry, historyOf } from './history.ts';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

const told = (log: readonly JudgedDecision[], window = HOUR) =>
  historyOf(log.flatMap((one) => historyEntry(one, NOW, window) ?? []));

/** Two open candidates, `propensity` for the chosen one; positive or declined. */
function judged(index: number, positive: boolean, change: { holdout?: true; propensity?: number } = {}) {
  const { propensity = 0.5, holdout } = change;
  const name = (action: string) => ({ action, channel: 'web', approach: 'plain' });
  const open = (action: string, share: number) => ({
    ...{ ...name(action), lane: 2, stage: 'open', p: 0.5, score: 0.5, propensity: share, failed: [] },
  });
  return {
    record: {
      ...{ bundle: 'b', id: `d${index}`, explored: false, sendAt: null, chosen: name('a'), propensity },
      ...{ candidates: [open('a', propensity), open('b', 1 - propensity)], ...(holdout && { holdout }) },
      reasons: { for: [], against: [], runnerUp: null },
    },
    request: null,
    at: index * 1_000,
    shown: name('a'),
    outcomes: [{ outcome: 'presented' }, { outcome: positive ? 'positive' : 'customer-declined' }],
  } satisfies JudgedDecision;
}

describe('the history of what was learned', () => {
  it('has the rate of each block, whatever order the decisions come in', () => {
    const log = Array.from({ length: 23 }, (_, index) => judged(index, index >= 13));
    const points = told([...log].reverse());
    // All of them are told: what is over is in the first block.
    expect(points.map(({ n, block, rate }) => [n, block, rate?.value])).toEqual([
      [13, 13, 0],
      [23, 10, 1],
    ]);
    expect(points[0]).toMatchObject({ earned: null, uniform: null, liftOverUniform: null });
    expect(points[0]?.upliftOverHoldout).toBeNull();
  });

  it('says nothing of uniform choice before 200 effective samples, then what the propensities say', () => {
    const log = Array.from({ length: 480 }, (_, index) =>
      judged(index, index % 2 === 0, { propensity: 0.8 }),
    );
    const points = told(log);
    expect(points).toHaveLength(24);
    expect(points[0]?.liftOverUniform).toBeNull();
    // The log earned 0.5; of that uniform choice would have had 0.5 / 0.8 by its weight.
    const last = points.at(-1)?.liftOverUniform;
    expect(last?.value).toBeCloseTo(0.5 * (1 - 0.5 / 0.8), 10);
    expect(last?.low).toBeLessThan(last?.value ?? 0);
    // Of the same decisions, however well the last block alone did.
    const rising = log.map((_, index) => judged(index, index >= 240, { propensity: 0.8 }));
    expect(told(rising).at(-1)).toMatchObject({
      rate: { value: 1 },
      earned: { value: 0.5 },
      uniform: { value: 0.5 },
    });
    const alone = log.map((one) => ({
      ...one,
      record: { ...one.record, propensity: 1, candidates: one.record.candidates.slice(0, 1) },
    }));
    for (const { record } of alone) for (const one of record.candidates) one.propensity = 1;
    expect(told(alone).at(-1)?.liftOverUniform).toBeNull();
  });

  it('keeps the holdout apart, and shows its uplift with bounds that contain it', () => {
    const log = Array.from({ length: 200 }, (_, index) =>
      judged(index, index % 10 !== 0, index % 10 === 0 ? { holdout: true } : {}),
    );
    const last = told(log).at(-1);
    expect(last?.rate?.value).toBe(1);
    expect(last?.upliftOverHoldout?.value).toBe(1);
    expect(last?.upliftOverHoldout?.low).toBeLessThan(1);
  });

  it('waits for a presentation that may still be answered', () => {
    const open = Array.from({ length: 10 }, (_, index) => ({
      ...judged(index, false),
      at: NOW - 1_000,
      outcomes: [{ outcome: 'presented' }],
    }));
    expect(told(open)).toEqual([]);
    expect(told(open, 500)).toHaveLength(1);
  });
});
