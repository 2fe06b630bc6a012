/**
 * The rows of snapshots (R4), many at a time and read from the wire's text by SQLite itself: parsing them here and
 * writing them one by one costs five times as much.
 */
import type { RowCounts } from './counts.ts';
import type { KeyBook } from './keyBook.ts';
import type { Db } from './open.ts';
import { readable } from './rows.ts';
import { type BaseRef, scopesText } from './rowWriter.ts';
import type { ScopeRows } from './scopeRows.ts';

/** A part's rows. What is no row gives NULL where the tables take none, and the whole part is refused. */
export const ARRIVED = `SELECT
    CASE e.value ->> '$.table' WHEN 'profile' THEN 0 WHEN 'event' THEN 1 WHEN 'contact' THEN 2 WHEN 'bundle' THEN 3 END
      AS tbl,
    CASE json_type(e.value, '$.id') WHEN 'text' THEN e.value ->> '$.id' END AS id,
    e.value ->> '$.v' AS v,
    CASE WHEN e.value ->> '$.table' IN ('event', 'contact') THEN e.value ->> '$.row.profileId' END AS profile,
    CASE WHEN e.value ->> '$.table' IN ('event', 'contact') THEN e.value ->> '$.row.at' END AS at,
    CASE json_type(e.value, '$.row') WHEN 'object' THEN jsonb_extract(e.value, '$.row') END AS content
  FROM jsonb_each(CAST(? AS TEXT), '$.rows') AS e`;

/** Rows of the base that have a staged copy in the snapshot. */
const STAGED_BASE = 'staged AS s JOIN base AS b ON b.tbl = s.tbl AND b.id = s.id WHERE s.stage = @stage';

export class SnapshotRows {
  private readonly keys: KeyBook;
  private readonly counts: RowCounts;
  private readonly scopeRows: ScopeRows;
  private readonly sql;

  constructor(db: Db, keys: KeyBook, counts: RowCounts, scopeRows: ScopeRows) {
    this.keys = keys;
    this.counts = counts;
    this.scopeRows = scopeRows;
    this.sql = { ...arrivalSql(db), ...mergeSql(db) };
  }

  /**
   * A part's rows join the stage: what the base does not have yet goes into it at once, marked with the stage; a copy of
   * what it has waits in `staged`.
   * @throws UnreadableRows with nothing written, where the part is not as wire.md says
   */
  arrive(stage: number, scope: number, gen: number, body: Buffer | string): void {
    const before = this.sql.highest.get() ?? 0;
    const written = readable(() => this.sql.arrive.run(gen, stage, `[${scope}]`, body).changes);
    const added = (this.sql.highest.get() ?? 0) - before;
    this.join(scope, before);
    if (written === added) return;
    this.sql.aside.run(stage, body, stage);
    for (const rid of this.sql.again.all(body, stage)) this.keys.reread(rid);
  }

  /** A row that only an unfinished snapshot holds makes room: the base gets a state of its own. */
  moveAside(ref: BaseRef): void {
    this.sql.moveAside.run(ref.rid);
  }

  removeStaged(stage: number, tbl: number, id: string): void {
    this.sql.removeStaged.run(stage, tbl, id);
  }

  /** The snapshot is thrown away. */
  drop(stage: number, scope: number): void {
    this.scopeRows.removeStage(scope, stage);
    this.sql.dropStaged.run(stage);
  }

  /**
   * The end of a snapshot: its waiting copies join the base. A stale row is replaced, scopes included, whatever its v; a
   * fresh one gains the scope, and the content if that is newer. Returns whether one of these was newer, and with it
   * other scopes than this one have changed.
   */
  merge(stage: number, scope: number, gen: number): boolean {
    if (this.sql.anyStaged.get(stage) === undefined) return false;
    const place: Place = { stage, gen, scope, text: scopesText([scope]) };
    // What another unfinished snapshot holds moves aside for it; what is left of it counts as stale.
    if (this.sql.elsewhere.run(place).changes > 0) this.sql.vacate.run(place);
    const changed = this.sql.changed.all(place);
    const others = this.sql.newer.run(place).changes > 0;
    this.sql.gainScope.run(place);
    for (const [other, profiles] of this.sql.leaving.all(place)) this.counts.addMembers(other, -profiles);
    this.sql.leaveOthers.run(place);
    this.counts.addMembers(scope, this.sql.joining.get(place) ?? 0);
    this.sql.joinStaged.run(place);
    this.sql.replaceStale.run(place);
    const before = this.sql.highest.get() ?? 0;
    this.sql.missing.run(place);
    this.join(scope, before);
    for (const rid of changed) this.keys.reread(rid);
    this.sql.dropStaged.run(stage);
    return others;
  }

  /** New rows above `before`: members of the scope, found by their keys, counted. */
  private join(scope: number, before: number): void {
    this.sql.joinAdded.run(scope, before);
    const profiles = this.keys.added(before);
    this.counts.addProfiles(profiles);
    this.counts.addMembers(scope, profiles);
  }
}

