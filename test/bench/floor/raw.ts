/**
 * The floor of loading and of single changes: plain better-sqlite3, not encrypted, one table with the columns that
 * searching needs, text stored as received, indexes after the load, one checkpoint at its end (the fastest way found
 * among those that were tried).
 */
import Database from 'better-sqlite3';
import type { ProfileRow } from '../../../src/domain/profile.ts';
import { fold } from '../../../src/replica/search/fold.ts';

const TABLE = `CREATE TABLE profile (
  rid INTEGER PRIMARY KEY, id TEXT NOT NULL, name_key TEXT, email TEXT, phone_rev TEXT, loyalty TEXT, pnr TEXT,
  flight TEXT, rev INTEGER, json TEXT NOT NULL)`;
const INDEXES = `CREATE UNIQUE INDEX p_id ON profile (id); CREATE INDEX p_name ON profile (name_key);
  CREATE INDEX p_email ON profile (email); CREATE INDEX p_phone ON profile (phone_rev);
  CREATE INDEX p_loyalty ON profile (loyalty); CREATE INDEX p_pnr ON profile (pnr);
  CREATE INDEX p_flight ON profile (flight)`;
const INSERT = `INSERT INTO profile (id, name_key, email, phone_rev, loyalty, pnr, flight, rev, json)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE = `UPDATE profile SET name_key = ?, email = ?, phone_rev = ?, loyalty = ?, pnr = ?, flight = ?, rev = ?,
  json = ? WHERE id = ?`;

export type RawRow = { id: string; row: ProfileRow; text: string };

const text = (row: ProfileRow, name: string): string => {
  const fact = row.facts[name];
  return fact && 'value' in fact && typeof fact.value === 'string' ? fact.value : '';
};

/** Name folded, e-mail, phone backwards, loyalty number, booking, flight. */
export function keysOf(row: ProfileRow): [string, string, string, string, string, string] {
  const phone = [...text(row, 'phone').replace(/\D/gu, '')].reverse().join('');
  const identity = row.identities.find((one) => one.type === 'booking');
  const pnr = identity && 'value' in identity ? identity.value : '';
  const name = fold(`${text(row, 'lastName')} ${text(row, 'firstName')}`);
  return [
    name,
    text(row, 'email'),
    phone,
    text(row, 'loyaltyNumber'),
    pnr,
    text(row, `trip.${pnr}.1.flight`),
  ];
}

export type RawOptions = { autocheckpoint: number; cacheKib?: number };

export class RawStore {
  readonly db: Database.Database;

  constructor(path: string, { autocheckpoint, cacheKib = 262_144 }: RawOptions) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.pragma(`wal_autocheckpoint = ${autocheckpoint}`);
    this.db.pragma(`cache_size = -${cacheKib}`);
  }

  create(): void {
    this.db.exec(TABLE);
  }

  /** One transaction per batch. */
  load(batches: Iterable<readonly RawRow[]>): void {
    const insert = this.db.prepare(INSERT);
    let rev = 0;
    const batch = this.db.transaction((rows: readonly RawRow[]) => {
      for (const { id, row, text: json } of rows) insert.run(id, ...keysOf(row), ++rev, json);
    });
    for (const rows of batches) batch(rows);
  }

  /** What comes after the load: the indexes, and everything from the log into the file. */
  finish(): void {
    this.db.exec(INDEXES);
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** A function that writes one change in a transaction of its own. */
  changer(): (row: ProfileRow, rev: number, json: string) => void {
    const update = this.db.prepare(UPDATE);
    return this.db.transaction((row: ProfileRow, rev: number, json: string) => {
      update.run(...keysOf(row), rev, json, row.id);
    });
  }

  close(): void {
    this.db.close();
  }
}
