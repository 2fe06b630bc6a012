/** The writing side of replica.db: rows, stages, scopes and cursor, each change in one transaction. */
import type { Table } from '../../domain/rows.ts';
import type { Op } from '../../protocol/frame.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { REPLICA_SCHEMA, REPLICA_VERSION } from '../migrations/replica.ts';
import type { FrameChange, Lease, ReplicaMeta, ReplicaStore, ResetChange, RowKey } from './contract.ts';
import { EMPTY_META, newestOps } from './memory.ts';
import { type Db, isDamage, type Key, openFile, removeFile } from './open.ts';
import { Repairs } from './repairs.ts';
import { type BaseRef, type Content, type RowCounts, RowWriter } from './rowWriter.ts';
import { ScopeBook } from './scopeBook.ts';
import { SumLedger } from './sums.ts';

/** Page cache of the writing connection in KiB: decrypting a page costs more than keeping it. */
const CACHE_KIB = 65_536;

export type OpenedReplica = { db: Db /** Damaged or of an old version: fetched again. */; rebuilt: boolean };

/** Opens replica.db; a file that is damaged, under another key or of another version is deleted and made anew. */
export function openReplicaFile(path: string, key: Key): OpenedReplica {
  try {
    const db = openFile(path, key);
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version === REPLICA_VERSION) return { db: tuned(db), rebuilt: false };
    db.close();
    removeFile(path);
    return { db: fresh(path, key), rebuilt: version !== 0 };
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeFile(path);
    return { db: fresh(path, key), rebuilt: true };
  }
}

function tuned(db: Db): Db {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  // The checkpoint, not the commit, makes the tail: it runs in a thread of its own (checkpoint.ts).
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  return db;
}

function fresh(path: string, key: Key): Db {
  const db = tuned(openFile(path, key));
  db.transaction(() => {
    db.exec(REPLICA_SCHEMA);
    db.pragma(`user_version = ${REPLICA_VERSION}`);
  })();
  return db;
}

type Counters = { gen: number; nextStage: number; staleLeft: boolean; granted: string[] };
const NEW_COUNTERS: Counters = { gen: 1, nextStage: 1, staleLeft: false, granted: [] };

export class SqliteReplica implements ReplicaStore {
  private readonly db: Db;
  private readonly sql;
  private readonly rows: RowWriter;
  private readonly scopes: ScopeBook;
  private readonly repairs: Repairs;
  private readonly ledger: SumLedger;
  private state: ReplicaMeta = EMPTY_META;
  private counters: Counters = NEW_COUNTERS;

