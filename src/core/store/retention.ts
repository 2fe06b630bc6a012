import type { Db } from './database.ts';

/** What retention asks of the store. */

export type IdleCustomer = { id: string; last: number; isAnonymous: boolean };

export class RetentionStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      // The newest entry by the time of receipt: a source may say any time.
      customers: db.prepare(
        `SELECT p.id, p.user_id IS NULL AS anonymous, max(p.born,
           coalesce((SELECT max(e.received) FROM event_log AS e WHERE e.owner = p.id), 0)) AS last
         FROM profile AS p WHERE p.id > ? ORDER BY p.id LIMIT ?`,
      ),
      cutAlarms: db.prepare('DELETE FROM alarm WHERE at < ?'),
    };
  }

  /** Customers by id, each with the time at which something was last heard of him. */
  customersAfter(id: string, limit: number): IdleCustomer[] {
    type Raw = { id: string; anonymous: number; last: number };
    return (this.sql.customers.all(id, limit) as Raw[]).map(({ anonymous, ...rest }) => ({
      ...rest,
      isAnonymous: anonymous === 1,
    }));
  }

  cutAlarms(before: number): number {
    return this.sql.cutAlarms.run(before).changes;
  }
}
