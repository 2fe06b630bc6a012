import { sigmoid } from './arithmetic.ts';
import type { FeatureVector } from './features.ts';

/** 2^18 slots: an outcome head of 4 MB. */
export const SLOT_BITS = 18;
export const PRIOR_VARIANCE = 0.5;
const LEAST_VARIANCE = 1e-6;
const LEAST_CURVATURE = 1e-4;
const FORGET_EVERY = 200;
const FORGET_FACTOR = 1.02;

/** One head: mean m and variance P of every slot side by side (one cache line), m first. */
export interface Weights {
  readonly slots: Float64Array;
  /** 32 minus the bits of a slot's number. */
  readonly shift: number;
  updates: number;
}

/** A head that has learned nothing. */
export function makeWeights(bits: number): Weights {
  const slots = new Float64Array(2 << bits);
  for (let i = 1; i < slots.length; i += 2) slots[i] = PRIOR_VARIANCE;
  return { slots, shift: 32 - bits, updates: 0 };
}

/** Where the slot of a feature in a scope begins. Both hashes are mixed already, so one multiplication serves. */
export function slotAt(scope: number, feature: number, shift: number): number {
  return (Math.imul(scope ^ feature, 0x9e3779b1) >>> shift) << 1;
}

/** Where the slot of a scope's bias begins. */
export function biasAt(scope: number, shift: number): number {
  return (scope >>> shift) << 1;
}

/** P(y = 1) by the means alone. */
export function predictWeights(head: Weights, b0: number, scopes: Int32Array, vector: FeatureVector): number {
  const { slots, shift } = head;
  let mu = b0;
  for (const scope of scopes) {
    mu += (slots[biasAt(scope, shift)] as number) * vector.unit;
    for (let f = 0; f < vector.size; f++) {
      mu += (slots[slotAt(scope, vector.hash[f] as number, shift)] as number) * (vector.x[f] as number);
    }
  }
  return sigmoid(mu);
}

/** One step of the diagonal extended Kalman filter, as in decisioning.md "Learner". */
export function updateWeights(
  head: Weights,
  b0: number,
  scopes: Int32Array,
  vector: FeatureVector,
  y: 0 | 1,
  w: number,
): void {
  const { slots, shift } = head;
  const { hash, x, size, unit } = vector;
  let mu = b0;
  let s2 = 0;
  for (const scope of scopes) {
    const bias = biasAt(scope, shift);
    mu += (slots[bias] as number) * unit;
    s2 += (slots[bias + 1] as number) * unit * unit;
    for (let f = 0; f < size; f++) {
      const slot = slotAt(scope, hash[f] as number, shift);
      const value = x[f] as number;
      mu += (slots[slot] as number) * value;
      s2 += (slots[slot + 1] as number) * value * value;
    }
  }
  const p0 = sigmoid(mu);
  const r = w * Math.max(p0 * (1 - p0), LEAST_CURVATURE);
  const d = 1 + r * s2;
  const step = (w * (y - p0)) / d;
  const shrink = r / d;
  for (const scope of scopes) {
    moveSlot(slots, biasAt(scope, shift), unit, step, shrink);
    for (let f = 0; f < size; f++) {
      moveSlot(slots, slotAt(scope, hash[f] as number, shift), x[f] as number, step, shrink);
    }
  }
  head.updates++;
  if (head.updates % FORGET_EVERY === 0) forget(slots);
}

function moveSlot(slots: Float64Array, slot: number, x: number, step: number, shrink: number): void {
  const variance = slots[slot + 1] as number;
  slots[slot] = (slots[slot] as number) + variance * x * step;
  slots[slot + 1] = Math.max(LEAST_VARIANCE, variance - shrink * variance * variance * x * x);
}

/** All slots at once: a quarter of a millisecond every 200 updates, and no stamp to read in each prediction. */
function forget(slots: Float64Array): void {
  for (let i = 1; i < slots.length; i += 2) {
    slots[i] = Math.min(PRIOR_VARIANCE, (slots[i] as number) * FORGET_FACTOR);
  }
}
