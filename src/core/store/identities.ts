import type { Db } from './database.ts';

/** Who is one with whom: identities, the earliest claim on each, anonymous groups (components), claimants. */

export type StoredIdentity = {
  iid: number;
  type: string;
  value: string;
  component: number;
  claimUser: string | null;
  claimAt: number | null;
  claimMessage: string | null;
  owner: string;
};

export type GroupEvent = { rid: number; owner: string };
export type SharedClaim = { userId: string; at: number };

const COLUMNS =
  'iid, type, value, component, claim_user AS claimUser, claim_at AS claimAt, claim_message AS claimMessage, owner';

export class IdentityStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare(`SELECT ${COLUMNS} FROM identity WHERE type = ? AND value = ?`),
      // SQLite gives the new row the same number: one above the largest.
      add: db.prepare(
        `INSERT INTO identity (type, value, component, owner)
        VALUES (?, ?, (SELECT ifnull(max(iid), 0) + 1 FROM identity), ?)`,
      ),
      joinComponents: db.prepare('UPDATE identity SET component = ? WHERE component = ?'),
      members: db.prepare(`SELECT ${COLUMNS} FROM identity WHERE component = ?`),
      setClaim: db.prepare(
        'UPDATE identity SET claim_user = ?, claim_at = ?, claim_message = ? WHERE iid = ?',
      ),
      setOwner: db.prepare('UPDATE identity SET owner = ? WHERE iid = ?'),
      moveOwner: db.prepare('UPDATE identity SET owner = ? WHERE owner = ?'),
      ofOwner: db.prepare('SELECT type, value FROM identity WHERE owner = ? ORDER BY type, value'),
      link: db.prepare('INSERT OR IGNORE INTO identity_event (iid, event_rid) VALUES (?, ?)'),
      groupEvents: db.prepare(
        `SELECT DISTINCT e.rid, e.owner FROM identity AS i JOIN identity_event AS l ON l.iid = i.iid
        JOIN event_log AS e ON e.rid = l.event_rid WHERE i.component = ?`,
      ),
      namedBy: db.prepare('SELECT iid FROM identity_event WHERE event_rid = ? AND iid = ?'),
      claimant: db.prepare(
        `INSERT INTO claimant (iid, user_id, at, message_id) VALUES (?, ?, ?, ?) ON CONFLICT (iid, user_id) DO UPDATE
        SET at = excluded.at, message_id = excluded.message_id WHERE excluded.at < claimant.at`,
      ),
      claimants: db.prepare('SELECT user_id AS userId, at FROM claimant WHERE iid = ?'),
      shared: db.prepare(
        `SELECT b.user_id AS userId, max(a.at, b.at) AS at FROM claimant AS a
        JOIN claimant AS b ON b.iid = a.iid AND b.user_id <> a.user_id WHERE a.user_id = ?`,
      ),
    };
  }

  get(type: string, value: string): StoredIdentity | undefined {
    return this.sql.get.get(type, value) as StoredIdentity | undefined;
  }

  /** A new identity is a group of its own. */
  add(type: string, value: string, owner: string): StoredIdentity {
    const iid = Number(this.sql.add.run(type, value, owner).lastInsertRowid);
    return { iid, type, value, component: iid, claimUser: null, claimAt: null, claimMessage: null, owner };
  }

  joinComponents(from: number, to: number): void {
    this.sql.joinComponents.run(to, from);
  }

  members(component: number): StoredIdentity[] {
    return this.sql.members.all(component) as StoredIdentity[];
  }

  setClaim(iid: number, user: string, at: number, messageId: string): void {
    this.sql.setClaim.run(user, at, messageId, iid);
  }

  setOwner(iid: number, owner: string): void {
    this.sql.setOwner.run(owner, iid);
  }

  moveOwner(from: string, to: string): void {
    this.sql.moveOwner.run(to, from);
  }

  ofOwner(owner: string): { type: string; value: string }[] {
    return this.sql.ofOwner.all(owner) as { type: string; value: string }[];
  }

  /** Notes that an event without a userId names an identity. */
  link(iid: number, eventRid: number): void {
    this.sql.link.run(iid, eventRid);
  }

  /** The events without a userId that name a member of the group. */
  groupEvents(component: number): GroupEvent[] {
    return this.sql.groupEvents.all(component) as GroupEvent[];
  }

  names(eventRid: number, iid: number): boolean {
    return this.sql.namedBy.get(eventRid, iid) !== undefined;
  }

  /** Notes that a user's event names an identity; the earliest time is kept. */
  addClaimant(iid: number, user: string, at: number, messageId: string): void {
    this.sql.claimant.run(iid, user, at, messageId);
  }

  claimants(iid: number): SharedClaim[] {
    return this.sql.claimants.all(iid) as SharedClaim[];
  }

  /** Other users who named an identity that this one names too, with the time from which that was so. */
  sharedWith(user: string): SharedClaim[] {
    return this.sql.shared.all(user) as SharedClaim[];
  }
}
