import { logit } from '../arithmetic.ts';
import { type FeatureVector, hash32, mix } from '../features.ts';
import { makeWeights, predictWeights, updateWeights, type Weights } from '../weights.ts';

/** A candidate as text and the facts that it was chosen for. */
export interface Situation {
  readonly candidate: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

const BITS = 16;
const FOLDS = 5;
const B0 = logit(0.05);

/**
 * Predicts rewards of [0, 1] for the doubly robust estimate. Cross-fitted: a row's prediction comes from a model that
 * learned the other four fifths of the log, so that noise of a row cannot vouch for itself.
 */
export class CrossFittedModel {
  private readonly heads: readonly Weights[];
  private readonly features = new WeakMap<Situation['facts'], FeatureVector>();

  constructor(rows: readonly (Situation & { readonly reward: number })[]) {
    this.heads = Array.from({ length: FOLDS }, () => makeWeights(BITS));
    for (const [fold, head] of this.heads.entries()) {
      for (const [i, row] of rows.entries()) {
        if (i % FOLDS === fold) continue;
        const y = row.reward > 0 ? 1 : 0;
        updateWeights(head, B0, scopesOf(row), this.featuresOf(row.facts), y, 1);
      }
    }
  }

  /** The prediction for row number `i`, whichever candidate is asked about. */
  predict(i: number, situation: Situation): number {
    const head = this.heads[i % FOLDS] as Weights;
    return predictWeights(head, B0, scopesOf(situation), this.featuresOf(situation.facts));
  }

  /** The facts of a row are asked about once per fold and candidate. */
  private featuresOf(facts: Situation['facts']): FeatureVector {
    const known = this.features.get(facts) ?? featuresOf(facts);
    this.features.set(facts, known);
    return known;
  }
}

function scopesOf({ candidate }: Situation): Int32Array {
  return Int32Array.of(hash32('all'), hash32(`candidate ${candidate}`));
}

function featuresOf(facts: Readonly<Record<string, unknown>>): FeatureVector {
  const codes = Object.entries(facts).flatMap(([name, value]) => codeOf(name, value) ?? []);
  const unit = (codes.length + 1) ** -0.5;
  return {
    size: codes.length,
    unit,
    hasPairs: false,
    hash: Int32Array.from(codes),
    x: new Float64Array(codes.length).fill(unit),
    owner: new Int32Array(codes.length),
    partner: new Int32Array(codes.length).fill(-1),
  };
}

/** Numbers by the size of their order: the model need not be right, only unbiased rows need the rest. */
function codeOf(name: string, value: unknown): number | null {
  if (typeof value === 'number') return mix(hash32(name), Math.round(2 * Math.asinh(value)));
  return typeof value === 'string' || typeof value === 'boolean'
    ? mix(hash32(name), hash32(String(value)))
    : null;
}
