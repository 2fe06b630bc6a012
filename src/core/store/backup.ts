import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DATABASE_FILE, openDatabase } from './database.ts';
import { LogStore } from './log.ts';
import { Connection } from './shared/postgres.ts';
import { copyTo, replaceBy } from './shared/realm.ts';

/**
 * A backup is one file of the core's own form, from either store and for either store; it is taken while cores run. What is
 * put back begins a new epoch, so that consoles which have seen more begin anew (R5).
 */

export type Store = { dataDir: string; database?: string | undefined };

/** @throws Error where the file is there already, or the store is not */
export async function backup({ dataDir, database }: Store, file: string): Promise<void> {
  if (existsSync(file)) throw new Error(`there is a file already: ${file}`);
  if (database !== undefined) return overConnection(database, (connection) => copyTo(connection, file));
  const db = new Database(join(dataDir, DATABASE_FILE), { readonly: true, fileMustExist: true });
  db.prepare('VACUUM INTO ?').run(file);
  db.close();
}

/** @throws Error where a core uses the folder, or the file is of a newer program */
export async function restore({ dataDir, database }: Store, file: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`there is no such file: ${file}`);
  if (database === undefined) {
    putBack(file, dataDir).close();
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'kairos-restore-'));
  const db = putBack(file, folder);
  try {
    await overConnection(database, (connection) => replaceBy(connection, db));
  } finally {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function putBack(file: string, folder: string): Database.Database {
  // Refuses a folder that is in use, before anything of it is replaced.
  openDatabase(folder).close();
  for (const end of ['-wal', '-shm']) rmSync(join(folder, DATABASE_FILE + end), { force: true });
  copyFileSync(file, join(folder, DATABASE_FILE));
  const db = openDatabase(folder);
  new LogStore(db, Date.now).newEpoch();
  return db;
}

async function overConnection(url: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await Connection.open(url);
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}
