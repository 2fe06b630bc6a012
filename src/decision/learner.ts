import { sigmoid, sigmoids } from './arithmetic.ts';
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
import { type LearnValue, type Model, makeStartRateModel } from './model.ts';
import { MODEL_FORM, type ModelData, readHead, readScales, writeHead, writeScales } from './model-data.ts';
import { ScopeSums } from './scope-sums.ts';
import { BundleError, isObject } from './shape.ts';
import type { CandidateSpace } from './space.ts';
import { makeWeights, predictWeights, SLOT_BITS, updateWeights, type Weights } from './weights.ts';

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
  /** Hash of each scope, and per candidate its scopes: so many each. */
  private readonly scopeHashes: Int32Array;
  private readonly scopesOf: Int32Array;
  private readonly each: number;
  // Scratch space of one prediction.
  private readonly values: LearnValue[] = [];
  private readonly vector: FeatureVector;
  private readonly sums: ScopeSums;
  private readonly muOfFact: Float64Array;
  private readonly s2OfFact: Float64Array;
  private readonly single: Int32Array;

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
    const { hashes, scopesOf, each } = listScopes(ground);
    this.scopeHashes = hashes;
    this.scopesOf = scopesOf;
    this.each = each;
    this.single = new Int32Array(each);
    this.vector = makeFeatureVector(ground.declared, this.facts, each);
    this.sums = new ScopeSums(state.outcome, hashes, this.vector.hash.length);
    this.muOfFact = new Float64Array(this.facts.length);
    this.s2OfFact = new Float64Array(this.facts.length);
  }

  predict(table: FactTable, on: Uint8Array, into: Float64Array): void {
    if (this.labels === 0) {
      this.startRates.predict(table, on, into);
      return;
    }
    readLearnValues(this.facts, this.ground.declared, table, this.values);
    makeFeatures(this.facts, this.values, this.scales, this.vector);
    this.sums.write(this.vector);
    this.writeLogits(on, into);
    sigmoids(into);
  }

  /** P of every candidate whose channel is on, as its logit. */
  private writeLogits(on: Uint8Array, into: Float64Array): void {
    const { channel, size } = this.ground.space;
    const { scopesOf, startLogits, each } = this;
    const { mu: muOf, s2: s2Of } = this.sums;
    for (let candidate = 0; candidate < size; candidate++) {
      if (on[channel[candidate] as number] === 0) continue;
      let mu = startLogits[candidate] as number;
      let s2 = 0;
      for (let k = candidate * each; k < candidate * each + each; k++) {
        const scope = scopesOf[k] as number;
        mu += muOf[scope] as number;
        s2 += s2Of[scope] as number;
      }
      into[candidate] = moderated(mu, s2);
    }
  }

  effects(candidate: number, into: Float64Array): void {
    into.fill(Number.NaN);
    if (this.labels === 0) return;
    const { muOfFact, s2OfFact, scopesOf, each } = this;
    const { mu: muOf, s2: s2Of } = this.sums;
    let mu = this.startLogits[candidate] as number;
    let s2 = 0;
    for (let k = candidate * each; k < candidate * each + each; k++) {
      const scope = scopesOf[k] as number;
      mu += muOf[scope] as number;
      s2 += s2Of[scope] as number;
    }
    this.shareOut(candidate);
    for (let i = 0; i < into.length; i++) {
      if (this.values[i] !== null)
        into[i] = moderated(mu - (muOfFact[i] as number), s2 - (s2OfFact[i] as number));
    }
    sigmoids(into);
    const p = sigmoid(moderated(mu, s2));
    for (let i = 0; i < into.length; i++) into[i] = p - (into[i] as number);
  }

  variance(candidate: number, fact: number): number {
    const learned = this.ground.learn.indexOf(fact);
    if (this.labels === 0 || learned === -1 || this.values[learned] === null) return 0;
    this.shareOut(candidate);
    return this.s2OfFact[learned] as number;
  }

  /** What each fact adds to mu and s2 of a candidate; a pair counts for both of its facts. */
  private shareOut(candidate: number): void {
    const { muOfFact, s2OfFact, scopesOf, sums, each } = this;
    const { x, owner, partner, size } = this.vector;
    const from = candidate * each;
    muOfFact.fill(0);
    s2OfFact.fill(0);
    for (let f = 0; f < size; f++) {
      const value = x[f] as number;
      const mean = sums.meanIn(f, scopesOf, from, from + each) * value;
      const variance = sums.varianceIn(f, scopesOf, from, from + each) * value * value;
      const own = owner[f] as number;
      const other = partner[f] as number;
      muOfFact[own] = (muOfFact[own] as number) + mean;
      s2OfFact[own] = (s2OfFact[own] as number) + variance;
      if (other === -1) continue;
      muOfFact[other] = (muOfFact[other] as number) + mean;
      s2OfFact[other] = (s2OfFact[other] as number) + variance;
    }
  }

  valuesOf(table: FactTable): readonly LearnValue[] {
    const values: LearnValue[] = [];
    readLearnValues(this.facts, this.ground.declared, table, values);
    return values;
  }

  p0(values: readonly LearnValue[], candidate: number): number {
    return this.rateOf(this.outcome, values, candidate);
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
    return this.rateOf(this.presented, values, candidate);
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

  private scopesFor(candidate: number): Int32Array {
    const { each } = this;
    for (let k = 0; k < each; k++) {
      this.single[k] = this.scopeHashes[this.scopesOf[candidate * each + k] as number] as number;
    }
    return this.single;
  }

  private rateOf(head: Weights, values: readonly LearnValue[], candidate: number): number {
    makeFeatures(this.facts, values, this.scales, this.vector);
    return predictWeights(
      head,
      this.startLogits[candidate] as number,
      this.scopesFor(candidate),
      this.vector,
    );
  }

  private update(head: Weights, values: readonly LearnValue[], candidate: number, y: 0 | 1, w: number): void {
    makeFeatures(this.facts, values, this.scales, this.vector);
    updateWeights(head, this.startLogits[candidate] as number, this.scopesFor(candidate), this.vector, y, w);
  }
}

