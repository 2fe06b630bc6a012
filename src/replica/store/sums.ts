/**
 * The SUMs of the active scopes (wire.md, Divergence), from the rows on the disk. A scope is read once in slices when
 * nothing else is to do, and from then on followed by what the writer notes; both happen off the way of a frame, because
 * a row costs about 8 µs and a million of them seconds. Nothing of it is stored: every start reads the rows
 * again, so that what went wrong on the disk itself is found as well, and no write becomes larger.
 */
import type { Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import { BUCKETS } from '../../protocol/limits.ts';
import { bucketOf, termOf } from '../../protocol/sums.ts';
import type { Db } from './open.ts';
import type { BaseRef } from './rowWriter.ts';

/** A row as it stands after a change; without scopes it is gone. */
export type Written = Pick<BaseRef, 'rid' | 'tbl' | 'id' | 'v' | 'stage' | 'scopes'>;

type Side = { v: number; scopes: number[] };
type Note = { rid: number; tbl: number; id: string; before: Side; after: Side };

/** One scope: its rows up to the rid `after` are in `sums`. */
type Running = { sums: BigUint64Array; after: number; complete: boolean };

/** Notes beyond this are dropped and the scopes read again: reading is then the cheaper way. */
const MOST_NOTES = 20_000;
/** Notes that are worked off while somebody waits for a sum: about 8 ms. */
const AT_ONCE = 1_000;

const NOWHERE: Side = { v: 0, scopes: [] };

export class SumLedger {
  private readonly scopes = new Map<number, Running>();
  private notes: Note[] = [];
  private readonly isLive: (stage: number) => boolean;
  private readonly page;

  /** `isLive`: whether a stage is that of an unfinished snapshot, whose rows are not part of any scope yet. */
  constructor(db: Db, isLive: (stage: number) => boolean) {
    this.isLive = isLive;
    this.page = db
      .prepare<[number, number, number], [number, number, string, number, number]>(
        `SELECT m.rid, b.tbl, b.id, b.v, b.stage FROM member AS m JOIN base AS b ON b.rid = m.rid
         WHERE m.scope = ? AND m.rid > ? ORDER BY m.rid LIMIT ?`,
      )
      .raw();
  }

  /** These scopes and no others are followed from now on, all of them from the start. */
  restart(scopes: Iterable<number>): void {
    this.notes = [];
    this.scopes.clear();
    for (const scope of scopes) this.begin(scope);
  }

  /** A scope became active, or its sums are to be made anew. */
  begin(scope: number): void {
    this.scopes.set(scope, { sums: new BigUint64Array(BUCKETS), after: -1, complete: false });
  }

  end(scope: number): void {
    this.scopes.delete(scope);
  }

  /** The writer changed a row; a few words are kept until there is time. */
  note(before: BaseRef | undefined, after: Written): void {
    if (this.scopes.size === 0) return;
    const side = (row: Written): Side =>
      this.isLive(row.stage) ? NOWHERE : { v: row.v, scopes: row.scopes };
    const { rid, tbl, id } = after;
    this.notes.push({ rid, tbl, id, before: before ? side(before) : NOWHERE, after: side(after) });
    if (this.notes.length > MOST_NOTES) this.restart([...this.scopes.keys()]);
  }

  /** The SUMs by bucket as of the last transaction, or undefined while there is still something to do. */
  sums(scope: number): BigUint64Array | undefined {
    if (this.notes.length <= AT_ONCE) this.followAll();
    const running = this.scopes.get(scope);
    return this.notes.length === 0 && running?.complete ? running.sums.slice() : undefined;
  }

  /** Works for about `rows` rows; returns whether there is more to do. */
  slice(rows: number): boolean {
    const due = this.notes.splice(0, rows);
    for (const note of due) this.follow(note);
    let left = rows - due.length;
    if (this.notes.length > 0) return true;
    for (const [scope, running] of this.scopes) {
      if (left <= 0) break;
      if (!running.complete) left -= this.read(scope, running, left);
    }
    return [...this.scopes.values()].some((running) => !running.complete);
  }

  private followAll(): void {
    for (const note of this.notes) this.follow(note);
    this.notes = [];
  }

  private follow({ rid, tbl, id, before, after }: Note): void {
    const table = TABLES[tbl] as Table;
    let bucket = -1;
    const count = (side: Side, sign: 1n | -1n): void => {
      let term: bigint | null = null;
      for (const scope of new Set(side.scopes)) {
        const running = this.scopes.get(scope);
        if (running === undefined || (!running.complete && rid > running.after)) continue;
        if (bucket < 0) bucket = bucketOf(table, id);
        term ??= termOf({ table, id, v: side.v });
        running.sums[bucket] = (running.sums[bucket] as bigint) + sign * term;
      }
    };
    count(before, -1n);
    count(after, 1n);
  }

  /** Reads on through a scope; all notes have been worked off, so that what is read is what holds. */
  private read(scope: number, running: Running, limit: number): number {
    const page = this.page.all(scope, running.after, limit);
    for (const [rid, tbl, id, v, stage] of page) {
      running.after = rid;
      if (this.isLive(stage)) continue;
      const table = TABLES[tbl] as Table;
      const bucket = bucketOf(table, id);
      running.sums[bucket] = (running.sums[bucket] as bigint) + termOf({ table, id, v });
    }
    if (page.length < limit) running.complete = true;
    return page.length;
  }
}
