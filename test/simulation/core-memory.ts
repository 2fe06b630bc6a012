/**
 * The core's store in memory: what `LogStore` and `SqliteClients` say, without SQLite, because a history of the
 * simulator has some thousand reads of a microsecond each. core-memory.test.ts holds it against them, step by step.
 */
import { hash } from 'node:crypto';
import type {
  Alarm,
  ClientRecord,
  ClientStore,
  CommandRecord,
  MidRecord,
  WipeOrder,
} from '../../src/core/store/client-contract.ts';
import type {
  ChangedRow,
  CommandResult,
  CoreStore,
  Done,
  Head,
  LogWriter,
  RowChange,
  RowKey,
  StoredRow,
} from '../../src/core/store/contract.ts';
import type { EventRow } from '../../src/domain/event.ts';
import { TABLES, type Table } from '../../src/domain/rows.ts';
import { isEventHidden } from '../../src/packs/airline/roles.ts';
import { DAY, HOUR } from '../../src/protocol/limits.ts';

const keyOf = (table: Table, id: string): string => `${TABLES.indexOf(table)} ${id}`;

/** What takes back the writes of the open transaction, newest last; null outside of one. */
type Journal = { undo: (() => void)[] | null };

/** A map that is a table: its writes can be rolled back. Values are never changed in place. */
class Shelf<V> {
  readonly map: Map<string, V>;
  private readonly journal: Journal;

  constructor(journal: Journal, from?: Shelf<V>) {
    this.journal = journal;
    this.map = new Map(from?.map);
  }

  get(key: string): V | undefined {
    return this.map.get(key);
  }

  set(key: string, value: V): void {
    this.remember(key);
    this.map.set(key, value);
  }

  delete(key: string): void {
    this.remember(key);
    this.map.delete(key);
  }

  private remember(key: string): void {
    const before = this.map.get(key);
    this.journal.undo?.push(() => {
      if (before === undefined) this.map.delete(key);
      else this.map.set(key, before);
    });
  }

  deleteWhere(gone: (value: V) => boolean): void {
    for (const [key, value] of this.map) if (gone(value)) this.delete(key);
  }
}

type Change = {
  seq: number;
  table: Table;
  id: string;
  scopesBefore: string[];
  vBefore: number;
  hidden: boolean;
};

const isHiddenFromSome = (table: Table, json: string): boolean =>
  table === 'event' && isEventHidden('kiosk', JSON.parse(json) as EventRow);

export class MemoryLog implements CoreStore, LogWriter {
  private readonly journal: Journal;
  private readonly now: () => number;
  private readonly newId: () => string;
  private readonly listeners = new Set<(head: Head) => void>();
  private readonly rows: Shelf<StoredRow>;
  private readonly redirects: Shelf<{ survivor: string; at: number }>;
  private readonly chains: Map<number, string>;
  private changes: Change[];
  private current: Head;
  /** Rows in the order of snapshots; made anew when one has come or gone. */
  private sorted: StoredRow[] | null = null;

  constructor(journal: Journal, now: () => number, newId: () => string, from?: MemoryLog) {
    this.journal = journal;
    this.now = now;
    this.newId = newId;
    this.rows = new Shelf(journal, from?.rows);
    this.redirects = new Shelf(journal, from?.redirects);
    this.chains = new Map(from?.chains);
    this.changes = from ? [...from.changes] : [];
    this.current = from?.current ?? { epoch: newId(), seq: 0, chain: '', floor: 0 };
  }

  head(): Head {
    return this.current;
  }

  chainAt(seq: number): string | undefined {
    if (seq === this.current.seq) return this.current.chain;
    if (seq < this.current.floor) return undefined;
    return seq === 0 ? '' : this.chains.get(seq);
  }

  changedRows(from: number, to: number): ChangedRow[] {
    const found = new Map<string, ChangedRow>();
    for (let i = this.firstAfter(from); i < this.changes.length; i++) {
      const { seq, table, id, scopesBefore, vBefore, hidden } = this.changes[i] as Change;
      if (seq > to) break;
      const key = keyOf(table, id);
      const known = found.get(key);
      if (known) {
        known.last = seq;
        known.hidden ||= hidden;
      } else found.set(key, { table, id, scopesBefore: [...scopesBefore], vBefore, hidden, last: seq });
    }
    return [...found.values()];
  }

