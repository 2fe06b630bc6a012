import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, type Db, migrate, openImageFile } from '../database.ts';
import { LogStore } from '../log.ts';
import { MIGRATIONS } from '../migrations/all.ts';
import { type Place, placeOf, setPlaceOf } from './image.ts';
import {
  databaseSql,
  definitionOf,
  forImage,
  imageSql,
  recordset,
  rowOf,
  sharedTables,
  toValue,
  type Value,
} from './mirror.ts';
import { Connection, type SharedHead } from './postgres.ts';

/** How a node's image comes to be: made from the shared tables, or the shared tables from a file. */

export const IMAGE_FILE = 'image.db';
const PER_TURN = 2_000;

type Migrations = typeof MIGRATIONS;

const freshPlace = (head: SharedHead | null, version: number): SharedHead => ({
  n: (head?.n ?? 0) + 1,
  name: randomUUID(),
  version,
});

/**
 * As `openImage`, over a connection of its own.
 * @param migrations those that this program knows
 */
export async function openSharedImage(
  url: string,
  folder: string,
  now: () => number,
  migrations = MIGRATIONS,
): Promise<Db> {
  const connection = await Connection.open(url);
  try {
    return await openImage(connection, folder, now, migrations);
  } finally {
    await connection.end();
  }
}

/**
 * Opens the image in a folder: the one that is there, where the shared log reaches back to it; else a new one. Makes the
 * shared tables where there are none, and brings older ones to the present form.
 * @throws Error where a newer program has been there
 */
async function openImage(
  connection: Connection,
  folder: string,
  now: () => number,
  migrations: Migrations,
): Promise<Db> {
  await connection.setUp();
  const head = await connection.begin();
  if (head === null) return found(connection, folder, now, migrations);
  if (head.version > migrations.length)
    throw new Error('the database is of a newer version than this program');
  if (head.version < migrations.length) return migrateShared(connection, folder, head, migrations);
  await connection.rollback();
  const db = existing(folder, migrations.length);
  const place = db && placeOf(db);
  if (db && place && (isSame(place, head) || (await connection.has(place)))) return db;
  db?.close();
  return fill(connection, empty(folder), migrations);
}

/** The image that is there, if it can be read and is in the present form. */
function existing(folder: string, version: number): Db | null {
  let db: Db | undefined;
  try {
    db = openImageFile(folder, IMAGE_FILE);
    if (Number(db.pragma('user_version', { simple: true })) === version) return db;
  } catch (error) {
    if (!isDamaged(error)) throw error;
  }
  db?.close();
  return null;
}

const isDamaged = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^SQLITE_(?:CORRUPT|NOTADB)/u.test(String(error.code));

const isSame = (a: Place, b: Place): boolean => a.n === b.n && a.name === b.name;

function empty(folder: string): Db {
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, IMAGE_FILE + end), { force: true });
  return openImageFile(folder, IMAGE_FILE);
}

/** The first node of a new history. */
async function found(
  connection: Connection,
  folder: string,
  now: () => number,
  migrations: Migrations,
): Promise<Db> {
  await connection.takeTime();
  const db = empty(folder);
  migrate(db, migrations);
  // Its head and its first epoch.
  new LogStore(db, now);
  const place = freshPlace(null, migrations.length);
  await upload(connection, db);
  await connection.restart(place);
  setPlaceOf(db, place);
  await connection.commit();
  return db;
}

/** Under the head's lock: reads go on at the other nodes, writes wait; nodes of the older program end. */
async function migrateShared(
  connection: Connection,
  folder: string,
  head: SharedHead,
  migrations: Migrations,
): Promise<Db> {
  await connection.takeTime();
  const db = empty(folder);
  migrate(db, migrations.slice(0, head.version));
  await download(connection, db);
  migrate(db, migrations);
  const place = freshPlace(head, migrations.length);
  await upload(connection, db);
  await connection.restart(place);
  setPlaceOf(db, place);
  await connection.commit();
  return db;
}

/** Reads everything as of one moment. */
async function fill(connection: Connection, db: Db, migrations: Migrations): Promise<Db> {
  setPlaceOf(db, await read(connection, db, migrations));
  return db;
}

async function read(connection: Connection, db: Db, migrations = MIGRATIONS): Promise<Place> {
  const head = await connection.beginReading();
  if (head === null) throw new Error('the shared tables have gone');
  await connection.takeTime();
  migrate(db, migrations.slice(0, head.version));
  await download(connection, db);
  await connection.rollback();
  return head;
}

/** A copy of the shared tables as of one moment, in a new file of the core's own form. */
export async function copyTo(connection: Connection, file: string): Promise<void> {
  const db = createFile(file);
  await read(connection, db);
  db.close();
}

/** Replaces the shared tables by what a file of the core's own form holds; nodes that run end and begin anew. */
export async function replaceBy(connection: Connection, db: Db): Promise<void> {
  await connection.setUp();
  const head = await connection.begin();
  await connection.takeTime();
  await upload(connection, db);
  await connection.restart(freshPlace(head, MIGRATIONS.length));
  await connection.commit();
}

async function download(connection: Connection, db: Db): Promise<void> {
  db.exec('BEGIN IMMEDIATE');
  for (const table of sharedTables(db)) {
    const sql = imageSql(table);
    const put = db.prepare(sql.put);
    db.exec(sql.clear);
    await connection.run(databaseSql(table).read);
    for (;;) {
      const rows = await connection.run(`FETCH ${PER_TURN} FROM "rows"`);
      for (const row of rows) put.run(...forImage(table.columns, rowOf(table.columns, row)));
      if (rows.length < PER_TURN) break;
    }
    await connection.run('CLOSE "rows"');
  }
  db.exec('COMMIT');
}

async function upload(connection: Connection, db: Db): Promise<void> {
  for (const table of sharedTables(db)) {
    for (const text of definitionOf(table)) await connection.run(text);
    const sql = databaseSql(table);
    await connection.run(sql.clear);
    let rows: Value[][] = [];
    const send = async () => {
      if (rows.length > 0) await connection.run(sql.put('$1'), [recordset(table.columns, rows)]);
      rows = [];
    };
    for (const row of db.prepare(imageSql(table).all).raw().iterate() as Iterable<unknown[]>) {
      rows.push(row.map(toValue));
      if (rows.length >= PER_TURN) await send();
    }
    await send();
  }
}
