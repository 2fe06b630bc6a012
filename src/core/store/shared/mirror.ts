import type { Db } from '../database.ts';

/**
 * The tables that nodes share. PostgreSQL has the same ones as the core's own file, made from how they are there, so that
 * there is one list of migrations. There they are written by key and read as a whole, so they have their primary keys only:
 * whatever is looked for is looked for in a node's image.
 */

export type Column = { name: string; type: 'bigint' | 'text' | 'bytea'; fallback: string | null };
export type SharedTable = { name: string; columns: Column[]; key: Column[] };

/** A value as it stands in JSON: bytes as `\x` and hex digits. */
export type Value = string | number | null;
/** Of each table the rows that are now so, in the order of its columns, and the keys of those that are gone. */
export type Changes = { [table: string]: { put: Value[][]; gone: Value[][] } };

/** What a node alone needs: where its image stands, and what is not between its rows any more. */
const OWN = new Set(['image', 'swept']);
const TYPES = { INTEGER: 'bigint', TEXT: 'text', BLOB: 'bytea' } as const;

const TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
const COLUMNS = 'SELECT name, type, dflt_value AS fallback, pk FROM pragma_table_info(?) ORDER BY cid';

type RawColumn = { name: string; type: keyof typeof TYPES; fallback: string | null; pk: number };

/** The shared tables of a file, as its migrations have made them. */
export function sharedTables(db: Db): SharedTable[] {
  const columns = db.prepare(COLUMNS);
  const names = db.prepare(TABLES).pluck().all() as string[];
  return names
    .filter((name) => !OWN.has(name))
    .map((name) => {
      const all = (columns.all(name) as RawColumn[]).map((raw) => ({
        pk: raw.pk,
        column: { name: raw.name, type: TYPES[raw.type], fallback: raw.fallback },
      }));
      const key = all.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
      if (key.length === 0) throw new Error(`the table ${name} has no primary key`);
      return { name, columns: all.map(({ column }) => column), key: key.map(({ column }) => column) };
    });
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const names = (columns: readonly Column[], before = ''): string =>
  columns.map(({ name }) => before + quoted(name)).join(', ');
const typed = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');

/** The statements of a table in the image. */
export function imageSql({ name, columns, key }: SharedTable) {
  const table = quoted(name);
  const isKey = key.map((column) => `${quoted(column.name)} = ?`).join(' AND ');
  const marks = columns.map(() => '?').join(', ');
  return {
    read: `SELECT ${names(columns)} FROM ${table} WHERE ${isKey}`,
    all: `SELECT ${names(columns)} FROM ${table}`,
    put: `INSERT OR REPLACE INTO ${table} (${names(columns)}) VALUES (${marks})`,
    gone: `DELETE FROM ${table} WHERE ${isKey}`,
    clear: `DELETE FROM ${table}`,
  };
}

/** Tell `touched` of the key of every row of the table that is written through this connection. */
export function triggersOf({ name, key }: SharedTable): string {
  const tell = (row: 'NEW' | 'OLD') => `SELECT touched('${name}', ${names(key, `${row}.`)});`;
  const on = (what: string, body: string) =>
    `CREATE TEMP TRIGGER ${quoted(`${name} ${what}`)} AFTER ${what} ON main.${quoted(name)} BEGIN ${body} END;`;
  return [on('INSERT', tell('NEW')), on('UPDATE', tell('OLD') + tell('NEW')), on('DELETE', tell('OLD'))].join(
    '\n',
  );
}

/** Rows are written again in their page, without a word to the only index, and what is dead goes early: no vacuum of a whole table is waited for. */
const LEAN =
  'fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05';

/** The table in PostgreSQL, and what makes an older one like it. */
export function definitionOf({ name, columns, key }: SharedTable): string[] {
  const isKey = (column: Column) => key.includes(column);
  const definition = (column: Column) =>
    `${quoted(column.name)} ${column.type}${column.fallback === null ? '' : ` DEFAULT ${column.fallback}`}`;
  const table = quoted(name);
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (${columns.map(definition).join(', ')}, PRIMARY KEY (${names(key)}))`,
    ...columns
      .filter((column) => !isKey(column))
      .map((column) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${definition(column)}`),
    `ALTER TABLE ${table} SET (${LEAN})`,
  ];
}

/** The statements of a table in PostgreSQL; rows and keys come as one JSON list of objects. */
export function databaseSql({ name, columns, key }: SharedTable) {
  const table = quoted(name);
  const rest = columns.filter((column) => !key.includes(column));
  const set = rest.map((column) => `${quoted(column.name)} = excluded.${quoted(column.name)}`).join(', ');
  const isSame = key.map((column) => `t.${quoted(column.name)} = x.${quoted(column.name)}`).join(' AND ');
  return {
    put: (mark: string) =>
      `INSERT INTO ${table} (${names(columns)}) SELECT ${names(columns)}
       FROM json_to_recordset(${mark}::json) AS x(${typed(columns)})
       ON CONFLICT (${names(key)}) DO ${rest.length === 0 ? 'NOTHING' : `UPDATE SET ${set}`}`,
    gone: (mark: string) =>
      `DELETE FROM ${table} AS t USING json_to_recordset(${mark}::json) AS x(${typed(key)}) WHERE ${isSame}`,
    read: `DECLARE "rows" NO SCROLL CURSOR FOR SELECT ${names(columns)} FROM ${table}`,
    clear: `DELETE FROM ${table}`,
  };
}

/** PostgreSQL's texts hold no NUL; what a source sent with one is kept all the same. */
const ESCAPE = '\u0001';
const hide = (text: string): string =>
  /[\0\u0001]/u.test(text) ? text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll('\0', `${ESCAPE}0`) : text;
const show = (text: string): string =>
  text.includes(ESCAPE) ? text.replaceAll(`${ESCAPE}0`, '\0').replaceAll(`${ESCAPE}1`, ESCAPE) : text;

/** Rows, or keys, as the JSON that `databaseSql` reads. */
export function recordset(columns: readonly Column[], rows: readonly Value[][]): string {
  const object = (row: Value[]) =>
    Object.fromEntries(
      columns.map(({ name }, i) => [name, typeof row[i] === 'string' ? hide(row[i]) : row[i]]),
    );
  return JSON.stringify(rows.map(object));
}

/** A row of PostgreSQL in the order of the columns. */
export const rowOf = (columns: readonly Column[], raw: { [name: string]: unknown }): Value[] =>
  columns.map(({ name }) => {
    const value = raw[name];
    return typeof value === 'string' ? show(value) : toValue(value);
  });

/** A value of either database, as it stands in JSON. */
export const toValue = (value: unknown): Value =>
  Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : (value as Value);

/** The other way, for the image. */
export const forImage = (columns: readonly Column[], row: readonly Value[]): (Value | Buffer)[] =>
  row.map((value, i) =>
    columns[i]?.type === 'bytea' && typeof value === 'string' ? Buffer.from(value.slice(2), 'hex') : value,
  );
