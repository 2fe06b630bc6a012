/** The migrations of outbox.db in order, one file each; a released one is locked by the hash of its text. */
import type { Database } from 'better-sqlite3';
import * as first from './outbox-001.ts';
import * as second from './outbox-002.ts';

export type Migration = { version: number; sql: string; lock: string };

export const OUTBOX_MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: first.sql, lock: '333a9d274c9ff538' },
  { version: 2, sql: second.sql, lock: 'a01aec737e092970' },
];

/** Brings a file to the newest version, each step in a transaction of its own with `user_version` inside. */
export function migrateOutbox(db: Database, upTo = Number.MAX_SAFE_INTEGER): void {
  for (const { version, sql } of OUTBOX_MIGRATIONS) {
    const current = db.pragma('user_version', { simple: true }) as number;
    if (version <= current || version > upTo) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    })();
  }
}
