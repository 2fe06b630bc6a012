import { type NumberScale, SKETCH_VALUES } from './features.ts';
import { unpack } from './frozen.ts';
import { BundleError, isObject } from './shape.ts';
import { makeWeights, PRIOR_VARIANCE, type Weights } from './weights.ts';

/** Another number wherever features, scopes or scale are others: slots learned with those would say something else. */
export const MODEL_FORM = 'kairos-hashed-logistic/2';

export interface HeadData {
  readonly bits: number;
  /** Position, mean and variance of every slot that differs from the prior, ascending. */
  readonly slots: readonly number[];
  /** In place of `slots`, shorter and rounded (frozen.ts). */
  readonly packed?: string;
  readonly updates: number;
}

export interface ScaleData {
  readonly edges: readonly number[];
  readonly high: number;
  readonly low: number;
  readonly name: string;
  readonly seen: number;
  readonly values: readonly number[];
}

/** A model as JSON. */
export interface ModelData {
  readonly form: string;
  readonly labels: number;
  readonly numbers: readonly ScaleData[];
  readonly outcome: HeadData;
  readonly presented: HeadData;
}

/** Only what was learned: the rest of the slots is the prior. */
export function writeHead(head: Weights): HeadData {
  const slots: number[] = [];
  for (let i = 0; i < head.slots.length; i += 2) {
    const mean = head.slots[i] as number;
    const variance = head.slots[i + 1] as number;
    if (mean !== 0 || variance !== PRIOR_VARIANCE) slots.push(i >> 1, mean, variance);
  }
  return { bits: 31 - Math.clz32(head.slots.length >> 1), slots, updates: head.updates };
}

/** @throws BundleError for anything but what `writeHead` wrote */
export function readHead(json: unknown, bits: number): Weights {
  const bad = () => new BundleError('model: a head of it is malformed');
  if (!isObject(json) || json['bits'] !== bits || !isCount(json['updates'])) throw bad();
  const { packed } = json;
  const list = typeof packed === 'string' ? unpack(packed) : json['slots'];
  if (!isNumbers(list) || list.length % 3 !== 0) throw bad();
  const head = makeWeights(bits);
  for (let i = 0; i < list.length; i += 3) {
    const [slot, mean, variance] = [list[i] as number, list[i + 1] as number, list[i + 2] as number];
    if (!Number.isInteger(slot) || slot < 0 || slot >= head.slots.length / 2 || !(variance > 0)) throw bad();
    head.slots[slot * 2] = mean;
    head.slots[slot * 2 + 1] = variance;
  }
  head.updates = json['updates'];
  return head;
}

/** The scales of numeric facts that have seen a value, by name. */
export function writeScales(scales: ReadonlyMap<string, NumberScale>): readonly ScaleData[] {
  return [...scales]
    .filter(([, scale]) => scale.seen > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { edges, high, low, seen, values }]) => ({
      edges,
      high,
      low,
      name,
      seen,
      values: [...values],
    }));
}

/** @throws BundleError for anything but what `writeScales` wrote */
export function readScales(json: unknown): Map<string, NumberScale> {
  const bad = () => new BundleError('model: the scales of its numbers are malformed');
  if (!Array.isArray(json)) throw bad();
  const scales = new Map<string, NumberScale>();
  for (const data of json as readonly unknown[]) {
    if (!isObject(data)) throw bad();
    const { edges, high, low, name, seen, values } = data;
    if (typeof name !== 'string' || !isNumbers(edges) || !isNumbers(values) || !isNumbers([high, low]))
      throw bad();
    if (!isCount(seen) || seen > SKETCH_VALUES || values.length > SKETCH_VALUES) throw bad();
    scales.set(name, { edges, high: high as number, low: low as number, seen, values: [...values] });
  }
  return scales;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
}
