/**
 * Frames of many rows (R16), such as the changes of a night: read from the wire's bytes by SQLite and applied as sets.
 * Single rows, which is what comes all day, are rowWriter.ts; what both do to the base is the same.
 */
import type { RowCounts } from './counts.ts';
import { IS_BAG, KEYED, type KeyBook, TROUBLE } from './keyBook.ts';
import type { Db } from './open.ts';
import type { ScopeBook } from './scopeBook.ts';
import type { ScopeRows } from './scopeRows.ts';

/**
 * `incoming` has the newest op for each row of the frame at hand, `content` null being a delete. `hit` is what each means
 * for the base, so that the rows themselves are read once: `rid` of the row that is there, whether its scopes change, and
 * whether it may be found by other things or be in trouble. In memory, for the time of one frame.
 */
const TEMPORARY = `CREATE TEMP TABLE incoming (
  n INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, id TEXT NOT NULL, v INTEGER NOT NULL, named TEXT NOT NULL, profile TEXT,
  at TEXT, content BLOB, UNIQUE (tbl, id)) STRICT;
CREATE TEMP TABLE hit (
  n INTEGER PRIMARY KEY, rid INTEGER, stage INTEGER, is_profile INTEGER NOT NULL, is_delete INTEGER NOT NULL,
  was TEXT, scopes TEXT, rekeyed INTEGER NOT NULL) STRICT;
CREATE TEMP TABLE numbered (named TEXT PRIMARY KEY, scopes TEXT NOT NULL) STRICT, WITHOUT ROWID`;

type Key = [tbl: number, id: string];

/** Rows that are looked at and written in one go: few enough for what they stand on to be in the page cache still. */
const SOME = 500;

export class FrameRows {
  private readonly keys: KeyBook;
  private readonly counts: RowCounts;
  private readonly scopeRows: ScopeRows;
  private readonly scopes: ScopeBook;
  private readonly sql;

  constructor(db: Db, keys: KeyBook, counts: RowCounts, scopeRows: ScopeRows, scopes: ScopeBook) {
    this.keys = keys;
    this.counts = counts;
    this.scopeRows = scopeRows;
    this.scopes = scopes;
    db.exec(TEMPORARY);
    this.sql = { ...readSql(db), ...applySql(db) };
  }

  /** @param parts JSON of objects with a member `ops`, in their order */
  apply(parts: Iterable<Buffer | string>, gen: number): void {
    for (const part of parts) this.sql.read.run(part);
    for (const names of this.sql.named.all()) {
      const numbers = (JSON.parse(names) as string[]).map((name) => this.scopes.numberOf(name));
      this.sql.number.run(names, JSON.stringify([...new Set(numbers)].sort((a, b) => a - b)));
    }
    // In the order of their keys, which is nearly that of the file: so a page is read and written once for all its rows.
    let from: Key = [-1, ''];
    for (let to = this.sql.last.get(...from, SOME); to; to = this.sql.last.get(...from, SOME)) {
      this.applySome(from, to, gen);
      from = to;
    }
    for (const clear of this.sql.clear) clear.run();
  }

  /** Rows behind one key up to another. */
  private applySome(from: Key, to: Key, gen: number): void {
    this.sql.find.run(...from, ...to);
    this.remove();
    this.makeRoom();
    this.move();
    this.sql.update.run({ gen });
    for (const rid of this.sql.rekeyed.all()) this.keys.reread(rid);
    this.insert(gen);
    this.sql.clearHit.run();
  }

  /** Deletes; the copy in an unfinished snapshot is not meant. */
  private remove(): void {
    this.scopeRows.removeThose(this.sql.deleted.all());
  }

  /** What an unfinished snapshot holds moves aside; what is left of it is overwritten. */
  private makeRoom(): void {
    this.sql.aside.run();
  }

  /** Membership of rows that are there. */
  private move(): void {
    for (const [scope, profiles] of this.sql.leaving.all()) this.counts.addMembers(scope, -profiles);
    this.sql.leave.run();
    for (const [scope, profiles] of this.sql.joining.all()) this.counts.addMembers(scope, profiles);
    this.sql.join.run();
  }

  private insert(gen: number): void {
    const before = this.sql.highest.get() ?? 0;
    if (this.sql.insert.run({ gen }).changes === 0) return;
    this.sql.joinAdded.run(before);
    this.counts.addProfiles(this.keys.added(before));
    for (const [scope, profiles] of this.sql.addedMembers.all(before))
      this.counts.addMembers(scope, profiles);
  }
}

