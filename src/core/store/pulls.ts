import type { Db } from './database.ts';

/** How far systems that this core asks have been read, and how that goes. Inside the caller's transaction. */

/** Where a run is: what changed since when is asked for, and what comes next of it. */
export type PullPlace = {
  /** ISO 8601; null: everything. */
  since: string | null;
  /** What the partner named as the next page, or its number; null at the beginning of a run. */
  next: string | number | null;
  /** The latest time of change that this run has seen. */
  seen: string | null;
  /** A hash of the page before. */
  before: string | null;
};

export type PullRow = {
  place: PullPlace;
  due: number;
  taken: number;
  refused: number;
  /** Attempts without success since the last one with it. */
  failures: number;
  error: string | null;
  errorAt: number | null;
  endedAt: number | null;
};

export class PullStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare(
        `SELECT place, due, taken, refused, failures, error, error_at AS errorAt, ended_at AS endedAt
         FROM pull WHERE name = ?`,
      ),
      put: db.prepare(
        `INSERT INTO pull (name, place, due, taken, refused, failures, error, error_at, ended_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET place = excluded.place,
         due = excluded.due, taken = excluded.taken, refused = excluded.refused, failures = excluded.failures,
         error = excluded.error, error_at = excluded.error_at, ended_at = excluded.ended_at`,
      ),
    };
  }

  get(name: string): PullRow | undefined {
    const raw = this.sql.get.get(name) as (Omit<PullRow, 'place'> & { place: string }) | undefined;
    return raw && { ...raw, place: JSON.parse(raw.place) as PullPlace };
  }

  put(name: string, { place, due, taken, refused, failures, error, errorAt, endedAt }: PullRow): void {
    const text = JSON.stringify(place);
    this.sql.put.run(name, text, due, taken, refused, failures, error, errorAt, endedAt);
  }
}