const arrivalSql = (db: Db) => ({
  highest: db.prepare<[], number | null>('SELECT max(rid) FROM base').pluck(),
  // A row that is there already counts as written too: so the difference to the new ones is what needs a second look.
  arrive: db.prepare(
    `INSERT INTO base (tbl, id, v, gen, stage, scopes, profile, at, content)
     SELECT tbl, id, v, ?, ?, ?, profile, at, content FROM (${ARRIVED}) WHERE true
     ON CONFLICT (tbl, id) DO UPDATE SET v = base.v`,
  ),
  joinAdded: db.prepare('INSERT INTO member (scope, rid) SELECT ?, rid FROM base WHERE rid > ?'),
  aside: db.prepare(
    `INSERT INTO staged (stage, tbl, id, v, profile, at, content)
     SELECT ?, a.tbl, a.id, a.v, a.profile, a.at, a.content
     FROM (${ARRIVED}) AS a JOIN base AS b ON b.tbl = a.tbl AND b.id = a.id WHERE b.stage <> ?
     ON CONFLICT (stage, tbl, id) DO UPDATE SET v = excluded.v, profile = excluded.profile, at = excluded.at,
       content = excluded.content WHERE excluded.v >= staged.v`,
  ),
  again: db
    .prepare<[Buffer | string, number], number>(
      `UPDATE base SET v = a.v, profile = a.profile, at = a.at, content = a.content
       FROM (SELECT tbl, id, max(v) AS v, profile, at, content FROM (${ARRIVED}) GROUP BY tbl, id) AS a
       WHERE base.tbl = a.tbl AND base.id = a.id AND base.stage = ? AND a.v > base.v RETURNING rid`,
    )
    .pluck(),
  moveAside: db.prepare(
    `INSERT OR REPLACE INTO staged (stage, tbl, id, v, profile, at, content)
     SELECT stage, tbl, id, v, profile, at, content FROM base WHERE rid = ?`,
  ),
  removeStaged: db.prepare('DELETE FROM staged WHERE stage = ? AND tbl = ? AND id = ?'),
  dropStaged: db.prepare('DELETE FROM staged WHERE stage = ?'),
  anyStaged: db.prepare<[number], number>('SELECT 1 FROM staged WHERE stage = ? LIMIT 1').pluck(),
});

type Place = { stage: number; gen: number; scope: number; text: string };

const mergeSql = (db: Db) => ({
  elsewhere: db.prepare(
    `INSERT OR REPLACE INTO staged (stage, tbl, id, v, profile, at, content)
     SELECT b.stage, b.tbl, b.id, b.v, b.profile, b.at, b.content FROM ${STAGED_BASE}
       AND b.stage IN (SELECT n FROM stage WHERE n <> @stage)`,
  ),
  vacate: db.prepare(
    `UPDATE base SET stage = 0, gen = 0 WHERE rid IN (SELECT b.rid FROM ${STAGED_BASE}
       AND b.stage IN (SELECT n FROM stage WHERE n <> @stage))`,
  ),
  changed: db
    .prepare<[Place], number>(
      `SELECT b.rid FROM ${STAGED_BASE} AND s.tbl = 0 AND (b.gen < @gen OR s.v > b.v) AND b.content IS NOT s.content`,
    )
    .pluck(),
  newer: db.prepare(
    `UPDATE base SET v = s.v, profile = s.profile, at = s.at, content = s.content FROM staged AS s
     WHERE s.stage = @stage AND base.tbl = s.tbl AND base.id = s.id AND base.gen = @gen AND s.v > base.v`,
  ),
  gainScope: db.prepare(
    `UPDATE base SET scopes = (SELECT json_group_array(value) FROM
       (SELECT value FROM json_each(base.scopes) UNION SELECT CAST(@scope AS INTEGER) ORDER BY value))
     WHERE rid IN (SELECT b.rid FROM ${STAGED_BASE} AND b.gen = @gen)`,
  ),
  leaving: db
    .prepare<[Place], [number, number]>(
      `SELECT e.value, count(*) FROM staged AS s JOIN base AS b ON b.tbl = s.tbl AND b.id = s.id,
         json_each(b.scopes) AS e
       WHERE s.stage = @stage AND b.gen < @gen AND b.tbl = 0 AND e.value <> @scope GROUP BY e.value`,
    )
    .raw(),
  leaveOthers: db.prepare(
    `DELETE FROM member WHERE (scope, rid) IN
       (SELECT e.value, b.rid FROM staged AS s JOIN base AS b ON b.tbl = s.tbl AND b.id = s.id, json_each(b.scopes) AS e
        WHERE s.stage = @stage AND b.gen < @gen AND e.value <> @scope)`,
  ),
  joining: db
    .prepare<[Place], number>(
      `SELECT count(*) FROM ${STAGED_BASE} AND b.tbl = 0
         AND NOT EXISTS (SELECT 1 FROM member AS m WHERE m.scope = @scope AND m.rid = b.rid)`,
    )
    .pluck(),
  joinStaged: db.prepare(
    `INSERT OR IGNORE INTO member (scope, rid) SELECT @scope, b.rid FROM ${STAGED_BASE}`,
  ),
  replaceStale: db.prepare(
    `UPDATE base SET v = s.v, gen = @gen, stage = 0, scopes = @text, profile = s.profile, at = s.at, content = s.content
     FROM staged AS s WHERE s.stage = @stage AND base.tbl = s.tbl AND base.id = s.id AND base.gen < @gen`,
  ),
  missing: db.prepare(
    `INSERT INTO base (tbl, id, v, gen, stage, scopes, profile, at, content)
     SELECT s.tbl, s.id, s.v, @gen, 0, @text, s.profile, s.at, s.content FROM staged AS s
     WHERE s.stage = @stage AND NOT EXISTS (SELECT 1 FROM base AS b WHERE b.tbl = s.tbl AND b.id = s.id)`,
  ),
});
