/** The reading side of replica.db: rows of the base, and those of a first snapshot that is still arriving. */
import type { Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import type { BaseRow } from './contract.ts';
import type { Db } from './open.ts';

type Columns = [number, string, number, string, string, number, number];
const COLUMNS = 'b.tbl, b.id, b.v, b.json, b.scopes, b.gen, b.stage';

/** Every row of the base in a form that can be compared; for tests and for checking a small replica. */
export function allRows(db: Db): BaseRow[] {
  const names = new Map(db.prepare<[], [number, string]>('SELECT n, name FROM scope').raw().all());
  const rows = db
    .prepare<[], Columns>(`SELECT ${COLUMNS} FROM base AS b WHERE b.stage NOT IN (SELECT n FROM stage)`)
    .raw()
    .all();
  const gen = currentGeneration(db);
  return rows.map(([tbl, id, v, json, scopes, rowGen]) => ({
    table: TABLES[tbl] as Table,
    id,
    v,
    json,
    scopes: (JSON.parse(scopes) as number[]).map((n) => names.get(n) ?? '').sort(),
    stale: rowGen < gen,
  }));
}

function currentGeneration(db: Db): number {
  const text = db.prepare<[], string>("SELECT value FROM meta WHERE name = 'counters'").pluck().get();
  return text === undefined ? 1 : (JSON.parse(text) as { gen: number }).gen;
}
