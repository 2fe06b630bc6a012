/** The writing side of replica.db: rows, stages, scopes and cursor, each change in one transaction. */
import type { ProfileRow } from '../../domain/profile.ts';
import type { Table } from '../../domain/rows.ts';
import { TABLES } from '../../domain/rows.ts';
import type { Op } from '../../protocol/frame.ts';
import { REPLICA_SCHEMA, REPLICA_VERSION } from '../migrations/replica.ts';
import type {
  FrameChange,
  Lease,
  ReplicaMeta,
  ReplicaStore,
  ResetChange,
  ResumeChange,
  RowKey,
} from './contract.ts';
import { RowCounts } from './counts.ts';
import { FrameRows } from './frameRows.ts';
import { KeyBook } from './keyBook.ts';
import { EMPTY_META, newestOps } from './memory.ts';
import { type Db, isDamage, type Key, openFile, rekey, removeFile } from './open.ts';
import { Repairs } from './repairs.ts';
import { bodyOf, readable, type SnapRows } from './rows.ts';
import { RowWriter } from './rowWriter.ts';
import { ScopeBook } from './scopeBook.ts';
import { GOING, ScopeRows } from './scopeRows.ts';
import { SnapshotRows } from './snapshotRows.ts';
import { SumLedger } from './sums.ts';

/**
 * Page cache in KiB. While first snapshots arrive, indexes grow in it everywhere at once. Afterwards the pages that are
 * asked for again and again are few, and whatever goes through all rows, such as their sums, would fill any cache for good.
 */
const FIRST_CACHE_KIB = 65_536;
const CACHE_KIB = 4_096;
/** Bytes: a row of 1.5 KB leaves a quarter of a smaller page empty. */
const PAGE_SIZE = 8_192;

export type OpenedReplica = { db: Db /** Damaged or of an old version: fetched again. */; rebuilt: boolean };

/**
 * A new file is provisional until its first snapshots have ended: it has no version yet, keeps its journal in memory and
 * waits for no disk. A crash before that costs nothing but fetching again, which it does anyway, and writing everything
 * once instead of twice is what makes a first snapshot fast.
 */
const PROVISIONAL = 0;

/** How long a commit waits for a checkpoint that has the lock, in ms: as long as a bad disk takes to write pages through. */
const CHECKPOINT_WAIT = 10_000;

/** Opens replica.db; a file that is damaged, under another key, provisional or of another version is made anew. */
export function openReplicaFile(path: string, key: Key): OpenedReplica {
  try {
    const db = openFile(path, key);
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version === REPLICA_VERSION) {
      durable(db);
      return { db, rebuilt: false };
    }
    db.close();
    removeFile(path);
    return { db: fresh(path, key), rebuilt: version !== PROVISIONAL };
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeFile(path);
    return { db: fresh(path, key), rebuilt: true };
  }
}

function durable(db: Db): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  // The checkpoint, not the commit, makes the tail: it runs in a thread of its own (checkpoint.ts).
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`busy_timeout = ${CHECKPOINT_WAIT}`);
  db.pragma(`cache_size = -${CACHE_KIB}`);
}

function fresh(path: string, key: Key): Db {
  const db = openFile(path, key);
  db.pragma(`page_size = ${PAGE_SIZE}`);
  db.pragma(`cache_size = -${FIRST_CACHE_KIB}`);
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.exec(REPLICA_SCHEMA);
  return db;
}

/** `later`: more of a snapshot is expected. */
export type Tidied = 'more' | 'done' | 'later';

type Counters = {
  gen: number;
  nextStage: number;
  staleLeft: boolean;
  /** For one client only (`staleSeen`); null: for nobody. */
  staleSeen: { clientId: string; mid: number } | null;
  granted: string[];
};
const NEW_COUNTERS: Counters = {
  gen: 1,
  nextStage: 1,
  staleLeft: false,
  staleSeen: null,
  granted: [],
};

