import type { Intent } from '../intents/intent.ts';
import type { Db } from './database.ts';

/** Intents, found by customer, by what is due, and by what was given up; all writes are inside the caller's transaction. */

/** A profile and all that were united with it: intents keep the id that they were made for. */
const UNITED = `WITH RECURSIVE united (id) AS (
  SELECT ? UNION SELECT r.lost FROM redirect AS r JOIN united AS u ON r.survivor = u.id)`;

/** One that counts for caps. */
export type Send = { id: string; decision: string; action: string; channel: string; at: number };

type Raw = { json: string };

export class IntentStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare('SELECT json FROM intent WHERE id = ?'),
      has: db.prepare('SELECT 1 FROM intent WHERE dedupe = ?'),
      byDedupe: db.prepare('SELECT json FROM intent WHERE dedupe = ?'),
      save: db.prepare(
        `INSERT INTO intent (id, profile, dedupe, channel, lane, state, fire_at, expires_at, sent_at, changed, json)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET channel = excluded.channel,
        lane = excluded.lane, state = excluded.state, fire_at = excluded.fire_at, expires_at = excluded.expires_at,
        sent_at = excluded.sent_at, changed = excluded.changed, json = excluded.json`,
      ),
      openOf: db.prepare(
        `${UNITED} SELECT i.json FROM united AS u JOIN intent AS i ON i.profile = u.id
        WHERE i.state IN ('waiting', 'held', 'parked', 'claimed') ORDER BY i.lane, i.id`,
      ),
      ofProfile: db.prepare(
        `${UNITED} SELECT i.json FROM united AS u JOIN intent AS i ON i.profile = u.id
        ORDER BY i.changed DESC, i.id DESC LIMIT ?`,
      ),
      sends: db.prepare(
        `${UNITED} SELECT i.json FROM united AS u JOIN intent AS i ON i.profile = u.id
        WHERE i.sent_at > ? ORDER BY i.sent_at`,
      ),
      due: db.prepare(
        `SELECT json FROM intent WHERE channel = ? AND state IN ('waiting', 'claimed') AND fire_at <= ?
        ORDER BY lane, fire_at, id LIMIT ?`,
      ),
      lapsed: db.prepare(
        `SELECT json FROM intent WHERE expires_at < ? AND state IN ('waiting', 'held', 'parked')
        ORDER BY expires_at LIMIT ?`,
      ),
      next: db.prepare(
        `SELECT min(fire_at) AS at FROM intent WHERE channel = ? AND state IN ('waiting', 'claimed') AND fire_at > ?`,
      ),
      failed: db.prepare(`SELECT json FROM intent WHERE state = 'failed' ORDER BY changed DESC LIMIT ?`),
      prune: db.prepare(
        `DELETE FROM intent WHERE changed < ? AND state IN ('sent', 'cancelled', 'expired', 'failed')`,
      ),
      planned: db.prepare('SELECT seq FROM planned WHERE one = 1'),
      setPlanned: db.prepare(
        'INSERT INTO planned (one, seq) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq',
      ),
    };
  }

  get(id: string): Intent | undefined {
    return this.list([this.sql.get.get(id)].filter(Boolean))[0];
  }

  has(dedupe: string): boolean {
    return this.sql.has.get(dedupe) !== undefined;
  }

  /** Of one occasion or wish. */
  ofDedupe(dedupe: string): Intent | undefined {
    return this.list([this.sql.byDedupe.get(dedupe)].filter(Boolean))[0];
  }

  save(intent: Intent): void {
    const { id, profile, dedupe, channel, lane, state, fireAt, expiresAt, sentAt, changed } = intent;
    const json = JSON.stringify(intent);
    this.sql.save.run(id, profile, dedupe, channel, lane, state, fireAt, expiresAt, sentAt, changed, json);
  }

  /** Those of a customer that may still be sent, the most important lane first. */
  openOf(profile: string): Intent[] {
    return this.list(this.sql.openOf.all(profile));
  }

  /** The last ones of a customer, newest change first. */
  ofProfile(profile: string, limit: number): Intent[] {
    return this.list(this.sql.ofProfile.all(profile, limit));
  }

  /** What was sent to a customer, or may have been, after a time. */
  sends(profile: string, after: number): Send[] {
    return this.list(this.sql.sends.all(profile, after)).map((intent) => ({
      id: intent.id,
      decision: intent.decision,
      action: intent.action,
      channel: intent.channel,
      at: intent.sentAt ?? 0,
    }));
  }

  /** What a channel has to do now, the most important lane first. */
  due(channel: string, now: number, limit: number): Intent[] {
    return this.list(this.sql.due.all(channel, now, limit));
  }

  /** Those whose last moment has gone by while they were waiting. */
  lapsed(now: number, limit: number): Intent[] {
    return this.list(this.sql.lapsed.all(now, limit));
  }

  /** The next moment after `now` at which a channel has something to do; null where there is none. */
  next(channel: string, now: number): number | null {
    return (this.sql.next.get(channel, now) as { at: number | null }).at;
  }

  /** Dead letters, newest first. */
  failed(limit: number): Intent[] {
    return this.list(this.sql.failed.all(limit));
  }

  /** Forgets those that ended before a time. */
  prune(before: number): void {
    this.sql.prune.run(before);
  }

  /** The seq up to which triggers and cancellations were looked at; null before the first time. */
  planned(): number | null {
    return (this.sql.planned.get() as { seq: number } | undefined)?.seq ?? null;
  }

  setPlanned(seq: number): void {
    this.sql.setPlanned.run(seq);
  }

  private list(rows: unknown[]): Intent[] {
    return (rows as Raw[]).map(({ json }) => JSON.parse(json) as Intent);
  }
}
