import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pick } from './draw.ts';
import { writePropensities } from './explore.ts';

const propensities = (
  q: readonly number[],
  isOpen: readonly number[],
  best: number,
  n: number,
  c = 30,
  floor = 0.02,
) => {
  const into = new Float64Array(q.length);
  writePropensities(Float64Array.from(q), Uint8Array.from(isOpen), best, n, c, floor, into);
  return [...into];
};

describe('[D15] inverse-gap weighting', () => {
  it('is the formula of the text', () => {
    const gamma = 30 * Math.sqrt(3 * 100);
    const [a, b] = [1 / (3 + gamma * 0.2), 1 / (3 + gamma * 0.5)];
    const expected = [0.98 * (1 - a - b) + 0.02 / 3, 0.98 * a + 0.02 / 3, 0, 0.98 * b + 0.02 / 3];
    const actual = propensities([0.6, 0.4, 0.9, 0.1], [1, 1, 0, 1], 0, 100);
    for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 14);
  });

  it('sums to 1, keeps the floor, and never prefers a worse one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        (q, n, floor) => {
          const best = q.indexOf(Math.max(...q));
          const pi = propensities(
            q,
            q.map(() => 1),
            best,
            n,
            30,
            floor,
          );
          expect(Math.abs(pi.reduce((sum, one) => sum + one, 0) - 1)).toBeLessThan(1e-9);
          for (const [i, one] of pi.entries()) {
            expect(one).toBeGreaterThanOrEqual(floor / q.length - 1e-15);
            expect(one).toBeLessThanOrEqual(pi[best]! + 1e-12);
            for (const [j, other] of pi.entries())
              if (q[i]! > q[j]!) expect(one).toBeGreaterThanOrEqual(other - 1e-12);
          }
        },
      ),
    );
  });

  it('an off-by-one in the draw would be seen: the first running sum above u decides', () => {
    const pi = Float64Array.from([0, 0.25, 0, 0.5, 0.25, 0]);
    expect([0, 0.2499, 0.25, 0.7499, 0.75, 0.999999].map((u) => pick(pi, u))).toEqual([1, 1, 3, 3, 4, 4]);
    expect(pick(Float64Array.from([0.5, 0.5 - 1e-12, 0]), 1 - 1e-16)).toBe(1);
    expect(pick(new Float64Array(3), 0.5)).toBe(-1);
  });
});
