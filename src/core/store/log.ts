import { createHash, randomUUID } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type { EventRow } from '../../domain/event.ts';
import { TABLES, type Table } from '../../domain/rows.ts';
import { isEventHidden } from '../../packs/airline/roles.ts';
import type {
  ChangedRow,
  CommandResult,
  CoreStore,
  Done,
  EncodedRow,
  Head,
  LogWriter,
  RowChange,
  RowKey,
  StoredRow,
} from './contract.ts';
import type { Db } from './database.ts';
import { outcomeOf } from './outcome.ts';
import { RowCache } from './row-cache.ts';

/** The commit log and the current rows: every change of what consoles see goes through `commit`. */

const SQL = {
  head: 'SELECT epoch, seq, chain, floor FROM head WHERE one = 1',
  firstHead: "INSERT INTO head (one, epoch, seq, chain, floor) VALUES (1, ?, 0, '', 0)",
  setHead: 'UPDATE head SET seq = ?, chain = ? WHERE one = 1',
  setEpoch: 'UPDATE head SET epoch = ? WHERE one = 1',
  setFloor: 'UPDATE head SET floor = ? WHERE one = 1',
  chainAt: 'SELECT chain FROM commit_log WHERE seq = ?',
  addCommit: 'INSERT INTO commit_log (seq, chain, at) VALUES (?, ?, ?)',
  lastBefore: 'SELECT max(seq) AS seq FROM commit_log WHERE at < ?',
  cutChanges: 'DELETE FROM change_log WHERE seq <= ?',
  cutCommits: 'DELETE FROM commit_log WHERE seq < ?',
  addChange:
    'INSERT OR IGNORE INTO change_log (seq, tbl, id, scopes_before, v_before, hidden) VALUES (?, ?, ?, ?, ?, ?)',
  changed: `SELECT f.tbl, f.id, f.last, f.hidden, c.scopes_before, c.v_before
    FROM (SELECT tbl, id, min(seq) AS first, max(seq) AS last, max(hidden) AS hidden
      FROM change_log
      WHERE seq > ? AND seq <= ? GROUP BY tbl, id) AS f
    JOIN change_log AS c ON c.seq = f.first AND c.tbl = f.tbl AND c.id = f.id ORDER BY f.first, f.tbl, f.id`,
  // For profiles their changes are a chain: permission is asked for them, and an index would cost every commit.
  profileChange: 'SELECT scopes_before, v_before FROM change_log WHERE seq = ? AND tbl = 0 AND id = ?',
  addRemoval: 'INSERT OR IGNORE INTO removal (id, seq) VALUES (?, ?)',
  lastRemoval: 'SELECT max(seq) AS seq FROM removal WHERE id = ? AND seq < ?',
  cutRemovals: 'DELETE FROM removal WHERE seq <= ?',
  scopesOf: 'SELECT scopes_before FROM change_log WHERE tbl = ? AND id = ?',
  row: 'SELECT tbl, id, v, json, scopes FROM row WHERE tbl = ? AND id = ?',
  encodedRow: 'SELECT tbl, id, v, CAST(json AS BLOB) AS json, scopes FROM row WHERE tbl = ? AND id = ?',
  putRow: `INSERT INTO row (tbl, id, v, json, scopes) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tbl, id) DO UPDATE SET v = excluded.v, json = excluded.json, scopes = excluded.scopes`,
  deleteRow: 'DELETE FROM row WHERE tbl = ? AND id = ?',
  addScope: 'INSERT OR IGNORE INTO row_scope (scope, tbl, id) VALUES (?, ?, ?)',
  deleteScope: 'DELETE FROM row_scope WHERE scope = ? AND tbl = ? AND id = ?',
  ofScope: `SELECT row.tbl, row.id, row.v, row.json, row.scopes FROM row_scope AS s
    JOIN row ON row.tbl = s.tbl AND row.id = s.id
    WHERE s.scope = ? AND (s.tbl, s.id) > (?, ?) ORDER BY s.tbl, s.id LIMIT ?`,
  encodedOfScope: `SELECT row.tbl, row.id, row.v, CAST(row.json AS BLOB) AS json, row.scopes FROM row_scope AS s
    JOIN row ON row.tbl = s.tbl AND row.id = s.id
    WHERE s.scope = ? AND (s.tbl, s.id) > (?, ?) ORDER BY s.tbl, s.id LIMIT ?`,
  keysOfScope: `SELECT row.tbl, row.id, row.v FROM row_scope AS s JOIN row ON row.tbl = s.tbl AND row.id = s.id
    WHERE s.scope = ? AND (s.tbl, s.id) > (?, ?) ORDER BY s.tbl, s.id LIMIT ?`,
  bundles: `SELECT tbl, id, v, json, scopes FROM row WHERE tbl = 3 AND id > ?
    ORDER BY id LIMIT ?`,
  profilesAfter: 'SELECT id, v, json FROM row WHERE tbl = 0 AND id > ? ORDER BY id LIMIT ?',
  // A lease that nobody asks for: rows that are there already may still be written where no new ones have room.
  putProbe: "INSERT OR REPLACE INTO lease (name, node, until) VALUES ('probe', ?, 0)",
  deleteProbe: "DELETE FROM lease WHERE name = 'probe'",
  redirect: 'SELECT survivor FROM redirect WHERE lost = ? AND at > ?',
} as const;

