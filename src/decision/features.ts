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

/**
 * Measured on worlds that are not reported on (test/worlds, seeds `tune/...`): the bin of a number counts less than a
 * category, because its scaled value says much of it already; a pair counts less than its two facts, because most of
 * what there is to know is in the facts themselves.
 */
const UNIT = 2;
const BIN_WEIGHT = 0.7;
const PAIR_WEIGHT = 0.35;
/** With more learned facts than this their pairs are too many: each would be seen too rarely to say anything. */
const MOST_PAIRED_FACTS = 8;
const NO_PAIR = -1;

/** The features of one request before they are crossed with a scope: hash, x, and the facts that they stem from. */
export interface FeatureVector {
  size: number;
  /** x of a category and of the bias of a scope. */
  readonly unit: number;
  readonly hasPairs: boolean;
  readonly hash: Int32Array;
  readonly x: Float64Array;
  /** Index into the list of learned facts. */
  readonly owner: Int32Array;
  /** The other fact of a pair; -1 where there is none. */
  readonly partner: Int32Array;
}

/**
 * Room for the features of all learned facts. Every x is scaled by 2 s^(-0.5) n^(-0.4), s being the scopes of a candidate
 * and n the most features that a request can have with the bias and without pairs: with x = 1 the prior of dozens of
 * overlapping features adds up to a step so large that each outcome nearly overwrites the last (measured: a third of what
 * could be gained, and 13 % of the reward under delay, were lost).
 */
export function makeFeatureVector(
  declared: DeclaredFacts,
  facts: readonly LearnedFact[],
  scopes: number,
): FeatureVector {
  const hasPairs = facts.length <= MOST_PAIRED_FACTS;
  let most = 1;
  for (const { fact } of facts) most += isCategory(declared, fact) ? 1 : 2;
  const room = 2 * facts.length + (hasPairs ? (facts.length * (facts.length - 1)) / 2 : 0);
  return {
    size: 0,
    unit: UNIT * pow(scopes, -0.5) * pow(most, -0.4),
    hasPairs,
    hash: new Int32Array(room),
    x: new Float64Array(room),
    owner: new Int32Array(room),
    partner: new Int32Array(room),
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

/**
 * Makes features of values: `name=value` for text and boolean, a bin and a scaled value for numbers; where the learned
 * facts are few, also each pair of them (category or bin).
 */
export function makeFeatures(
  facts: readonly LearnedFact[],
  values: readonly LearnValue[],
  scales: readonly NumberScale[],
  into: FeatureVector,
): void {
  into.size = 0;
  const { unit } = into;
  for (let i = 0; i < facts.length; i++) {
    const value = values[i] as LearnValue;
    if (typeof value === 'number') {
      const scale = scales[i] as NumberScale;
      addFeature(
        into,
        mix((facts[i] as LearnedFact).nameHash, binOf(scale, value) + 1),
        BIN_WEIGHT * unit,
        i,
      );
    } else if (value !== null) {
      const code = typeof value === 'string' ? hash32(value) : value ? 1 : 2;
      addFeature(into, mix((facts[i] as LearnedFact).nameHash, code), unit, i);
    }
  }
  const categories = into.size;
  for (let i = 0; i < facts.length; i++) {
    const value = values[i] as LearnValue;
    if (typeof value !== 'number') continue;
    addFeature(into, (facts[i] as LearnedFact).scaledHash, unit * scaled(scales[i] as NumberScale, value), i);
  }
  if (into.hasPairs) addPairs(into, categories);
}

function addPairs(into: FeatureVector, categories: number): void {
  const { hash, owner, unit } = into;
  for (let a = 0; a < categories; a++) {
    for (let b = a + 1; b < categories; b++) {
      const code = mix(hash[a] as number, hash[b] as number);
      addFeature(into, code, PAIR_WEIGHT * unit, owner[a] as number, owner[b] as number);
    }
  }
}

function addFeature(into: FeatureVector, hash: number, x: number, owner: number, partner = NO_PAIR): void {
  const at = into.size++;
  into.hash[at] = hash;
  into.x[at] = x;
  into.owner[at] = owner;
  into.partner[at] = partner;
}
