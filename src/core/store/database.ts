import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS } from './migrations/all.ts';

export type Db = Database.Database;

export const DATABASE_FILE = 'core.db';

/**
 * Opens `core.db` in a folder (made if it is not there), durable at every commit, and brings it to the present form.
 * A second process on the same folder is refused, because the head of the history is kept in memory.
 * @throws Error `data folder in use` or SQLite's own
 */
export function openDatabase(folder: string): Db {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = openFile(folder, DATABASE_FILE);
  db.pragma('synchronous = FULL');
  migrate(db);
  return db;
}

/**
 * Opens a node's image of the shared store, in whatever form it is. A power cut may take its last commits: they are
 * followed again.
 * @throws as `openDatabase`
 */
export function openImageFile(folder: string, name: string): Db {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = openFile(folder, name);
  db.pragma('synchronous = NORMAL');
  return db;
}

/** A new, empty file. */
export const createFile = (path: string): Db => new Database(path);

function openFile(folder: string, name: string): Db {
  const lock = lockFolder(folder);
  const path = join(folder, name);
  try {
    ownFile(path);
  } catch (error) {
    lock.close();
    throw error;
  }
  const db = new Database(path, { timeout: 5000 });
  db.pragma('journal_mode = WAL');
  db.pragma('secure_delete = FAST');
  // What a rewrite copies comes to no other file. Never changed later: that takes temporary triggers away.
  db.pragma('temp_store = MEMORY');
  db.pragma('cache_size = -65536');
  // The thread of checkpoint.ts comes first; this bounds the log where it cannot keep up.
  db.pragma('wal_autocheckpoint = 16000');
  const close = db.close.bind(db);
  db.close = () => {
    close();
    lock.close();
    return db;
  };
  return db;
}

/**
 * Makes a file for nobody else of the machine, wherever the folder is, or takes others' rights from it; SQLite gives the files
 * beside it the same. A link is refused: whoever put it there reads what it leads to.
 */
function ownFile(path: string): void {
  const { O_CREAT, O_RDWR, O_NOFOLLOW = 0 } = constants;
  const file = openSync(path, O_CREAT | O_RDWR | O_NOFOLLOW, 0o600);
  try {
    if (fstatSync(file).uid === process.getuid?.()) fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
}

/** An exclusive lock on a folder that is there. It dies with the process, whatever ends it. @throws Error `in use` */
export function lockFolder(folder: string): Db {
  const path = join(folder, 'core.lock');
  ownFile(path);
  const lock = new Database(path, { timeout: 1500 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new Error(`the data folder is in use by another core: ${folder}`, { cause: error });
  }
  return lock;
}

/** Each migration with its `user_version` in one transaction. A file of a newer program is refused, not touched. */
export function migrate(db: Db, migrations: readonly string[] = MIGRATIONS): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version > migrations.length)
    throw new Error(`core.db is of a newer version (${version}) than this program`);
  for (let next = version; next < migrations.length; next++) {
    db.transaction(() => {
      db.exec(migrations[next] as string);
      db.pragma(`user_version = ${next + 1}`);
    }).immediate();
  }
}
