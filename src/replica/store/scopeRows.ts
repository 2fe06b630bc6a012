/** All rows of a scope at once: they leave it, or go. Cost follows the scope, not the replica (P9). */
import type { RowCounts } from './counts.ts';
import type { KeyBook } from './keyBook.ts';
import type { Db } from './open.ts';

/** Rows that are about to go, by rid; in memory. */
export const GOING = 'CREATE TEMP TABLE going (rid INTEGER PRIMARY KEY)';

export class ScopeRows {
  private readonly keys: KeyBook;
  private readonly counts: RowCounts;
  private readonly sql;

  constructor(db: Db, keys: KeyBook, counts: RowCounts) {
    this.keys = keys;
    this.counts = counts;
    this.sql = {
      goOnly: db.prepare(
        `INSERT INTO going (rid) SELECT b.rid FROM member AS m JOIN base AS b ON b.rid = m.rid
         WHERE m.scope = ? AND b.gen < ? AND b.scopes = ?`,
      ),
      goStale: db.prepare(
        `INSERT INTO going (rid) SELECT b.rid FROM member AS m JOIN base AS b ON b.rid = m.rid
         WHERE m.scope = ? AND b.gen < ?`,
      ),
      go: db.prepare('INSERT INTO going (rid) VALUES (?)'),
      goStage: db.prepare(
        `INSERT INTO going (rid) SELECT b.rid FROM member AS m JOIN base AS b ON b.rid = m.rid
         WHERE m.scope = ? AND b.stage = ?`,
      ),
      goingProfiles: db
        .prepare<[], number>(
          'SELECT count(*) FROM going AS g JOIN base AS b ON b.rid = g.rid WHERE b.tbl = 0',
        )
        .pluck(),
      goingMembers: db
        .prepare<[], [number, number]>(
          `SELECT e.value, count(*) FROM going AS g JOIN base AS b ON b.rid = g.rid, json_each(b.scopes) AS e
           WHERE b.tbl = 0 GROUP BY e.value`,
        )
        .raw(),
      dropMembers: db.prepare(
        `DELETE FROM member WHERE (scope, rid) IN
         (SELECT e.value, b.rid FROM going AS g JOIN base AS b ON b.rid = g.rid, json_each(b.scopes) AS e)`,
      ),
      dropRows: db.prepare('DELETE FROM base WHERE rid IN (SELECT rid FROM going)'),
      gone: db.prepare('DELETE FROM going'),
      profilesIn: db
        .prepare<[number, number], number>(
          `SELECT count(*) FROM member AS m JOIN base AS b ON b.rid = m.rid
           WHERE m.scope = ? AND b.gen < ? AND b.tbl = 0`,
        )
        .pluck(),
      leave: db.prepare(
        `UPDATE base SET scopes = (SELECT json_group_array(value) FROM
           (SELECT value FROM json_each(base.scopes) WHERE value <> @scope ORDER BY value))
         WHERE rid IN (SELECT rid FROM member WHERE scope = @scope) AND gen < @below`,
      ),
      leaveMembers: db.prepare(
        `DELETE FROM member WHERE scope = ? AND (SELECT gen FROM base WHERE base.rid = member.rid) < ?`,
      ),
    };
  }

  /** Rows with a generation below `below` leave the scope; those that are in no other go. */
  leave(scope: number, below = Number.MAX_SAFE_INTEGER): void {
    this.remove(this.sql.goOnly.run(scope, below, `[${scope}]`).changes);
    this.counts.addMembers(scope, -(this.sql.profilesIn.get(scope, below) ?? 0));
    this.sql.leave.run({ scope, below });
    this.sql.leaveMembers.run(scope, below);
  }

  /** Rows with a generation below `below` that name the scope go, whatever else they name. */
  removeStale(scope: number, below: number): void {
    this.remove(this.sql.goStale.run(scope, below).changes);
  }

  removeThose(rids: readonly number[]): void {
    for (const rid of rids) this.sql.go.run(rid);
    this.remove(rids.length);
  }

  /** The rows that only an unfinished snapshot of the scope holds go. */
  removeStage(scope: number, stage: number): void {
    this.remove(this.sql.goStage.run(scope, stage).changes);
  }

  private remove(going: number): void {
    if (going === 0) return;
    for (const [scope, profiles] of this.sql.goingMembers.all()) this.counts.addMembers(scope, -profiles);
    this.counts.addProfiles(-(this.sql.goingProfiles.get() ?? 0));
    this.sql.dropMembers.run();
    this.keys.removeGoing();
    this.sql.dropRows.run();
    this.sql.gone.run();
  }
}
