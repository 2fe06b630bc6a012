/**
 * Repairs of scopes whose rows differ from the core's (wire.md, Divergence). What arrives of one waits in `staged` under
 * the scope's number below zero, which no snapshot has; so nothing has to be remembered of repairs that a crash ended.
 */
import { TABLES, type Table } from '../../domain/rows.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { bucketOf } from '../../protocol/sums.ts';
import type { RowKey } from './contract.ts';
import type { Db } from './open.ts';
import type { RowWriter } from './rowWriter.ts';

export class Repairs {
  private readonly rows: RowWriter;
  private readonly sql;

  constructor(db: Db, rows: RowWriter) {
    this.rows = rows;
    this.sql = {
      any: db.prepare('SELECT 1 FROM staged WHERE stage < 0 LIMIT 1'),
      discard: db.prepare('DELETE FROM staged WHERE stage < 0'),
      members: db
        .prepare<[number], [number, string]>(
          'SELECT b.tbl, b.id FROM member AS m JOIN base AS b ON b.rid = m.rid WHERE m.scope = ?',
        )
        .raw(),
    };
  }

  stage(scope: number, rows: readonly SnapRow[], gone: readonly RowKey[]): void {
    for (const { table, id, v, row } of rows)
      this.rows.putStaged(-scope, { table, id, v, json: JSON.stringify(row), row });
    for (const [table, id] of gone) this.rows.removeStaged(-scope, table, id);
  }

  /** The scope's rows in these buckets that the repair does not have: they are not the scope's. */
  foreign(scope: number, buckets: ReadonlySet<number>): RowKey[] {
    const kept = new Set(this.rows.stagedRows(-scope).map(({ table, id }) => `${table}/${id}`));
    return this.sql.members
      .all(scope)
      .map(([tbl, id]): RowKey => [TABLES[tbl] as Table, id])
      .filter(([table, id]) => buckets.has(bucketOf(table, id)) && !kept.has(`${table}/${id}`));
  }

  any(): boolean {
    return this.sql.any.get() !== undefined;
  }

  drop(scope: number): void {
    this.rows.deleteStaged(-scope);
  }

  dropAll(): void {
    this.sql.discard.run();
  }
}
