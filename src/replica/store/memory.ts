/** Both stores in memory, said as plainly as the protocol says it: for the simulator, and as the model of the files. */
import type { Table } from '../../domain/rows.ts';
import type { Op } from '../../protocol/frame.ts';
import { BUCKETS } from '../../protocol/limits.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { bucketOf, termOf } from '../../protocol/sums.ts';
import { type Entry, newOutbox, type Outbox, type OutboxChange } from '../outbox/model.ts';
import type {
  BaseRow,
  FrameChange,
  Lease,
  OutboxStore,
  ReplicaMeta,
  ReplicaStore,
  ResetChange,
  ResumeChange,
  RowKey,
} from './contract.ts';
import { listOf, type SnapRows } from './rows.ts';

type Staged = { table: Table; id: string; v: number; json: string };
const keyOf = (table: Table, id: string): string => `${table}/${id}`;

export const EMPTY_META: ReplicaMeta = {
  epoch: '',
  cursor: 0,
  chain: '',
  proof: '',
  mask: '',
  schemaHash: '',
  active: [],
};

/** Bucket and term of a row: it is replaced, never changed in place. */
const summands = new WeakMap<BaseRow, readonly [bucket: number, term: bigint]>();

function summed(row: BaseRow): readonly [bucket: number, term: bigint] {
  const known = summands.get(row);
  if (known) return known;
  const made = [bucketOf(row.table, row.id), termOf(row)] as const;
  summands.set(row, made);
  return made;
}

/** A row is replaced, never changed in place: a copy of the maps is a copy of the replica. */
export class MemoryReplica implements ReplicaStore {
  rows = new Map<string, BaseRow>();
  private stages = new Map<string, Map<string, Staged>>();
  private repairs = new Map<string, Map<string, Staged>>();
  private seenOf = new Map<string, number>();
  private seenOfStale: { clientId: string; mid: number } | null = null;
  private state: ReplicaMeta = EMPTY_META;
  private held: Lease | null = null;

  copy(): MemoryReplica {
    const copy = new MemoryReplica();
    copy.rows = new Map(this.rows);
    copy.stages = copyOf(this.stages);
    copy.repairs = copyOf(this.repairs);
    copy.seenOf = new Map(this.seenOf);
    copy.seenOfStale = this.seenOfStale;
    copy.state = this.state;
    copy.held = this.held;
    return copy;
  }

  meta(): ReplicaMeta {
    return this.state;
  }

  seen(clientId: string): number | undefined {
    return this.seenOf.get(clientId);
  }

  staleSeen(clientId: string): number | undefined {
    return this.seenOfStale?.clientId === clientId ? this.seenOfStale.mid : undefined;
  }

  reset(change: ResetChange): void {
    this.discardStages();
    const { clientId, lmid, rowsSeen } = change;
    const before = [...this.rows.values()].some((row) => row.stale) ? this.staleSeen(clientId) : lmid;
    this.seenOfStale = before === undefined ? null : { clientId, mid: Math.min(before, lmid, rowsSeen) };
    if (change.deleteRows) this.rows.clear();
    for (const [key, row] of this.rows) this.rows.set(key, { ...row, stale: true });
    if (change.epoch !== this.state.epoch) this.seenOf.clear();
    this.seenOf.set(change.clientId, change.lmid);
    const { epoch, cursor, chain, proof, mask, schemaHash } = change;
    this.state = { epoch, cursor, chain, proof, mask, schemaHash, active: [] };
    this.keepGranted(change.granted);
  }

  resume({ granted, clientId, lmid }: ResumeChange): void {
    if ((this.seen(clientId) ?? 0) > lmid) this.seenOf.set(clientId, lmid);
    this.keepGranted(granted);
  }

  private keepGranted(granted: readonly string[]): void {
    for (const [key, row] of this.rows) {
      if (!row.stale) continue;
      this.keepIn(
        key,
        row,
        row.scopes.filter((scope) => granted.includes(scope)),
      );
    }
  }

