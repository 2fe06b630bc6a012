import type { Db } from './database.ts';

/** The state behind each profile row, what finds it, its flights, contacts, and the ids that were lost. */

export type StoredProfile = {
  id: string;
  born: number;
  userId: string | null;
  state: string;
  timeline: string;
  beside: string;
};
export type StoredContact = { id: string; profile: string | null; json: string };

const COLUMNS = 'id, born, user_id AS userId, state, timeline, beside';

export class ProfileStore {
  private readonly sql;

  constructor(db: Db) {
    this.sql = {
      get: db.prepare(`SELECT ${COLUMNS} FROM profile WHERE id = ?`),
      userOf: db.prepare('SELECT user_id AS userId FROM profile WHERE id = ?'),
      ofUser: db.prepare('SELECT id FROM profile WHERE user_id = ?'),
      add: db.prepare("INSERT INTO profile (id, born, user_id, state, timeline) VALUES (?, ?, ?, '', '[]')"),
      setUser: db.prepare('UPDATE profile SET user_id = ? WHERE id = ?'),
      save: db.prepare('UPDATE profile SET state = ?, timeline = ?, beside = ?, due = ? WHERE id = ?'),
      delete: db.prepare('DELETE FROM profile WHERE id = ?'),
      clearDue: db.prepare('UPDATE profile SET due = NULL WHERE id = ?'),
      due: db.prepare('SELECT id FROM profile WHERE due <= ? ORDER BY due LIMIT ?'),
      addFinder: db.prepare('INSERT OR IGNORE INTO finder (type, value, profile) VALUES (?, ?, ?)'),
      deleteFinder: db.prepare('DELETE FROM finder WHERE type = ? AND value = ? AND profile = ?'),
      found: db.prepare(
        `SELECT f.profile AS id FROM finder AS f JOIN profile AS p ON p.id = f.profile
        WHERE f.type = ? AND f.value = ? ORDER BY p.born, p.id LIMIT ?`,
      ),
      redirect: db.prepare('INSERT OR REPLACE INTO redirect (lost, survivor, at) VALUES (?, ?, ?)'),
      flight: db.prepare('SELECT state FROM flight WHERE key = ?'),
      saveFlight: db.prepare(
        'INSERT INTO flight (key, state) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state',
      ),
      onFlight: db.prepare('SELECT profile FROM flight_profile WHERE key = ?'),
      setFlight: db.prepare(
        `INSERT INTO flight_profile (key, profile, active) VALUES (?, ?, ?)
        ON CONFLICT (key, profile) DO UPDATE SET active = excluded.active`,
      ),
      deleteFlight: db.prepare('DELETE FROM flight_profile WHERE key = ? AND profile = ?'),
      contact: db.prepare('SELECT id, profile, json FROM contact WHERE id = ?'),
      saveContact: db.prepare(
        `INSERT INTO contact (id, profile, json, open) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
        SET profile = excluded.profile, json = excluded.json, open = excluded.open`,
      ),
      contactsOf: db.prepare(
        'SELECT id, profile, json FROM contact WHERE profile = ? AND open = 1 ORDER BY id',
      ),
      allContactsOf: db.prepare('SELECT id, profile, json FROM contact WHERE profile = ?'),
      open: db.prepare(
        'INSERT INTO opened (profile, station, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at',
      ),
      openedAt: db.prepare('SELECT station, at FROM opened WHERE profile = ?'),
      moveOpened: db.prepare('UPDATE OR IGNORE opened SET profile = ? WHERE profile = ?'),
    };
  }

  get(id: string): StoredProfile | undefined {
    return this.sql.get.get(id) as StoredProfile | undefined;
  }

  /** The user whose profile this is; null for an anonymous one and for none at all. */
  userOf(id: string): string | null {
    return (this.sql.userOf.get(id) as { userId: string | null } | undefined)?.userId ?? null;
  }

  idOfUser(userId: string): string | undefined {
    return (this.sql.ofUser.get(userId) as { id: string } | undefined)?.id;
  }

  add(id: string, born: number, userId: string | null): void {
    this.sql.add.run(id, born, userId);
  }

  setUser(id: string, userId: string | null): void {
    this.sql.setUser.run(userId, id);
  }

  save(id: string, saved: { state: string; timeline: string; beside: string; due: number | null }): void {
    this.sql.save.run(saved.state, saved.timeline, saved.beside, saved.due, id);
  }

  /** Ids of profiles whose scopes or facts time alone has changed. */
  due(now: number, limit: number): string[] {
    return (this.sql.due.all(now, limit) as { id: string }[]).map((row) => row.id);
  }

  clearDue(id: string): void {
    this.sql.clearDue.run(id);
  }

  addFinder(type: string, value: string, profile: string): void {
    this.sql.addFinder.run(type, value, profile);
  }

  deleteFinder(type: string, value: string, profile: string): void {
    this.sql.deleteFinder.run(type, value, profile);
  }

  /** Profiles that an identity finds, oldest first. */
  found(type: string, value: string, limit: number): string[] {
    return (this.sql.found.all(type, value, limit) as { id: string }[]).map((row) => row.id);
  }

  /** The lost profile's own row goes; what finds it, its flights and its contacts are the caller's to move before. */
  lose(lost: string, survivor: string, now: number): void {
    this.sql.moveOpened.run(survivor, lost);
    this.sql.delete.run(lost);
    this.sql.redirect.run(lost, survivor, now);
  }

  flight(key: string): string | undefined {
    return (this.sql.flight.get(key) as { state: string } | undefined)?.state;
  }

  saveFlight(key: string, state: string): void {
    this.sql.saveFlight.run(key, state);
  }

  profilesOn(flight: string): string[] {
    return (this.sql.onFlight.all(flight) as { profile: string }[]).map((row) => row.profile);
  }

  setFlight(key: string, profile: string, active: boolean): void {
    this.sql.setFlight.run(key, profile, active ? 1 : 0);
  }

  deleteFlight(key: string, profile: string): void {
    this.sql.deleteFlight.run(key, profile);
  }

  contact(id: string): StoredContact | undefined {
    return this.sql.contact.get(id) as StoredContact | undefined;
  }

  saveContact(id: string, profile: string | null, json: string, open: boolean): void {
    this.sql.saveContact.run(id, profile, json, open ? 1 : 0);
  }

  openContacts(profile: string): StoredContact[] {
    return this.sql.contactsOf.all(profile) as StoredContact[];
  }

  contactsOf(profile: string): StoredContact[] {
    return this.sql.allContactsOf.all(profile) as StoredContact[];
  }

  noteOpened(profile: string, station: string, at: number): void {
    this.sql.open.run(profile, station, at);
  }

  /** When the profile was last opened at each station. */
  openedAt(profile: string): { station: string; at: number }[] {
    return this.sql.openedAt.all(profile) as { station: string; at: number }[];
  }
}
