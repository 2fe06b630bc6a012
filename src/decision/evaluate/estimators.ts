/**
 * Off-policy estimates of what another policy would have earned, from a log with the propensities that chose:
 * inverse propensity scoring (Horvitz and Thompson 1952), self-normalised (Swaminathan and Joachims 2015) and doubly
 * robust (Dudik, Langford and Li 2011), weights clipped at 20, refused where they rest on too few samples.
 */

/** One logged decision. */
export interface LoggedRow {
  /** Propensity of what was chosen, in (0, 1]. */
  readonly propensity: number;
  /** The probability with which the evaluated policy would have chosen the same. */
  readonly target: number;
  readonly reward: number;
  /** Predicted reward of what was chosen, by a model that has not seen this row. */
  readonly predicted: number;
  /** Predicted reward of the evaluated policy: the sum over candidates of its probability times their prediction. */
  readonly predictedTarget: number;
}

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface Estimates {
  readonly n: number;
  /** (sum of weights)^2 / sum of squared weights. */
  readonly effectiveSamples: number;
  /** Null where there are fewer than 200 effective samples: then no number deserves trust. */
  readonly ips: Estimate | null;
  readonly snips: Estimate | null;
  readonly doublyRobust: Estimate | null;
}

export const LEAST_EFFECTIVE_SAMPLES = 200;
export const WEIGHT_CLIP = 20;
/** Two-sided 95 %. */
const Z = 1.959964;

/** All three estimates of one policy, each with a 95 % interval. */
export function estimate(rows: readonly LoggedRow[]): Estimates {
  const weights = rows.map(({ target, propensity }) => Math.min(WEIGHT_CLIP, target / propensity));
  const sum = total(weights);
  const squares = total(weights.map((weight) => weight * weight));
  const effectiveSamples = squares > 0 ? (sum * sum) / squares : 0;
  const n = rows.length;
  if (effectiveSamples < LEAST_EFFECTIVE_SAMPLES)
    return { n, effectiveSamples, ips: null, snips: null, doublyRobust: null };
  const weighted = rows.map(({ reward }, i) => (weights[i] as number) * reward);
  const ratio = total(weighted) / sum;
  // The error of a ratio, to first order: that of w (r - ratio) over the mean weight.
  const residuals = rows.map(
    ({ reward }, i) => ((weights[i] as number) * (reward - ratio) * n) / sum + ratio,
  );
  const robust = rows.map(
    ({ reward, predicted, predictedTarget }, i) =>
      predictedTarget + (weights[i] as number) * (reward - predicted),
  );
  return {
    n,
    effectiveSamples,
    ips: interval(weighted),
    snips: interval(residuals),
    doublyRobust: interval(robust),
  };
}

/** Mean of independent values and its 95 % interval. */
export function interval(values: readonly number[]): Estimate {
  const value = total(values) / values.length;
  const squares = total(values.map((one) => (one - value) ** 2));
  const error = Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
  return { value, low: value - Z * error, high: value + Z * error };
}

function total(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
