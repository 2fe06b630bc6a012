import type { FactTable } from './facts.ts';

/** One fact as a feature sees it: a number, a text or a boolean; null where it is not known. */
export type LearnValue = number | string | boolean | null;

/**
 * What decides P(customer's outcome | presented). The start-rate model knows no fact; the learner of learner.ts
 * is the other implementation. `into` and `on` are indexed as the candidate space and its channels.
 */
export interface Model {
  /** Decisions that have got a customer label: the n of the exploration. */
  readonly labels: number;
  /** Writes P of every candidate whose channel is on. */
  predict(table: FactTable, on: Uint8Array, into: Float64Array): void;
  /**
   * Writes how much each fact of `policy.learn` moves P of one candidate (P with the fact minus P with it unknown;
   * NaN where it is unknown), for the facts that `predict` was last asked about.
   */
  effects(candidate: number, into: Float64Array): void;
  /**
   * How uncertain the part of a declared fact in the logit of one candidate is (a variance; 0 where the fact is unknown
   * or not learned), for the facts that `predict` was last asked about.
   */
  variance(candidate: number, fact: number): number;
}

/** Start rates: what holds for a holdout, an expired bundle, and as long as nothing was learned. */
export function makeStartRateModel(rates: Float64Array): Model {
  return {
    labels: 0,
    predict: (_table, _on, into) => into.set(rates),
    effects: (_candidate, into) => void into.fill(Number.NaN),
    variance: () => 0,
  };
}
