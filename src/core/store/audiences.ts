import type { Db } from './database.ts';

/** Audiences: how far each is worked out, and who is in. Inside the caller's transaction. */

export type AudienceRow = {
  name: string;
  /** As configured; another one is worked out anew. */
  rule: string;
  epoch: string;
  /** The seq up to which changes of customers were looked at. */
  cursor: number;
  /** The customer up to whom all are being looked at; null when that is done. */
  scan: string | null;
  entered: number;
  /** Who has left again. */
  gone: number;
};

export type Member = { profile: string; since: number };

export class AudienceStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare('SELECT name, rule, epoch, cursor, scan, entered, gone FROM audience WHERE name = ?'),
      put: db.prepare(
        `INSERT INTO audience (name, rule, epoch, cursor, scan, entered, gone) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (name) DO UPDATE SET rule = excluded.rule, epoch = excluded.epoch, cursor = excluded.cursor,
         scan = excluded.scan, entered = excluded.entered, gone = excluded.gone`,
      ),
      customers: db.prepare('SELECT id FROM row WHERE tbl = 0 AND id > ? ORDER BY id LIMIT ?').pluck(),
      lost: db
        .prepare(
          `SELECT profile FROM audience_member WHERE audience = ?
           AND NOT EXISTS (SELECT 1 FROM row WHERE tbl = 0 AND id = profile) LIMIT ?`,
        )
        .pluck(),
      has: db.prepare('SELECT 1 FROM audience_member WHERE audience = ? AND profile = ?'),
      add: db.prepare('INSERT OR IGNORE INTO audience_member (audience, profile, since) VALUES (?, ?, ?)'),
      drop: db.prepare('DELETE FROM audience_member WHERE audience = ? AND profile = ?'),
      count: db.prepare('SELECT count(*) FROM audience_member WHERE audience = ?').pluck(),
      members: db.prepare(
        'SELECT profile, since FROM audience_member WHERE audience = ? AND profile > ? ORDER BY profile LIMIT ?',
      ),
    };
  }

  get(name: string): AudienceRow | undefined {
    return this.sql.get.get(name) as AudienceRow | undefined;
  }

  put({ name, rule, epoch, cursor, scan, entered, gone }: AudienceRow): void {
    this.sql.put.run(name, rule, epoch, cursor, scan, entered, gone);
  }

  /** All customers behind one, by id. */
  customersAfter(id: string, limit: number): string[] {
    return this.sql.customers.all(id, limit) as string[];
  }

  /** Members who are no customers any more. */
  lost(name: string, limit: number): string[] {
    return this.sql.lost.all(name, limit) as string[];
  }

  has(name: string, profile: string): boolean {
    return this.sql.has.get(name, profile) !== undefined;
  }

  add(name: string, profile: string, since: number): void {
    this.sql.add.run(name, profile, since);
  }

  drop(name: string, profile: string): void {
    this.sql.drop.run(name, profile);
  }

  count(name: string): number {
    return this.sql.count.get(name) as number;
  }

  members(name: string, after: string, limit: number): Member[] {
    return this.sql.members.all(name, after, limit) as Member[];
  }
}
