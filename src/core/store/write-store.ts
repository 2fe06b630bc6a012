import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Store } from './backup.ts';
import { DATABASE_FILE, type Db } from './database.ts';
import { LogStore } from './log.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { written } from './outcome.ts';
import { Image } from './shared/image.ts';
import { openSharedImage } from './shared/realm.ts';
import { SharedUnits } from './shared/units.ts';

/**
 * One durable write of bookkeeping beside a core, running or not. Nothing of the log may be written: a running core
 * holds its head in memory.
 * @throws Error where no core of this program has made the store
 */
export async function writeStore<T>(store: Store, work: (db: Db) => T): Promise<T> {
  return store.database === undefined ? toFile(store.dataDir, work) : toShared(store.database, work);
}

function toFile<T>(folder: string, work: (db: Db) => T): T {
  const path = join(folder, DATABASE_FILE);
  if (!existsSync(path)) throw new Error(`no core has run in ${folder} yet: start it once`);
  const db = new Database(path, { timeout: 5_000 });
  try {
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = FAST');
    if (Number(db.pragma('user_version', { simple: true })) !== MIGRATIONS.length)
      throw new Error('the store is of another version than this program: start its core once');
    return db.transaction(() => work(db)).immediate();
  } finally {
    db.close();
  }
}

async function toShared<T>(url: string, work: (db: Db) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-admin-'));
  let db: Db | undefined;
  let units: SharedUnits | undefined;
  try {
    db = await openSharedImage(url, folder, Date.now);
    const log = new LogStore(db, Date.now);
    // What goes wrong comes back with the unit itself.
    const ignore = () => undefined;
    units = new SharedUnits(url, log, new Image(db), { report: ignore, onLeftBehind: ignore });
    await units.start();
    const image = db;
    return await written(log, () => work(image));
  } finally {
    await units?.stop();
    db?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