type Sql = { [N in keyof typeof SQL]: Statement<unknown[]> };
type RawKey = { tbl: number; id: string; v: number };
type RawRow<Json> = RawKey & { json: Json; scopes: string };
/** A row's place in the order of a scope; null: before all. */
type Place = { table: Table; id: string } | null;

const keyOf = ({ tbl, id, v }: RawKey): RowKey => ({ table: TABLES[tbl] as Table, id, v });
const rowOf = <Json>({ json, scopes, ...key }: RawRow<Json>) => ({
  ...keyOf(key),
  json,
  scopes: JSON.parse(scopes) as string[],
});

/** A row that has gone cannot tell any more which roles never saw it. */
const isHiddenFromSome = (table: Table, json: string): boolean =>
  table === 'event' && isEventHidden('kiosk', JSON.parse(json) as EventRow);

const BUNDLE = TABLES.indexOf('bundle');
const DAY_MS = 86_400_000;
const REDIRECT_MS = 30 * DAY_MS;
const PROBE = ' '.repeat(64 * 1024);

/** What takes units where nodes share the store (shared/units.ts). */
export type Units = {
  submit<T>(work: () => T, done: Done<T>): void;
  /** Whether units can be taken now. */
  readonly isConnected: boolean;
};

class Undone extends Error {}

export class LogStore implements CoreStore, LogWriter {
  readonly db: Db;
  private readonly sql: Sql;
  private readonly now: () => number;
  private readonly newId: () => string;
  private readonly listeners = new Set<(head: Head) => void>();
  private readonly undoers = new Set<() => void>();
  private readonly rows = new RowCache();
  private current: Head;
  private depth = 0;
  private relaxed = false;
  private units: Units | null = null;
  private tentative = false;

  /** @param newId names an epoch */
  constructor(db: Db, now: () => number, newId: () => string = randomUUID) {
    this.db = db;
    this.now = now;
    this.newId = newId;
    this.sql = Object.fromEntries(Object.entries(SQL).map(([name, text]) => [name, db.prepare(text)])) as Sql;
    if (!this.sql.head.get()) this.sql.firstHead.run(newId());
    this.current = this.readHead();
  }

  private readHead(): Head {
    return this.sql.head.get() as Head;
  }

  head(): Head {
    return this.current;
  }

  chainAt(seq: number): string | undefined {
    if (seq === this.current.seq) return this.current.chain;
    if (seq < this.current.floor) return undefined;
    if (seq === 0) return '';
    return (this.sql.chainAt.get(seq) as { chain: string } | undefined)?.chain;
  }

  changedRows(from: number, to: number): ChangedRow[] {
    const rows = this.sql.changed.all(from, to) as {
      tbl: number;
      id: string;
      last: number;
      scopes_before: string;
      v_before: number;
      hidden: number;
    }[];
    return rows.map((row) => ({
      table: TABLES[row.tbl] as Table,
      id: row.id,
      scopesBefore: JSON.parse(row.scopes_before),
      last: row.last,
      vBefore: row.v_before,
      hidden: row.hidden === 1,
    }));
  }

  scopesSinceFloor(table: Table, id: string): string[] {
    const row = this.row(table, id);
    const scopes = new Set<string>(row?.scopes);
    const texts = table === 'profile' ? this.profileScopes(id, row?.v) : this.oldScopes(table, id);
    for (const text of texts) for (const scope of JSON.parse(text) as string[]) scopes.add(scope);
    return [...scopes];
  }

  private oldScopes(table: Table, id: string): string[] {
    const entries = this.sql.scopesOf.all(TABLES.indexOf(table), id) as { scopes_before: string }[];
    return entries.map((entry) => entry.scopes_before);
  }

