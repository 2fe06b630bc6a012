import type { FeatureVector } from './features.ts';
import { biasAt, slotAt, type Weights } from './weights.ts';

/** Rows that are kept at most: texts of many values would make one each. */
const MOST_ROWS = 2_048;
const FEWEST_ROWS = 64;
const STRIDE = 8;
/** Twice as many as rows, so that a search is short; a power of two. */
const PLACES = 4_096;

/**
 * The shares of every scope in mu and s2 for the features at hand. Most of a decision's work: scopes x features slots
 * at random places of megabytes. So each feature has a row with its slots of all scopes side by side, means before
 * variances, and while the head does not move the rows are kept. Kept or not, they are added in the same order, so the
 * sums are the same bit for bit.
 */
export class ScopeSums {
  readonly mu: Float64Array;
  readonly s2: Float64Array;
  private readonly head: Weights;
  private readonly scopes: Int32Array;
  /** Length of a row. */
  private readonly width: number;
  /** Row after row; row 0 stays zero, for what is missing to a full stride. */
  private rows: Float64Array;
  /** Rows that are kept; number n, from 1 on, is that of the feature with the hash `hashOf[n]`. */
  private kept = 0;
  private readonly hashOf = new Int32Array(MOST_ROWS + 1);
  /** Number of a kept row by its hash: at the place of its last bits or the next free one after it. */
  private readonly places = new Int16Array(PLACES);
  // The biases of the scopes, times their x.
  private readonly biasMu: Float64Array;
  private readonly biasS2: Float64Array;
  // Of the features at hand: where their rows begin, their x and its square.
  private readonly picked: Int32Array;
  private readonly x: Float64Array;
  private readonly xx: Float64Array;
  /** Updates of the head when the rows were made. */
  private updates = -1;

  /** `scopes`: the hash of each scope; `most`: the most features of a request. */
  constructor(head: Weights, scopes: Int32Array, most: number) {
    this.head = head;
    this.scopes = scopes;
    this.mu = new Float64Array(scopes.length);
    this.s2 = new Float64Array(scopes.length);
    this.biasMu = new Float64Array(scopes.length);
    this.biasS2 = new Float64Array(scopes.length);
    this.width = 2 * scopes.length;
    this.rows = new Float64Array(FEWEST_ROWS * this.width);
    this.picked = new Int32Array(most + STRIDE);
    this.x = new Float64Array(most + STRIDE);
    this.xx = new Float64Array(most + STRIDE);
  }

  /** Adds up all scopes anew. */
  write(vector: FeatureVector): void {
    this.pickRows(vector);
    const { rows, picked, mu, s2, x, xx } = this;
    mu.set(this.biasMu);
    s2.set(this.biasS2);
    for (let at = 0; at < vector.size; at += STRIDE) {
      addRows(rows, picked, at, 0, x, mu);
      addRows(rows, picked, at, mu.length, xx, s2);
    }
  }

  /** The means of feature number `f` in some scopes, added up. */
  meanIn(f: number, scopes: Int32Array, from: number, to: number): number {
    return this.sumOf(this.picked[f] as number, scopes, from, to);
  }

  /** Its variances, added up. */
  varianceIn(f: number, scopes: Int32Array, from: number, to: number): number {
    return this.sumOf((this.picked[f] as number) + this.mu.length, scopes, from, to);
  }

  private sumOf(row: number, scopes: Int32Array, from: number, to: number): number {
    const { rows } = this;
    let sum = 0;
    for (let k = from; k < to; k++) sum += rows[row + (scopes[k] as number)] as number;
    return sum;
  }

  private pickRows({ size, hash, x, unit }: FeatureVector): void {
    // Where outcomes come between decisions a kept row would serve once.
    const isSteady = this.head.updates === this.updates;
    if (!isSteady) this.readBiases(unit);
    if (!isSteady || this.kept + size > MOST_ROWS) this.forgetRows();
    this.makeRoom(this.kept + size + 1);
    for (let f = 0; f < size; f++) {
      this.picked[f] = isSteady ? this.keepRow(hash[f] as number) : this.readRow(hash[f] as number, f + 1);
      const value = x[f] as number;
      this.x[f] = value;
      this.xx[f] = value * value;
    }
    for (let f = size; f % STRIDE !== 0; f++) {
      this.picked[f] = 0;
      this.x[f] = 0;
      this.xx[f] = 0;
    }
  }

  private forgetRows(): void {
    if (this.kept > 0) this.places.fill(0);
    this.kept = 0;
  }

  private makeRoom(count: number): void {
    const needed = count * this.width;
    if (this.rows.length >= needed) return;
    const rows = new Float64Array(2 * needed);
    rows.set(this.rows);
    this.rows = rows;
  }

  private readBiases(unit: number): void {
    const { head, scopes, biasMu, biasS2 } = this;
    this.updates = head.updates;
    for (let s = 0; s < scopes.length; s++) {
      const bias = biasAt(scopes[s] as number, head.shift);
      biasMu[s] = (head.slots[bias] as number) * unit;
      biasS2[s] = (head.slots[bias + 1] as number) * (unit * unit);
    }
  }

  private keepRow(hash: number): number {
    const { places, hashOf } = this;
    let place = hash & (PLACES - 1);
    for (let number = places[place] as number; number !== 0; number = places[place] as number) {
      if (hashOf[number] === hash) return number * this.width;
      place = (place + 1) & (PLACES - 1);
    }
    const number = ++this.kept;
    places[place] = number;
    hashOf[number] = hash;
    return this.readRow(hash, number);
  }

  /** Reads the slots of a feature into the row with that number; answers where it begins. */
  private readRow(hash: number, number: number): number {
    const { scopes, rows } = this;
    const { slots, shift } = this.head;
    const row = number * this.width;
    for (let s = 0; s < scopes.length; s++) {
      const slot = slotAt(scopes[s] as number, hash, shift);
      rows[row + s] = slots[slot] as number;
      rows[row + scopes.length + s] = slots[slot + 1] as number;
    }
    return row;
  }
}

/** Adds the halves of eight rows that begin at `half`, times their x: fewer at a time would read and write `into` more often. */
function addRows(
  rows: Float64Array,
  picked: Int32Array,
  at: number,
  half: number,
  x: Float64Array,
  into: Float64Array,
): void {
  const a = (picked[at] as number) + half;
  const b = (picked[at + 1] as number) + half;
  const c = (picked[at + 2] as number) + half;
  const d = (picked[at + 3] as number) + half;
  const e = (picked[at + 4] as number) + half;
  const f = (picked[at + 5] as number) + half;
  const g = (picked[at + 6] as number) + half;
  const h = (picked[at + 7] as number) + half;
  const xa = x[at] as number;
  const xb = x[at + 1] as number;
  const xc = x[at + 2] as number;
  const xd = x[at + 3] as number;
  const xe = x[at + 4] as number;
  const xf = x[at + 5] as number;
  const xg = x[at + 6] as number;
  const xh = x[at + 7] as number;
  for (let i = 0; i < into.length; i++) {
    into[i] =
      (into[i] as number) +
      ((rows[a + i] as number) * xa +
        (rows[b + i] as number) * xb +
        ((rows[c + i] as number) * xc + (rows[d + i] as number) * xd)) +
      ((rows[e + i] as number) * xe +
        (rows[f + i] as number) * xf +
        ((rows[g + i] as number) * xg + (rows[h + i] as number) * xh));
  }
}
