import type { Db } from './database.ts';
import type { ErasedMessages } from './erased-messages.ts';

/** What is known of one customer in all tables: told on request, taken away by an erasure. Inside the caller's transaction. */

export type Erasure = {
  id: string;
  at: number;
  by: string;
  reason: string;
  /** The commit that took the rows; a console with a cursor below it may still hold them. */
  seq: number;
  profiles: string[];
  counts: { [kind: string]: number };
  /** This file holds no trace of it any more, also between its rows. */
  rewritten: boolean;
};
export type ErasureReceipt = {
  clientId: string;
  subject: string;
  done: number | null;
  pending: number | null;
};
type Raw = Omit<Erasure, 'profiles' | 'counts' | 'rewritten'> & {
  profiles: string;
  counts: string;
  rewritten: number;
};

const COLUMNS = 'id, at, by, reason, seq, profiles, counts';
const REWRITTEN = 'seq <= (SELECT s.seq FROM swept AS s WHERE s.one = 1) AS rewritten';

export class ErasureStore {
  private readonly sql;
  private readonly messages: ErasedMessages;

  constructor(db: Db, messages: ErasedMessages) {
    this.messages = messages;
    this.sql = {
      united: db
        .prepare(
          `WITH RECURSIVE united (id) AS (
             SELECT ? UNION SELECT r.lost FROM redirect AS r JOIN united AS u ON r.survivor = u.id)
           SELECT id FROM united`,
        )
        .pluck(),
      sharers: db
        .prepare(
          `SELECT DISTINCT b.user_id FROM claimant AS a JOIN claimant AS b ON b.iid = a.iid AND b.user_id <> a.user_id
           WHERE a.user_id = ?`,
        )
        .pluck(),
      events: db.prepare(
        'SELECT rid, message_id AS messageId, user_id AS userId, json FROM event_log WHERE owner = ?',
      ),
      unlink: db.prepare(
        `DELETE FROM identity_event WHERE event_rid = ? AND iid IN (SELECT i.iid
           FROM json_each(?, '$.identities') AS n JOIN identity AS i
             ON i.type = n.value ->> 'type' AND i.value = n.value ->> 'value')`,
      ),
      dropEvents: db.prepare('DELETE FROM event_log WHERE owner = ?'),
      // The place of an event that has gone is given again: feeds must not believe that they have read it.
      stepBack: db.prepare(
        `UPDATE feed SET cursor = min(cursor, (SELECT coalesce(max(rid), 0) FROM event_log)),
         erasures = erasures + 1`,
      ),
      dropMessages: db.prepare('DELETE FROM feed_message WHERE rid NOT IN (SELECT rid FROM event_log)'),
      dropClaims: db.prepare('DELETE FROM claimant WHERE user_id = ?'),
      owned: db.prepare('SELECT iid, component FROM identity WHERE owner = ?'),
      heir: db.prepare(
        `SELECT c.user_id AS userId, c.at, c.message_id AS messageId, p.id AS profile FROM claimant AS c
         JOIN profile AS p ON p.user_id = c.user_id WHERE c.iid = ? ORDER BY c.at, c.message_id LIMIT 1`,
      ),
      inherit: db.prepare(
        'UPDATE identity SET claim_user = ?, claim_at = ?, claim_message = ?, owner = ? WHERE iid = ?',
      ),
      dropLinks: db.prepare('DELETE FROM identity_event WHERE iid = ?'),
      dropClaimants: db.prepare('DELETE FROM claimant WHERE iid = ?'),
      dropIdentity: db.prepare('DELETE FROM identity WHERE iid = ?'),
      // A group is numbered by one of its members: the number of one that has gone is given again.
      renumber: db.prepare(
        'UPDATE identity SET component = (SELECT min(iid) FROM identity WHERE component = ?) WHERE component = ?',
      ),
      dropOutcomes: db.prepare(
        'DELETE FROM outcome WHERE decision IN (SELECT id FROM decision WHERE profile = ?)',
      ),
      dropWaiting: db.prepare(`DELETE FROM outcome WHERE joined IS NULL AND json ->> '$.profile' = ?`),
      dropRejected: db.prepare('DELETE FROM rejected WHERE instr(json, ?) > 0'),
      dropMidDetails: db.prepare(
        'UPDATE mid SET detail = NULL WHERE id IN (SELECT id FROM detailed_command WHERE profile = ?)',
      ),
      dropCommandDetails: db.prepare(
        'UPDATE command SET detail = NULL WHERE id IN (SELECT id FROM detailed_command WHERE profile = ?)',
      ),
      dropGrants: db.prepare('DELETE FROM find_grant WHERE scope = ?'),
      dropModel: db.prepare('DELETE FROM model'),
      single: [
        'DELETE FROM decision WHERE profile = ?',
        'DELETE FROM intent WHERE profile = ?',
        'DELETE FROM contact WHERE profile = ?',
        'DELETE FROM opened WHERE profile = ?',
        'DELETE FROM fact_writer WHERE profile = ?',
        'DELETE FROM detailed_command WHERE profile = ?',
        'DELETE FROM audience_member WHERE profile = ?',
        'DELETE FROM redirect WHERE lost = ?',
        'DELETE FROM profile WHERE id = ?',
      ].map((text) => [text.split(' ')[2] as string, db.prepare(text)] as const),
      add: db.prepare(`INSERT INTO erasure (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`),
      order: db.prepare(
        `INSERT OR IGNORE INTO wipe (id, client_id, subject, mode, at, profiles)
         SELECT ?, client_id, subject, 'replica', ?, ? FROM client`,
      ),
      list: db.prepare(`SELECT ${COLUMNS}, ${REWRITTEN} FROM erasure ORDER BY at DESC, id DESC LIMIT ?`),
      get: db.prepare(`SELECT ${COLUMNS}, ${REWRITTEN} FROM erasure WHERE id = ?`),
      unswept: db.prepare(
        `SELECT ${COLUMNS}, 0 AS rewritten FROM erasure
         WHERE seq > (SELECT s.seq FROM swept AS s WHERE s.one = 1) ORDER BY seq`,
      ),
      setSwept: db.prepare('UPDATE swept SET seq = ? WHERE one = 1'),
      receipts: db.prepare(
        'SELECT client_id AS clientId, subject, done, pending FROM wipe WHERE id = ? ORDER BY client_id',
      ),
      decisions: db.prepare('SELECT id, at, json FROM decision WHERE profile = ? ORDER BY at'),
      outcomes: db.prepare(
        `SELECT o.decision, o.outcome, o.at, o.json FROM outcome AS o JOIN decision AS d ON d.id = o.decision
         WHERE d.profile = ? ORDER BY o.at`,
      ),
      writers: db.prepare('SELECT fact, subject, at FROM fact_writer WHERE profile = ? ORDER BY fact'),
      contacts: db.prepare('SELECT json FROM contact WHERE profile = ? ORDER BY id').pluck(),
    };
  }