  private firstAfter(seq: number): number {
    let [low, high] = [0, this.changes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.changes[middle] as Change).seq > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  row(table: Table, id: string): StoredRow | undefined {
    return this.rows.get(keyOf(table, id));
  }

  encodedRow(table: Table, id: string): StoredRow | undefined {
    return this.row(table, id);
  }

  private inOrder(): StoredRow[] {
    this.sorted ??= [...this.rows.map.values()].sort(byKey);
    return this.sorted;
  }

  rowsOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): StoredRow[] {
    const found: StoredRow[] = [];
    for (const row of this.inOrder()) {
      if (found.length >= limit) break;
      if (row.table !== 'bundle' && !row.scopes.includes(scope)) continue;
      if (!after || byKey(row, after) > 0) found.push(row);
    }
    return found;
  }

  encodedRowsOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): StoredRow[] {
    return this.rowsOfScope(scope, after, limit);
  }

  keysOfScope(scope: string, after: { table: Table; id: string } | null, limit: number): RowKey[] {
    return this.rowsOfScope(scope, after, limit).map(({ table, id, v }) => ({ table, id, v }));
  }

  scopesSinceFloor(table: Table, id: string): string[] {
    const scopes = new Set<string>(this.row(table, id)?.scopes);
    for (const change of this.changes)
      if (change.id === id && change.table === table)
        for (const scope of change.scopesBefore) scopes.add(scope);
    return [...scopes];
  }

  survivor(profileId: string): string {
    let id = profileId;
    for (let hops = 0; hops < 100; hops++) {
      const found = this.redirects.get(id);
      if (!found || found.at <= this.now() - 30 * DAY) return id;
      id = found.survivor;
    }
    return id;
  }

  /** Two profiles are one from now on; part of the caller's transaction. */
  redirect(lost: string, survivor: string): void {
    this.redirects.set(lost, { survivor, at: this.now() });
  }

  unit<T>(work: () => T, done: Done<T>): void {
    done({ ok: true, value: work() });
  }

  transaction<T>(work: (log: LogWriter) => T): T {
    const before = this.current;
    const outer = this.journal.undo;
    const undo: (() => void)[] = outer ?? [];
    const mark = undo.length;
    const changes = this.changes.length;
    this.journal.undo = undo;
    try {
      const result = work(this);
      this.journal.undo = outer;
      if (!outer && this.current !== before) this.tell();
      return result;
    } catch (error) {
      // What is undone must not be recorded.
      this.journal.undo = null;
      for (const one of undo.splice(mark).reverse()) one();
      this.journal.undo = outer;
      this.changes.length = changes;
      for (let seq = this.current.seq; seq > before.seq; seq--) this.chains.delete(seq);
      this.current = before;
      this.sorted = null;
      throw error;
    }
  }

  commit(changes: RowChange[], command?: CommandResult): number {
    if (!this.journal.undo) throw new Error('commit outside of a transaction');
    const seq = this.current.seq + 1;
    let text = '';
    const first = this.changes.length;
    for (const change of changes) text += this.apply(seq, first, change);
    this.changes.push(...this.changes.splice(first).sort(byKey));
    if (command) text += JSON.stringify([command.clientId, command.mid, command.id, command.status]);
    const digest = hash('sha256', text, 'buffer');
    const chain = hash('sha256', Buffer.concat([Buffer.from(this.current.chain), digest]));
    this.chains.set(seq, chain);
    this.current = { ...this.current, seq, chain };
    return seq;
  }

  /** @param first where this commit's changes begin */
  private apply(seq: number, first: number, { table, id, json, scopes }: RowChange): string {
    const old = this.row(table, id);
    const after = json === null ? [] : scopes;
    const isLogged = this.changes.slice(first).some((one) => one.table === table && one.id === id);
    if (!isLogged)
      this.changes.push({
        seq,
        table,
        id,
        scopesBefore: old?.scopes ?? [],
        vBefore: old?.v ?? 0,
        hidden: old !== undefined && isHiddenFromSome(table, old.json),
      });
    if (json === null) this.rows.delete(keyOf(table, id));
    else this.rows.set(keyOf(table, id), { table, id, v: seq, json, scopes: after });
    this.sorted = null;
    return `${TABLES.indexOf(table)}\n${id}\n${JSON.stringify(after)}\n${json ?? ''}\n`;
  }

  onCommit(listener: (head: Head) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener(this.current);
  }

  newEpoch(): Head {
    this.current = { ...this.current, epoch: this.newId() };
    return this.current;
  }

  /** Keeps the last `keep` seqs of the log. */
  cutLog(keep: number): void {
    const floor = this.current.seq - Math.max(0, keep);
    if (floor <= this.current.floor) return;
    this.changes = this.changes.slice(this.firstAfter(floor));
    for (const seq of this.chains.keys()) if (seq < floor) this.chains.delete(seq);
    this.current = { ...this.current, floor };
    this.tell();
  }
}

