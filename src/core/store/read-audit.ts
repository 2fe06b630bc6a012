import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { AuditStore } from './audit.ts';
import { backup, type Store } from './backup.ts';
import { DATABASE_FILE } from './database.ts';

/** The audit of a store at one moment, while its core runs or not. PostgreSQL is read through a copy in the core's own form. */
export async function readAudit<T>(store: Store, work: (audit: AuditStore) => T): Promise<T> {
  if (store.database === undefined) return ofFile(join(store.dataDir, DATABASE_FILE), work);
  const folder = mkdtempSync(join(tmpdir(), 'kairos-audit-'));
  try {
    const copy = join(folder, 'copy.db');
    await backup(store, copy);
    return ofFile(copy, work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ofFile<T>(path: string, work: (audit: AuditStore) => T): T {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    return db.transaction(() => work(new AuditStore(db)))();
  } finally {
    db.close();
  }
}
