import type { ChangedRow, EncodedRow, LogReader } from '../store/contract.ts';
import { keyOf } from './encode.ts';
import type { RawJson } from './raw.ts';

const MAX_KEPT_CHANGES = 2_000;
const MAX_KEPT_ROWS = 4_000;
const MAX_KEPT_BODIES = 200;

/**
 * What several connections read at one head, read once: changes by range, rows, bodies of frames. Thrown away as soon
 * as the head moves, so that nothing in it can be old.
 */
export class HeadCache {
  private readonly log: LogReader;
  private seq = -1;
  private epoch = '';
  private readonly changes = new Map<number, ChangedRow[]>();
  /** The last list that was too long to be kept with the others: a console that comes back asks for it several times. */
  private long: { from: number; changes: ChangedRow[] } | null = null;
  private readonly rows = new Map<string, EncodedRow | undefined>();
  readonly bodies = new Map<string, RawJson | null>();
  private proofText = '';

  constructor(log: LogReader) {
    this.log = log;
  }

  private renew(): void {
    const head = this.log.head();
    if (head.seq === this.seq && head.epoch === this.epoch) return;
    this.seq = head.seq;
    this.epoch = head.epoch;
    this.changes.clear();
    this.long = null;
    this.rows.clear();
    this.bodies.clear();
    this.proofText = '';
  }

  /** The changes after `from` up to the head. */
  changed(from: number): ChangedRow[] {
    this.renew();
    const known = this.long?.from === from ? this.long.changes : this.changes.get(from);
    if (known) return known;
    const changes = from >= this.seq ? [] : this.log.changedRows(from, this.seq);
    // Long lists are of consoles that come back one by one; keeping them for nobody would cost memory.
    if (changes.length <= MAX_KEPT_CHANGES) this.changes.set(from, changes);
    else this.long = { from, changes };
    return changes;
  }

  row(change: ChangedRow): EncodedRow | undefined {
    this.renew();
    const key = keyOf(change);
    if (this.rows.has(key)) return this.rows.get(key);
    const row = this.log.encodedRow(change.table, change.id);
    if (this.rows.size >= MAX_KEPT_ROWS) this.rows.clear();
    this.rows.set(key, row);
    return row;
  }

  body(key: string, make: () => RawJson | null): RawJson | null {
    this.renew();
    const known = this.bodies.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.bodies.size >= MAX_KEPT_BODIES) this.bodies.clear();
    this.bodies.set(key, made);
    return made;
  }

  proof(make: () => string): string {
    this.renew();
    if (this.proofText === '') this.proofText = make();
    return this.proofText;
  }
}