/** Tables in their order, ids as SQLite compares them where they are ASCII. */
function byKey(a: { table: Table; id: string }, b: { table: Table; id: string }): number {
  if (a.table !== b.table) return TABLES.indexOf(a.table) - TABLES.indexOf(b.table);
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

type Wipe = WipeOrder & { clientId: string; at: number; done: boolean };

/** With the time that pruning looks at. */
type Kept<R> = { record: R; at: number };

export class MemoryClients implements ClientStore {
  private readonly clients: Shelf<ClientRecord>;
  private readonly mids: Shelf<readonly Kept<MidRecord>[]>;
  private readonly commands: Shelf<Kept<CommandRecord>>;
  private readonly tries: Shelf<{ count: number; at: number }>;
  private readonly found: Shelf<readonly { scope: string; at: number }[]>;
  private readonly writers: Shelf<{ subject: string; at: string }>;
  private readonly wipes: Shelf<Wipe>;
  private readonly told: Shelf<Alarm>;
  private readonly revocations: Shelf<{ generation: number; at: number }>;

  constructor(journal: Journal, from?: MemoryClients) {
    this.clients = new Shelf(journal, from?.clients);
    this.mids = new Shelf(journal, from?.mids);
    this.commands = new Shelf(journal, from?.commands);
    this.tries = new Shelf(journal, from?.tries);
    this.found = new Shelf(journal, from?.found);
    this.writers = new Shelf(journal, from?.writers);
    this.wipes = new Shelf(journal, from?.wipes);
    this.told = new Shelf(journal, from?.told);
    this.revocations = new Shelf(journal, from?.revocations);
  }

  client(clientId: string): ClientRecord | undefined {
    return this.clients.get(clientId);
  }

  putClient(record: ClientRecord): void {
    this.clients.set(record.clientId, record);
  }

  forgetClient(clientId: string): void {
    this.clients.delete(clientId);
    this.mids.delete(clientId);
    this.found.delete(clientId);
  }

  clientsOf(subject: string): ClientRecord[] {
    return [...this.clients.map.values()]
      .filter((client) => client.subject === subject)
      .sort((a, b) => a.seen - b.seen);
  }

  private midsOf(clientId: string): readonly Kept<MidRecord>[] {
    return this.mids.get(clientId) ?? [];
  }

  mid(clientId: string, mid: number): MidRecord | undefined {
    return this.midsOf(clientId).find(({ record }) => record.mid === mid)?.record;
  }

  midsAfter(clientId: string, after: number, limit: number): MidRecord[] {
    const found: MidRecord[] = [];
    for (const { record } of this.midsOf(clientId))
      if (record.mid > after && found.length < limit) found.push(record);
    return found;
  }

  midAt(clientId: string, seq: number): number | undefined {
    const mids = this.midsOf(clientId);
    const found = mids.findLast(({ record }) => record.seq <= seq);
    return found?.record.mid ?? (mids[0] ? mids[0].record.mid - 1 : undefined);
  }

  /** Mids come in ascending order. */
  addMid(clientId: string, record: MidRecord, at: number): void {
    const before = this.midsOf(clientId);
    if (before.some((one) => one.record.mid >= record.mid))
      throw new Error(`mid ${record.mid} of ${clientId} is there already`);
    this.mids.set(clientId, [...before, { record, at }]);
  }

  command(id: string): CommandRecord | undefined {
    return this.commands.get(id)?.record;
  }

  putCommand(record: CommandRecord, at: number): void {
    this.commands.set(record.id, { record, at });
  }

  attempts(id: string): number {
    return this.tries.get(id)?.count ?? 0;
  }

  setAttempts(id: string, count: number, at: number): void {
    if (count === 0) this.tries.delete(id);
    else this.tries.set(id, { count, at });
  }

  grants(clientId: string): { scope: string; at: number }[] {
    return [...(this.found.get(clientId) ?? [])];
  }

  putGrant(clientId: string, scope: string, at: number): void {
    const others = this.grants(clientId).filter((one) => one.scope !== scope);
    this.found.set(clientId, [...others, { scope, at }]);
  }

  writer(profileId: string, fact: string): { subject: string; at: string } | undefined {
    return this.writers.get(`${profileId} ${fact}`);
  }

  putWriter(profileId: string, fact: string, subject: string, at: string): void {
    this.writers.set(`${profileId} ${fact}`, { subject, at });
  }

  openWipe(clientId: string): WipeOrder | undefined {
    if (this.wipes.map.size === 0) return undefined;
    const open = [...this.wipes.map.values()].filter((one) => one.clientId === clientId && !one.done);
    const [oldest] = open.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    return oldest && { id: oldest.id, mode: oldest.mode };
  }

  clientsToWipe(): string[] {
    if (this.wipes.map.size === 0) return [];
    const open = [...this.wipes.map.values()].filter((one) => !one.done);
    return [...new Set(open.map((one) => one.clientId))].sort();
  }

  addWipe(order: WipeOrder, clientId: string, _subject: string, at: number): void {
    const key = `${order.id} ${clientId}`;
    if (!this.wipes.get(key)) this.wipes.set(key, { ...order, clientId, at, done: false });
  }

  closeWipe(id: string, clientId: string, _pending: number, _at: number): boolean {
    const key = `${id} ${clientId}`;
    const order = this.wipes.get(key);
    if (!order || order.done) return false;
    this.wipes.set(key, { ...order, done: true });
    return true;
  }

  addAlarm(kind: string, detail: string, at: number): void {
    this.told.set(`${this.told.map.size}`, { kind, detail, at: new Date(at).toISOString() });
  }

  alarms(): Alarm[] {
    return [...this.told.map.values()].reverse();
  }

  /** Nobody reads these here; they are tested where they are kept. */
  audit(): void {}
  noteDetail(): void {}
  oweErasures(): void {}

  generation(subject: string): number {
    return this.revocations.get(subject)?.generation ?? 0;
  }

  revokedAt(subject: string): number {
    return this.revocations.get(subject)?.at ?? Number.NEGATIVE_INFINITY;
  }

  raise(subject: string, at: number): void {
    this.revocations.set(subject, { generation: this.generation(subject) + 1, at });
  }

  prune(now: number): void {
    for (const [clientId, mids] of this.mids.map)
      if (mids.some((one) => one.at < now - 30 * DAY))
        this.mids.set(
          clientId,
          mids.filter((one) => one.at >= now - 30 * DAY),
        );
    this.commands.deleteWhere((one) => one.at < now - 60 * DAY);
    this.tries.deleteWhere((one) => one.at < now - 60 * DAY);
    for (const [clientId, found] of this.found.map)
      this.found.set(
        clientId,
        found.filter((one) => one.at >= now - 12 * HOUR),
      );
  }
}

/** A core's database: log and bookkeeping, which commit and roll back together. */
export class CoreMemory {
  readonly log: MemoryLog;
  readonly clients: MemoryClients;

  constructor(now: () => number, newId: () => string, from?: CoreMemory) {
    const journal: Journal = { undo: null };
    this.log = new MemoryLog(journal, now, newId, from?.log);
    this.clients = new MemoryClients(journal, from?.clients);
  }
}
