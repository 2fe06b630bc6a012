/** The core's SUMs of scopes (protocol/sums.ts), kept by the change log. */
import type { Table } from '../../domain/rows.ts';
import { BUCKETS } from '../../protocol/limits.ts';
import { bucketOf, sumText, termOf } from '../../protocol/sums.ts';
import type { LogReader, RowKey, StoredRow } from '../store/contract.ts';
import type { Lens, RowEncoder } from './encode.ts';

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
  at: number;
  after: { table: Table; id: string } | null;
  complete: boolean;
  used: number;
};

/**
 * Keeps the sum of a scope by the change log. A first sum is scanned in slices, while changes to what is scanned
 * already are followed, so that a scope of any size costs no long pause.
 */
export class ScopeSums {
  private readonly log: LogReader;
  private readonly encoder: RowEncoder;
  private readonly running = new Map<string, Running>();
  private epoch = '';

  constructor(log: LogReader, encoder: RowEncoder) {
    this.log = log;
    this.encoder = encoder;
  }

  /** The SUM at the head, or undefined while it is still being made. @param now ms, for forgetting unused sums */
  sum(lens: Lens, scope: string, now: number): string | undefined {
    if (lens.hides) return this.scanned(lens, scope);
    const head = this.log.head();
    if (head.epoch !== this.epoch) {
      this.running.clear();
      this.epoch = head.epoch;
    }
    const known = this.running.get(scope);
    const running =
      known && known.at >= head.floor
        ? known
        : { sum: 0n, at: head.seq, after: null, complete: false, used: now };
    running.used = now;
    this.running.set(scope, running);
    this.follow(running, scope, head.seq);
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

  private follow(running: Running, scope: string, to: number): void {
    if (running.at === to) return;
    for (const change of this.log.changedRows(running.at, to)) {
      if (!running.complete && !isAtOrBefore(change, running.after)) continue;
      const bundle = change.table === 'bundle';
      const { table, id, vBefore } = change;
      if (vBefore > 0 && (bundle || change.scopesBefore.includes(scope)))
        running.sum -= termOf({ table, id, v: vBefore });
      const row = this.log.row(table, id);
      if (row && (bundle || row.scopes.includes(scope))) running.sum += termOf(row);
    }
    running.at = to;
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
