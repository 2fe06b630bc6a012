import { randomBytes } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import { type AuditEntry, type AuditHead, customersIn, digestOf, hashOf } from '../audit/chain.ts';
import type { AuditDetail } from './client-contract.ts';
import type { Db } from './database.ts';

/** The audit: entries are only appended. An erasure takes payloads away, retention the oldest entries, both said in it. */

const SQL = {
  head: 'SELECT n, hash, cut, cut_hash AS cutHash FROM audit_head WHERE one = 1',
  setHead: 'UPDATE audit_head SET n = ?, hash = ? WHERE one = 1',
  add: 'INSERT INTO audit_entry (n, at, subject, what, digest, hash) VALUES (?, ?, ?, ?, ?, ?)',
  addPayload: 'INSERT INTO audit_payload (n, salt, detail) VALUES (?, ?, ?)',
  addCustomer: 'INSERT OR IGNORE INTO audit_customer (customer, n) VALUES (?, ?)',
  about: `SELECT e.n, e.at, e.subject, e.what, p.detail FROM audit_customer AS c JOIN audit_entry AS e ON e.n = c.n
    LEFT JOIN audit_payload AS p ON p.n = e.n WHERE c.customer = ? ORDER BY e.n`,
  of: 'SELECT n FROM audit_customer WHERE customer = ?',
  dropPayload: 'DELETE FROM audit_payload WHERE n = ?',
  dropCustomer: 'DELETE FROM audit_customer WHERE customer = ?',
  page: `SELECT e.n, e.at, e.subject, e.what, e.digest, e.hash, p.salt, p.detail FROM audit_entry AS e
    LEFT JOIN audit_payload AS p ON p.n = e.n WHERE e.n > ? ORDER BY e.n LIMIT ?`,
  latest: `SELECT e.n, e.at, e.subject, e.what, e.digest, e.hash, p.salt, p.detail FROM audit_entry AS e
    LEFT JOIN audit_payload AS p ON p.n = e.n WHERE e.n < ? ORDER BY e.n DESC LIMIT ?`,
  lastBefore: 'SELECT n, hash FROM audit_entry WHERE at < ? ORDER BY n DESC LIMIT 1',
  cutEntries: 'DELETE FROM audit_entry WHERE n <= ?',
  cutPayloads: 'DELETE FROM audit_payload WHERE n <= ?',
  cutCustomers: 'DELETE FROM audit_customer WHERE n <= ?',
  setCut: 'UPDATE audit_head SET cut = ?, cut_hash = ? WHERE one = 1',
  old: 'SELECT at, subject, what, detail FROM audit ORDER BY rid',
  dropOld: 'DELETE FROM audit',
} as const;

type Sql = { [N in keyof typeof SQL]: Statement<unknown[]> };
export type AuditLine = { n: number; at: number; subject: string; what: string; detail: string | null };

export class AuditStore {
  private readonly db: Db;
  private readonly sql: Sql;

  constructor(db: Db) {
    this.db = db;
    this.sql = Object.fromEntries(Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)])) as Sql;
  }

  /** Chains the entries of before this form of the audit anew; nothing to do from the second start on. */
  carryOver(): void {
    const old = this.sql.old.all() as { at: number; subject: string; what: string; detail: string }[];
    if (old.length === 0) return;
    this.db.transaction(() => {
      for (const { at, subject, what, detail } of old) this.append(subject, what, JSON.parse(detail), at);
      this.sql.dropOld.run();
    })();
  }

  head(): AuditHead {
    return this.sql.head.get() as AuditHead;
  }

  /** One write with the caller's transaction, or durable by itself. */
  append(subject: string, what: string, detail: AuditDetail, at: number): void {
    const salt = randomBytes(16).toString('hex');
    const text = JSON.stringify(detail);
    const digest = digestOf(salt, text);
    this.db.transaction(() => {
      const { n: last, hash: before } = this.head();
      const n = last + 1;
      const hash = hashOf(before, { n, at, subject, what, digest });
      this.sql.add.run(n, at, subject, what, digest, hash);
      this.sql.addPayload.run(n, salt, text);
      for (const customer of customersIn(detail)) this.sql.addCustomer.run(customer, n);
      this.sql.setHead.run(n, hash);
    })();
  }

  /** Everything that was done about a customer, oldest first. */
  about(customer: string): AuditLine[] {
    return this.sql.about.all(customer) as AuditLine[];
  }

  /** Takes away what entries say about a customer; the entries stay. Returns their numbers. */
  erase(customer: string): number[] {
    const numbers = (this.sql.of.all(customer) as { n: number }[]).map(({ n }) => n);
    for (const n of numbers) this.sql.dropPayload.run(n);
    this.sql.dropCustomer.run(customer);
    return numbers;
  }

  /** All entries from the oldest, read in pages so that the writer is not held up. */
  *entries(): Generator<AuditEntry> {
    let last = 0;
    for (;;) {
      const page = this.sql.page.all(last, 500) as AuditEntry[];
      yield* page;
      if (page.length < 500) return;
      last = (page.at(-1) as AuditEntry).n;
    }
  }

  /** Newest first, below a number. */
  latest(below: number, limit: number): AuditEntry[] {
    return this.sql.latest.all(below, limit) as AuditEntry[];
  }

  /** Forgets entries of before a time; the chain begins behind them from then on. Returns how many went. */
  cut(before: number, now: number): number {
    const last = this.sql.lastBefore.get(before) as { n: number; hash: string } | undefined;
    const { cut } = this.head();
    if (!last || last.n <= cut) return 0;
    this.db.transaction(() => {
      this.sql.cutEntries.run(last.n);
      this.sql.cutPayloads.run(last.n);
      this.sql.cutCustomers.run(last.n);
      this.sql.setCut.run(last.n, last.hash);
      this.append('retention', 'cut', { upTo: last.n }, now);
    })();
    return last.n - cut;
  }
}
