/**
 * Repairs of scopes whose rows differ from the core's (wire.md, Divergence). What arrives of one waits in `staged` under
 * the scope's number below zero, which no snapshot has; so nothing has to be remembered of repairs that a crash ended.
 */
import { TABLES, type Table } from '../../domain/rows.ts';
import { bucketOf } from '../../protocol/sums.ts';
import type { RowKey } from './contract.ts';
import type { Db } from './open.ts';
import { bodyOf, readable, type SnapRows } from './rows.ts';
import type { Content, RowWriter } from './rowWriter.ts';
import type { ScopeBook } from './scopeBook.ts';
import { ARRIVED, type SnapshotRows } from './snapshotRows.ts';

type StagedColumns = [tbl: number, id: string, v: number, json: string];

/** Rows of a repair that are held in memory at a time. */
const PAGE = 500;

export class Repairs {
  private readonly rows: RowWriter;
  private readonly snapshots: SnapshotRows;
  private readonly scopes: ScopeBook;
  private readonly sql;

  constructor(db: Db, rows: RowWriter, snapshots: SnapshotRows, scopes: ScopeBook) {
    this.rows = rows;
    this.snapshots = snapshots;
    this.scopes = scopes;
    this.sql = {
      any: db.prepare('SELECT 1 FROM staged WHERE stage < 0 LIMIT 1'),
      arrive: db.prepare(
        `INSERT INTO staged (stage, tbl, id, v, profile, at, content)
         SELECT ?, tbl, id, v, profile, at, content FROM (${ARRIVED}) WHERE true
         ON CONFLICT (stage, tbl, id) DO UPDATE SET v = excluded.v, profile = excluded.profile, at = excluded.at,
           content = excluded.content WHERE excluded.v >= staged.v`,
      ),
      missing: db
        .prepare<[number, number], [number, string]>(
          `SELECT b.tbl, b.id FROM member AS m JOIN base AS b ON b.rid = m.rid
           WHERE m.scope = ? AND NOT EXISTS
             (SELECT 1 FROM staged AS s WHERE s.stage = ? AND s.tbl = b.tbl AND s.id = b.id)`,
        )
        .raw(),
      page: db
        .prepare<[number, number, string, number], StagedColumns>(
          `SELECT tbl, id, v, json(content) FROM staged WHERE stage = ? AND (tbl, id) > (?, ?)
           ORDER BY tbl, id LIMIT ?`,
        )
        .raw(),
      drop: db.prepare('DELETE FROM staged WHERE stage = ?'),
      dropAll: db.prepare('DELETE FROM staged WHERE stage < 0'),
    };
  }

  /** @throws UnreadableRows with nothing written, where the part is not as wire.md says */
  stage(scope: number, rows: SnapRows, gone: readonly RowKey[]): void {
    if (!Array.isArray(rows) || rows.length > 0) readable(() => this.sql.arrive.run(-scope, bodyOf(rows)));
    for (const [table, id] of gone) this.snapshots.removeStaged(-scope, TABLES.indexOf(table), id);
  }

  /** What is staged replaces these buckets of the scope. */
  end(scope: number, buckets: ReadonlySet<number>, gen: number): void {
    for (const [table, id] of this.foreign(scope, buckets)) this.leave(scope, table, id);
    for (const content of this.staged(scope)) this.restore(scope, content, gen);
    this.drop(scope);
  }

  any(): boolean {
    return this.sql.any.get() !== undefined;
  }

  drop(scope: number): void {
    this.sql.drop.run(-scope);
  }

  dropAll(): void {
    this.sql.dropAll.run();
  }

  /** The scope's rows in these buckets that the repair does not have: they are not the scope's. */
  private foreign(scope: number, buckets: ReadonlySet<number>): RowKey[] {
    return this.sql.missing
      .all(scope, -scope)
      .map(([tbl, id]): RowKey => [TABLES[tbl] as Table, id])
      .filter(([table, id]) => buckets.has(bucketOf(table, id)));
  }

  private *staged(scope: number): Generator<Content> {
    let after: [number, string] = [-1, ''];
    for (;;) {
      const page = this.sql.page.all(-scope, ...after, PAGE);
      for (const [tbl, id, v, json] of page) {
        yield { table: TABLES[tbl] as Table, id, v, row: JSON.parse(json) as Content['row'] };
        after = [tbl, id];
      }
      if (page.length < PAGE) return;
    }
  }

  private leave(scope: number, table: Table, id: string): void {
    const found = this.rows.find(table, id);
    if (found === undefined || this.scopes.isLive(found.stage)) return;
    this.rows.setScopes(
      found,
      found.scopes.filter((held) => held !== scope),
    );
  }

  /** What a repair says of a row holds, whatever the v; its other scopes stay. */
  private restore(scope: number, content: Content, gen: number): void {
    const found = this.rows.find(content.table, content.id);
    const live = found !== undefined && this.scopes.isLive(found.stage);
    if (live) this.snapshots.moveAside(found);
    const kept = found === undefined || live || found.gen < gen ? [] : found.scopes;
    this.rows.write(found, content, [...kept, scope], gen);
  }
}