  /** Back from the last change to the one before, over the removals of a row that came again, down to the floor. */
  private profileScopes(id: string, v: number | undefined): string[] {
    const removed = (before: number) =>
      (this.sql.lastRemoval.get(id, before) as { seq: number | null }).seq ?? 0;
    const texts: string[] = [];
    for (let seq = v ?? removed(Number.MAX_SAFE_INTEGER); seq > this.current.floor; ) {
      const entry = this.sql.profileChange.get(seq, id) as
        | { scopes_before: string; v_before: number }
        | undefined;
      if (!entry) break;
      texts.push(entry.scopes_before);
      seq = entry.v_before > 0 ? entry.v_before : removed(seq);
    }
    return texts;
  }

  row(table: Table, id: string): StoredRow | undefined {
    const known = this.rows.get(table, id);
    if (known !== undefined) return known ?? undefined;
    const raw = this.sql.row.get(TABLES.indexOf(table), id) as RawRow<string> | undefined;
    const row = raw && rowOf(raw);
    this.rows.put(table, id, row ?? null);
    return row;
  }

  /** What is not at hand is not kept either: who comes back after a night asks for twenty thousand, each once. */
  encodedRow(table: Table, id: string): EncodedRow | undefined {
    const known = this.rows.get(table, id);
    if (known !== undefined) return known ?? undefined;
    const raw = this.sql.encodedRow.get(TABLES.indexOf(table), id) as RawRow<Buffer> | undefined;
    return raw && rowOf(raw);
  }

  rowsOfScope(scope: string, after: Place, limit: number): StoredRow[] {
    return this.ofScope<RawRow<string>>(this.sql.ofScope, scope, after, limit).map(rowOf);
  }

  encodedRowsOfScope(scope: string, after: Place, limit: number): EncodedRow[] {
    return this.ofScope<RawRow<string | Buffer>>(this.sql.encodedOfScope, scope, after, limit).map(rowOf);
  }

  keysOfScope(scope: string, after: Place, limit: number): RowKey[] {
    return this.ofScope<RawKey>(this.sql.keysOfScope, scope, after, limit).map(keyOf);
  }

  /** What a statement for the rows of a scope gives, and the bundles, which are in every scope. */
  private ofScope<Raw>(statement: Statement, scope: string, after: Place, limit: number): Raw[] {
    const tbl = after ? TABLES.indexOf(after.table) : -1;
    const id = after ? after.id : '';
    const rows = tbl < BUNDLE ? (statement.all(scope, tbl, id, limit) as Raw[]) : [];
    if (rows.length < limit)
      rows.push(...(this.sql.bundles.all(tbl === BUNDLE ? id : '', limit - rows.length) as Raw[]));
    return rows;
  }

  /** All customers behind one, by id. */
  profilesAfter(id: string, limit: number): { id: string; v: number; json: string }[] {
    return this.sql.profilesAfter.all(id, limit) as { id: string; v: number; json: string }[];
  }

  survivor(profileId: string): string {
    let id = profileId;
    for (let hops = 0; hops < 100; hops++) {
      const found = this.sql.redirect.get(id, this.now() - REDIRECT_MS) as { survivor: string } | undefined;
      if (!found) return id;
      id = found.survivor;
    }
    return id;
  }

  unit<T>(work: () => T, done: Done<T>): void {
    if (this.tentative) done(outcomeOf(() => this.savepoint(work)));
    else if (this.units) this.units.submit(work, done);
    else done(outcomeOf(work));
  }

  /** From now on units are taken by `units`, and this file is an image of what nodes share. */
  shareBy(units: Units): void {
    this.units = units;
  }

  /** What is read now may never become durable: nobody may keep it in memory. */
  get isTentative(): boolean {
    return this.tentative;
  }

  /** Runs `work` in a transaction that is undone in any case, also in memory. */
  tentatively(work: () => void): void {
    const before = this.current;
    this.depth++;
    this.tentative = true;
    try {
      this.db
        .transaction(() => {
          work();
          throw new Undone();
        })
        .immediate();
    } catch (error) {
      if (!(error instanceof Undone)) throw error;
    } finally {
      this.depth--;
      this.tentative = false;
      this.undo(before);
    }
  }

  /** Takes over what `write` brings of the shared history, in one transaction, and tells of it. */
  advance(write: () => void): void {
    const before = this.current;
    this.db.transaction(write).immediate();
    const head = this.readHead();
    const isSame = head.seq === before.seq && head.epoch === before.epoch && head.floor === before.floor;
    this.undo(isSame ? before : head);
    if (!isSame) this.tell();
  }

