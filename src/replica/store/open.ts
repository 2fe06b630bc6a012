/** Opens the two files of a console: encrypted, with the pragmas that their roles ask for. */
import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

export type Db = InstanceType<typeof Database>;

/** 64 hex digits, or null where an operator has chosen to work unprotected. */
export type Key = string | null;

/** The file is not what it should be: damaged, or under another key. */
const DAMAGE: ReadonlySet<string> = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT']);

export const isDamage = (error: unknown): boolean => {
  const code = codeOf(error);
  return (
    [...DAMAGE].some((known) => code === known || code.startsWith(`${known}_`)) ||
    code === 'SQLITE_IOERR_SHORT_READ'
  );
};

export const isFull = (error: unknown): boolean =>
  codeOf(error) === 'SQLITE_FULL' || codeOf(error) === 'SQLITE_IOERR_WRITE';

export const isLocked = (error: unknown): boolean =>
  codeOf(error).startsWith('SQLITE_BUSY') || codeOf(error).startsWith('SQLITE_LOCKED');

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String((error as { code: unknown }).code)
    : '';
}

/**
 * Opens a file with AEGIS-256 under a raw key (no key derivation, so opening takes a millisecond) and proves that the
 * key fits. Temporary results stay in memory, because a temporary file would not be encrypted.
 * @throws SqliteError SQLITE_NOTADB if the key does not fit or the file is damaged
 */
export function openFile(path: string, key: Key): Db {
  const db = new Database(path, { timeout: 2_000 });
  try {
    if (key !== null) {
      db.pragma("cipher = 'aegis'");
      db.pragma(`key = "${cipherKey(key)}"`);
    }
    db.pragma('temp_store = MEMORY');
    // Temporary tables shrink again (P11); it has to be said before there is one.
    db.pragma('temp.auto_vacuum = FULL');
    db.pragma('secure_delete = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('foreign_keys = OFF');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Puts a file that was opened under a key under another one. Its journal must not be a write-ahead log. */
export function rekey(db: Db, key: string): void {
  db.pragma(`rekey = "${cipherKey(key)}"`);
}

/** @throws TypeError */
function cipherKey(key: string): string {
  if (!/^[0-9a-f]{64}$/u.test(key)) throw new TypeError('a key has 64 lower-case hex digits');
  return `x'${key}'`;
}

/** Removes a database with its side files. */
export function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix)) rmSync(path + suffix, { force: true });
  }
}
