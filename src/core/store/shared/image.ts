import type { Statement } from 'better-sqlite3';
import type { Db } from '../database.ts';
import type { LogStore } from '../log.ts';
import {
  type Changes,
  forImage,
  imageSql,
  type SharedTable,
  sharedTables,
  toValue,
  triggersOf,
  type Value,
} from './mirror.ts';

/**
 * A node's image of the shared store: a file like the core's own, which only what stands in the shared log has written. It
 * can be deleted at any time; it is made again. `place` is the last unit that is in it.
 */

/** A unit's number in the shared log and its name, which tells two histories apart. */
export type Place = { n: number; name: string };
export type Unit = { place: Place; changes: Changes };

type Table = SharedTable & { sql: { [N in 'read' | 'put' | 'gone']: Statement<unknown[]> } };

const STATE = `CREATE TABLE IF NOT EXISTS image (
  one INTEGER PRIMARY KEY CHECK (one = 1), n INTEGER NOT NULL, name TEXT NOT NULL) STRICT`;
const PLACE = 'SELECT n, name FROM image WHERE one = 1';
const SET_PLACE = 'INSERT OR REPLACE INTO image (one, n, name) VALUES (1, ?, ?)';

/** Where the image in a file stands; null: nothing is in it. */
export function placeOf(db: Db): Place | null {
  db.exec(STATE);
  return (db.prepare(PLACE).get() as Place | undefined) ?? null;
}

export function setPlaceOf(db: Db, { n, name }: Place): void {
  db.exec(STATE);
  db.prepare(SET_PLACE).run(n, name);
}

export class Image {
  readonly db: Db;
  private readonly tables: Map<string, Table>;
  private readonly setPlace: Statement<unknown[]>;
  private at: Place | null;
  private capturing: Map<string, { table: Table; key: Value[] }> | null = null;
  private isApplying = false;

  constructor(db: Db) {
    this.db = db;
    this.at = placeOf(db);
    db.function('touched', { varargs: true }, (...args: unknown[]) => this.touched(args));
    this.tables = new Map(
      sharedTables(db).map((table) => {
        db.exec(triggersOf(table));
        const { read, put, gone } = imageSql(table);
        const sql = { read: db.prepare(read).raw(), put: db.prepare(put), gone: db.prepare(gone) };
        return [table.name, { ...table, sql }];
      }),
    );
    this.setPlace = db.prepare(SET_PLACE);
  }

  /** null: nothing is in it. */
  get place(): Place | null {
    return this.at;
  }

  private touched([name, ...key]: unknown[]): null {
    if (this.isApplying) return null;
    if (!this.capturing) throw new Error(`a write to ${String(name)} outside of a unit`);
    const table = this.tables.get(String(name)) as Table;
    const values = key.map(toValue);
    this.capturing.set(JSON.stringify([name, values]), { table, key: values });
    return null;
  }

  /** Notes which rows `work` writes; `changes` says, while they are there, what has become of them. */
  capture(work: (changes: () => Changes) => void): void {
    this.capturing = new Map();
    try {
      work(() => this.changes());
    } finally {
      this.capturing = null;
    }
  }

  private changes(): Changes {
    const changes: Changes = {};
    for (const { table, key } of this.capturing?.values() ?? []) {
      changes[table.name] ??= { put: [], gone: [] };
      const of = changes[table.name] as Changes[string];
      const row = table.sql.read.get(...forImage(table.key, key));
      if (row) of.put.push((row as unknown[]).map(toValue));
      else of.gone.push(key);
    }
    return changes;
  }

  /** Takes the next units of the shared log over, in one transaction. */
  apply(log: LogStore, units: readonly Unit[]): void {
    this.isApplying = true;
    try {
      log.advance(() => {
        for (const unit of units) this.write(unit);
      });
      this.at = units.at(-1)?.place ?? this.at;
    } finally {
      this.isApplying = false;
    }
  }

  private write({ place, changes }: Unit): void {
    // What is gone first: what comes may take its place under another key.
    for (const [{ sql, key }, { gone }] of this.touchedBy(changes))
      for (const one of gone) sql.gone.run(...forImage(key, one));
    for (const [{ sql, columns }, { put }] of this.touchedBy(changes))
      for (const row of put) sql.put.run(...forImage(columns, row));
    this.setPlace.run(place.n, place.name);
  }

  private touchedBy(changes: Changes): [Table, Changes[string]][] {
    return Object.entries(changes).map(([name, of]) => {
      const table = this.tables.get(name);
      if (!table) throw new Error(`the shared log names a table that is not here: ${name}`);
      return [table, of];
    });
  }
}