export class SqliteReplica implements ReplicaStore {
  private readonly db: Db;
  /**
   * Made once: making one costs as much as a small transaction itself. Immediate: who has read before he writes does not
   * wait for a checkpoint that holds the lock, he fails.
   */
  private readonly inTransaction: (work: () => void) => void;
  private readonly sql;
  private readonly keys: KeyBook;
  private readonly counts = new RowCounts();
  private readonly rows: RowWriter;
  private readonly scopeRows: ScopeRows;
  private readonly snapshots: SnapshotRows;
  private readonly frameRows: FrameRows;
  private readonly scopes: ScopeBook;
  private readonly repairs: Repairs;
  private readonly ledger: SumLedger;
  private state: ReplicaMeta = EMPTY_META;
  private counters: Counters = NEW_COUNTERS;
  private heldLease: Lease | null = null;
  /** By client: every step asks for its own. */
  private seenMids = new Map<string, number>();
  private savedState: ReplicaMeta = EMPTY_META;
  private savedCounters: Counters = NEW_COUNTERS;
  private provisional: boolean;

  /** @param urgency how urgently a customer needs somebody, smaller being more; null: not at all */
  constructor(db: Db, urgency: (profile: ProfileRow) => number | null) {
    this.db = db;
    this.provisional = db.pragma('user_version', { simple: true }) === PROVISIONAL;
    this.inTransaction = db.transaction((work: () => void) => {
      work();
      this.saveMeta();
    }).immediate;
    this.sql = {
      allSeen: db.prepare<[], [string, number]>('SELECT client_id, lmid FROM seen').raw(),
      setSeen: db.prepare(
        'INSERT INTO seen (client_id, lmid) VALUES (?, ?) ON CONFLICT (client_id) DO UPDATE SET lmid = excluded.lmid',
      ),
      putMeta: db.prepare(
        'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      ),
      allMeta: db.prepare<[], [string, string]>('SELECT name, value FROM meta').raw(),
      dropSeen: db.prepare('DELETE FROM seen'),
    };
    db.exec(GOING);
    this.keys = new KeyBook(db, urgency);
    this.scopes = new ScopeBook(db);
    this.ledger = new SumLedger(db, (stage) => this.scopes.isLive(stage));
    this.rows = new RowWriter(db, this.keys, this.counts, (before, after) => this.ledger.note(before, after));
    this.scopeRows = new ScopeRows(db, this.keys, this.counts);
    this.snapshots = new SnapshotRows(db, this.keys, this.counts, this.scopeRows);
    this.frameRows = new FrameRows(db, this.keys, this.counts, this.scopeRows, this.scopes);
    this.repairs = new Repairs(db, this.rows, this.snapshots, this.scopes);
    this.load();
  }

  sqliteVersion(): string {
    return this.db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  }

  meta(): ReplicaMeta {
    return this.state;
  }

  seen(clientId: string): number | undefined {
    return this.seenMids.get(clientId);
  }

  staleSeen(clientId: string): number | undefined {
    const known = this.counters.staleSeen;
    return known?.clientId === clientId ? known.mid : undefined;
  }

  isStale(table: Table, id: string): boolean {
    const row = this.rows.find(table, id);
    return row !== undefined && row.gen < this.counters.gen && !this.scopes.isLive(row.stage);
  }

  reset(change: ResetChange): void {
    this.writtenThrough(() => {
      this.transact(() => {
        this.dropStages();
        this.repairs.dropAll();
        if (change.deleteRows) this.deleteAll();
        const staleSeen = this.seenByStale(change);
        if (change.epoch !== this.state.epoch) this.dropSeen();
        this.setSeen(change.clientId, change.lmid);
        this.deactivateAll();
        const { epoch, cursor, chain, proof, mask, schemaHash, granted } = change;
        this.state = { epoch, cursor, chain, proof, mask, schemaHash, active: [] };
        this.counters = {
          ...this.counters,
          gen: this.counters.gen + 1,
          staleLeft: this.rows.any(),
          staleSeen,
          granted: [...granted],
        };
        this.loseUngranted(granted);
      });
    });
  }

  /** What all rows have that are stale from now on. A history that ends before takes the mids above its end with it. */
  private seenByStale({ clientId, lmid, rowsSeen }: ResetChange): Counters['staleSeen'] {
    const before = this.counters.staleLeft ? this.staleSeen(clientId) : lmid;
    return before === undefined ? null : { clientId, mid: Math.min(before, lmid, rowsSeen) };
  }

  resume({ granted, clientId, lmid }: ResumeChange): void {
    this.transact(() => {
      // The rows of a lost history, which another client's reset replaced, may have seen more.
      if ((this.seen(clientId) ?? 0) > lmid) this.setSeen(clientId, lmid);
      this.counters = { ...this.counters, granted: [...granted] };
      this.loseUngranted(granted);
    });
  }

  stage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.transact(() => this.stagePart(scope, rows, gone));
  }

