import type { ContactRow } from '../../domain/contact.ts';
import type { Db } from './database.ts';

/** Read-outs for the supervisor's board, each over a bounded number of rows. Times in ms. */

/** A contact with the time at which somebody took it; null while nobody has. */
export type TimedContact = { row: ContactRow; answeredAt: number | null };

/** A client with what became of its last commands. */
export type KnownClient = {
  clientId: string;
  subject: string;
  seen: number;
  parked: number;
  refused: number;
};

/** Decisions of one action that ended alike; `end` is null where nothing was told of them. */
export type EndedAlike = { action: string; end: string | null; reason: string | null; n: number };

export type ListedDecision = {
  id: string;
  profile: string;
  at: number;
  json: string;
  outcomes: { outcome: string; at: number; json: string }[];
};

/** Of one client so many of the last commands are looked at. */
const LAST_COMMANDS = 200;

export class BoardStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      contacts: db.prepare(
        `SELECT c.json, e.at AS answeredAt FROM (SELECT id, json FROM contact
         ORDER BY json_extract(json, '$.since') DESC LIMIT ?) AS c
         LEFT JOIN event_log AS e ON e.message_id = 'contact/' || c.id || '/active'`,
      ),
      clients: db.prepare(
        `SELECT c.client_id AS clientId, c.subject, c.seen,
           (SELECT count(*) FROM (SELECT status, at FROM mid WHERE client_id = c.client_id ORDER BY mid DESC
             LIMIT ${LAST_COMMANDS}) WHERE status = 'parked' AND at >= ?) AS parked,
           (SELECT count(*) FROM (SELECT status, at FROM mid WHERE client_id = c.client_id ORDER BY mid DESC
             LIMIT ${LAST_COMMANDS}) WHERE status IN ('conflict', 'forbidden', 'rejected') AND at >= ?) AS refused
         FROM client AS c WHERE c.seen >= ? ORDER BY c.seen DESC LIMIT ?`,
      ),
      ends: db.prepare(
        `SELECT action, end, reason, count(*) AS n FROM (
           SELECT d.action, max(json_extract(o.json, '$.reason')) AS reason, CASE
             WHEN max(o.outcome = 'complaint') THEN 'complaint'
             WHEN max(o.outcome = 'opt-out') THEN 'opt-out'
             WHEN max(o.outcome = 'positive') THEN 'positive'
             WHEN max(o.outcome = 'customer-declined') THEN 'customer-declined'
             WHEN max(o.outcome = 'operator-declined') THEN 'operator-declined'
             WHEN max(o.outcome = 'presented') THEN 'presented' END AS end
           FROM (SELECT id, action FROM decision WHERE at >= ? AND action IS NOT NULL
             ORDER BY at DESC LIMIT ?) AS d LEFT JOIN outcome AS o ON o.decision = d.id GROUP BY d.id)
         GROUP BY action, end, reason`,
      ),
      alarms: db.prepare('SELECT kind, at, detail FROM alarm WHERE at >= ? ORDER BY rid DESC LIMIT ?'),
      deadLetters: db.prepare("SELECT count(*) FROM intent WHERE state = 'failed'").pluck(),
      decisions: db.prepare(
        `SELECT id, profile, at, json FROM decision WHERE action = ? AND (at < ? OR (at = ? AND id < ?))
         ORDER BY at DESC, id DESC LIMIT ?`,
      ),
      outcomes: db.prepare('SELECT outcome, at, json FROM outcome WHERE decision = ? ORDER BY at, place'),
    };
  }

  /** The contacts that began last, newest first, with the time at which they were taken. */
  contacts(limit: number): TimedContact[] {
    const rows = this.sql.contacts.all(limit) as { json: string; answeredAt: number | null }[];
    return rows.map(({ json, answeredAt }) => ({ row: JSON.parse(json) as ContactRow, answeredAt }));
  }

  /** Consoles that were here since a time, the latest first. */
  clients(since: number, limit: number): KnownClient[] {
    return this.sql.clients.all(since, since, since, limit) as KnownClient[];
  }

  /** How the last decisions since a time ended. */
  ends(since: number, limit: number): EndedAlike[] {
    return this.sql.ends.all(since, limit) as EndedAlike[];
  }

  alarms(since: number, limit: number): { kind: string; at: number; detail: string }[] {
    return this.sql.alarms.all(since, limit) as { kind: string; at: number; detail: string }[];
  }

  deadLetters(): number {
    return this.sql.deadLetters.get() as number;
  }

  /** Decisions for an action that customers saw or were to see, newest first, before a place. */
  decisionsOf(action: string, before: { at: number; id: string }, limit: number): ListedDecision[] {
    const rows = this.sql.decisions.all(action, before.at, before.at, before.id, limit);
    return (rows as Omit<ListedDecision, 'outcomes'>[]).map((row) => ({
      ...row,
      outcomes: this.outcomesOf(row.id),
    }));
  }

  /** What was told of a decision, joined or not, in its order. */
  outcomesOf(decision: string): ListedDecision['outcomes'] {
    return this.sql.outcomes.all(decision) as ListedDecision['outcomes'];
  }
}
