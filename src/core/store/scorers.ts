import type { Db } from './database.ts';

/** Services that score customers: how far each has been asked, and how that goes. Inside the caller's transaction. */

export type ScorerRow = {
  name: string;
  /** As configured; by another contract everybody is asked about anew. */
  rule: string;
  epoch: string;
  /** The seq up to which changes of customers were asked about. */
  cursor: number;
  /** The customer up to whom all were asked about; null when that is done. */
  scan: string | null;
  asked: number;
  written: number;
  /** Customers about whom the service alone would not answer. */
  refused: number;
  /** Attempts without success since the last one with it. */
  failures: number;
  error: string | null;
  errorAt: number | null;
  scoredAt: number | null;
};

export class ScorerStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare(
        `SELECT name, rule, epoch, cursor, scan, asked, written, refused, failures, error, error_at AS errorAt,
         scored_at AS scoredAt FROM scorer WHERE name = ?`,
      ),
      put: db.prepare(
        `INSERT OR REPLACE INTO scorer
         (name, rule, epoch, cursor, scan, asked, written, refused, failures, error, error_at, scored_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ),
    };
  }

  get(name: string): ScorerRow | undefined {
    return this.sql.get.get(name) as ScorerRow | undefined;
  }

  put(row: ScorerRow): void {
    const { name, rule, epoch, cursor, scan, asked, written, refused, failures, error, errorAt, scoredAt } =
      row;
    this.sql.put.run(
      ...[name, rule, epoch, cursor, scan, asked, written, refused, failures, error, errorAt, scoredAt],
    );
  }
}
