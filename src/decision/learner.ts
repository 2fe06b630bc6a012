import { sigmoid } from './arithmetic.ts';
import type { CompiledAction } from './catalogue.ts';
import type { DeclaredFacts, FactTable } from './facts.ts';
import {
  type FeatureVector,
  hash32,
  type LearnedFact,
  learnedFacts,
  makeFeatures,
  makeFeatureVector,
  makeNumberScale,
  type NumberScale,
  observe,
  readLearnValues,
} from './features.ts';
import { type FactEffect, type LearnValue, type Model, makeStartRateModel } from './model.ts';
import { MODEL_FORM, type ModelData, readHead, readScales, writeHead, writeScales } from './model-data.ts';
import { BundleError, isObject } from './shape.ts';
import type { CandidateSpace } from './space.ts';
import { biasAt, makeWeights, SLOT_BITS, slotAt, updateWeights, type Weights } from './weights.ts';

/** What a model is asked about: the compiled parts of a bundle that features and scopes come from. */
export interface ModelGround {
  readonly declared: DeclaredFacts;
  readonly actions: readonly CompiledAction[];
  readonly space: CandidateSpace;
  readonly learn: readonly number[];
}

/** A model that learns from outcomes: hashed Bayesian logistic regression (diagonal extended Kalman filter). */
export interface Learner extends Model {
  /** The learned facts of the request at hand, to be kept with the decision. */
  valuesOf(table: FactTable): readonly LearnValue[];
  /** sigmoid(mu): p0 of the update formulas, for the customer's outcome of a candidate. */
  p0(values: readonly LearnValue[], candidate: number): number;
  /** One update with label y and weight w; `isFirst` if the decision had no customer label before. */
  learn(values: readonly LearnValue[], candidate: number, y: 0 | 1, w: number, isFirst: boolean): void;
  /** The second head, P(operator presents | suggested): for diagnosis only, it enters no decision. */
  learnPresented(values: readonly LearnValue[], candidate: number, y: 0 | 1): void;
  /** P(operator presents | suggested). */
  presentedRate(values: readonly LearnValue[], candidate: number): number;
  /** A copy that learns on its own. */
  copy(): Learner;
  /** The model as JSON: goes into `bundle.model` and then decides alike. */
  toData(): ModelData;
}

const PROBIT = 0.3926990817;
const KINDS = ['global', 'group', 'action', 'channel', 'approach', 'pair'] as const;
/** Scopes per candidate. */
const SCOPES = KINDS.length;
/** The second head has fewer slots: it is small, and a whole model stays below 16 MiB. */
const PRESENTED_BITS = 14;

/** The model of a bundle: null is the empty one. @throws BundleError for an unknown form */
export function readModel(json: unknown, ground: ModelGround): Learner {
  if (json === undefined || json === null) return makeLearner(ground);
  if (!isObject(json) || json['form'] !== MODEL_FORM) throw new BundleError('model: of an unknown form');
  const labels = json['labels'];
  if (typeof labels !== 'number' || !Number.isInteger(labels) || labels < 0) {
    throw new BundleError('model: the number of labels is missing');
  }
  return makeLearner(ground, {
    labels,
    outcome: readHead(json['outcome'], SLOT_BITS),
    presented: readHead(json['presented'], PRESENTED_BITS),
    scales: readScales(json['numbers']),
  });
}

interface LearnerState {
  readonly labels: number;
  readonly outcome: Weights;
  readonly presented: Weights;
  readonly scales: Map<string, NumberScale>;
}

function makeLearner(ground: ModelGround, state?: LearnerState): Learner {
  return new HashedLearner(
    ground,
    state ?? {
      labels: 0,
      outcome: makeWeights(SLOT_BITS),
      presented: makeWeights(PRESENTED_BITS),
      scales: new Map(),
    },
  );
}

class HashedLearner implements Learner {
  labels: number;
  private readonly ground: ModelGround;
  private readonly outcome: Weights;
  private readonly presented: Weights;
  private readonly facts: readonly LearnedFact[];
  /** By name, those of other bundles' facts too, so that a model survives a change of `policy.learn`. */
  private readonly scalesByName: Map<string, NumberScale>;
  private readonly scales: readonly NumberScale[];
  private readonly startRates: Model;
  private readonly startLogits: Float64Array;
  /** Hash of each scope, and per candidate its six scopes. */
  private readonly scopeHashes: Int32Array;
  private readonly scopesOf: Int32Array;
  // Scratch space of one prediction.
  private readonly values: LearnValue[] = [];
  private readonly vector: FeatureVector;
  private readonly mu: Float64Array;
  private readonly s2: Float64Array;
  private readonly isDone: Uint8Array;
  private readonly single = new Int32Array(SCOPES);

