import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DATABASE_FILE, lockFolder, openDatabase } from './database.ts';
import { LogStore } from './log.ts';
import { Connection } from './shared/postgres.ts';
import { copyTo, replaceBy } from './shared/realm.ts';

/**
 * A backup is one file of the core's own form, from either store and for either store; it is taken while cores run. What is
 * put back begins a new epoch, so that consoles which have seen more begin anew (R5).
 */

export type Store = { dataDir: string; database?: string | undefined };

/** Only its owner may read it. @throws Error where the file is there already, or the store is not; it leaves nothing then */
export async function backup({ dataDir, database }: Store, file: string): Promise<void> {
  if (existsSync(file)) throw new Error(`there is a file already: ${file}`);
  closeSync(openSync(file, 'wx', 0o600));
  try {
    if (database === undefined) copyOf(dataDir, file);
    else await overConnection(database, (connection) => copyTo(connection, file));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function copyOf(dataDir: string, file: string): void {
  const db = new Database(join(dataDir, DATABASE_FILE), { readonly: true, fileMustExist: true });
  try {
    db.prepare('VACUUM INTO ?').run(file);
  } finally {
    db.close();
  }
}

/**
 * Puts a backup in the place of what is there, even of a damaged store.
 * @throws Error where a core uses the folder, or the file is no whole backup or of a newer program: nothing is replaced then
 */
export async function restore({ dataDir, database }: Store, file: string): Promise<void> {
  if (!existsSync(file)) throw new Error(`there is no such file: ${file}`);
  if (database === undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // A file beside what it replaces takes that place at once or not at all.
  const folder = mkdtempSync(join(database === undefined ? dataDir : tmpdir(), 'restore-'));
  try {
    if (database === undefined) replaceFile(file, folder, dataDir);
    else await replaceTables(file, folder, database);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replaceFile(file: string, folder: string, dataDir: string): void {
  const lock = lockFolder(dataDir);
  try {
    renewed(file, folder).close();
    for (const end of ['-wal', '-shm']) rmSync(join(dataDir, DATABASE_FILE + end), { force: true });
    renameSync(join(folder, DATABASE_FILE), join(dataDir, DATABASE_FILE));
  } finally {
    lock.close();
  }
}

async function replaceTables(file: string, folder: string, database: string): Promise<void> {
  const db = renewed(file, folder);
  try {
    await overConnection(database, (connection) => replaceBy(connection, db));
  } finally {
    db.close();
  }
}

/** A copy of the backup in a folder, in the present form and with a new epoch. */
function renewed(file: string, folder: string): Database.Database {
  const copy = join(folder, DATABASE_FILE);
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  if (!isWhole(copy)) throw new Error(`${file} is no whole backup of a core`);
  const db = openDatabase(folder);
  new LogStore(db, Date.now).newEpoch();
  return db;
}

/** Without this an empty file would be made an empty store. */
function isWhole(copy: string): boolean {
  try {
    const db = new Database(copy);
    try {
      const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'head'").get() !== undefined;
      return isOurs && db.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

async function overConnection(url: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await Connection.open(url);
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}
