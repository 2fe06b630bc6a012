import type { Db } from './database.ts';

/** What retention asks of the store. */

/** `last`: when something was last heard of him. `isServed`: a trip or a contact of his is open. */
export type IdleCustomer = { id: string; last: number; isAnonymous: boolean; isServed: boolean };

export class RetentionStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      // The newest entry by the time of receipt: a source may say any time.
      customers: db.prepare(
        `SELECT p.id, p.user_id IS NULL AS anonymous, json_extract(p.beside, '$.contacts')
             OR EXISTS (SELECT 1 FROM json_each(p.beside, '$.flights') AS f WHERE f.value ->> 1 = 1) AS served, max(p.born,
           coalesce((SELECT max(e.received) FROM event_log AS e WHERE e.owner = p.id), 0)) AS last
         FROM profile AS p WHERE p.id > ? ORDER BY p.id LIMIT ?`,
      ),
      cutAlarms: db.prepare('DELETE FROM alarm WHERE at < ?'),
    };
  }

  /** Customers by id, each with the time at which something was last heard of him. */
  customersAfter(id: string, limit: number): IdleCustomer[] {
    type Raw = { id: string; anonymous: number; served: number; last: number };
    return (this.sql.customers.all(id, limit) as Raw[]).map(({ anonymous, served, ...rest }) => ({
      ...rest,
      isAnonymous: anonymous === 1,
      isServed: served === 1,
    }));
  }

  cutAlarms(before: number): number {
    return this.sql.cutAlarms.run(before).changes;
  }
}