  transaction<T>(work: (log: LogWriter) => T, durability: 'full' | 'relaxed' = 'full'): T {
    const before = this.current;
    if (this.depth > 0) return this.savepoint(() => work(this));
    let result: T;
    this.depth++;
    this.relaxed = durability === 'relaxed';
    if (this.relaxed) this.db.pragma('synchronous = NORMAL');
    try {
      result = this.db.transaction(() => work(this)).immediate();
    } catch (error) {
      this.undo(before);
      throw error;
    } finally {
      this.depth--;
      if (this.relaxed) this.db.pragma('synchronous = FULL');
      this.relaxed = false;
    }
    if (this.current !== before) this.tell();
    return result;
  }

  /** A part of a transaction that can fail alone. */
  savepoint<T>(work: () => T): T {
    const before = this.current;
    try {
      return this.db.transaction(work)();
    } catch (error) {
      this.undo(before);
      throw error;
    }
  }

  /** What is in memory of a transaction that was rolled back. */
  private undo(before: Head): void {
    this.current = before;
    this.rows.clear();
    for (const undo of this.undoers) undo();
  }

  commit(changes: RowChange[], command?: CommandResult): number {
    if (this.depth === 0 || this.relaxed) throw new Error('commit outside of a durable transaction');
    const seq = this.current.seq + 1;
    const digest = createHash('sha256');
    for (const change of changes) this.apply(seq, change, digest);
    if (command) digest.update(JSON.stringify([command.clientId, command.mid, command.id, command.status]));
    const chain = createHash('sha256').update(this.current.chain).update(digest.digest()).digest('hex');
    this.sql.addCommit.run(seq, chain, this.now());
    this.sql.setHead.run(seq, chain);
    this.current = { ...this.current, seq, chain };
    return seq;
  }

  private apply(
    seq: number,
    { table, id, json, scopes }: RowChange,
    digest: ReturnType<typeof createHash>,
  ): void {
    const tbl = TABLES.indexOf(table);
    const old = this.row(table, id);
    const before = old?.scopes ?? [];
    const after = json === null ? [] : scopes;
    const hidden = old && isHiddenFromSome(table, old.json) ? 1 : 0;
    this.sql.addChange.run(seq, tbl, id, JSON.stringify(before), old?.v ?? 0, hidden);
    for (const scope of before) if (!after.includes(scope)) this.sql.deleteScope.run(scope, tbl, id);
    for (const scope of after) if (!before.includes(scope)) this.sql.addScope.run(scope, tbl, id);
    const text = JSON.stringify(after);
    if (json === null) this.sql.deleteRow.run(tbl, id);
    if (json === null && table === 'profile') this.sql.addRemoval.run(id, seq);
    if (json !== null) this.sql.putRow.run(tbl, id, seq, json, text);
    this.rows.put(table, id, json === null ? null : { table, id, v: seq, json, scopes: after });
    digest.update(`${tbl}\n${id}\n${text}\n${json ?? ''}\n`);
  }

  onCommit(listener: (head: Head) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Whoever keeps what the store says in memory forgets it when a transaction or a savepoint is rolled back. */
  onRollback(undo: () => void): void {
    this.undoers.add(undo);
  }

  private tell(): void {
    const head = this.head();
    for (const listener of this.listeners) listener(head);
  }

  newEpoch(): Head {
    this.sql.setEpoch.run(this.newId());
    this.current = this.readHead();
    return this.head();
  }

  /** Keeps the last `keep` seqs of the log; consoles whose cursor is below the new floor start anew. */
  cutLog(keep: number): number {
    const floor = Math.max(this.current.floor, this.current.seq - Math.max(0, keep));
    return this.raiseFloor(floor);
  }

  /** Retention: forgets changes made more than `days` ago, but never of the last `keep` seqs. */
  cutOlderThan(days: number, keep: number): number {
    const found = this.sql.lastBefore.get(this.now() - days * DAY_MS) as { seq: number | null };
    const floor = Math.min(found.seq ?? 0, this.current.seq - keep);
    return this.raiseFloor(floor);
  }

  /** Writes what an event needs, and takes it away again: throws where the disk takes no more. */
  probe(): void {
    if (this.units) return;
    this.sql.putProbe.run(PROBE);
    this.sql.deleteProbe.run();
  }

  /** Whether the shared store can be reached; always, where the store is this process's own. */
  get isReachable(): boolean {
    return this.units?.isConnected ?? true;
  }

  private raiseFloor(floor: number): number {
    if (floor <= this.current.floor) return this.current.floor;
    this.transaction(() => {
      this.sql.cutChanges.run(floor);
      this.sql.cutRemovals.run(floor);
      this.sql.cutCommits.run(floor);
      this.sql.setFloor.run(floor);
      this.current = { ...this.current, floor };
    });
    return floor;
  }
}
