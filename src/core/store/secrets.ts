import { createHash, randomBytes } from 'node:crypto';
import type { Db } from './database.ts';

/** Keys that are part of the history (proofs, tags, tokens) and the hashes of the sources' write keys. */

/** What the keys are called that a start makes: for trials, and for the console whose core it is. */
export const START = 'start';
const KEPT_STARTS = 50;

/** In front of the name of a key that stands in a web page; no name has a slash. */
const PAGE = 'page/';

/** `created` in ms; `isPage`: it stands in a web page, where everybody can read it. */
export type WriteKey = { name: string; created: number; isPage: boolean };

export class SecretStore {
  private readonly db: Db;
  private readonly keyOf;
  private readonly labelOf;

  constructor(db: Db) {
    this.db = db;
    this.keyOf = db.prepare('SELECT value FROM secret WHERE name = ?').pluck();
    this.labelOf = db.prepare('SELECT label FROM write_key WHERE hash = ?').pluck();
  }

  /** 32 random bytes under a name, made at the first request; a restored backup has them again. */
  key(name: string): Buffer {
    const known = this.keyOf.get(name) as Buffer | undefined;
    if (known) return known;
    const fresh = randomBytes(32);
    this.db.prepare('INSERT INTO secret (name, value) VALUES (?, ?)').run(name, fresh);
    return fresh;
  }

  /** Another one under the same name; whoever has read the one before goes on with it until the next start. */
  renew(name: string): void {
    this.db.prepare('UPDATE secret SET value = ? WHERE name = ?').run(randomBytes(32), name);
  }

  /** A new write key; only its hash is stored, so this is the one time that it can be read. */
  issueWriteKey(name: string, now: number, isPage = false): string {
    const key = randomBytes(24).toString('base64url');
    const label = isPage ? PAGE + name : name;
    this.db
      .prepare('INSERT INTO write_key (hash, label, created) VALUES (?, ?, ?)')
      .run(hashOf(key), label, now);
    this.db
      .prepare(
        `DELETE FROM write_key WHERE label = '${START}' AND hash NOT IN
          (SELECT hash FROM write_key WHERE label = '${START}' ORDER BY created DESC, rowid DESC LIMIT ?)`,
      )
      .run(KEPT_STARTS);
    return key;
  }

  writeKeys(): WriteKey[] {
    const all = this.db.prepare('SELECT label, created FROM write_key ORDER BY created, rowid').all();
    return (all as { label: string; created: number }[]).map(({ label, created }) => {
      const isPage = label.startsWith(PAGE);
      return { name: isPage ? label.slice(PAGE.length) : label, created, isPage };
    });
  }

  /** What is sent with it is refused from now on. Returns whether there was one of that name. */
  revokeWriteKey(name: string): boolean {
    return this.db.prepare('DELETE FROM write_key WHERE label IN (?, ?)').run(name, PAGE + name).changes > 0;
  }

  /** Null where it is not known here. Looking for digests tells nothing about a key by its time. */
  writeKey(key: string): { isPage: boolean } | null {
    const label = this.labelOf.get(hashOf(key)) as string | undefined;
    return label === undefined ? null : { isPage: label.startsWith(PAGE) };
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
