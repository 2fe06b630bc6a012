/**
 * Vowpal Wabbit's `--cb_explore_adf --squarecb -q UA` with its default settings, written from the published
 * descriptions of its parts (9.x: cb_explore_adf_squarecb, cb_adf with mtr, gd), not from its source: it cannot be
 * installed where this is developed, so this is a model of it and not the program. Squared loss on cost -1 or 0 of the action that was shown, weighted by 1 / (K p); linear in
 * hashed features (18 bits): constant, context U, action A and their products; adaptive, normalised, invariant updates,
 * learning rate 0.5, power_t 0.5; exploration 1 / (K + gamma gap), gamma = 10 sqrt(t).
 */
import { type Chance, chance } from '../../src/demo/random.ts';
import type { Policy } from './play.ts';
import type { Facts, World } from './world.ts';

const BITS = 18;
const MASK = (1 << BITS) - 1;
const RATE = 0.5;
const GAMMA_SCALE = 10;
const LEAST_X2 = 1.17549435e-38;
const CONSTANT = 11_650_396;

type Features = { index: number[]; value: number[] };

/** FNV-1a in place of Murmur: which hash it is does not matter. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Numbers as an integrator would give them: standardised by what was seen so far (Welford), so that none drowns all. */
class Context {
  private readonly seen = new Map<string, { n: number; mean: number; squares: number }>();

  of(facts: Facts): Features {
    const index: number[] = [];
    const value: number[] = [];
    for (const [name, fact] of Object.entries(facts)) {
      index.push(hash(typeof fact === 'number' ? `U${name}` : `U${name}=${fact}`));
      value.push(typeof fact === 'number' ? this.standardised(name, fact) : 1);
    }
    return { index, value };
  }

  private standardised(name: string, x: number): number {
    const known = this.seen.get(name) ?? { n: 0, mean: 0, squares: 0 };
    this.seen.set(name, known);
    const gap = x - known.mean;
    known.n++;
    known.mean += gap / known.n;
    known.squares += gap * (x - known.mean);
    const deviation = Math.sqrt(known.squares / known.n);
    return deviation > 0 ? (x - known.mean) / deviation : 0;
  }
}

/** All features of one action's example: shared ones are merged in, then the products of namespaces U and A. */
function exampleOf(context: Features, own: readonly number[]): Features {
  const index = [CONSTANT & MASK];
  const value = [1];
  const add = (i: number, x: number) => {
    index.push(i & MASK);
    value.push(x);
  };
  for (const [i, at] of context.index.entries()) add(at, context.value[i] as number);
  for (const a of own) add(a, 1);
  for (const [i, at] of context.index.entries()) {
    for (const a of own) add(Math.imul(at, 16_777_619) ^ a, context.value[i] as number);
  }
  return { index, value };
}

/** `gd` of Vowpal Wabbit with squared loss: adaptive, normalised, invariant. */
class Regressor {
  private readonly weight = new Float32Array(1 << BITS);
  private readonly adaptive = new Float32Array(1 << BITS);
  private readonly normal = new Float32Array(1 << BITS);
  private sumNormX = 0;
  private total = 0;
  private low = 0;
  private high = 0;

  predict({ index, value }: Features): number {
    let sum = 0;
    for (const [k, i] of index.entries()) sum += (this.weight[i] as number) * (value[k] as number);
    return Math.max(this.low, Math.min(this.high, sum));
  }

  learn(features: Features, label: number, importance: number): void {
    this.low = Math.min(this.low, label);
    this.high = Math.max(this.high, label);
    const prediction = this.predict(features);
    const gap = label - prediction;
    if (gap === 0) return;
    const rates: number[] = [];
    const perUpdate = this.scale(features, 4 * gap * gap * importance, importance, rates);
    const scale = RATE * importance;
    const update =
      scale * perUpdate < 1e-6 ? 2 * gap * scale : (gap * (1 - Math.exp(-2 * scale * perUpdate))) / perUpdate;
    const multiplied = update * Math.sqrt(this.total / this.sumNormX);
    for (const [k, i] of features.index.entries()) {
      this.weight[i] =
        (this.weight[i] as number) + multiplied * (features.value[k] as number) * (rates[k] as number);
    }
  }

  /** Takes the example into the scales of its features; answers how far a unit of update moves the prediction. */
  private scale({ index, value }: Features, square: number, importance: number, rates: number[]): number {
    let perUpdate = 0;
    let normX = 0;
    for (const [k, i] of index.entries()) {
      const x = value[k] as number;
      const x2 = Math.max(x * x, LEAST_X2);
      this.adaptive[i] = (this.adaptive[i] as number) + square * x2;
      const size = Math.sqrt(x2);
      const known = this.normal[i] as number;
      if (size > known) {
        if (known > 0) this.weight[i] = ((this.weight[i] as number) * known) / size;
        this.normal[i] = size;
      }
      normX += x2 / (this.normal[i] as number) ** 2;
      const rate = 1 / (Math.sqrt(this.adaptive[i] as number) * (this.normal[i] as number));
      rates.push(rate);
      perUpdate += x2 * rate;
    }
    this.sumNormX += importance * normX;
    this.total += importance;
    return perUpdate * Math.sqrt(this.total / this.sumNormX);
  }
}

/** Action features: the parts of a candidate's name, as an integrator would give them. */
function actionFeatures(world: World): number[][] {
  return world.candidates.map(({ action, channel, approach }) => [
    hash(`Aaction=${action}`),
    ...(world.candidates.some((one) => one.channel !== channel) ? [hash(`Achannel=${channel}`)] : []),
    ...(world.candidates.some((one) => one.approach !== approach) ? [hash(`Aapproach=${approach}`)] : []),
  ]);
}

export function squarecb(world: World, seed: number): Policy {
  const luck: Chance = chance(`squarecb/${seed}`);
  const regressor = new Regressor();
  const contexts = new Context();
  const own = actionFeatures(world);
  const k = own.length;
  let events = 0;
  let examples: Features[] = [];
  let pi: number[] = [];
  return {
    suggest: (_n, { facts }) => {
      const context = contexts.of(facts);
      examples = own.map((features) => exampleOf(context, features));
      const costs = examples.map((example) => regressor.predict(example));
      const best = costs.indexOf(Math.min(...costs));
      const gamma = GAMMA_SCALE * Math.sqrt(events);
      pi = costs.map((cost) => 1 / (k + gamma * (cost - (costs[best] as number))));
      pi[best] = 1 - pi.reduce((sum, one, i) => (i === best ? sum : sum + one), 0);
      let left = luck.next();
      for (const [i, one] of pi.entries()) {
        left -= one;
        if (left < 0) return i;
      }
      return best;
    },
    learn: (_n, _round, presented, isPositive) => {
      events++;
      // An action that the operator chose himself is learned with the propensity that the policy gave it.
      const importance = 1 / ((pi[presented] as number) * k);
      regressor.learn(examples[presented] as Features, isPositive ? -1 : 0, importance);
    },
  };
}
