/**
 * A console's disk: the stores in memory, which can die after any durable write, lose the last transactions of
 * replica.db in a loss of power (synchronous NORMAL), and be put back to an older image.
 */

import type { Table } from '../../src/domain/rows.ts';
import { newOutbox, type Outbox, type OutboxChange } from '../../src/replica/outbox/model.ts';
import { isFree } from '../../src/replica/outbox/operations.ts';
import type {
  FrameChange,
  Lease,
  OutboxStore,
  ReplicaMeta,
  ReplicaStore,
  ResetChange,
  RowKey,
} from '../../src/replica/store/contract.ts';
import { applyChanges, MemoryReplica } from '../../src/replica/store/memory.ts';
import type { SnapRows } from '../../src/replica/store/rows.ts';
import { Broken } from './broken.ts';

/** The console's process has died: nothing that it still does reaches a disk or a wire. */
export class Died extends Error {}

/** The process that writes: told after each durable write, and asked before each. */
export type Writer = { alive(): void; wrote(): void };

/** Copies a value two levels deep: rows are changed in place, their content is not. */
export function copyReplica(from: MemoryReplica): MemoryReplica {
  const copy = Object.create(MemoryReplica.prototype) as { [name: string]: unknown };
  for (const [name, value] of Object.entries(from))
    copy[name] = value instanceof Map ? copyMap(value) : value;
  return copy as unknown as MemoryReplica;
}

function copyMap(map: Map<string, unknown>): Map<string, unknown> {
  const copy = new Map<string, unknown>();
  for (const [key, value] of map)
    copy.set(key, value instanceof Map ? copyMap(value) : typeof value === 'object' ? { ...value } : value);
  return copy;
}

/** Transactions that a loss of power may take at most. */
const LOSABLE = 4;

export class ReplicaDisk implements ReplicaStore {
  live = new MemoryReplica();
  /** States before the last transactions that are not written through, oldest first. */
  private losable: MemoryReplica[] = [];
  writer: Writer | null = null;

  image(): MemoryReplica {
    return copyReplica(this.live);
  }

  putBack(image: MemoryReplica): void {
    this.live = copyReplica(image);
    this.losable = [];
  }

  /** @param last how many of the last transactions are lost, if there are as many */
  losePower(last: number): void {
    const state = this.losable.at(-Math.min(last, this.losable.length));
    if (last > 0 && state) this.live = state;
    this.losable = [];
  }

  meta(): ReplicaMeta {
    return this.live.meta();
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
    this.write(() => this.live.reset(change));
    if (RESET_IS_WRITTEN_THROUGH) this.losable = [];
    this.writer?.wrote();
  }

  keepGranted(granted: readonly string[]): void {
    this.durable(() => this.live.keepGranted(granted));
  }

  stage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.writer?.alive();
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
    this.writer?.alive();
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
    this.writer?.alive();
    this.live.discardStages();
  }

  deleteRows(): void {
    this.durable(() => this.live.deleteRows());
  }

  keepLease(lease: Lease): void {
    this.writer?.alive();
    this.live.keepLease(lease);
  }

  private durable(work: () => void): void {
    this.write(work);
    this.writer?.wrote();
  }

  private write(work: () => void): void {
    this.writer?.alive();
    this.losable.push(copyReplica(this.live));
    if (this.losable.length > LOSABLE) this.losable.shift();
    work();
  }
}

const RESET_IS_WRITTEN_THROUGH = true;

export class OutboxDisk implements OutboxStore {
  value: Outbox;
  writer: Writer | null = null;

  constructor(clientId: string) {
    this.value = newOutbox(clientId);
  }

  load(): Outbox {
    return this.value;
  }

  write(changes: readonly OutboxChange[]): void {
    if (changes.length === 0) return;
    this.writer?.alive();
    const after = applyChanges(this.value, changes);
    assertNothingLost(this.value, after);
    this.value = after;
    this.writer?.wrote();
  }
}

/** [I6] An entry leaves pending only by its result, or by its operator's undo while it has no mid; no text is nowhere. */
export function assertNothingLost(before: Outbox, after: Outbox): void {
  const pending = new Set(after.pending.map((entry) => entry.id));
  if (pending.size !== after.pending.length) throw new Broken('I6', 'an id stands twice in pending');
  const kept = (id: string) => pending.has(id) || after.settled.has(id) || after.conflict.has(id);
  for (const entry of before.pending) {
    if (kept(entry.id)) continue;
    if (after.undone.has(entry.id) && isFree(entry)) continue;
    throw new Broken('I6', `${entry.id} left pending without a result`);
  }
  for (const id of before.settled.keys()) if (!kept(id)) throw new Broken('I6', `${id} left settled`);
  for (const id of before.conflict.keys()) if (!kept(id)) throw new Broken('I6', `${id} left conflict`);
  for (const id of pending)
    if (after.settled.has(id) || after.conflict.has(id)) throw new Broken('I6', `${id} is in two places`);
}
