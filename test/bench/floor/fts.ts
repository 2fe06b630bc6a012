/**
 * The floor of searching: SQLite's full text (unicode61, prefixes 2 to 4) over folded names and plain B-trees for phone and
 * booking code, no ranking, twenty customers' texts fetched each time; in memory's reach, not encrypted.
 */
import Database from 'better-sqlite3';
import type { ProfileRow } from '../../../src/domain/profile.ts';
import { fold } from '../../../src/replica/search/fold.ts';

const SCHEMA = `
CREATE TABLE profile (rid INTEGER PRIMARY KEY, phone_rev TEXT, pnr TEXT, json TEXT NOT NULL);
CREATE VIRTUAL TABLE name USING fts5 (words, content='', prefix='2 3 4', tokenize='unicode61')`;
const INDEXES = 'CREATE INDEX p_phone ON profile (phone_rev); CREATE INDEX p_pnr ON profile (pnr)';
const ADD = 'INSERT INTO profile (rid, phone_rev, pnr, json) VALUES (?, ?, ?, ?)';
const ADD_NAME = 'INSERT INTO name (rowid, words) VALUES (?, ?)';
const SHOWN = 20;
const BY_NAME = `SELECT json FROM profile WHERE rid IN (SELECT rowid FROM name WHERE name MATCH ? LIMIT ${SHOWN})`;
const BY_PHONE = `SELECT json FROM profile WHERE phone_rev >= ? AND phone_rev < ? LIMIT ${SHOWN}`;
const BY_BOOKING = `SELECT json FROM profile WHERE pnr = ? LIMIT ${SHOWN}`;

export type Asked = { name: string; first: string; last: string; phone: string; booking: string };

/** What an operator could ask for this customer by; null where he has no Latin or no name at all. */
export function askedOf(row: ProfileRow): Asked {
  const text = (name: string): string => {
    const fact = row.facts[name];
    return fact && 'value' in fact && typeof fact.value === 'string' ? fact.value : '';
  };
  const booking = row.identities.find((one) => one.type === 'booking');
  const first = text('firstName');
  const last = text('lastName');
  return {
    name: `${first} ${last}`,
    first,
    last,
    phone: text('phone').replace(/\D/gu, ''),
    booking: booking && 'value' in booking ? booking.value : '',
  };
}

const backwards = (digits: string): string => [...digits].reverse().join('');

export class FtsFloor {
  private readonly db: Database.Database;
  private readonly sql;

  constructor(path: string, lines: Iterable<{ text: string }>) {
    this.db = new Database(path);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('cache_size = -262144');
    this.db.exec(SCHEMA);
    const add = this.db.prepare(ADD);
    const addName = this.db.prepare(ADD_NAME);
    let rid = 0;
    this.db.transaction(() => {
      for (const { text } of lines) {
        const { name, phone, booking } = askedOf(JSON.parse(text) as ProfileRow);
        add.run(++rid, backwards(phone), booking, text);
        addName.run(rid, fold(name));
      }
    })();
    this.db.exec(INDEXES);
    this.sql = {
      name: this.db.prepare<[string], string>(BY_NAME).pluck(),
      phone: this.db.prepare<[string, string], string>(BY_PHONE).pluck(),
      booking: this.db.prepare<[string], string>(BY_BOOKING).pluck(),
    };
  }

  byName(typed: string): number {
    const words = fold(typed).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
    return this.sql.name.all(words.map((word) => `"${word}"*`).join(' ')).length;
  }

  byPhone(last: string): number {
    const prefix = backwards(last);
    return this.sql.phone.all(prefix, `${prefix}:`).length;
  }

  byBooking(code: string): number {
    return this.sql.booking.all(code).length;
  }

  close(): void {
    this.db.close();
  }
}
