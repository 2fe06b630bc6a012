import { describe, expect, it } from 'vitest';
import { compileBundle } from '../bundle.ts';
import type { BundleData, CandidateName, DecideRequest } from '../contract.ts';
import { decide } from '../decide.ts';
import { ConfidenceSequence, UpliftSequence } from './confidence.ts';
import { estimate } from './estimators.ts';
import { readLog } from './log.ts';
import { evaluate } from './report.ts';

/** mulberry32 */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const AT = '2026-11-21T10:00:00Z';
const RATES: Record<string, Record<string, number>> = {
  red: { a1: 0.6, a2: 0.2, a3: 0.1 },
  blue: { a1: 0.1, a2: 0.3, a3: 0.5 },
};
const bundleWith = (more: object = {}, values: readonly number[] = [1, 2, 1]): BundleData => ({
  version: 'v',
  facts: { colour: { type: 'text' } },
  catalogue: values.map((value, i) => ({ id: `a${i + 1}`, lane: 2, channels: ['web'], value })),
  policy: { learn: ['colour'], exploration: { floor: 0.3 }, ...more },
});

/** A log as the command line writes it, of a policy that is neither uniform nor sure. */
function logOf(seed: number, size: number, more: object = {}, rates = RATES): string[] {
  const luck = chance(seed);
  const data = bundleWith(more);
  const bundle = compileBundle(data);
  // The labels make the propensities uneven: a1 is liked most as long as nothing else is known.
  Object.assign(bundle.model, { labels: 3 });
  const lines: string[] = [];
  for (let i = 0; i < size; i++) {
    const colour = luck() < 0.5 ? 'red' : 'blue';
    const request: DecideRequest = {
      id: `d${i}`,
      at: AT,
      profile: { id: `p${i}`, facts: { colour } },
      channels: ['web'],
    };
    const record = decide(bundle, request, { seed });
    const { action } = record.chosen as CandidateName;
    lines.push(JSON.stringify({ decide: request }), JSON.stringify(record));
    lines.push(JSON.stringify({ feedback: { id: `d${i}`, outcome: 'presented', at: AT } }), '{"ok":true}');
    if (luck() < (rates[colour]?.[action] as number))
      lines.push(JSON.stringify({ decisionId: `d${i}`, outcome: 'positive', at: AT }));
  }
  return lines;
}

describe('[D26] estimates from a log', () => {
  it('cover the truth of uniform choice about as often as they say, and doubly robust is the tightest', () => {
    const truth = (0.6 + 0.2 + 0.1 + 0.1 + 0.3 + 0.5) / 6;
    const covered = { ips: 0, snips: 0, doublyRobust: 0 };
    const width = { ips: 0, snips: 0, doublyRobust: 0 };
    const rounds = 30;
    for (let seed = 1; seed <= rounds; seed++) {
      const { uniform } = evaluate(readLog(logOf(seed, 600)).decisions);
      for (const name of ['ips', 'snips', 'doublyRobust'] as const) {
        const { low, high } = uniform[name]!;
        if (low <= truth && truth <= high) covered[name]++;
        width[name] += high - low;
      }
    }
    // 95 % of 30 is 28.5; fewer than 24 has a chance below 0.001.
    for (const count of Object.values(covered)) expect(count).toBeGreaterThanOrEqual(24);
    expect(width.doublyRobust).toBeLessThan(width.ips);
  });

  it('says what another bundle would have earned', () => {
    const lines = logOf(5, 6_000);
    // a3 is worth so much that this policy nearly always takes it: (0.1 + 0.5) / 2 but for its floor.
    const bundle = compileBundle(bundleWith({ exploration: { paused: true } }, [1, 1, 20]));
    const { policy } = evaluate(readLog(lines).decisions, { bundle });
    for (const one of [policy!.ips!, policy!.snips!, policy!.doublyRobust!]) {
      expect(one.low).toBeLessThan(0.3);
      expect(one.high).toBeGreaterThan(0.3);
      expect(one.high - one.low).toBeLessThan(0.12);
    }
  });

  it('is refused below 200 effective samples, however many rows there are', () => {
    const even = { propensity: 0.5, target: 0.5, reward: 1, predicted: 0, predictedTarget: 0 };
    expect(estimate(Array.from({ length: 199 }, () => even)).ips).toBeNull();
    expect(estimate(Array.from({ length: 200 }, () => even)).ips).toMatchObject({ value: 1 });
    const rare = { ...even, propensity: 1e-6 };
    const skewed = [...Array.from({ length: 10_000 }, () => ({ ...even, target: 1e-4 })), rare];
    expect(estimate(skewed)).toMatchObject({ n: 10_001, doublyRobust: null });
  });

  it('leaves out what was not shown and what operators chose themselves', () => {
    const lines = logOf(9, 500);
    const own = JSON.stringify({ action: 'a2', channel: 'web', approach: 'plain' });
    const altered = lines.flatMap((line) => {
      if (line.includes('"d1"') && line.startsWith('{"feedback"')) return [];
      if (line.includes('"d1"') && line.startsWith('{"decisionId"')) return [];
      return line.startsWith('{"feedback"') && line.includes('"d2"')
        ? [line.replace('"at"', `"candidate":${own},"at"`)]
        : [line];
    });
    const chosen = JSON.parse(
      lines.find((line) => line.includes('"id":"d2"') && line.includes('hash'))!,
    ).chosen;
    const { leftOut } = evaluate(readLog(altered).decisions);
    expect(leftOut).toEqual({ notShown: 1, overridden: chosen.action === 'a2' ? 0 : 1 });
    expect(readLog(['no json', '{"x":1}', '{"decisionId":"z","outcome":"positive"}', ''])).toMatchObject({
      unread: 2,
      orphans: 1,
    });
  });
});

