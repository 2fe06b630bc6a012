import type { Db } from './database.ts';

/** Who does what only one node may do, until when (ms). */
export type LeaseRow = { node: string; until: number };

export class LeaseStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare('SELECT node, until FROM lease WHERE name = ?'),
      put: db.prepare(
        `INSERT INTO lease (name, node, until) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET node = excluded.node, until = excluded.until`,
      ),
    };
  }

  get(name: string): LeaseRow | undefined {
    return this.sql.get.get(name) as LeaseRow | undefined;
  }

  put(name: string, { node, until }: LeaseRow): void {
    this.sql.put.run(name, node, until);
  }
}