  constructor(ground: ModelGround, state: LearnerState) {
    this.ground = ground;
    this.labels = state.labels;
    this.outcome = state.outcome;
    this.presented = state.presented;
    this.scalesByName = state.scales;
    this.facts = learnedFacts(ground.declared, ground.learn);
    this.scales = this.facts.map(({ name }) => this.scaleOf(name));
    const actionOf = (candidate: number) => ground.actions[ground.space.action[candidate] as number];
    const candidates = Array.from({ length: ground.space.size }, (_, i) => i);
    this.startRates = makeStartRateModel(
      Float64Array.from(candidates, (i) => actionOf(i)?.startRate as number),
    );
    this.startLogits = Float64Array.from(candidates, (i) => actionOf(i)?.startLogit as number);
    const { hashes, scopesOf } = listScopes(ground);
    this.scopeHashes = hashes;
    this.scopesOf = scopesOf;
    this.vector = makeFeatureVector(ground.declared, this.facts);
    this.mu = new Float64Array(hashes.length);
    this.s2 = new Float64Array(hashes.length);
    this.isDone = new Uint8Array(hashes.length);
  }

  predict(table: FactTable, on: Uint8Array, into: Float64Array): void {
    if (this.labels === 0) {
      this.startRates.predict(table, on, into);
      return;
    }
    readLearnValues(this.facts, this.ground.declared, table, this.values);
    makeFeatures(this.facts, this.values, this.scales, this.vector);
    this.isDone.fill(0);
    const { space } = this.ground;
    for (let candidate = 0; candidate < space.size; candidate++) {
      if (on[space.channel[candidate] as number] === 0) continue;
      let mu = this.startLogits[candidate] as number;
      let s2 = 0;
      for (let k = 0; k < SCOPES; k++) {
        const scope = this.scopesOf[candidate * SCOPES + k] as number;
        if (this.isDone[scope] === 0) this.sumScope(scope);
        mu += this.mu[scope] as number;
        s2 += this.s2[scope] as number;
      }
      into[candidate] = moderated(mu, s2);
    }
  }

  effects(candidate: number): readonly FactEffect[] {
    if (this.labels === 0) return [];
    const { hash, x, owner, size, unit } = this.vector;
    const { slots, shift } = this.outcome;
    const muOf = new Float64Array(this.facts.length);
    const s2Of = new Float64Array(this.facts.length);
    let mu = this.startLogits[candidate] as number;
    let s2 = 0;
    for (let k = 0; k < SCOPES; k++) {
      const scope = this.scopeHashes[this.scopesOf[candidate * SCOPES + k] as number] as number;
      const bias = biasAt(scope, shift);
      mu += (slots[bias] as number) * unit;
      s2 += (slots[bias + 1] as number) * unit * unit;
      for (let f = 0; f < size; f++) {
        const slot = slotAt(scope, hash[f] as number, shift);
        const value = x[f] as number;
        const fact = owner[f] as number;
        muOf[fact] = (muOf[fact] as number) + (slots[slot] as number) * value;
        s2Of[fact] = (s2Of[fact] as number) + (slots[slot + 1] as number) * value * value;
      }
    }
    for (let i = 0; i < muOf.length; i++) {
      mu += muOf[i] as number;
      s2 += s2Of[i] as number;
    }
    const p = moderated(mu, s2);
    const effects: FactEffect[] = [];
    for (let i = 0; i < this.facts.length; i++) {
      if (this.values[i] === null) continue;
      const without = moderated(mu - (muOf[i] as number), s2 - (s2Of[i] as number));
      effects.push({ fact: (this.facts[i] as LearnedFact).fact, delta: p - without });
    }
    return effects;
  }

  valuesOf(table: FactTable): readonly LearnValue[] {
    const values: LearnValue[] = [];
    readLearnValues(this.facts, this.ground.declared, table, values);
    return values;
  }

  p0(values: readonly LearnValue[], candidate: number): number {
    return sigmoid(this.muOf(this.outcome, values, candidate));
  }

  learn(values: readonly LearnValue[], candidate: number, y: 0 | 1, w: number, isFirst: boolean): void {
    for (const [i, value] of values.entries()) {
      if (isFirst && typeof value === 'number') observe(this.scales[i] as NumberScale, value);
    }
    this.update(this.outcome, values, candidate, y, w);
    if (isFirst) this.labels++;
  }