describe('[A35] uplift over the holdout', () => {
  it('recovers a planted uplift', () => {
    // The rules take a2, worth the most; who is not held out gets a1 and a3 as well.
    const lines = logOf(
      3,
      6_000,
      { holdout: 0.3, exploration: { floor: 0.5 } },
      {
        red: { a1: 0.9, a2: 0.1, a3: 0.9 },
        blue: { a1: 0.9, a2: 0.1, a3: 0.9 },
      },
    );
    const { upliftOverHoldout, n } = evaluate(readLog(lines).decisions);
    const { decisions } = readLog(lines);
    const share = decisions.filter(
      ({ record }) => record.holdout !== true && record.chosen?.action !== 'a2',
    ).length;
    const planted = (0.8 * share) / decisions.filter(({ record }) => record.holdout !== true).length;
    expect(n).toBe(6_000);
    expect(upliftOverHoldout!.low).toBeGreaterThan(0);
    expect(upliftOverHoldout!.low).toBeLessThanOrEqual(planted);
    expect(upliftOverHoldout!.high).toBeGreaterThanOrEqual(planted);
  });

  it('holds at every moment, where a peeked interval does not', () => {
    const runs = 200;
    let sequences = 0;
    let peeked = 0;
    for (let seed = 1; seed <= runs; seed++) {
      const luck = chance(seed);
      const sequence = new ConfidenceSequence(0.05);
      let sum = 0;
      let hasLeft = false;
      let hasPeeked = false;
      for (let n = 1; n <= 1_500; n++) {
        const x = luck() < 0.2 ? 1 : 0;
        sum += x;
        sequence.add(x);
        const { low, high } = sequence.get();
        if (low > 0.2 || high < 0.2) hasLeft = true;
        const mean = sum / n;
        if (n > 30 && Math.abs(mean - 0.2) > 1.96 * Math.sqrt((mean * (1 - mean)) / n)) hasPeeked = true;
      }
      if (hasLeft) sequences++;
      if (hasPeeked) peeked++;
    }
    expect(sequences / runs).toBeLessThanOrEqual(0.05);
    expect(peeked / runs).toBeGreaterThan(0.2);
  });

  it('says nothing before there is anything to say', () => {
    const sequence = new UpliftSequence();
    sequence.add(true, 1);
    expect(sequence.get()).toMatchObject({ low: -1, high: 1 });
  });
});

describe('[D27] fairness', () => {
  it('flags a group whose benefit lies outside 0.8 to 1.25 of the others', () => {
    const unequal = { red: { a1: 0.6, a2: 0.6, a3: 0.6 }, blue: { a1: 0.3, a2: 0.3, a3: 0.3 } };
    const flagged = evaluate(readLog(logOf(2, 2_000, {}, unequal)).decisions, { groupBy: 'colour' }).groups;
    expect(flagged.map(({ isFlagged }) => isFlagged)).toEqual([true, true]);
    const equal = { red: { a1: 0.5, a2: 0.5, a3: 0.5 }, blue: { a1: 0.5, a2: 0.5, a3: 0.5 } };
    const fair = evaluate(readLog(logOf(2, 2_000, {}, equal)).decisions, { groupBy: 'colour' }).groups;
    expect(fair.map(({ isFlagged }) => isFlagged)).toEqual([false, false]);
  });
});