  endStage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.transact(() => {
      const stage = this.stagePart(scope, rows, gone);
      const n = this.scopes.numberOf(scope);
      if (this.snapshots.merge(stage, n, this.counters.gen)) this.ledger.restart(this.scopes.activeNumbers());
      this.scopes.endStage(stage);
      if (this.counters.staleLeft) this.scopeRows.removeStale(n, this.counters.gen);
      this.scopes.activate(n);
      this.ledger.begin(n);
      this.state = { ...this.state, active: this.scopes.active() };
      const open = this.isLoading();
      // Stale rows name only granted scopes, and each end removes those that name its scope: now none is left.
      if (!open) this.counters = { ...this.counters, staleLeft: false };
    });
  }

  applyFrame(change: FrameChange): void {
    this.transact(() => {
      this.applyOps(change);
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

  stageRepair(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.transact(() => this.repairs.stage(this.scopes.numberOf(scope), rows, gone));
  }

  endRepair(scope: string, buckets: readonly number[], rows: SnapRows, gone: readonly RowKey[]): void {
    this.transact(() => {
      const n = this.scopes.numberOf(scope);
      this.repairs.stage(n, rows, gone);
      this.repairs.end(n, new Set(buckets), this.counters.gen);
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
      this.deleteAll();
      this.deactivateAll();
      this.state = { ...this.state, active: [] };
      this.counters = { ...this.counters, staleLeft: false };
    });
  }

  /** An erasure: these customers go with their events and contacts, with what finds them and what is staged of them. */
  erase(profiles: readonly string[]): void {
    this.discardStages();
    this.transact(() => {
      for (const id of profiles)
        for (const [table, key] of [...this.rows.of(id), ['profile', id] as const]) {
          const found = this.rows.find(table, key);
          if (found !== undefined) this.rows.remove(found);
        }
      this.keys.words.relearn();
    });
  }

  /**
   * Every page is written anew under another key; nothing of what was deleted stands in the file or beside it. A crash
   * in the middle leaves a file that the new key does not open, which is fetched again (P3). No other connection may be
   * open.
   */
  renew(key: Key): void {
    const { db } = this;
    if (!this.provisional) db.pragma('journal_mode = DELETE');
    if (key !== null) rekey(db, key);
    db.exec('VACUUM');
    if (!this.provisional) durable(db);
  }

  /** Profiles in this replica, those of an arriving snapshot too. */
  profiles(): number {
    return this.counts.profiles;
  }

  /** Number of a scope in this file, as rows name it; undefined null if it never held one. */
  scopeNumber(scope: string): number | null {
    return this.scopes.find(scope) ?? null;
  }

  profilesIn(scope: string): number {
    return this.counts.ofScope(this.scopes.find(scope));
  }

  /**
   * Does a piece of what can wait until the snapshots have ended: an index that a search wants (one a time: a million
   * customers take a second each), a look through some customers for those in trouble, or some words that names consist of.
   */
  tidy(): Tidied {
    if (this.isLoading()) return 'later';
    const index = this.keys.missingIndex();
    if (index !== null) this.db.exec(index);
    else if (this.provisional) this.keep();
    else if (!this.db.transaction(() => this.keys.findTrouble() || this.keys.words.learn()).immediate())
      return 'done';
    return 'more';
  }

  /** What a new file has is kept from now on, whatever happens. */
  private keep(): void {
    this.db.pragma('synchronous = FULL');
    durable(this.db);
    this.db.pragma(`user_version = ${REPLICA_VERSION}`);
    this.provisional = false;
  }

  /** The transactions in `work` are on the disk when it returns. */
  private writtenThrough(work: () => void): void {
    if (this.provisional) return work();
    this.db.pragma('synchronous = FULL');
    try {
      work();
    } finally {
      this.db.pragma('synchronous = NORMAL');
    }
  }

  /** Before the first welcome nothing has come yet, which is no reason to make indexes of it. */
  private isLoading(): boolean {
    if (this.state.epoch === '' || this.scopes.liveStages().length > 0) return true;
    return this.counters.granted.some((scope) => !this.state.active.includes(scope));
  }

  /** Whether the file is kept over a crash: only then are there checkpoints to make. */
  isKept(): boolean {
    return !this.provisional;
  }

  close(): void {
    if (!this.db.open) return;
    if (this.provisional && this.scopes.liveStages().length === 0) this.keep();
    this.db.close();
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
      this.inTransaction(work);
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
    this.seenMids = new Map(this.sql.allSeen.all());
    const lease = found.get('lease');
    this.heldLease = lease === undefined ? null : (JSON.parse(lease) as Lease);
    this.counts.load(found.get('counts'));
    this.keys.words.reload();
    this.ledger.restart(this.scopes.activeNumbers());
  }

  private saveMeta(): void {
    const put = this.sql.putMeta;
    if (this.state !== this.savedState)
      put.run('state', JSON.stringify({ ...this.state, active: undefined }));
    if (this.counters !== this.savedCounters) put.run('counters', JSON.stringify(this.counters));
    const counts = this.counts.unsaved();
    if (counts !== null) put.run('counts', counts);
    this.savedState = this.state;
    this.savedCounters = this.counters;
  }

  /** Nearly every frame repeats it: what does not change writes no page. */
  private setSeen(clientId: string, lmid: number): void {
    if (this.seenMids.get(clientId) === lmid) return;
    this.sql.setSeen.run(clientId, lmid);
    this.seenMids.set(clientId, lmid);
  }

  private dropSeen(): void {
    this.sql.dropSeen.run();
    this.seenMids.clear();
  }

  /** Everything that names a customer goes, what finds him too. */
  private deleteAll(): void {
    this.db.exec('DELETE FROM base; DELETE FROM member; DELETE FROM staged;');
    this.keys.clear();
    this.counts.clear();
  }

  private applyOps({ unread = [], ops }: FrameChange): void {
    if (unread.length === 0) for (const op of newestOps(ops)) this.applyOp(op);
    else {
      readable(() =>
        this.frameRows.apply(
          [...unread.map((part) => part.body), JSON.stringify({ ops })],
          this.counters.gen,
        ),
      );
      // Nobody has seen the rows one by one: reading them is the way to know their sums.
      this.ledger.restart(this.scopes.activeNumbers());
    }
  }

  private applyOp({ table, id, v, row, scopes }: Op): void {
    const found = this.rows.find(table, id);
    const live = found !== undefined && this.scopes.isLive(found.stage);
    if (row === null || scopes.length === 0) {
      if (found !== undefined && !live) this.rows.remove(found);
      return;
    }
    if (live) this.snapshots.moveAside(found);
    const numbers = scopes.map((scope) => this.scopes.numberOf(scope));
    this.rows.write(found, { table, id, v, row }, numbers, this.counters.gen);
  }

  private stagePart(scope: string, rows: SnapRows, gone: readonly RowKey[]): number {
    const n = this.scopes.numberOf(scope);
    const stage = this.scopes.stageOf(n, () => this.newStage());
    if (!Array.isArray(rows) || rows.length > 0)
      this.snapshots.arrive(stage, n, this.counters.gen, bodyOf(rows));
    for (const [table, id] of gone) {
      const found = this.rows.find(table, id);
      if (found?.stage === stage) this.rows.remove(found);
      else this.snapshots.removeStaged(stage, TABLES.indexOf(table), id);
    }
    return stage;
  }

  private newStage(): number {
    const stage = this.counters.nextStage;
    this.counters = { ...this.counters, nextStage: stage + 1 };
    return stage;
  }

  private deactivateAll(): void {
    this.scopes.deactivateAll();
    this.ledger.restart([]);
  }

  private dropScope(name: string): void {
    const n = this.scopes.numberOf(name);
    this.dropStageOf(n);
    this.repairs.drop(n);
    this.scopeRows.leave(n);
    this.scopes.deactivate(n);
    this.ledger.end(n);
  }

  private dropStages(): void {
    for (const { scope } of this.scopes.liveStages()) this.dropStageOf(scope);
  }

  private dropStageOf(scope: number): void {
    const stage = this.scopes.findStage(scope);
    if (stage === undefined) return;
    this.snapshots.drop(stage, scope);
    this.scopes.endStage(stage);
  }

  private loseUngranted(granted: readonly string[]): void {
    if (!this.counters.staleLeft) return;
    const kept = new Set(granted);
    for (const { n, name } of this.scopes.all())
      if (!kept.has(name)) this.scopeRows.leave(n, this.counters.gen);
  }
}
