import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from './database.ts';

/** A file up to this size is rewritten as a whole, which keeps others waiting for about a second at most. */
const WHOLE_BYTES = 256 * 1024 * 1024;

/** A checkpoint of the thread takes some ms; under load some hundred. */
const PAUSE_MS = 25;
const MOST_TRIES = 40;

/**
 * Leaves nothing in the files of what was deleted before: neither in free pages nor between rows nor in the write-ahead
 * log. In a larger file only free pages and the log are overwritten: copies of moved rows can remain between rows until
 * its administrator has it rewritten (docs/spec/security.md C5).
 * @returns false where somebody reads for long or the file was closed, so that the log could not be emptied: to be tried again
 */
export async function rewrite(db: Db): Promise<boolean> {
  const pages = Number(db.pragma('page_count', { simple: true }));
  const size = Number(db.pragma('page_size', { simple: true }));
  if (pages * size <= WHOLE_BYTES) {
    db.exec('VACUUM');
  } else overwriteFreePages(db, size);
  for (let tries = 1; !emptyLog(db); tries++) {
    if (tries === MOST_TRIES) return false;
    await pause(PAUSE_MS);
    if (!db.open) return false;
  }
  return true;
}

/** False where somebody reads, or the checkpoints' thread is at it (SQLite waits for readers, never for another checkpoint). */
function emptyLog(db: Db): boolean {
  const [ended] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  return ended?.busy === 0;
}

/** Takes all free pages for zeros and gives them back. */
function overwriteFreePages(db: Db, size: number): void {
  db.pragma('secure_delete = ON');
  db.transaction(() => {
    db.exec('CREATE TABLE overwritten (zeros BLOB) STRICT');
    const add = db.prepare('INSERT INTO overwritten (zeros) VALUES (zeroblob(?))');
    for (;;) {
      const free = Number(db.pragma('freelist_count', { simple: true }));
      if (free === 0) break;
      add.run(Math.min(free, 4_096) * size);
    }
    db.exec('DROP TABLE overwritten');
  }).immediate();
  db.pragma('secure_delete = FAST');
}