  /** The profile and all that became one with it. */
  united(profileId: string): string[] {
    return this.sql.united.all(profileId) as string[];
  }

  /** Users who named a loyalty number or document that this one named too. */
  sharers(userId: string): string[] {
    return this.sql.sharers.all(userId) as string[];
  }

  /** Takes everything away but the rows that consoles have; returns how much of each kind there was. */
  forget(ids: string[], userId: string | null, values: string[], now: number): Erasure['counts'] {
    const counts: Erasure['counts'] = { event: 0, identity: 0, outcome: 0, rejected: 0 };
    const count = (kind: string, changes: number) => {
      counts[kind] = (counts[kind] ?? 0) + changes;
    };
    for (const id of ids) {
      count('event', this.forgetEvents(id, now));
      count('outcome', this.sql.dropOutcomes.run(id).changes + this.sql.dropWaiting.run(id).changes);
      this.sql.dropMidDetails.run(id);
      this.sql.dropCommandDetails.run(id);
      this.sql.dropGrants.run(`profile:${id}`);
    }
    this.sql.stepBack.run();
    this.sql.dropMessages.run();
    if (userId !== null) this.sql.dropClaims.run(userId);
    for (const id of ids) count('identity', this.forgetIdentities(id));
    for (const id of ids)
      for (const [kind, statement] of this.sql.single) count(kind, statement.run(id).changes);
    for (const value of values) count('rejected', this.sql.dropRejected.run(value).changes);
    // What was learned is in no table by customer: the log is learned anew.
    if ((counts.outcome ?? 0) > 0) this.sql.dropModel.run();
    return counts;
  }