  constructor(db: Db) {
    this.db = db;
    this.sql = {
      seen: db.prepare<[string], number>('SELECT lmid FROM seen WHERE client_id = ?').pluck(),
      setSeen: db.prepare(
        'INSERT INTO seen (client_id, lmid) VALUES (?, ?) ON CONFLICT (client_id) DO UPDATE SET lmid = excluded.lmid',
      ),
      putMeta: db.prepare(
        'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      ),
      allMeta: db.prepare<[], [string, string]>('SELECT name, value FROM meta').raw(),
    };
    this.scopes = new ScopeBook(db);
    this.ledger = new SumLedger(db, (stage) => this.scopes.isLive(stage));
    this.rows = new RowWriter(db, (before, after) => this.ledger.note(before, after));
    this.repairs = new Repairs(db, this.rows);
    this.load();
  }

  sqliteVersion(): string {
    return this.db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  }

  meta(): ReplicaMeta {
    return this.state;
  }

  seen(clientId: string): number | undefined {
    return this.sql.seen.get(clientId);
  }

  isStale(table: Table, id: string): boolean {
    const row = this.rows.find(table, id);
    return row !== undefined && row.gen < this.counters.gen && !this.scopes.isLive(row.stage);
  }

  reset(change: ResetChange): void {
    this.db.pragma('synchronous = FULL');
    try {
      this.transact(() => {
        this.dropStages();
        this.repairs.dropAll();
        if (change.deleteRows) this.rows.deleteAll();
        if (change.epoch !== this.state.epoch) this.db.prepare('DELETE FROM seen').run();
        this.setSeen(change.clientId, change.lmid);
        this.deactivateAll();
        const { epoch, cursor, chain, proof, mask, schemaHash, granted } = change;
        this.state = { epoch, cursor, chain, proof, mask, schemaHash, active: [] };
        this.counters = {
          ...this.counters,
          gen: this.counters.gen + 1,
          staleLeft: this.rows.any(),
          granted: [...granted],
        };
        this.loseUngranted(granted);
      });
    } finally {
      this.db.pragma('synchronous = NORMAL');
    }
  }

  keepGranted(granted: readonly string[]): void {
    this.transact(() => {
      this.counters = { ...this.counters, granted: [...granted] };
      this.loseUngranted(granted);
    });
  }

  stage(scope: string, rows: readonly SnapRow[], gone: readonly RowKey[]): void {
    this.transact(() => this.stagePart(scope, rows, gone));
  }

  endStage(scope: string, rows: readonly SnapRow[], gone: readonly RowKey[]): void {
    this.transact(() => {
      const stage = this.stagePart(scope, rows, gone);
      const n = this.scopes.numberOf(scope);
      for (const staged of this.rows.stagedRows(stage)) this.merge(n, staged);
      this.rows.deleteStaged(stage);
      this.scopes.endStage(stage);
      if (this.counters.staleLeft) this.removeStaleOf(n);
      this.scopes.activate(n);
      this.ledger.begin(n);
      this.state = { ...this.state, active: this.scopes.active() };
      const open = this.counters.granted.some((granted) => !this.state.active.includes(granted));
      // Stale rows name only granted scopes, and each end removes those that name its scope: now none is left.
      if (!open) this.counters = { ...this.counters, staleLeft: false };
    });
  }

  applyFrame(change: FrameChange): void {
    this.transact(() => {
      for (const op of newestOps(change.ops)) this.applyOp(op);
      for (const scope of change.drop) this.dropScope(scope);
      if (change.drop.length > 0)
        this.loseUngranted(change.granted.filter((scope) => !change.drop.includes(scope)));
      this.setSeen(change.clientId, change.lmid);
      const { cursor, chain, proof } = change;
      this.state = {
        ...this.state,
        cursor,
        chain,
        proof,
        active: change.drop.length > 0 ? this.scopes.active() : this.state.active,
      };
    });
  }

  sums(scope: string): BigUint64Array | undefined {
    return this.ledger.sums(this.scopes.find(scope) ?? -1);
  }

  /** Makes SUMs for about `rows` rows; returns whether there is more to do. */
  sumSlice(rows: number): boolean {
    return this.ledger.slice(rows);
  }

  stageRepair(scope: string, rows: readonly SnapRow[], gone: readonly RowKey[]): void {
    this.transact(() => this.repairs.stage(this.scopes.numberOf(scope), rows, gone));
  }

  endRepair(
    scope: string,
    buckets: readonly number[],
    rows: readonly SnapRow[],
    gone: readonly RowKey[],
  ): void {
    this.transact(() => {
      const n = this.scopes.numberOf(scope);
      this.repairs.stage(n, rows, gone);
      for (const [table, id] of this.repairs.foreign(n, new Set(buckets))) this.leave(n, table, id);
      for (const staged of this.rows.stagedRows(-n)) this.restore(n, staged);
      this.repairs.drop(n);
      // Should the sums themselves have been wrong, they are not the next time.
      if (this.state.active.includes(scope)) this.ledger.begin(n);
    });
  }

  discardStages(): void {
    if (this.scopes.liveStages().length === 0 && !this.repairs.any()) return;
    this.transact(() => {
      this.dropStages();
      this.repairs.dropAll();
    });
  }

  deleteRows(): void {
    this.transact(() => {
      this.rows.deleteAll();
      this.deactivateAll();
      this.state = { ...this.state, active: [] };
      this.counters = { ...this.counters, staleLeft: false };
    });
  }

  /** Profiles in this replica, those of an arriving snapshot too. */
  profiles(): number {
    return this.rows.counts.profiles;
  }

  /** Number of a scope in this file, as rows name it; undefined if it never held one. */
  scopeNumber(scope: string): number | undefined {
    return this.scopes.find(scope);
  }

  profilesIn(scope: string): number {
    return this.rows.counts.byScope[this.scopes.find(scope) ?? -1] ?? 0;
  }

  lease(): Lease | null {
    return this.heldLease;
  }

  keepLease(lease: Lease): void {
    this.sql.putMeta.run('lease', JSON.stringify(lease));
    this.heldLease = lease;
  }

  /** The memory side follows the disk: after a rollback it is read again. */
  private transact(work: () => void): void {
    try {
      this.db.transaction(() => {
        work();
        this.saveMeta();
      })();
    } catch (error) {
      this.load();
      throw error;
    }
  }

  private load(): void {
    this.scopes.load();
    const found = new Map(this.sql.allMeta.all());
    const stored = found.get('state');
    this.state =
      stored === undefined
        ? EMPTY_META
        : { ...EMPTY_META, ...JSON.parse(stored), active: this.scopes.active() };
    const counters = found.get('counters');
    this.counters = counters === undefined ? NEW_COUNTERS : { ...NEW_COUNTERS, ...JSON.parse(counters) };
    this.savedState = this.state;
    this.savedCounters = this.counters;
    const lease = found.get('lease');
    this.heldLease = lease === undefined ? null : (JSON.parse(lease) as Lease);
    const counts = found.get('counts');
    this.rows.counts =
      counts === undefined ? { profiles: 0, byScope: {} } : (JSON.parse(counts) as RowCounts);
    this.rows.countsChanged = false;
    this.ledger.restart(this.scopes.activeNumbers());
  }

  private heldLease: Lease | null = null;
  private savedState: ReplicaMeta = EMPTY_META;
  private savedCounters: Counters = NEW_COUNTERS;

  private saveMeta(): void {
    const put = this.sql.putMeta;
    if (this.state !== this.savedState)
      put.run('state', JSON.stringify({ ...this.state, active: undefined }));
    if (this.counters !== this.savedCounters) put.run('counters', JSON.stringify(this.counters));
    if (this.rows.countsChanged) put.run('counts', JSON.stringify(this.rows.counts));
    this.rows.countsChanged = false;
    this.savedState = this.state;
    this.savedCounters = this.counters;
  }

  private setSeen(clientId: string, lmid: number): void {
    this.sql.setSeen.run(clientId, lmid);
  }

  /** A row that only an unfinished snapshot holds: it moves aside, so that the base can have a state of its own. */
  private moveAside(ref: BaseRef): void {
    this.rows.moveAside(ref);
  }

  private applyOp(op: Op): void {
    const found = this.rows.find(op.table, op.id);
    const live = found !== undefined && this.scopes.isLive(found.stage);
    if (op.row === null || op.scopes.length === 0) {
      if (found !== undefined && !live) this.rows.remove(found);
      return;
    }
    if (live) this.moveAside(found);
    const content: Content = {
      table: op.table,
      id: op.id,
      v: op.v,
      json: JSON.stringify(op.row),
      row: op.row,
    };
    const scopes = op.scopes.map((scope) => this.scopes.numberOf(scope));
    this.rows.write(found, content, scopes, this.counters.gen, 0);
  }

  private stagePart(scope: string, rows: readonly SnapRow[], gone: readonly RowKey[]): number {
    const n = this.scopes.numberOf(scope);
    const stage = this.scopes.stageOf(n, () => this.newStage());
    for (const { table, id, v, row } of rows) {
      const content: Content = { table, id, v, json: JSON.stringify(row), row };
      if (this.rows.insert(content, [n], this.counters.gen, stage)) continue;
      const found = this.rows.find(table, id);
      if (found === undefined) continue;
      if (found.stage !== stage) this.rows.putStaged(stage, content);
      else if (v >= found.v) this.rows.write(found, content, [n], this.counters.gen, stage);
    }
    for (const [table, id] of gone) {
      const found = this.rows.find(table, id);
      if (found?.stage === stage) this.rows.remove(found);
      else this.rows.removeStaged(stage, table, id);
    }
    return stage;
  }

  private newStage(): number {
    const stage = this.counters.nextStage;
    this.counters = { ...this.counters, nextStage: stage + 1 };
    return stage;
  }

  private merge(scope: number, content: Content): void {
    const found = this.rows.find(content.table, content.id);
    if (found !== undefined && this.scopes.isLive(found.stage)) {
      this.moveAside(found);
      this.rows.write(found, content, [scope], this.counters.gen, 0);
    } else if (found === undefined || found.gen < this.counters.gen) {
      this.rows.write(found, content, [scope], this.counters.gen, 0);
    } else if (content.v > found.v) {
      this.rows.write(found, content, [...found.scopes, scope], this.counters.gen, 0);
    } else this.rows.setScopes(found, [...found.scopes, scope]);
  }

  /** What a repair says of a row holds, whatever the v; its other scopes stay. */
  private restore(scope: number, content: Content): void {
    const found = this.rows.find(content.table, content.id);
    const live = found !== undefined && this.scopes.isLive(found.stage);
    if (live) this.moveAside(found);
    const kept = found === undefined || live || found.gen < this.counters.gen ? [] : found.scopes;
    this.rows.write(found, content, [...kept, scope], this.counters.gen, 0);
  }

  private leave(scope: number, table: Table, id: string): void {
    const found = this.rows.find(table, id);
    if (found === undefined || this.scopes.isLive(found.stage)) return;
    this.rows.setScopes(
      found,
      found.scopes.filter((held) => held !== scope),
    );
  }

  private deactivateAll(): void {
    this.scopes.deactivateAll();
    this.ledger.restart([]);
  }

  private dropScope(name: string): void {
    const n = this.scopes.numberOf(name);
    this.dropStageOf(n);
    this.repairs.drop(n);
    for (const ref of this.rows.ofScope(n))
      this.rows.setScopes(
        ref,
        ref.scopes.filter((scope) => scope !== n),
      );
    this.scopes.deactivate(n);
    this.ledger.end(n);
  }

  private dropStages(): void {
    for (const { scope } of this.scopes.liveStages()) this.dropStageOf(scope);
  }

  private dropStageOf(scope: number): void {
    const stage = this.scopes.findStage(scope);
    if (stage === undefined) return;
    for (const ref of this.rows.ofScope(scope)) if (ref.stage === stage) this.rows.remove(ref);
    this.rows.deleteStaged(stage);
    this.scopes.endStage(stage);
  }

  private removeStaleOf(scope: number): void {
    for (const ref of this.rows.ofScope(scope)) {
      if (ref.gen < this.counters.gen && !this.scopes.isLive(ref.stage)) this.rows.remove(ref);
    }
  }

  private loseUngranted(granted: readonly string[]): void {
    if (!this.counters.staleLeft) return;
    const kept = new Set(granted);
    for (const { n, name } of this.scopes.all()) {
      if (kept.has(name)) continue;
      for (const ref of this.rows.ofScope(n)) {
        if (ref.gen >= this.counters.gen) continue;
        this.rows.setScopes(
          ref,
          ref.scopes.filter((scope) => scope !== n),
        );
      }
    }
  }
}