  stage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    addTo(this.stages, scope, listOf(rows), gone);
  }

  stageRepair(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    addTo(this.repairs, scope, listOf(rows), gone);
  }

  endRepair(scope: string, buckets: readonly number[], rows: SnapRows, gone: readonly RowKey[]): void {
    const repair = addTo(this.repairs, scope, listOf(rows), gone);
    for (const [key, row] of this.rows)
      if (row.scopes.includes(scope) && !repair.has(key) && buckets.includes(bucketOf(row.table, row.id)))
        this.leave(key, row, scope);
    for (const [key, staged] of repair) {
      const held = this.rows.get(key);
      const kept = held === undefined || held.stale ? [] : held.scopes;
      this.rows.set(key, { ...staged, scopes: [...new Set([...kept, scope])].sort(), stale: false });
    }
    this.repairs.delete(scope);
  }

  sums(scope: string): BigUint64Array | undefined {
    if (!this.state.active.includes(scope)) return undefined;
    const sums = new BigUint64Array(BUCKETS);
    for (const row of this.rows.values()) {
      if (!row.scopes.includes(scope)) continue;
      const [bucket, term] = summed(row);
      sums[bucket] = (sums[bucket] as bigint) + term;
    }
    return sums;
  }

  endStage(scope: string, rows: SnapRows, gone: readonly RowKey[]): void {
    this.stage(scope, rows, gone);
    for (const [key, { table, id, v, json }] of this.stages.get(scope) ?? []) {
      const base = this.rows.get(key);
      if (base === undefined || base.stale)
        this.rows.set(key, { table, id, v, json, scopes: [scope], stale: false });
      else {
        const scopes = base.scopes.includes(scope) ? base.scopes : [...base.scopes, scope].sort();
        this.rows.set(key, v > base.v ? { ...base, scopes, v, json } : { ...base, scopes });
      }
    }
    this.stages.delete(scope);
    for (const [key, row] of this.rows) if (row.stale && row.scopes.includes(scope)) this.rows.delete(key);
    this.activate([...new Set([...this.state.active, scope])]);
  }

  applyFrame(change: FrameChange): void {
    const unread = (change.unread ?? []).flatMap((part) => part.list());
    for (const op of newestOps(unread.length > 0 ? [...unread, ...change.ops] : change.ops)) this.apply(op);
    for (const scope of change.drop) {
      this.stages.delete(scope);
      this.repairs.delete(scope);
      for (const [key, row] of this.rows) if (row.scopes.includes(scope)) this.leave(key, row, scope);
    }
    if (change.drop.length > 0)
      this.keepGranted(change.granted.filter((scope) => !change.drop.includes(scope)));
    this.seenOf.set(change.clientId, change.lmid);
    const { cursor, chain, proof } = change;
    this.state = { ...this.state, cursor, chain, proof };
    this.activate(this.state.active.filter((scope) => !change.drop.includes(scope)));
  }

  discardStages(): void {
    this.stages.clear();
    this.repairs.clear();
  }

  deleteRows(): void {
    this.rows.clear();
    this.discardStages();
    this.activate([]);
  }

  lease(): Lease | null {
    return this.held;
  }

  keepLease(lease: Lease): void {
    this.held = lease;
  }

  /** A row of an unfinished snapshot that the base does not have: it is on screen while that arrives. */
  arriving(table: Table, id: string): { v: number; json: string } | undefined {
    const key = keyOf(table, id);
    if (this.rows.has(key)) return undefined;
    for (const stage of this.stages.values()) if (stage.has(key)) return stage.get(key);
    return undefined;
  }

  isStale(table: Table, id: string): boolean {
    return this.rows.get(keyOf(table, id))?.stale ?? false;
  }

  /** A row without any scope goes. */
  private leave(key: string, row: BaseRow, scope: string): void {
    const scopes = row.scopes.filter((held) => held !== scope);
    this.keepIn(key, row, scopes);
  }

  private apply(op: Op): void {
    const key = keyOf(op.table, op.id);
    if (op.row === null || op.scopes.length === 0) this.rows.delete(key);
    else {
      const { table, id, v } = op;
      this.rows.set(key, {
        table,
        id,
        v,
        json: JSON.stringify(op.row),
        scopes: [...op.scopes].sort(),
        stale: false,
      });
    }
  }

  private keepIn(key: string, row: BaseRow, scopes: string[]): void {
    if (scopes.length === 0) this.rows.delete(key);
    else if (scopes.length < row.scopes.length) this.rows.set(key, { ...row, scopes });
  }

  private activate(active: string[]): void {
    this.state = { ...this.state, active: active.sort() };
  }
}

