/** Single rows of replica.db: content, membership in scopes, and the note that the search index is due. */
import type { Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import type { Db } from './open.ts';
import type { Written } from './sums.ts';

export type Content = {
  table: Table;
  id: string;
  v: number;
  json: string;
  /** The parsed row where it is at hand; only its `profileId` and `at` are looked at. */
  row?: { [name: string]: unknown };
};

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

const SELECT_REF = 'SELECT rid, tbl, id, v, gen, stage, scopes FROM base';
type RefColumns = [number, number, string, number, number, number, string];

/** Profiles in the file, and by scope number; kept with the rows, because counting a million takes too long. */
export type RowCounts = { profiles: number; byScope: { [scope: string]: number } };

export class RowWriter {
  private readonly db: Db;
  /** Told of every change of a row's v, scopes or stage, before it is committed. */
  private readonly note: (before: BaseRef | undefined, after: Written) => void;
  counts: RowCounts = { profiles: 0, byScope: {} };
  countsChanged = false;
  private nextRid: number;
  private readonly sql;

  constructor(db: Db, note: (before: BaseRef | undefined, after: Written) => void) {
    this.db = db;
    this.note = note;
    this.sql = {
      find: db.prepare<[number, string], RefColumns>(`${SELECT_REF} WHERE tbl = ? AND id = ?`).raw(),
      byRid: db.prepare<[number], RefColumns>(`${SELECT_REF} WHERE rid = ?`).raw(),
      insert: db.prepare(
        'INSERT INTO base (rid, tbl, id, v, gen, stage, scopes, profile, at, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      ),
      update: db.prepare(
        'UPDATE base SET v = ?, gen = ?, stage = ?, scopes = ?, profile = ?, at = ?, json = ? WHERE rid = ?',
      ),
      setScopes: db.prepare('UPDATE base SET scopes = ? WHERE rid = ?'),
      remove: db.prepare('DELETE FROM base WHERE rid = ?'),
      join: db.prepare('INSERT OR IGNORE INTO member (scope, rid) VALUES (?, ?)'),
      leave: db.prepare('DELETE FROM member WHERE scope = ? AND rid = ?'),
      members: db.prepare<[number], number>('SELECT rid FROM member WHERE scope = ?').pluck(),
      due: db.prepare('INSERT OR IGNORE INTO unindexed (rid) VALUES (?)'),
      putStaged: db.prepare(
        `INSERT INTO staged (stage, tbl, id, v, json) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (stage, tbl, id) DO UPDATE SET v = excluded.v, json = excluded.json WHERE excluded.v >= staged.v`,
      ),
      aside: db.prepare(
        'INSERT OR REPLACE INTO staged (stage, tbl, id, v, json) SELECT stage, tbl, id, v, json FROM base WHERE rid = ?',
      ),
      stagedRows: db
        .prepare<[number], [number, string, number, string]>(
          'SELECT tbl, id, v, json FROM staged WHERE stage = ?',
        )
        .raw(),
      removeStaged: db.prepare('DELETE FROM staged WHERE stage = ? AND tbl = ? AND id = ?'),
      deleteStaged: db.prepare('DELETE FROM staged WHERE stage = ?'),
    };
    this.nextRid = this.highestRid() + 1;
  }

  find(table: Table, id: string): BaseRef | undefined {
    const found = this.sql.find.get(TABLES.indexOf(table), id);
    return found && toRef(found);
  }

  any(): boolean {
    return this.db.prepare('SELECT 1 FROM base LIMIT 1').get() !== undefined;
  }

  /**
   * Adds a row if there is none with its key, and says whether. A snapshot is mostly new rows: so the key is looked up
   * once and not twice.
   */
  insert(content: Content, scopes: number[], gen: number, stage: number): boolean {
    const { table, id, v, json } = content;
    const text = scopesText(scopes);
    const [profile, at] = placeOf(content);
    const rid = this.nextRid;
    const done = this.sql.insert.run(rid, TABLES.indexOf(table), id, v, gen, stage, text, profile, at, json);
    if (done.changes === 0) return false;
    this.nextRid += 1;
    this.note(undefined, { rid, tbl: TABLES.indexOf(table), id, v, stage, scopes });
    this.written(rid, undefined, scopes, text, table === 'profile');
    if (table === 'profile') this.countProfiles(1);
    return true;
  }

  /** Writes content and complete membership; `scopes` may name a scope twice. */
  write(found: BaseRef | undefined, content: Content, scopes: number[], gen: number, stage: number): void {
    if (found === undefined) {
      this.insert(content, scopes, gen, stage);
      return;
    }
    const text = scopesText(scopes);
    const [profile, at] = placeOf(content);
    this.sql.update.run(content.v, gen, stage, text, profile, at, content.json, found.rid);
    this.note(found, { ...found, v: content.v, stage, scopes });
    this.written(found.rid, found, scopes, text, content.table === 'profile');
  }

  private written(
    rid: number,
    found: BaseRef | undefined,
    scopes: number[],
    text: string,
    isProfile: boolean,
  ): void {
    this.moveMember(rid, found, scopes, text, isProfile);
    if (isProfile) this.sql.due.run(rid);
  }

  /** Changes membership only; a row without any scope goes. */
  setScopes(ref: BaseRef, scopes: number[]): void {
    const text = scopesText(scopes);
    if (scopes.length === 0) this.remove(ref);
    else if (text !== ref.text) {
      this.sql.setScopes.run(text, ref.rid);
      this.note(ref, { ...ref, scopes });
      this.moveMember(ref.rid, ref, scopes, text, TABLES[ref.tbl] === 'profile');
    }
  }

  remove(ref: BaseRef): void {
    this.sql.remove.run(ref.rid);
    this.note(ref, { ...ref, scopes: [] });
    const isProfile = TABLES[ref.tbl] === 'profile';
    this.moveMember(ref.rid, ref, [], '', isProfile);
    if (!isProfile) return;
    this.sql.due.run(ref.rid);
    this.countProfiles(-1);
  }

  /** The rows of a scope, those of its unfinished snapshot too; read whole, because the caller changes them. */
  ofScope(scope: number): BaseRef[] {
    const refs: BaseRef[] = [];
    for (const rid of this.sql.members.all(scope)) {
      const found = this.sql.byRid.get(rid);
      if (found) refs.push(toRef(found));
    }
    return refs;
  }

  putStaged(stage: number, { table, id, v, json }: Content): void {
    this.sql.putStaged.run(stage, TABLES.indexOf(table), id, v, json);
  }

  moveAside(ref: BaseRef): void {
    this.sql.aside.run(ref.rid);
  }

  /** Read whole, because the caller writes while it goes through them. */
  stagedRows(stage: number): Content[] {
    return this.sql.stagedRows
      .all(stage)
      .map(([tbl, id, v, json]) => ({ table: TABLES[tbl] as Table, id, v, json }));
  }

  removeStaged(stage: number, table: Table, id: string): void {
    this.sql.removeStaged.run(stage, TABLES.indexOf(table), id);
  }

  deleteStaged(stage: number): void {
    this.sql.deleteStaged.run(stage);
  }

  /** Everything that names a customer goes, the search index too. */
  deleteAll(): void {
    this.db.exec(`DELETE FROM base; DELETE FROM member; DELETE FROM staged; DELETE FROM unindexed; DELETE FROM indexed;
      DELETE FROM lookup; INSERT INTO name_words (name_words) VALUES ('delete-all');`);
    this.counts = { profiles: 0, byScope: {} };
    this.countsChanged = true;
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
      if (isProfile) this.countMember(scope, -1);
    }
    for (const scope of new Set(scopes)) {
      if (before.includes(scope)) continue;
      this.sql.join.run(scope, rid);
      if (isProfile) this.countMember(scope, 1);
    }
  }

  private countProfiles(more: number): void {
    this.counts.profiles += more;
    this.countsChanged = true;
  }

  private countMember(scope: number, more: number): void {
    const { byScope } = this.counts;
    byScope[scope] = (byScope[scope] ?? 0) + more;
    this.countsChanged = true;
  }

  /** Rids are never used again while the index may still name them. */
  private highestRid(): number {
    const highest = this.db
      .prepare<[], number | null>(
        `SELECT max(rid) FROM (SELECT max(rid) AS rid FROM base UNION ALL SELECT max(rid) FROM indexed
         UNION ALL SELECT max(rid) FROM unindexed)`,
      )
      .pluck()
      .get();
    return highest ?? 0;
  }
}

const scopesText = (scopes: number[]): string =>
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
function placeOf(content: Content): [string | null, string | null] {
  if (content.table !== 'event' && content.table !== 'contact') return [null, null];
  const row = content.row ?? (JSON.parse(content.json) as { [name: string]: unknown });
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return [text(row.profileId), text(row.at)];
}
