import { pow } from './arithmetic.ts';
import type { DeclaredFacts, FactTable } from './facts.ts';
import { KNOWN } from './facts.ts';
import type { LearnValue } from './model.ts';
import { DAY } from './time.ts';

/** A 32 bit hash of a text: FNV-1a over its code units, then mixed. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h = Math.imul(h ^ (code & 255), 0x01000193);
    h = Math.imul(h ^ (code >>> 8), 0x01000193);
  }
  return mix(h, text.length);
}

/** Two hashes into one (the finaliser of MurmurHash3). */
export function mix(a: number, b: number): number {
  let h = a ^ Math.imul(b, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

export const BINS = 8;
/** Edges rest on the first 300 values; before that they are drawn again as values come in. */
export const SKETCH_VALUES = 300;
const REDRAW = new Set([12, 25, 50, 100, 200, SKETCH_VALUES]);

/** What is known of a numeric fact's values: the edges of its bins and its range. */
export interface NumberScale {
  seen: number;
  /** The first values, until there are 300 of them. */
  values: number[];
  edges: readonly number[];
  low: number;
  high: number;
}

/** A scale that has seen nothing. */
export function makeNumberScale(): NumberScale {
  return { seen: 0, values: [], edges: [], low: 0, high: 0 };
}

/** Takes one more value into the scale, as long as fewer than 300 were seen. */
export function observe(scale: NumberScale, value: number): void {
  if (scale.seen >= SKETCH_VALUES) return;
  scale.seen++;
  scale.values.push(value);
  if (!REDRAW.has(scale.seen)) return;
  const sorted = [...scale.values].sort((a, b) => a - b);
  scale.edges = drawEdges(sorted);
  scale.low = sorted[0] as number;
  scale.high = sorted[sorted.length - 1] as number;
  if (scale.seen === SKETCH_VALUES) scale.values = [];
}

/** Up to 7 edges: between all values where they are few, else the eighths of the sample. */
function drawEdges(sorted: readonly number[]): readonly number[] {
  const distinct = [...new Set(sorted)];
  if (distinct.length <= BINS) return distinct.slice(1);
  const edges: number[] = [];
  for (let i = 1; i < BINS; i++) edges.push(sorted[Math.floor((i * sorted.length) / BINS)] as number);
  return [...new Set(edges)];
}

function binOf(scale: NumberScale, value: number): number {
  let bin = 0;
  while (bin < scale.edges.length && value >= (scale.edges[bin] as number)) bin++;
  return bin;
}

/** The value between the smallest and the largest of the sample as [-1, 1]. */
function scaled(scale: NumberScale, value: number): number {
  const width = scale.high - scale.low;
  if (!(width > 0) || !Number.isFinite(width)) return 0;
  const x = (2 * (value - scale.low)) / width - 1;
  return Math.max(-1, Math.min(1, x));
}

/** The features of one request before they are crossed with a scope: hash, x, and the fact that they stem from. */
export interface FeatureVector {
  size: number;
  /** x of a category and of the bias of a scope. */
  readonly unit: number;
  readonly hash: Int32Array;
  readonly x: Float64Array;
  /** Index into the list of learned facts. */
  readonly owner: Int32Array;
}

/**
 * Room for the features of all learned facts. Every x is scaled by n^(-1/3), n being the most features that a
 * request can have with the bias: with x = 1 the prior of dozens of overlapping features adds up to a step so large
 * that each outcome nearly overwrites the last (measured: a third of what could be gained, and 13 % of the reward
 * under delay, were lost).
 */
export function makeFeatureVector(declared: DeclaredFacts, facts: readonly LearnedFact[]): FeatureVector {
  let most = 1;
  for (const { fact } of facts) most += isCategory(declared, fact) ? 1 : 2;
  return {
    size: 0,
    unit: pow(most, -1 / 3),
    hash: new Int32Array(2 * facts.length),
    x: new Float64Array(2 * facts.length),
    owner: new Int32Array(2 * facts.length),
  };
}

function isCategory(declared: DeclaredFacts, fact: number): boolean {
  return declared.types[fact] === 'text' || declared.types[fact] === 'boolean';
}

/** What the features of each learned fact hash from. */
export interface LearnedFact {
  readonly fact: number;
  readonly name: string;
  readonly nameHash: number;
  readonly scaledHash: number;
}

/** The learned facts of a bundle. */
export function learnedFacts(declared: DeclaredFacts, learn: readonly number[]): readonly LearnedFact[] {
  return learn.map((fact) => {
    const name = declared.names[fact] as string;
    const nameHash = hash32(name);
    return { fact, name, nameHash, scaledHash: mix(nameHash, 0x5ca1ed) };
  });
}

/** Reads the learned facts as values: a time as its age in days, times as their number. */
export function readLearnValues(
  facts: readonly LearnedFact[],
  declared: DeclaredFacts,
  table: FactTable,
  into: LearnValue[],
): void {
  for (let i = 0; i < facts.length; i++) {
    const { fact } = facts[i] as LearnedFact;
    into[i] = table.state[fact] === KNOWN ? learnValue(declared, table, fact) : null;
  }
}

function learnValue(declared: DeclaredFacts, table: FactTable, fact: number): LearnValue {
  switch (declared.types[fact]) {
    case 'number':
      return table.number[fact] as number;
    case 'time':
      return (table.at - (table.number[fact] as number)) / DAY;
    case 'times':
      return (table.times[fact] as readonly number[]).length;
    default:
      return table.raw[fact] as string | boolean;
  }
}

/** Makes features of values: `name=value` for text and boolean, a bin and a scaled value for numbers. */
export function makeFeatures(
  facts: readonly LearnedFact[],
  values: readonly LearnValue[],
  scales: readonly NumberScale[],
  into: FeatureVector,
): void {
  let size = 0;
  for (let i = 0; i < facts.length; i++) {
    const value = values[i] as LearnValue;
    if (value === null) continue;
    const { nameHash, scaledHash } = facts[i] as LearnedFact;
    into.owner[size] = i;
    into.x[size] = into.unit;
    if (typeof value === 'number') {
      const scale = scales[i] as NumberScale;
      into.hash[size++] = mix(nameHash, binOf(scale, value) + 1);
      into.owner[size] = i;
      into.x[size] = into.unit * scaled(scale, value);
      into.hash[size++] = scaledHash;
    } else {
      into.hash[size++] = mix(nameHash, typeof value === 'string' ? hash32(value) : value ? 1 : 2);
    }
  }
  into.size = size;
}
