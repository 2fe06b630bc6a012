import type { Db } from './database.ts';

/** Events that were refused, with the reason, for a week: the administrator looks here for what a source does wrong. */

export type Rejected = { at: number; messageId: string | null; code: string; message: string; json: string };

const WEEK_MS = 7 * 86_400_000;
const MAX_JSON = 4_096;
const MAX_ROWS = 20_000;

export class RejectedStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      add: db.prepare('INSERT INTO rejected (at, message_id, code, message, json) VALUES (?, ?, ?, ?, ?)'),
      prune: db.prepare(
        'DELETE FROM rejected WHERE at < ? OR rid <= (SELECT ifnull(max(rid), 0) FROM rejected) - ?',
      ),
      latest: db.prepare(
        'SELECT at, message_id AS messageId, code, message, json FROM rejected ORDER BY rid DESC LIMIT ?',
      ),
    };
  }

  add({ at, messageId, code, message, json }: Rejected): void {
    this.sql.add.run(at, messageId, code, message, json.slice(0, MAX_JSON));
  }

  latest(limit: number): Rejected[] {
    return this.sql.latest.all(limit) as Rejected[];
  }

  prune(now: number): void {
    this.sql.prune.run(now - WEEK_MS, MAX_ROWS);
  }
}
