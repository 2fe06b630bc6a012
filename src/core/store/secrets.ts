import { createHash, randomBytes } from 'node:crypto';
import type { Db } from './database.ts';

/** Keys that are part of the history (proofs, tags, tokens) and the hashes of the sources' write keys. */

const KEPT_WRITE_KEYS = 50;

export class SecretStore {
  private readonly db: Db;
  private readonly known = new Set<string>();

  constructor(db: Db) {
    this.db = db;
    for (const row of db.prepare('SELECT hash FROM write_key').all() as { hash: string }[])
      this.known.add(row.hash);
  }

  /** 32 random bytes under a name, made at the first request; a restored backup has them again. */
  key(name: string): Buffer {
    this.db.prepare('INSERT OR IGNORE INTO secret (name, value) VALUES (?, ?)').run(name, randomBytes(32));
    const row = this.db.prepare('SELECT value FROM secret WHERE name = ?').get(name) as { value: Buffer };
    return row.value;
  }

  /** A new write key; only its hash is stored, so this is the one time that it can be read. */
  issueWriteKey(label: string, now: number): string {
    const key = randomBytes(24).toString('base64url');
    const hash = hashOf(key);
    this.db.prepare('INSERT INTO write_key (hash, label, created) VALUES (?, ?, ?)').run(hash, label, now);
    this.db
      .prepare(
        'DELETE FROM write_key WHERE hash NOT IN (SELECT hash FROM write_key ORDER BY rowid DESC LIMIT ?)',
      )
      .run(KEPT_WRITE_KEYS);
    this.known.add(hash);
    return key;
  }

  /** Comparing digests in a set tells nothing about a key by its time. */
  isWriteKey(key: string): boolean {
    return this.known.has(hashOf(key));
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
