import { createHash, randomBytes } from 'node:crypto';
import type { Db } from './database.ts';

/** Keys that are part of the history (proofs, tags, tokens) and the hashes of the sources' write keys. */

/** What the keys are called that a start makes: for trials, and for the console whose core it is. */
export const START = 'start';
const KEPT_STARTS = 50;

/** `created` in ms. */
export type WriteKey = { name: string; created: number };

export class SecretStore {
  private readonly db: Db;
  private readonly keyOf;
  private readonly isKnown;

  constructor(db: Db) {
    this.db = db;
    this.keyOf = db.prepare('SELECT value FROM secret WHERE name = ?').pluck();
    this.isKnown = db.prepare('SELECT 1 FROM write_key WHERE hash = ?');
  }

  /** 32 random bytes under a name, made at the first request; a restored backup has them again. */
  key(name: string): Buffer {
    const known = this.keyOf.get(name) as Buffer | undefined;
    if (known) return known;
    const fresh = randomBytes(32);
    this.db.prepare('INSERT INTO secret (name, value) VALUES (?, ?)').run(name, fresh);
    return fresh;
  }

  /** A new write key; only its hash is stored, so this is the one time that it can be read. */
  issueWriteKey(label: string, now: number): string {
    const key = randomBytes(24).toString('base64url');
    const hash = hashOf(key);
    this.db.prepare('INSERT INTO write_key (hash, label, created) VALUES (?, ?, ?)').run(hash, label, now);
    this.db
      .prepare(
        `DELETE FROM write_key WHERE label = '${START}' AND hash NOT IN
          (SELECT hash FROM write_key WHERE label = '${START}' ORDER BY created DESC, rowid DESC LIMIT ?)`,
      )
      .run(KEPT_STARTS);
    return key;
  }

  writeKeys(): WriteKey[] {
    return this.db
      .prepare('SELECT label AS name, created FROM write_key ORDER BY created, rowid')
      .all() as WriteKey[];
  }

  /** What is sent with it is refused from now on. Returns whether there was one of that name. */
  revokeWriteKey(name: string): boolean {
    return this.db.prepare('DELETE FROM write_key WHERE label = ?').run(name).changes > 0;
  }

  /** Looking for digests tells nothing about a key by its time. */
  isWriteKey(key: string): boolean {
    return this.isKnown.get(hashOf(key)) !== undefined;
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
