import type { FeatureVector } from './features.ts';
import { biasAt, slotAt, type Weights } from './weights.ts';

/** Rows that are kept at most: texts of many values would make one each. */
const MOST_ROWS = 2_048;
const STRIDE = 4;

/**
 * The shares of every scope in mu and s2 for the features at hand. Most of a decision's work: scopes x features slots
 * at random places of megabytes. While the head does not move, each feature keeps a row with its slots of all scopes
 * side by side. Kept or not, rows are added in the same order, so the sums are the same bit for bit.
 */
export class ScopeSums {
  readonly mu: Float64Array;
  readonly s2: Float64Array;
  private readonly head: Weights;
  private readonly scopes: Int32Array;
  private readonly rows = new Map<number, Float64Array>();
  private readonly borrowed: Float64Array[] = [];
  private readonly nothing: Float64Array;
  // The rows of the features at hand, and their x.
  private readonly picked: Float64Array[] = [];
  private readonly x: number[] = [];
  /** Updates of the head when the rows were made. */
  private updates = -1;

  /** `scopes`: the hash of each scope. */
  constructor(head: Weights, scopes: Int32Array) {
    this.head = head;
    this.scopes = scopes;
    this.mu = new Float64Array(scopes.length);
    this.s2 = new Float64Array(scopes.length);
    this.nothing = new Float64Array(2 * scopes.length);
  }

  /** Adds up all scopes anew. */
  write(vector: FeatureVector): void {
    const { head, x, picked } = this;
    const isSteady = head.updates === this.updates;
    this.updates = head.updates;
    if (!isSteady) this.rows.clear();
    for (let f = 0; f < vector.size; f++) {
      const hash = vector.hash[f] as number;
      // Where outcomes come between decisions a kept row would serve once: then it is read into borrowed room.
      picked[f] = isSteady ? (this.rows.get(hash) ?? this.keepRow(hash)) : this.readRow(hash, this.borrow(f));
      x[f] = vector.x[f] as number;
    }
    // Rows are added four at a time; what is missing adds nothing.
    let f = vector.size;
    for (; f % STRIDE !== 0; f++) {
      picked[f] = this.nothing;
      x[f] = 0;
    }
    this.startWithBiases(vector.unit);
    for (let at = 0; at < f; at += STRIDE) this.addRows(at);
  }

  /** Mean and variance of feature number `f` in every scope, side by side, as they were last added up. */
  rowOf(f: number): Float64Array {
    return this.picked[f] as Float64Array;
  }

  private startWithBiases(unit: number): void {
    const { head, scopes, mu, s2 } = this;
    for (let s = 0; s < scopes.length; s++) {
      const bias = biasAt(scopes[s] as number, head.shift);
      mu[s] = (head.slots[bias] as number) * unit;
      s2[s] = (head.slots[bias + 1] as number) * (unit * unit);
    }
  }

  private addRows(at: number): void {
    const { mu, s2, x, picked } = this;
    const a = picked[at] as Float64Array;
    const b = picked[at + 1] as Float64Array;
    const c = picked[at + 2] as Float64Array;
    const d = picked[at + 3] as Float64Array;
    const xa = x[at] as number;
    const xb = x[at + 1] as number;
    const xc = x[at + 2] as number;
    const xd = x[at + 3] as number;
    const aa = xa * xa;
    const bb = xb * xb;
    const cc = xc * xc;
    const dd = xd * xd;
    const size = mu.length;
    for (let s = 0, i = 0; s < size; s++, i += 2) {
      mu[s] =
        (mu[s] as number) +
        ((a[i] as number) * xa + (b[i] as number) * xb + ((c[i] as number) * xc + (d[i] as number) * xd));
      s2[s] =
        (s2[s] as number) +
        ((a[i + 1] as number) * aa +
          (b[i + 1] as number) * bb +
          ((c[i + 1] as number) * cc + (d[i + 1] as number) * dd));
    }
  }

  private keepRow(hash: number): Float64Array {
    if (this.rows.size >= MOST_ROWS) this.rows.clear();
    const row = this.readRow(hash, new Float64Array(2 * this.scopes.length));
    this.rows.set(hash, row);
    return row;
  }

  private borrow(f: number): Float64Array {
    const row = this.borrowed[f] ?? new Float64Array(2 * this.scopes.length);
    this.borrowed[f] = row;
    return row;
  }

  private readRow(hash: number, row: Float64Array): Float64Array {
    const { scopes } = this;
    const { slots, shift } = this.head;
    for (let s = 0; s < scopes.length; s++) {
      const slot = slotAt(scopes[s] as number, hash, shift);
      row[2 * s] = slots[slot] as number;
      row[2 * s + 1] = slots[slot + 1] as number;
    }
    return row;
  }
}