const copyOf = (stages: Map<string, Map<string, Staged>>): Map<string, Map<string, Staged>> =>
  new Map(Array.from(stages, ([scope, stage]) => [scope, new Map(stage)]));

/** Adds a part to what is staged of a scope: the higher v wins, what is gone is not there. */
function addTo(
  stages: Map<string, Map<string, Staged>>,
  scope: string,
  rows: readonly SnapRow[],
  gone: readonly RowKey[],
): Map<string, Staged> {
  const stage = stages.get(scope) ?? new Map<string, Staged>();
  stages.set(scope, stage);
  for (const { table, id, v, row } of rows) {
    const before = stage.get(keyOf(table, id));
    if (before === undefined || v >= before.v)
      stage.set(keyOf(table, id), { table, id, v, json: JSON.stringify(row) });
  }
  for (const [table, id] of gone) stage.delete(keyOf(table, id));
  return stage;
}

/** [R16] Of several ops for one row the higher v wins; at equal v the later one. */
export function newestOps(ops: readonly Op[]): readonly Op[] {
  if (ops.length < 2) return ops;
  const newest = new Map<string, Op>();
  for (const op of ops) {
    const key = keyOf(op.table, op.id);
    const before = newest.get(key);
    if (before === undefined || op.v >= before.v) newest.set(key, op);
  }
  return newest.size === ops.length ? ops : [...newest.values()];
}

export class MemoryOutbox implements OutboxStore {
  private outbox: Outbox;

  constructor(clientId: string) {
    this.outbox = newOutbox(clientId);
  }

  load(): Outbox {
    return this.outbox;
  }

  write(changes: readonly OutboxChange[]): void {
    this.outbox = applyChanges(this.outbox, changes);
  }
}

/** What changes do to the outbox as a value; a collection that none touches stays the same object. */
export function applyChanges(before: Outbox, changes: readonly OutboxChange[]): Outbox {
  const touched = new Set(changes.map((change) => change.table));
  const copied = <T>(table: OutboxChange['table'], map: ReadonlyMap<string, T>): Map<string, T> =>
    touched.has(table) ? new Map(map) : (map as Map<string, T>);
  const pending = touched.has('pending') ? new Map(before.pending.map((entry) => [entry.id, entry])) : null;
  const after = {
    me: before.me,
    settled: copied('settled', before.settled),
    undone: copied('undone', before.undone),
    conflict: copied('conflict', before.conflict),
    drafts: copied('draft', before.drafts),
  };
  for (const change of changes) {
    if (change.table === 'me') after.me = change.me;
    else if (change.table === 'pending') put(pending as Map<string, Entry>, change.id, change.entry);
    else if (change.table === 'settled') put(after.settled, change.id, change.settled);
    else if (change.table === 'undone') put(after.undone, change.id, change.at);
    else if (change.table === 'conflict') put(after.conflict, change.id, change.conflict);
    else put(after.drafts, change.key, change.draft);
  }
  const ordered = pending && [...pending.values()].sort((a, b) => a.order - b.order);
  return { ...after, pending: ordered ?? before.pending };
}

function put<T>(map: Map<string, T>, key: string, value: T | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}
