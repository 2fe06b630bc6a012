/**
 * The reading side of replica.db: what screens, search and decisions need. It also shows rows of a first snapshot that
 * is still arriving, so that the first customers are on screen at once.
 */
import type { ContactRow } from '../../domain/contact.ts';
import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import type { BundleRow, Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import type { BaseRow } from './contract.ts';
import type { Db } from './open.ts';

export type ReadProfile = {
  row: ProfileRow;
  v: number;
  stale: boolean;
  /** Its snapshot has not ended: its timeline may still be on the way. */
  arriving: boolean;
  scopes: string[];
};

const TBL = {
  profile: TABLES.indexOf('profile'),
  event: TABLES.indexOf('event'),
  contact: TABLES.indexOf('contact'),
  bundle: TABLES.indexOf('bundle'),
};

export class ReplicaReader {
  private readonly sql;
  private knownBundle: { stamp: string; row: BundleRow | null } = { stamp: '', row: null };
  private scopeNames = new Map<number, string>();

  constructor(db: Db) {
    this.sql = {
      profile: db
        .prepare<[number, string], [string, number, number, number, string]>(
          'SELECT json(content), v, gen, stage, scopes FROM base WHERE tbl = ? AND id = ?',
        )
        .raw(),
      rowAt: db.prepare<[number], string>('SELECT json(content) FROM base WHERE rid = ?').pluck(),
      ofProfile: db
        .prepare<[string, number, number], string>(
          'SELECT json(content) FROM base WHERE profile = ? AND tbl = ? ORDER BY at DESC LIMIT ?',
        )
        .pluck(),
      ofTable: db
        .prepare<[number, number], string>('SELECT json(content) FROM base WHERE tbl = ? LIMIT ?')
        .pluck(),
      contact: db
        .prepare<[number, string], string>('SELECT json(content) FROM base WHERE tbl = ? AND id = ?')
        .pluck(),
      bundleStamp: db
        .prepare<[number], [string, number, number]>(
          'SELECT id, v, gen FROM base WHERE tbl = ? ORDER BY v DESC LIMIT 1',
        )
        .raw(),
      newestBundle: db
        .prepare<[number], string>('SELECT json(content) FROM base WHERE tbl = ? ORDER BY v DESC LIMIT 1')
        .pluck(),
      isLive: db.prepare<[number], number>('SELECT n FROM stage WHERE n = ?').pluck(),
      generation: db.prepare<[], string>("SELECT value FROM meta WHERE name = 'counters'").pluck(),
      scopes: db.prepare<[], [number, string]>('SELECT n, name FROM scope').raw(),
    };
  }

  profile(id: string): ReadProfile | null {
    return this.read(this.sql.profile.get(TBL.profile, id));
  }

  /** The row of the profile that a search has found, and nothing else of him: twenty of them are read at each key. */
  rowAt(rid: number): ProfileRow | null {
    const json = this.sql.rowAt.get(rid);
    return json === undefined ? null : (JSON.parse(json) as ProfileRow);
  }

  private read(found: [string, number, number, number, string] | undefined): ReadProfile | null {
    if (found === undefined) return null;
    const [json, v, gen, stage, scopes] = found;
    return {
      row: JSON.parse(json) as ProfileRow,
      v,
      stale: gen < this.generation(),
      arriving: stage !== 0 && this.sql.isLive.get(stage) !== undefined,
      scopes: this.namesOf(scopes),
    };
  }

  /** The customer's timeline, newest first. */
  events(profileId: string, limit: number): EventRow[] {
    return this.sql.ofProfile.all(profileId, TBL.event, limit).map((json) => JSON.parse(json) as EventRow);
  }

  contactsOf(profileId: string): ContactRow[] {
    return this.sql.ofProfile.all(profileId, TBL.contact, 50).map((json) => JSON.parse(json) as ContactRow);
  }

  contacts(limit: number): ContactRow[] {
    return this.sql.ofTable.all(TBL.contact, limit).map((json) => JSON.parse(json) as ContactRow);
  }

  /** The newest bundle; parsed again only when its row has changed. */
  bundle(): BundleRow | null {
    const stamp = JSON.stringify(this.sql.bundleStamp.get(TBL.bundle) ?? null);
    if (stamp === this.knownBundle.stamp) return this.knownBundle.row;
    const json = this.sql.newestBundle.get(TBL.bundle);
    this.knownBundle = { stamp, row: json === undefined ? null : (JSON.parse(json) as BundleRow) };
    return this.knownBundle.row;
  }

  private generation(): number {
    const text = this.sql.generation.get();
    return text === undefined ? 1 : (JSON.parse(text) as { gen: number }).gen;
  }

  private namesOf(scopes: string): string[] {
    const numbers = JSON.parse(scopes) as number[];
    if (numbers.some((n) => !this.scopeNames.has(n))) this.scopeNames = new Map(this.sql.scopes.all());
    return numbers.map((n) => this.scopeNames.get(n) ?? '');
  }
}

/** Every row of the base in a form that can be compared; for tests and for checking a small replica. */
export function allRows(db: Db): BaseRow[] {
  const names = new Map(db.prepare<[], [number, string]>('SELECT n, name FROM scope').raw().all());
  const counters = db.prepare<[], string>("SELECT value FROM meta WHERE name = 'counters'").pluck().get();
  const gen = counters === undefined ? 1 : (JSON.parse(counters) as { gen: number }).gen;
  const rows = db
    .prepare<[], [number, string, number, string, string, number]>(
      'SELECT tbl, id, v, json(content), scopes, gen FROM base WHERE stage NOT IN (SELECT n FROM stage)',
    )
    .raw()
    .all();
  return rows.map(([tbl, id, v, json, scopes, rowGen]) => ({
    table: TABLES[tbl] as Table,
    id,
    v,
    json,
    scopes: (JSON.parse(scopes) as number[]).map((n) => names.get(n) ?? '').sort(),
    stale: rowGen < gen,
  }));
}