/** The logit of the probability under an uncertain mu (MacKay's approximation). */
function moderated(mu: number, s2: number): number {
  return mu / Math.sqrt(1 + PROBIT * s2);
}

interface Scopes {
  readonly hashes: Int32Array;
  /** Per candidate the positions of its scopes, `each` of them. */
  readonly scopesOf: Int32Array;
  readonly each: number;
}

/**
 * Every scope that some candidate has, hashed from names so that a model outlives a change of the catalogue. A scope
 * that tells no candidate from another says what `global` says, and a group of one what its action says: said twice it
 * would only count twice, at the expense of what tells candidates apart.
 */
function listScopes(ground: ModelGround): Scopes {
  const { space, actions } = ground;
  const hasGroups = space.groups.length < actions.length;
  const hasChannels = space.channels.length > 1;
  const hasApproaches = space.approaches.length > 1;
  const each = 3 + Number(hasGroups) + Number(hasChannels) + Number(hasApproaches);
  const positions = new Map<string, number>();
  const place = (kind: string, ...names: readonly string[]) => {
    const text = JSON.stringify([kind, ...names]);
    const position = positions.get(text) ?? positions.size;
    positions.set(text, position);
    return position;
  };
  const scopesOf = new Int32Array(space.size * each);
  for (let i = 0; i < space.size; i++) {
    const action = (actions[space.action[i] as number] as CompiledAction).id;
    const channel = space.channels[space.channel[i] as number] as string;
    const scopes = [place('global'), place('action', action), place('pair', action, channel)];
    if (hasGroups) scopes.push(place('group', space.groups[space.group[i] as number] as string));
    if (hasChannels) scopes.push(place('channel', channel));
    if (hasApproaches)
      scopes.push(place('approach', space.approaches[space.approach[i] as number] as string));
    scopesOf.set(scopes, i * each);
  }
  return { hashes: Int32Array.from(positions.keys(), hash32), scopesOf, each };
}
