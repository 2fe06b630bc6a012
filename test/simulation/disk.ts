/**
 * A console's disk: the stores in memory, which can die after any durable write, lose the last transactions of
 * replica.db in a loss of power (synchronous NORMAL), fail, be damaged, and be put back to an older image.
 */

import type { Table } from '../../src/domain/rows.ts';
import { SETTLED_MAX_AGE, SETTLED_MAX_ENTRIES } from '../../src/protocol/limits.ts';
import { newOutbox, type Outbox, type OutboxChange } from '../../src/replica/outbox/model.ts';
import { isFree } from '../../src/replica/outbox/operations.ts';
import type {
  FrameChange,
  Lease,
  OutboxStore,
  ReplicaMeta,
  ReplicaStore,
  ResetChange,
  ResumeChange,
  RowKey,
} from '../../src/replica/store/contract.ts';
import { applyChanges, MemoryReplica } from '../../src/replica/store/memory.ts';
import type { SnapRows } from '../../src/replica/store/rows.ts';
import { Broken } from './broken.ts';

/** The console's process has died: nothing that it still does reaches a disk or a wire. */
export class Died extends Error {}

/** The disk takes nothing more, or what was read is damaged. */
export class DiskFailed extends Error {}

/** The process that writes: asked before each durable write, and told after it; it may die at either. */
export type Writer = { alive(): void; wrote(): void };

/** Transactions that a loss of power may take at most. */
const LOSABLE = 4;

export class ReplicaDisk implements ReplicaStore {
  live = new MemoryReplica();
  /** Raised by every change of what is on it. */
  version = 0;
  /** The next write finds that the file is damaged. */
  damaged = false;
  writer: Writer | null = null;
  /**
   * A loss of power takes nothing: for a station whose client the core forgot after 30 days. Rows from before say
   * nothing about the mids that begin anew (docs/simulation.md).
   */
  safe = false;
  /** It, or the outbox beside it, is of an older time than the other. */
  wasPutBack = false;
  /** States before the last transactions that are not written through, oldest first. */
  private losable: MemoryReplica[] = [];

  image(): MemoryReplica {
    return this.live.copy();
  }

  putBack(image: MemoryReplica): void {
    this.live = image.copy();
    this.live.discardStages();
    this.wasPutBack ||= image.meta().epoch !== '';
    this.losable = [];
    this.damaged = false;
    this.version++;
  }

  /** @param last how many of the last transactions are lost, if there are as many */
  losePower(last: number): void {
    const state = this.losable.at(-Math.min(last, this.losable.length));
    if (last > 0 && state && !this.safe) this.live = state;
    this.losable = [];
    this.version++;
  }

  meta(): ReplicaMeta {
    return this.live.meta();
  }

  staleSeen(clientId: string): number | undefined {
    return this.live.staleSeen(clientId);
  }

  seen(clientId: string): number | undefined {
    return this.live.seen(clientId);
  }

  lease(): Lease | null {
    return this.live.lease();
  }

  isStale(table: Table, id: string): boolean {
    return this.live.isStale(table, id);
  }

  reset(change: ResetChange): void {
    const { mask } = this.live.meta();
    this.write(() => this.live.reset(change));
    if (mask !== '' && mask !== change.mask && this.live.rows.size > 0)
      throw new Broken('I5', `rows of ${mask} are held on as ${change.mask}`);
    if (RESET_IS_WRITTEN_THROUGH) this.losable = [];
    this.writer?.wrote();
  }

  resume(change: ResumeChange): void {
    this.durable(() => this.live.resume(change));
  }

  stage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.usable();
    this.live.stage(scope, rows, gone);
    this.writer?.wrote();
  }

  endStage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.durable(() => this.live.endStage(scope, rows, gone));
  }

  sums(scope: string): BigUint64Array | undefined {
    return this.live.sums(scope);
  }

  stageRepair(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.usable();
    this.live.stageRepair(scope, rows, gone);
    this.writer?.wrote();
  }

  endRepair(scope: string, buckets: readonly number[], rows: SnapRows, gone: readonly RowKey[]): void {
    this.durable(() => this.live.endRepair(scope, buckets, rows, gone));
  }

  applyFrame(change: FrameChange): void {
    this.durable(() => this.live.applyFrame(change));
  }

  discardStages(): void {
    this.usable();
    this.live.discardStages();
  }

  deleteRows(): void {
    this.durable(() => this.live.deleteRows());
  }

  keepLease(lease: Lease): void {
    this.usable();
    this.live.keepLease(lease);
  }

  private durable(work: () => void): void {
    this.write(work);
    this.writer?.wrote();
  }

  private write(work: () => void): void {
    this.usable();
    this.losable.push(this.live.copy());
    if (this.losable.length > LOSABLE) this.losable.shift();
    work();
    this.version++;
  }

  private usable(): void {
    this.writer?.alive();
    if (this.damaged) throw new DiskFailed('replica.db is damaged');
  }
}

const RESET_IS_WRITTEN_THROUGH = true;

export class OutboxDisk implements OutboxStore {
  value: Outbox;
  /** The client that it began as: after a wipe there is another outbox. */
  readonly born: string;
  /** The client that it was before a fork. */
  former = '';
  writer: Writer | null = null;
  /** So many writes fail with nothing written. */
  failing = 0;

  private readonly now: () => number;

  constructor(clientId: string, now: () => number) {
    this.value = newOutbox(clientId);
    this.born = clientId;
    this.now = now;
  }

  load(): Outbox {
    return this.value;
  }

  write(changes: readonly OutboxChange[]): void {
    if (changes.length === 0) return;
    this.writer?.alive();
    if (this.failing > 0) {
      this.failing--;
      throw new DiskFailed('the disk is full');
    }
    const after = applyChanges(this.value, changes);
    assertNothingLost(this.value, after, this.now());
    if (after.me.clientId !== this.value.me.clientId) this.former = this.value.me.clientId;
    this.value = after;
    this.writer?.wrote();
  }
}

/** [I6] An entry leaves pending only by its result, or by its operator's undo while it has no mid; no text is nowhere. */
export function assertNothingLost(before: Outbox, after: Outbox, now: number): void {
  const pending = new Set(after.pending.map((entry) => entry.id));
  if (pending.size !== after.pending.length) throw new Broken('I6', 'an id stands twice in pending');
  const kept = (id: string) => pending.has(id) || after.settled.has(id) || after.conflict.has(id);
  for (const entry of before.pending) {
    if (kept(entry.id)) continue;
    if (after.undone.has(entry.id) && isFree(entry)) continue;
    throw new Broken('I6', `${entry.id} left pending without a result`);
  }
  if (before.settled !== after.settled) assertSettledKept(before, after, now, kept);
  for (const id of before.conflict.keys()) if (!kept(id)) throw new Broken('I6', `${id} left conflict`);
  for (const id of pending)
    if (after.settled.has(id) || after.conflict.has(id)) throw new Broken('I6', `${id} is in two places`);
}

/** What is settled is on record for 7 days, or until there are 5,000 later ones. */
function assertSettledKept(before: Outbox, after: Outbox, now: number, kept: (id: string) => boolean): void {
  const full = after.settled.size >= SETTLED_MAX_ENTRIES;
  for (const [id, { settledAt }] of before.settled)
    if (!kept(id) && !full && now - Date.parse(settledAt) < SETTLED_MAX_AGE)
      throw new Broken('I6', `${id} left settled`);
}