const readSql = (db: Db) => ({
  read: db.prepare(
    `INSERT INTO incoming (tbl, id, v, named, profile, at, content)
     SELECT CASE e.value ->> '$.table' WHEN 'profile' THEN 0 WHEN 'event' THEN 1 WHEN 'contact' THEN 2
         WHEN 'bundle' THEN 3 END,
       CASE json_type(e.value, '$.id') WHEN 'text' THEN e.value ->> '$.id' END, e.value ->> '$.v',
       e.value -> '$.scopes',
       CASE WHEN e.value ->> '$.table' IN ('event', 'contact') THEN e.value ->> '$.row.profileId' END,
       CASE WHEN e.value ->> '$.table' IN ('event', 'contact') THEN e.value ->> '$.row.at' END,
       CASE WHEN json_array_length(e.value, '$.scopes') > 0 AND json_type(e.value, '$.row') = 'object'
         THEN jsonb_extract(e.value, '$.row') END
     FROM jsonb_each(CAST(? AS TEXT), '$.ops') AS e WHERE true
     ON CONFLICT (tbl, id) DO UPDATE SET v = excluded.v, named = excluded.named, profile = excluded.profile,
       at = excluded.at, content = excluded.content WHERE excluded.v >= incoming.v`,
  ),
  named: db.prepare<[], string>('SELECT DISTINCT named FROM incoming WHERE content IS NOT NULL').pluck(),
  number: db.prepare('INSERT INTO numbered (named, scopes) VALUES (?, ?)'),
  find: db.prepare(
    `INSERT INTO hit (n, rid, stage, is_profile, is_delete, was, scopes, rekeyed)
     SELECT i.n, b.rid, b.stage, i.tbl = 0, i.content IS NULL, b.scopes, s.scopes,
       CASE WHEN i.tbl = 0 AND b.rid IS NOT NULL AND i.content IS NOT NULL THEN
         jsonb_extract(b.content, ${KEYED}) IS NOT jsonb_extract(i.content, ${KEYED})
         OR (SELECT group_concat(f.key) FROM jsonb_each(b.content, '$.facts') AS f WHERE ${IS_BAG})
           IS NOT (SELECT group_concat(f.key) FROM jsonb_each(i.content, '$.facts') AS f WHERE ${IS_BAG})
         OR EXISTS (SELECT 1 FROM trouble AS t WHERE t.rid = b.rid)
         OR (SELECT ${TROUBLE} FROM jsonb_each(i.content, '$.facts') AS f)
       ELSE 0 END
     FROM incoming AS i LEFT JOIN base AS b ON b.tbl = i.tbl AND b.id = i.id
       LEFT JOIN numbered AS s ON s.named = i.named
     WHERE (i.tbl, i.id) > (?, ?) AND (i.tbl, i.id) <= (?, ?)`,
  ),
  last: db
    .prepare<[...Key, number], Key>(
      `SELECT tbl, id FROM (SELECT tbl, id FROM incoming WHERE (tbl, id) > (?, ?) ORDER BY tbl, id LIMIT ?)
       ORDER BY tbl DESC, id DESC LIMIT 1`,
    )
    .raw(),
  clearHit: db.prepare('DELETE FROM hit'),
  clear: [db.prepare('DELETE FROM incoming'), db.prepare('DELETE FROM numbered')],
});

const applySql = (db: Db) => ({
  deleted: db
    .prepare<[], number>(
      'SELECT rid FROM hit WHERE is_delete AND rid IS NOT NULL AND stage NOT IN (SELECT n FROM stage)',
    )
    .pluck(),
  aside: db.prepare(
    `INSERT OR REPLACE INTO staged (stage, tbl, id, v, profile, at, content)
     SELECT b.stage, b.tbl, b.id, b.v, b.profile, b.at, b.content FROM hit AS h JOIN base AS b ON b.rid = h.rid
     WHERE NOT h.is_delete AND h.stage IN (SELECT n FROM stage)`,
  ),
  leaving: db
    .prepare<[], [number, number]>(
      `SELECT e.value, count(*) FROM hit AS h, json_each(h.was) AS e WHERE NOT h.is_delete AND h.is_profile
         AND h.was <> h.scopes AND e.value NOT IN (SELECT value FROM json_each(h.scopes)) GROUP BY e.value`,
    )
    .raw(),
  leave: db.prepare(
    `DELETE FROM member WHERE (scope, rid) IN (SELECT e.value, h.rid FROM hit AS h, json_each(h.was) AS e
       WHERE NOT h.is_delete AND h.was <> h.scopes AND e.value NOT IN (SELECT value FROM json_each(h.scopes)))`,
  ),
  joining: db
    .prepare<[], [number, number]>(
      `SELECT e.value, count(*) FROM hit AS h, json_each(h.scopes) AS e WHERE NOT h.is_delete AND h.is_profile
         AND h.was <> h.scopes AND e.value NOT IN (SELECT value FROM json_each(h.was)) GROUP BY e.value`,
    )
    .raw(),
  join: db.prepare(
    `INSERT OR IGNORE INTO member (scope, rid) SELECT e.value, h.rid FROM hit AS h, json_each(h.scopes) AS e
     WHERE NOT h.is_delete AND h.was <> h.scopes`,
  ),
  update: db.prepare(
    `UPDATE base SET v = i.v, gen = @gen, stage = 0, scopes = h.scopes, profile = i.profile, at = i.at,
       content = i.content
     FROM hit AS h JOIN incoming AS i ON i.n = h.n WHERE NOT h.is_delete AND base.rid = h.rid`,
  ),
  rekeyed: db.prepare<[], number>('SELECT rid FROM hit WHERE rekeyed').pluck(),
  highest: db.prepare<[], number | null>('SELECT max(rid) FROM base').pluck(),
  insert: db.prepare(
    `INSERT INTO base (tbl, id, v, gen, stage, scopes, profile, at, content)
     SELECT i.tbl, i.id, i.v, @gen, 0, h.scopes, i.profile, i.at, i.content FROM hit AS h JOIN incoming AS i ON i.n = h.n
     WHERE h.rid IS NULL AND NOT h.is_delete`,
  ),
  joinAdded: db.prepare(
    `INSERT INTO member (scope, rid) SELECT e.value, b.rid FROM base AS b, json_each(b.scopes) AS e WHERE b.rid > ?`,
  ),
  addedMembers: db
    .prepare<[number], [number, number]>(
      `SELECT e.value, count(*) FROM base AS b NOT INDEXED, json_each(b.scopes) AS e WHERE b.rid > ? AND b.tbl = 0
       GROUP BY e.value`,
    )
    .raw(),
});
