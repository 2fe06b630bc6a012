/**
 * What sync needs of the two stores. Every method is one transaction and returns when it is committed. There are two
 * makes: SQLite files, and plain memory, which is also the model that the files are tested against.
 */
import type { Table } from '../../domain/rows.ts';
import type { Op } from '../../protocol/frame.ts';
import type { Outbox, OutboxChange } from '../outbox/model.ts';
import type { SnapRows, UnreadOps } from './rows.ts';

/** Where this replica stands in the core's history (protocol State). */
export type ReplicaMeta = {
  epoch: string;
  cursor: number;
  chain: string;
  proof: string;
  mask: string;
  schemaHash: string;
  active: readonly string[];
};

export type ResetChange = {
  epoch: string;
  cursor: number;
  chain: string;
  proof: string;
  mask: string;
  schemaHash: string;
  clientId: string;
  lmid: number;
  /** The last mid of this client whose effect is in the rows that are there, in its present numbers (overlay.ts). */
  rowsSeen: number;
  granted: readonly string[];
  /** Reason `mask`: rows are deleted instead of marked stale (R5). */
  deleteRows: boolean;
};

export type ResumeChange = { granted: readonly string[]; clientId: string; lmid: number };

export type FrameChange = {
  /** Earlier parts of the frame, still as bytes. */
  unread?: readonly UnreadOps[];
  /** In the order of the frame; of one row the last op wins unless an earlier one has the higher v (R16). */
  ops: readonly Op[];
  drop: readonly string[];
  cursor: number;
  chain: string;
  proof: string;
  clientId: string;
  lmid: number;
  /** The scopes that the core grants now: at a drop a stale row loses all others (R5). */
  granted: readonly string[];
};

export type RowKey = readonly [table: Table, id: string];

/** `clock`: the highest clock reading known; `heard`: when the core was last connected (ms). */
export type Lease = { until: string; clock: number; heard?: number };

/** The writing side of replica.db: only the sync session calls it. */
export interface ReplicaStore {
  meta(): ReplicaMeta;
  /** The last mid of this client whose effect is in the rows. */
  seen(clientId: string): number | undefined;
  /**
   * The last mid of this client whose effect every stale row has that had to have it. A reset moves `seen` on before the
   * rows come; what was executed in between is in neither. Undefined for another client than that of the reset: then it
   * is not known.
   */
  staleSeen(clientId: string): number | undefined;
  /** [R5] `reset: true` of a welcome; written through to the disk before it returns. */
  reset(change: ResetChange): void;
  /** [R5] [R13] A welcome without reset: stale rows lose the scopes that are not granted; `seen` is at most its lmid. */
  resume(change: ResumeChange): void;
  /**
   * [R4] Stages a part of a scope's snapshot; nothing of the base changes.
   * @throws UnreadableRows with nothing written, where unread rows are not as wire.md says
   */
  stage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void;
  /** [R4] The last part: stage, scope and `active` join the base. */
  endStage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void;
  /**
   * [R10] Transaction 1: ops, then drop, cursor, chain, proof and seen.
   * @throws UnreadableRows with nothing written, where unread ops are not as wire.md says
   */
  applyFrame(change: FrameChange): void;
  /**
   * The SUMs of an active scope by bucket (wire.md, Divergence), exact at the cursor; undefined if it is not active or
   * they are not known just now.
   */
  sums(scope: string): BigUint64Array | undefined;
  /** Stages a part of a repair of an active scope; nothing of the base changes. */
  stageRepair(scope: string, rows: SnapRows, gone: readonly RowKey[]): void;
  /** The last part of a repair: what is staged replaces these buckets of the scope and nothing else, whatever the v. */
  endRepair(scope: string, buckets: readonly number[], rows: SnapRows, gone: readonly RowKey[]): void;
  /** [R4] The connection has ended: unfinished snapshots and repairs are thrown away. */
  discardStages(): void;
  /** All rows go and no scope is active: mask changed, station revoked, lease over. The cursor stays. */
  deleteRows(): void;
  /** The offline lease with the highest clock reading known (ms), or null before the first welcome. */
  lease(): Lease | null;
  keepLease(lease: Lease): void;
  /** Whether a row is from before a reset and not yet confirmed; false if there is none. */
  isStale(table: Table, id: string): boolean;
}

/** The sacred side: one operator's outbox. Synchronous FULL, exclusively locked. */
export interface OutboxStore {
  load(): Outbox;
  /** One durable transaction; throws with nothing written. */
  write(changes: readonly OutboxChange[]): void;
}

/** One replicated row as it stands in the base. */
export type BaseRow = { table: Table; id: string; v: number; json: string; scopes: string[]; stale: boolean };
