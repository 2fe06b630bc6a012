/** Single rows of replica.db, as frames change them: content, membership in scopes, and what they are found by. */
import type { ProfileRow } from '../../domain/profile.ts';
import type { Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import type { RowCounts } from './counts.ts';
import type { KeyBook } from './keyBook.ts';
import type { Db } from './open.ts';
import type { Written } from './sums.ts';

export type Content = { table: Table; id: string; v: number; row: { [name: string]: unknown } };

/** A stored row without its content. */
export type BaseRef = {
  rid: number;
  tbl: number;
  id: string;
  v: number;
  gen: number;
  stage: number;
  scopes: number[];
  text: string;
};

/** Told of every row that changes: as it was, and as it is; without scopes it is gone. */
export type Note = (before: BaseRef | undefined, after: Written) => void;

const PROFILE = TABLES.indexOf('profile');

type RefColumns = [number, number, string, number, number, number, string];

export class RowWriter {
  private readonly db: Db;
  private readonly keys: KeyBook;
  private readonly counts: RowCounts;
  private readonly note: Note;
  private readonly sql;

  constructor(db: Db, keys: KeyBook, counts: RowCounts, note: Note) {
    this.db = db;
    this.keys = keys;
    this.counts = counts;
    this.note = note;
    this.sql = {
      find: db
        .prepare<[number, string], RefColumns>(
          'SELECT rid, tbl, id, v, gen, stage, scopes FROM base WHERE tbl = ? AND id = ?',
        )
        .raw(),
      insert: db.prepare(
        'INSERT INTO base (tbl, id, v, gen, stage, scopes, profile, at, content) VALUES (?, ?, ?, ?, 0, ?, ?, ?, jsonb(?))',
      ),
      update: db.prepare(
        'UPDATE base SET v = ?, gen = ?, stage = 0, scopes = ?, profile = ?, at = ?, content = jsonb(?) WHERE rid = ?',
      ),
      of: db.prepare<[string], [number, string]>('SELECT tbl, id FROM base WHERE profile = ?').raw(),
      setScopes: db.prepare('UPDATE base SET scopes = ? WHERE rid = ?'),
      remove: db.prepare('DELETE FROM base WHERE rid = ?'),
      join: db.prepare('INSERT OR IGNORE INTO member (scope, rid) VALUES (?, ?)'),
      leave: db.prepare('DELETE FROM member WHERE scope = ? AND rid = ?'),
    };
  }

  find(table: Table, id: string): BaseRef | undefined {
    const found = this.sql.find.get(TABLES.indexOf(table), id);
    return found && toRef(found);
  }

  /** Events and contacts of a customer. */
  of(profileId: string): [Table, string][] {
    return this.sql.of.all(profileId).map(([tbl, id]) => [TABLES[tbl] as Table, id]);
  }

  any(): boolean {
    return this.db.prepare('SELECT 1 FROM base LIMIT 1').get() !== undefined;
  }

  /** Writes a row of the base with its complete membership; `scopes` may name a scope twice. */
  write(found: BaseRef | undefined, content: Content, scopes: number[], gen: number): void {
    const { table, id, v, row } = content;
    const text = scopesText(scopes);
    const [profile, at] = placeOf(content);
    const json = JSON.stringify(row);
    let rid = found?.rid;
    if (rid === undefined) {
      rid = Number(
        this.sql.insert.run(TABLES.indexOf(table), id, v, gen, text, profile, at, json).lastInsertRowid,
      );
      if (table === 'profile') this.counts.addProfiles(1);
    } else this.sql.update.run(v, gen, text, profile, at, json, rid);
    this.moveMember(rid, found, scopes, text, table === 'profile');
    if (table === 'profile') this.keys.changed(rid, row as unknown as ProfileRow);
    this.note(found, { rid, tbl: TABLES.indexOf(table), id, v, stage: 0, scopes });
  }

  /** Changes membership only; a row without any scope goes. */
  setScopes(ref: BaseRef, scopes: number[]): void {
    const text = scopesText(scopes);
    if (scopes.length === 0) this.remove(ref);
    else if (text !== ref.text) {
      this.sql.setScopes.run(text, ref.rid);
      this.moveMember(ref.rid, ref, scopes, text, ref.tbl === PROFILE);
      this.note(ref, { ...ref, scopes });
    }
  }

  remove(ref: BaseRef): void {
    this.sql.remove.run(ref.rid);
    const isProfile = ref.tbl === PROFILE;
    this.moveMember(ref.rid, ref, [], '', isProfile);
    this.note(ref, { ...ref, scopes: [] });
    if (!isProfile) return;
    this.keys.remove(ref.rid);
    this.counts.addProfiles(-1);
  }

  private moveMember(
    rid: number,
    found: BaseRef | undefined,
    scopes: number[],
    text: string,
    isProfile: boolean,
  ): void {
    if (found?.text === text) return;
    const before = found?.scopes ?? [];
    for (const scope of before) {
      if (scopes.includes(scope)) continue;
      this.sql.leave.run(scope, rid);
      if (isProfile) this.counts.addMembers(scope, -1);
    }
    for (const scope of new Set(scopes)) {
      if (before.includes(scope)) continue;
      this.sql.join.run(scope, rid);
      if (isProfile) this.counts.addMembers(scope, 1);
    }
  }
}

/** The numbers of scopes as they stand in a row: each once, in their order. */
export const scopesText = (scopes: number[]): string =>
  scopes.length === 1 ? `[${scopes[0]}]` : JSON.stringify([...new Set(scopes)].sort((a, b) => a - b));

const toRef = ([rid, tbl, id, v, gen, stage, text]: RefColumns): BaseRef => ({
  rid,
  tbl,
  id,
  v,
  gen,
  stage,
  scopes: JSON.parse(text) as number[],
  text,
});

/** The customer and time of an event or contact, for the timeline; null where a row has none. */
function placeOf({ table, row }: Content): [string | null, string | null] {
  if (table !== 'event' && table !== 'contact') return [null, null];
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return [text(row.profileId), text(row.at)];
}
