/**
 * The search index of replica.db. It is kept behind the rows, in slices when there is nothing better to do, and its
 * entries are touched only when a key has changed: rewriting full text on every update costs half a second at p99.
 */
import type { ProfileRow } from '../../domain/profile.ts';
import type { SearchKeys } from '../search/keys.ts';
import type { Db } from './open.ts';

/** What else is kept per customer, so that the work list need not read everybody: smaller is more urgent, null is calm. */
export type Indexed = SearchKeys & { urgency: number | null };

/** A profile by id, with the numbers of the scopes that hold it. */
export type Candidate = { id: string; scopes: number[] };

const candidates = (found: [string, string][]): Candidate[] =>
  found.map(([id, scopes]) => ({ id, scopes: JSON.parse(scopes) as number[] }));

type Old = [names: string, keys: string, urgency: number | null] | undefined;
type Due = [
  rid: number,
  json: string | null,
  names: string | null,
  keys: string | null,
  urgency: number | null,
];

export class SearchIndex {
  private readonly db: Db;
  private readonly sql;

  constructor(db: Db) {
    this.db = db;
    this.sql = {
      due: db
        .prepare<[number], Due>(
          `SELECT u.rid, b.json, i.names, i.keys, i.urgency FROM unindexed AS u LEFT JOIN base AS b ON b.rid = u.rid
           LEFT JOIN indexed AS i ON i.rid = u.rid ORDER BY u.rid LIMIT ?`,
        )
        .raw(),
      done: db.prepare('DELETE FROM unindexed WHERE rid <= ?'),
      put: db.prepare('INSERT OR REPLACE INTO indexed (rid, names, keys, urgency) VALUES (?, ?, ?, ?)'),
      drop: db.prepare('DELETE FROM indexed WHERE rid = ?'),
      addKey: db.prepare('INSERT OR IGNORE INTO lookup (kind, key, rid) VALUES (?, ?, ?)'),
      dropKey: db.prepare('DELETE FROM lookup WHERE kind = ? AND key = ? AND rid = ?'),
      addNames: db.prepare('INSERT INTO name_words (rowid, names) VALUES (?, ?)'),
      dropNames: db.prepare('DELETE FROM name_words WHERE rowid = ?'),
      byKey: db
        .prepare<[number, string, string, number], [string, string]>(
          `SELECT b.id, b.scopes FROM lookup AS l JOIN base AS b ON b.rid = l.rid AND b.tbl = 0
           WHERE l.kind = ? AND l.key >= ? AND l.key < ? LIMIT ?`,
        )
        .raw(),
      byName: db
        .prepare<[string, number], [string, string]>(
          `SELECT b.id, b.scopes FROM name_words AS w JOIN base AS b ON b.rid = w.rowid AND b.tbl = 0
           WHERE w.name_words MATCH ? LIMIT ?`,
        )
        .raw(),
      urgent: db
        .prepare<[number], number>(
          'SELECT rid FROM indexed WHERE urgency IS NOT NULL ORDER BY urgency LIMIT ?',
        )
        .pluck(),
      profile: db.prepare<[number], string>('SELECT id FROM base WHERE rid = ? AND tbl = 0').pluck(),
    };
  }

  /** Indexes up to `limit` rows in one transaction; returns how many were due. */
  slice(limit: number, keysOf: (profile: ProfileRow) => Indexed): number {
    const due = this.sql.due.all(limit);
    if (due.length === 0) return 0;
    this.db.transaction(() => {
      for (const [rid, json, names, keys, urgency] of due) {
        const old: Old = names === null || keys === null ? undefined : [names, keys, urgency];
        if (json === null) this.forget(rid, old);
        else this.index(rid, old, keysOf(JSON.parse(json) as ProfileRow));
      }
      this.sql.done.run(due.at(-1)?.[0] ?? 0);
    })();
    return due.length;
  }

  /** Profiles with a key of this kind that begins with `prefix`; the index may name rows that are gone: they are not there. */
  byKey(kind: number, prefix: string, limit: number): Candidate[] {
    return prefix === '' ? [] : candidates(this.sql.byKey.all(kind, prefix, `${prefix}\u{10ffff}`, limit));
  }

  /** Profiles whose names have words that begin with each of these. */
  byName(words: readonly string[], limit: number): Candidate[] {
    if (words.length === 0) return [];
    const match = words.map((word) => `"${word.replaceAll('"', '')}"*`).join(' ');
    return candidates(this.sql.byName.all(match, limit));
  }

  /** Ids of the most urgent profiles. */
  urgent(limit: number): string[] {
    return this.ids(this.sql.urgent.all(limit));
  }

  /** The index may still name a row that is gone: it is simply not there. */
  private ids(rids: number[]): string[] {
    return rids.map((rid) => this.sql.profile.get(rid)).filter((id) => id !== undefined);
  }

  private index(rid: number, old: Old, { names, keys, urgency }: Indexed): void {
    const text = JSON.stringify(keys);
    if (old !== undefined && old[0] === names && old[1] === text && old[2] === urgency) return;
    this.sql.put.run(rid, names, text, urgency);
    if (old?.[1] !== text) this.moveKeys(rid, old?.[1], keys);
    if (old?.[0] !== names) {
      if (old !== undefined) this.sql.dropNames.run(rid);
      if (names !== '') this.sql.addNames.run(rid, names);
    }
  }

  private forget(rid: number, old: Old): void {
    if (old === undefined) return;
    this.moveKeys(rid, old[1], []);
    this.sql.dropNames.run(rid);
    this.sql.drop.run(rid);
  }

  private moveKeys(rid: number, oldText: string | undefined, keys: [number, string][]): void {
    const old = oldText === undefined ? [] : (JSON.parse(oldText) as [number, string][]);
    const has = (list: [number, string][], [kind, key]: [number, string]): boolean =>
      list.some((one) => one[0] === kind && one[1] === key);
    for (const pair of old) if (!has(keys, pair)) this.sql.dropKey.run(pair[0], pair[1], rid);
    for (const pair of keys)
      if (old.length === 0 || !has(old, pair)) this.sql.addKey.run(pair[0], pair[1], rid);
  }
}
