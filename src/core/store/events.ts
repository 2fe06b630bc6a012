import type { Db } from './database.ts';
import { ErasedMessages } from './erased-messages.ts';

/** The append-only event log: what sources sent, what commands wrote, where each entry belongs. */

/** `owner` is a profile's id or `flight/KEY`; `at` in ms counts for the fold. */
export type LogEntry = {
  messageId: string;
  owner: string;
  at: number;
  userId: string | null;
  kind: string;
  received: number;
  json: string;
};

/** By its place in the log: a place is larger than those of all entries that were there when it was given. */
export type PlacedEntry = { rid: number; messageId: string; owner: string; json: string };

export type StoredEntry = { rid: number; messageId: string; at: number; kind: string; json: string };

const COLUMNS = 'rid, message_id AS messageId, at, kind, json';

export class EventStore {
  private readonly sql;
  private readonly erased: ErasedMessages;

  constructor(db: Db, erased = new ErasedMessages(db)) {
    this.erased = erased;
    this.sql = {
      has: db.prepare('SELECT 1 FROM event_log WHERE message_id = ?'),
      add: db.prepare(
        'INSERT INTO event_log (message_id, owner, at, user_id, kind, received, json) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ),
      ofOwner: db.prepare(`SELECT ${COLUMNS} FROM event_log WHERE owner = ?`),
      latest: db.prepare(
        `SELECT ${COLUMNS} FROM event_log WHERE owner = ? AND at >= ? ORDER BY at DESC, message_id DESC LIMIT ?`,
      ),
      page: db.prepare(
        `SELECT ${COLUMNS} FROM event_log WHERE owner = ? AND (at, message_id) < (?, ?)
        ORDER BY at DESC, message_id DESC LIMIT ?`,
      ),
      after: db.prepare(
        'SELECT rid, message_id AS messageId, owner, json FROM event_log WHERE rid > ? ORDER BY rid LIMIT ?',
      ),
      last: db.prepare('SELECT coalesce(max(rid), 0) AS rid FROM event_log'),
      setOwner: db.prepare('UPDATE event_log SET owner = ? WHERE rid = ?'),
      moveOwner: db.prepare('UPDATE event_log SET owner = ? WHERE owner = ?'),
    };
  }

  /** Also one that was erased with its customer: sent again it changes nothing, as any other. */
  has(messageId: string): boolean {
    return this.sql.has.get(messageId) !== undefined || this.erased.has(messageId);
  }

  /** Returns the entry's row number. */
  add(entry: LogEntry): number {
    const { messageId, owner, at, userId, kind, received, json } = entry;
    return Number(this.sql.add.run(messageId, owner, at, userId, kind, received, json).lastInsertRowid);
  }

  ofOwner(owner: string): IterableIterator<StoredEntry> {
    return this.sql.ofOwner.iterate(owner) as IterableIterator<StoredEntry>;
  }

  /** The newest entries since a time, newest first. */
  latest(owner: string, since: number, limit: number): StoredEntry[] {
    return this.sql.latest.all(owner, since, limit) as StoredEntry[];
  }

  /** The newest entries before a place, newest first. */
  page(owner: string, before: { at: number; messageId: string }, limit: number): StoredEntry[] {
    return this.sql.page.all(owner, before.at, before.messageId, limit) as StoredEntry[];
  }

  /** Entries behind a place, in the order in which they were taken. */
  after(rid: number, limit: number): PlacedEntry[] {
    return this.sql.after.all(rid, limit) as PlacedEntry[];
  }

  /** The place of the newest entry; 0 where there is none. */
  last(): number {
    return (this.sql.last.get() as { rid: number }).rid;
  }

  setOwner(rid: number, owner: string): void {
    this.sql.setOwner.run(owner, rid);
  }

  moveOwner(from: string, to: string): void {
    this.sql.moveOwner.run(to, from);
  }
}
