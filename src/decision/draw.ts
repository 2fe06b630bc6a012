import { sha256Head } from '../domain/sha256.ts';

const TWO_TO_53 = 9_007_199_254_740_992;

/** A number in [0, 1) from a text: the first 53 bits of its SHA-256. */
export function uniform(text: string): number {
  const [high, low] = sha256Head(text);
  return (high * 2_097_152 + (low >>> 11)) / TWO_TO_53;
}

/** The first position at which the running sum exceeds u; by rounding the last with a propensity above 0. */
export function pick(propensities: Float64Array, u: number): number {
  let sum = 0;
  let last = -1;
  for (let i = 0; i < propensities.length; i++) {
    const propensity = propensities[i] as number;
    if (propensity <= 0) continue;
    sum += propensity;
    last = i;
    if (sum > u) return i;
  }
  return last;
}
