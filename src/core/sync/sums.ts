/** The core's SUMs of scopes (protocol/sums.ts), kept by the change log. */
import type { Table } from '../../domain/rows.ts';
import { BUCKETS } from '../../protocol/limits.ts';
import { bucketOf, sumText, termOf } from '../../protocol/sums.ts';
import type { LogReader, RowKey, StoredRow } from '../store/contract.ts';
import type { Lens, RowEncoder } from './encode.ts';
import type { HeadCache } from './head-cache.ts';

const PAGE = 2_000;
/** Rows per call while a sum is made for the first time: about 20 ms. */
const SLICE = 10_000;

/** All visible rows of a scope by key and v. With a lens that hides rows their content must be read. */
function* visibleKeys(log: LogReader, encoder: RowEncoder, lens: Lens, scope: string): Generator<RowKey> {
  let after: { table: Table; id: string } | null = null;
  for (;;) {
    const page: RowKey[] = lens.hides
      ? log.rowsOfScope(scope, after, PAGE)
      : log.keysOfScope(scope, after, PAGE);
    for (const key of page) if (!lens.hides || encoder.isVisible(lens, key as StoredRow)) yield key;
    const last = page.at(-1);
    if (!last) return;
    after = { table: last.table, id: last.id };
  }
}

type Running = {
  sum: bigint;
  /** The last row that was scanned; the scan goes on behind it. */
  after: { table: Table; id: string } | null;
  complete: boolean;
  used: number;
};

/**
 * Keeps the sums of scopes by the change log: what has changed since the last look is looked at once, for all scopes
 * that it concerns. A first sum is scanned in slices, while changes to what is scanned already are followed, so that a
 * scope of any size costs no long pause.
 */
export class ScopeSums {
  private readonly log: LogReader;
  private readonly encoder: RowEncoder;
  private readonly cache: HeadCache;
  private readonly running = new Map<string, Running>();
  private epoch = '';
  /** Every running sum is of this seq. */
  private at = 0;

  constructor(log: LogReader, encoder: RowEncoder, cache: HeadCache) {
    this.log = log;
    this.encoder = encoder;
    this.cache = cache;
  }

  /** The SUM at the head, or undefined while it is still being made. @param now ms, for forgetting unused sums */
  sum(lens: Lens, scope: string, now: number): string | undefined {
    if (lens.hides) return this.scanned(lens, scope);
    this.follow();
    let running = this.running.get(scope);
    if (!running) {
      running = { sum: 0n, after: null, complete: false, used: now };
      this.running.set(scope, running);
    }
    running.used = now;
    if (!running.complete) this.scan(running, scope);
    return running.complete ? sumText(running.sum) : undefined;
  }

  /** Forgets sums that nobody has asked for since `before`. */
  forget(before: number): void {
    for (const [scope, running] of this.running) if (running.used < before) this.running.delete(scope);
  }

  private scanned(lens: Lens, scope: string): string {
    let sum = 0n;
    for (const key of visibleKeys(this.log, this.encoder, lens, scope)) sum += termOf(key);
    return sumText(sum);
  }

  private follow(): void {
    const { epoch, seq, floor } = this.log.head();
    if (epoch !== this.epoch || this.at < floor) this.running.clear();
    const from = this.at;
    this.epoch = epoch;
    this.at = seq;
    if (from === seq || this.running.size === 0) return;
    for (const change of this.cache.changed(from)) {
      const { table, id, vBefore } = change;
      const row = this.cache.row(change);
      if (vBefore > 0) this.add(change, change.scopesBefore, -termOf({ table, id, v: vBefore }));
      if (row) this.add(change, row.scopes, termOf(row));
    }
  }

  /** To the sums of the scopes that hold the row; a bundle is in all of them. */
  private add(row: { table: Table; id: string }, scopes: readonly string[], term: bigint): void {
    for (const scope of row.table === 'bundle' ? this.running.keys() : scopes) {
      const running = this.running.get(scope);
      // What the scan has not come to yet it will count as it is then.
      if (running && (running.complete || isAtOrBefore(row, running.after))) running.sum += term;
    }
  }

  private scan(running: Running, scope: string): void {
    for (let seen = 0; seen < SLICE; ) {
      const page = this.log.keysOfScope(scope, running.after, PAGE);
      for (const key of page) running.sum += termOf(key);
      const last = page.at(-1);
      if (last) running.after = { table: last.table, id: last.id };
      if (page.length < PAGE) {
        running.complete = true;
        return;
      }
      seen += page.length;
    }
  }
}

const ORDER: { [T in Table]: number } = { profile: 0, event: 1, contact: 2, bundle: 3 };

/** The order of keysOfScope: ids as SQLite compares them, by their UTF-8 bytes. */
function isAtOrBefore(
  key: { table: Table; id: string },
  after: { table: Table; id: string } | null,
): boolean {
  if (!after) return false;
  if (key.table !== after.table) return ORDER[key.table] < ORDER[after.table];
  return Buffer.compare(Buffer.from(key.id), Buffer.from(after.id)) <= 0;
}

/** The 256 SUMs of a scope by bucket, now. */
export function bucketSums(log: LogReader, encoder: RowEncoder, lens: Lens, scope: string): string[] {
  const sums = new Array<bigint>(BUCKETS).fill(0n);
  for (const key of visibleKeys(log, encoder, lens, scope)) {
    const bucket = bucketOf(key.table, key.id);
    sums[bucket] = (sums[bucket] as bigint) + termOf(key);
  }
  return sums.map(sumText);
}