  learnPresented(values: readonly LearnValue[], candidate: number, y: 0 | 1): void {
    this.update(this.presented, values, candidate, y, 1);
  }

  presentedRate(values: readonly LearnValue[], candidate: number): number {
    return sigmoid(this.muOf(this.presented, values, candidate));
  }

  copy(): Learner {
    const scales = [...this.scalesByName].map(([name, scale]): [string, NumberScale] => [
      name,
      { ...scale, values: [...scale.values] },
    ]);
    const copyOf = (head: Weights): Weights => ({ ...head, slots: head.slots.slice() });
    return new HashedLearner(this.ground, {
      labels: this.labels,
      outcome: copyOf(this.outcome),
      presented: copyOf(this.presented),
      scales: new Map(scales),
    });
  }

  toData(): ModelData {
    return {
      form: MODEL_FORM,
      labels: this.labels,
      numbers: writeScales(this.scalesByName),
      outcome: writeHead(this.outcome),
      presented: writeHead(this.presented),
    };
  }

  private scaleOf(name: string): NumberScale {
    let scale = this.scalesByName.get(name);
    if (scale === undefined) {
      scale = makeNumberScale();
      this.scalesByName.set(name, scale);
    }
    return scale;
  }

  /** The share of one scope in mu and s2 of all candidates that have it: most of the work is shared. */
  private sumScope(scope: number): void {
    const { hash, x, size, unit } = this.vector;
    const { slots, shift } = this.outcome;
    const own = this.scopeHashes[scope] as number;
    const bias = biasAt(own, shift);
    let mu = (slots[bias] as number) * unit;
    let s2 = (slots[bias + 1] as number) * unit * unit;
    for (let f = 0; f < size; f++) {
      const slot = slotAt(own, hash[f] as number, shift);
      const value = x[f] as number;
      mu += (slots[slot] as number) * value;
      s2 += (slots[slot + 1] as number) * value * value;
    }
    this.mu[scope] = mu;
    this.s2[scope] = s2;
    this.isDone[scope] = 1;
  }

  private scopesFor(candidate: number): Int32Array {
    for (let k = 0; k < SCOPES; k++) {
      this.single[k] = this.scopeHashes[this.scopesOf[candidate * SCOPES + k] as number] as number;
    }
    return this.single;
  }

  private muOf(head: Weights, values: readonly LearnValue[], candidate: number): number {
    makeFeatures(this.facts, values, this.scales, this.vector);
    const { hash, x, size, unit } = this.vector;
    let mu = this.startLogits[candidate] as number;
    for (const scope of this.scopesFor(candidate)) {
      mu += (head.slots[biasAt(scope, head.shift)] as number) * unit;
      for (let f = 0; f < size; f++) {
        mu += (head.slots[slotAt(scope, hash[f] as number, head.shift)] as number) * (x[f] as number);
      }
    }
    return mu;
  }

  private update(head: Weights, values: readonly LearnValue[], candidate: number, y: 0 | 1, w: number): void {
    makeFeatures(this.facts, values, this.scales, this.vector);
    updateWeights(head, this.startLogits[candidate] as number, this.scopesFor(candidate), this.vector, y, w);
  }
}

/** The probability under an uncertain mu (MacKay's approximation). */
function moderated(mu: number, s2: number): number {
  return sigmoid(mu / Math.sqrt(1 + PROBIT * s2));
}

/** Every scope that some candidate has, hashed from names so that a model outlives a change of the catalogue. */
function listScopes(ground: ModelGround): { hashes: Int32Array; scopesOf: Int32Array } {
  const { space, actions } = ground;
  const positions = new Map<string, number>();
  const place = (kind: string, ...names: readonly string[]) => {
    const text = JSON.stringify([kind, ...names]);
    const position = positions.get(text) ?? positions.size;
    positions.set(text, position);
    return position;
  };
  const scopesOf = new Int32Array(space.size * SCOPES);
  for (let i = 0; i < space.size; i++) {
    const action = (actions[space.action[i] as number] as CompiledAction).id;
    const channel = space.channels[space.channel[i] as number] as string;
    const scopes = [
      place('global'),
      place('group', space.groups[space.group[i] as number] as string),
      place('action', action),
      place('channel', channel),
      place('approach', space.approaches[space.approach[i] as number] as string),
      place('pair', action, channel),
    ];
    scopesOf.set(scopes, i * SCOPES);
  }
  return { hashes: Int32Array.from(positions.keys(), hash32), scopesOf };
}