  private forgetEvents(owner: string, now: number): number {
    type Event = { rid: number; messageId: string; userId: string | null; json: string };
    for (const { rid, messageId, userId, json } of this.sql.events.all(owner) as Event[]) {
      this.messages.add(messageId, now);
      if (userId === null) this.sql.unlink.run(rid, json);
    }
    return this.sql.dropEvents.run(owner).changes;
  }

  /** What another user named too is his from now on; the rest goes. */
  private forgetIdentities(owner: string): number {
    const owned = this.sql.owned.all(owner) as { iid: number; component: number }[];
    type Heir = { userId: string; at: number; messageId: string; profile: string };
    for (const { iid } of owned) {
      const heir = this.sql.heir.get(iid) as Heir | undefined;
      if (heir) this.sql.inherit.run(heir.userId, heir.at, heir.messageId, heir.profile, iid);
      else {
        this.sql.dropLinks.run(iid);
        this.sql.dropClaimants.run(iid);
        this.sql.dropIdentity.run(iid);
      }
    }
    for (const component of new Set(owned.map((one) => one.component)))
      this.sql.renumber.run(component, component);
    return owned.length;
  }

  /** With what every console that was ever here owes for it. */
  add({ id, at, by, reason, seq, profiles, counts }: Omit<Erasure, 'rewritten'>): void {
    this.sql.add.run(id, at, by, reason, seq, JSON.stringify(profiles), JSON.stringify(counts));
    this.sql.order.run(id, at, JSON.stringify(profiles));
  }

  list(limit: number): Erasure[] {
    return (this.sql.list.all(limit) as Raw[]).map(read);
  }

  get(id: string): Erasure | undefined {
    const raw = this.sql.get.get(id) as Raw | undefined;
    return raw && read(raw);
  }

  receipts(id: string): ErasureReceipt[] {
    return this.sql.receipts.all(id) as ErasureReceipt[];
  }

  /** Those of which traces can still stand between the rows of this file, oldest first. */
  unswept(): Erasure[] {
    return (this.sql.unswept.all() as Raw[]).map(read);
  }

  /** This file was rewritten after the commit of this seq. Each node keeps it for its own image. */
  setSwept(seq: number): void {
    this.sql.setSwept.run(seq);
  }

  /** What else than rows is kept of a profile, for an access request. */
  known(id: string) {
    const parsed = (rows: unknown[]) =>
      (rows as { json: string }[]).map(({ json, ...rest }) => ({ ...rest, ...JSON.parse(json) }));
    return {
      events: (this.sql.events.all(id) as { json: string }[]).map(({ json }) => JSON.parse(json) as object),
      decisions: parsed(this.sql.decisions.all(id)),
      outcomes: parsed(this.sql.outcomes.all(id)),
      contacts: (this.sql.contacts.all(id) as string[]).map((json) => JSON.parse(json) as object),
      writers: this.sql.writers.all(id) as { fact: string; subject: string; at: string }[],
    };
  }
}

const read = ({ profiles, counts, rewritten, ...rest }: Raw): Erasure => ({
  ...rest,
  profiles: JSON.parse(profiles) as string[],
  counts: JSON.parse(counts) as Erasure['counts'],
  rewritten: rewritten === 1,
});
