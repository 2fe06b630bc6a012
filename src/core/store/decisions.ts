import type { Outcome } from '../../decision/contract.ts';
import { placeOf } from '../../decision/record.ts';
import type { Db } from './database.ts';

/**
 * The log that the model is learned from: decision records and what became of them, joined by the decision's id. Of each
 * kind of outcome a decision has one, the earliest that was told, whichever came first; so the log is the same whatever
 * the order of arrival.
 */

export type StoredDecision = { id: string; profile: string; at: number; json: string };

/** An outcome beside its decision. `joined` is its place among all that were joined, from 1. */
export type JoinedOutcome = {
  decision: string;
  outcome: Outcome;
  at: number;
  place: number;
  joined: number;
  json: string;
  profile: string;
  decidedAt: number;
  record: string;
};

/** The place of an outcome in the canonical order: time, decision, kind. */
export type Place = readonly [at: number, decision: string, place: number];

const JOINED = `SELECT o.decision, o.outcome, o.at, o.place, o.joined, o.json, d.profile, d.at AS decidedAt,
  d.json AS record FROM outcome AS o JOIN decision AS d ON d.id = o.decision`;

export class DecisionStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      add: db.prepare(
        `INSERT OR IGNORE INTO decision (id, profile, at, action, json) VALUES (?, ?, ?,
           coalesce(json_extract(?, '$.presented.action'), json_extract(?, '$.chosen.action')), ?)`,
      ),
      get: db.prepare('SELECT id, profile, at, json FROM decision WHERE id = ?'),
      addOutcome: db.prepare(
        'INSERT INTO outcome (decision, outcome, at, place, joined, json) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      outcome: db.prepare('SELECT at, joined, json FROM outcome WHERE decision = ? AND outcome = ?'),
      moveOutcome: db.prepare('UPDATE outcome SET at = ?, json = ? WHERE decision = ? AND outcome = ?'),
      moved: db.prepare('UPDATE moved SET times = times + 1'),
      moves: db.prepare('SELECT times FROM moved').pluck(),
      waiting: db.prepare(
        'SELECT outcome, at FROM outcome WHERE decision = ? AND joined IS NULL ORDER BY at, place',
      ),
      join: db.prepare('UPDATE outcome SET joined = ?, at = ? WHERE decision = ? AND outcome = ?'),
      lastJoined: db.prepare('SELECT coalesce(max(joined), 0) FROM outcome').pluck(),
      unjoined: db.prepare('SELECT count(*) FROM outcome WHERE joined IS NULL').pluck(),
      joinedAfter: db.prepare(`${JOINED} WHERE o.joined > ? ORDER BY o.joined LIMIT ?`),
      inOrder: db.prepare(
        `${JOINED} WHERE (o.at, o.decision, o.place) > (?, ?, ?) AND o.joined <= ?
         ORDER BY o.at, o.decision, o.place LIMIT ?`,
      ),
      ofDecision: db.prepare(`${JOINED} WHERE o.decision = ? AND o.joined IS NOT NULL`),
      before: db.prepare(
        'SELECT id, profile, at, json FROM decision WHERE (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?',
      ),
      shown: db
        .prepare(
          `SELECT count(*) FROM decision AS d WHERE d.action = ? AND d.at >= ? AND EXISTS (
           SELECT 1 FROM outcome AS o WHERE o.decision = d.id AND o.outcome <> 'operator-declined')`,
        )
        .pluck(),
      harmed: db
        .prepare(
          `SELECT count(DISTINCT d.id) FROM decision AS d JOIN outcome AS o ON o.decision = d.id
         WHERE d.action = ? AND d.at >= ? AND o.outcome IN ('complaint', 'opt-out')`,
        )
        .pluck(),
    };
  }

  /** Counted under the action that the customer saw. Outcomes that waited for it are joined. A record whose id is known changes nothing. */
  add({ id, profile, at, json }: StoredDecision): void {
    if (this.sql.add.run(id, profile, at, json, json, json).changes === 0) return;
    for (const waiting of this.sql.waiting.all(id) as { outcome: string; at: number }[])
      this.sql.join.run(this.lastJoined() + 1, Math.max(waiting.at, at), id, waiting.outcome);
  }

  get(id: string): StoredDecision | undefined {
    return this.sql.get.get(id) as StoredDecision | undefined;
  }

  /** False if this outcome of the decision was there already; told of an earlier time, it has that one from now on. */
  addOutcome(decision: string, outcome: Outcome, at: number, json: string): boolean {
    const decided = this.get(decision);
    // A time before the decision counts as the decision's.
    const time = Math.max(at, decided?.at ?? at);
    const known = this.sql.outcome.get(decision, outcome) as Pick<JoinedOutcome, 'at' | 'json'> | undefined;
    if (known) {
      if (time > known.at || (time === known.at && json >= known.json)) return false;
      this.sql.moveOutcome.run(time, json, decision, outcome);
      this.sql.moved.run();
      return false;
    }
    const joined = decided ? this.lastJoined() + 1 : null;
    this.sql.addOutcome.run(decision, outcome, time, placeOf(outcome), joined, json);
    return true;
  }

  lastJoined(): number {
    return this.sql.lastJoined.get() as number;
  }

  /** Outcomes whose decision has not come. */
  waiting(): number {
    return this.sql.unjoined.get() as number;
  }

  /** How often an outcome got an earlier time after it was known: what was learned before is in another order then. */
  moves(): number {
    return this.sql.moves.get() as number;
  }

  /** In the order in which they were joined. */
  joinedAfter(joined: number, limit: number): JoinedOutcome[] {
    return this.sql.joinedAfter.all(joined, limit) as JoinedOutcome[];
  }

  /** In the canonical order, of those joined up to `upTo`. */
  inOrderAfter([at, decision, place]: Place, upTo: number, limit: number): JoinedOutcome[] {
    return this.sql.inOrder.all(at, decision, place, upTo, limit) as JoinedOutcome[];
  }

  /** The joined outcomes of one decision, in no order. */
  outcomesOf(decision: string): JoinedOutcome[] {
    return this.sql.ofDecision.all(decision) as JoinedOutcome[];
  }

  /** Decisions before one, newest first; before none: the latest. */
  before(one: StoredDecision | undefined, limit: number): StoredDecision[] {
    return this.sql.before.all(one?.at ?? Number.MAX_SAFE_INTEGER, one?.id ?? '', limit) as StoredDecision[];
  }

  /** Decisions for an action that a customer saw, and how many of these complained or opted out after it. */
  harm(action: string, since: number): { shown: number; harmed: number } {
    return {
      shown: this.sql.shown.get(action, since) as number,
      harmed: this.sql.harmed.get(action, since) as number,
    };
  }
}
