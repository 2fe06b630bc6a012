import type { Db } from './database.ts';

/** Feeds to partners: how far each has read, how it fares, and what it has not taken. Inside the caller's transaction. */

export type FeedRow = {
  name: string;
  /** The place in the event log up to which everything was told or set aside. */
  cursor: number;
  /** Places may have been given again since the one before. */
  erasures: number;
  delivered: number;
  deliveredAt: number | null;
  /** Attempts without success since the last one with it. */
  failures: number;
  error: string | null;
  errorAt: number | null;
};

/** A message that was set aside: to be tried again at `fireAt`, or given up. `rid`: its event's place. */
export type AsideRow = {
  id: string;
  rid: number;
  state: 'waiting' | 'failed';
  attempts: number;
  fireAt: number;
  error: string;
  changed: number;
  /** The order that took it up last, 0: none. */
  ordered: number;
};

/** What a person wants done with all that a partner had not taken at `at`, which also names the order. */
export type FeedOrder = {
  kind: 'resend' | 'discard';
  at: number;
  by: string;
  reason: string | null;
  total: number;
};

/** How far an order is: `left` are not taken up yet, `waiting` under way, `failed` not taken again. */
export type OrderCounts = { left: number; waiting: number; failed: number };

const COLUMNS = 'id, rid, state, attempts, fire_at AS fireAt, error, changed, ordered';
/** Of an order's messages those that it has not taken up. */
const LEFT = `feed = ? AND state = 'failed' AND changed <= ? AND ordered < ?`;

export class FeedStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare(
        `SELECT name, cursor, erasures, delivered, delivered_at AS deliveredAt, failures, error, error_at AS errorAt
         FROM feed WHERE name = ?`,
      ),
      begin: db.prepare('INSERT OR IGNORE INTO feed (name, cursor) VALUES (?, ?)'),
      move: db.prepare('UPDATE feed SET cursor = ? WHERE name = ? AND cursor = ? AND erasures = ?'),
      set: db.prepare(
        'INSERT INTO feed (name, cursor) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor',
      ),
      delivered: db.prepare(
        'UPDATE feed SET delivered = delivered + ?, delivered_at = ?, failures = 0 WHERE name = ?',
      ),
      failed: db.prepare('UPDATE feed SET failures = failures + 1, error = ?, error_at = ? WHERE name = ?'),
      due: db.prepare(
        `SELECT ${COLUMNS} FROM feed_message WHERE feed = ? AND state = 'waiting' AND fire_at <= ?
         ORDER BY fire_at, id LIMIT ?`,
      ),
      put: db.prepare(
        `INSERT INTO feed_message (feed, id, rid, state, attempts, fire_at, error, changed, ordered)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed, id) DO UPDATE SET state = excluded.state,
         attempts = excluded.attempts, fire_at = excluded.fire_at, error = excluded.error, changed = excluded.changed,
         ordered = excluded.ordered`,
      ),
      drop: db.prepare('DELETE FROM feed_message WHERE feed = ? AND id = ?'),
      one: db.prepare(`SELECT ${COLUMNS} FROM feed_message WHERE feed = ? AND id = ?`),
      listed: db.prepare(
        `SELECT ${COLUMNS} FROM feed_message WHERE feed = ? AND state = 'failed' ORDER BY changed DESC, id LIMIT ?`,
      ),
      count: db.prepare('SELECT count(*) AS n FROM feed_message WHERE feed = ? AND state = ?'),
      order: db.prepare('SELECT kind, at, by, reason, total FROM feed_order WHERE feed = ?'),
      setOrder: db.prepare(
        'INSERT OR REPLACE INTO feed_order (feed, kind, at, by, reason, total) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      left: db.prepare(`SELECT ${COLUMNS} FROM feed_message WHERE ${LEFT} ORDER BY rid LIMIT ?`),
      countLeft: db.prepare(`SELECT count(*) AS n FROM feed_message WHERE ${LEFT}`),
      countOrdered: db.prepare(
        'SELECT count(*) AS n FROM feed_message WHERE feed = ? AND state = ? AND ordered = ?',
      ),
    };
  }

  get(name: string): FeedRow | undefined {
    return this.sql.get.get(name) as FeedRow | undefined;
  }

  /** A new feed; one that is there stays as it is. */
  begin(name: string, cursor: number): void {
    this.sql.begin.run(name, cursor);
  }

  /** On to a place; false where it was moved meanwhile. */
  move({ name, cursor, erasures }: FeedRow, to: number): boolean {
    return this.sql.move.run(to, name, cursor, erasures).changes > 0;
  }

  /** Wherever it stands. */
  setCursor(name: string, cursor: number): void {
    this.sql.set.run(name, cursor);
  }

  addDelivered(name: string, count: number, at: number): void {
    this.sql.delivered.run(count, at, name);
  }

  addFailure(name: string, error: string, at: number): void {
    this.sql.failed.run(error, at, name);
  }

  due(name: string, now: number, limit: number): AsideRow[] {
    return this.sql.due.all(name, now, limit) as AsideRow[];
  }

  setAside(name: string, { id, rid, state, attempts, fireAt, error, changed, ordered }: AsideRow): void {
    this.sql.put.run(name, id, rid, state, attempts, fireAt, error, changed, ordered);
  }

  order(name: string): FeedOrder | undefined {
    return this.sql.order.get(name) as FeedOrder | undefined;
  }

  setOrder(name: string, { kind, at, by, reason, total }: FeedOrder): void {
    this.sql.setOrder.run(name, kind, at, by, reason, total);
  }

  /** The next messages that an order has not taken up, oldest first. */
  leftOf(name: string, { at }: FeedOrder, limit: number): AsideRow[] {
    return this.sql.left.all(name, at, at, limit) as AsideRow[];
  }

  orderCounts(name: string, { at }: FeedOrder): OrderCounts {
    const n = (row: unknown): number => (row as { n: number }).n;
    const { countLeft, countOrdered } = this.sql;
    return {
      left: n(countLeft.get(name, at, at)),
      waiting: n(countOrdered.get(name, 'waiting', at)),
      failed: n(countOrdered.get(name, 'failed', at)),
    };
  }

  drop(name: string, id: string): void {
    this.sql.drop.run(name, id);
  }

  aside(name: string, id: string): AsideRow | undefined {
    return this.sql.one.get(name, id) as AsideRow | undefined;
  }

  /** Dead letters, newest first. */
  failed(name: string, limit: number): AsideRow[] {
    return this.sql.listed.all(name, limit) as AsideRow[];
  }

  count(name: string, state: AsideRow['state']): number {
    return (this.sql.count.get(name, state) as { n: number }).n;
  }
}
