/** The store as one node sees it: the shared log, with the end of the process before, between and after transactions. */
import type { ClientStore } from '../../src/core/store/client-contract.ts';
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
} from '../../src/core/store/contract.ts';
import type { Table } from '../../src/domain/rows.ts';
import type { CoreDisk } from './core-disk.ts';
import type { CoreNode } from './node.ts';
import type { Work } from './work.ts';

type Place = { table: Table; id: string } | null;

export class NodeStore implements CoreStore, LogWriter {
  private readonly log: CoreDisk['log'];
  private readonly node: CoreNode;
  private readonly work: Work;
  private open = 0;

  constructor(disk: CoreDisk, node: CoreNode, work: Work) {
    this.log = disk.log;
    this.node = node;
    this.work = work;
  }

  /** Inside of a transaction: what is written there is durable only at its end. */
  get busy(): boolean {
    return this.open > 0;
  }

  head(): Head {
    return this.log.head();
  }

  chainAt(seq: number): string | undefined {
    return this.log.chainAt(seq);
  }

  changedRows(from: number, to: number): ChangedRow[] {
    return this.log.changedRows(from, to);
  }

  row(table: Table, id: string): StoredRow | undefined {
    return this.log.row(table, id);
  }

  encodedRow(table: Table, id: string): EncodedRow | undefined {
    return this.log.encodedRow(table, id);
  }

  rowsOfScope(scope: string, after: Place, limit: number): StoredRow[] {
    return this.log.rowsOfScope(scope, after, limit);
  }

  encodedRowsOfScope(scope: string, after: Place, limit: number): EncodedRow[] {
    return this.log.encodedRowsOfScope(scope, after, limit);
  }

  keysOfScope(scope: string, after: Place, limit: number): RowKey[] {
    return this.log.keysOfScope(scope, after, limit);
  }

  scopesSinceFloor(table: Table, id: string): string[] {
    return this.log.scopesSinceFloor(table, id);
  }

  survivor(profileId: string): string {
    return this.log.survivor(profileId);
  }

  unit<T>(work: () => T, done: Done<T>): void {
    done({ ok: true, value: work() });
  }

  transaction<T>(work: (log: LogWriter) => T): T {
    this.node.alive();
    if (this.open > 0) return this.log.transaction(() => work(this));
    this.node.meanwhile();
    this.node.usable();
    const before = this.log.head();
    this.open++;
    try {
      return this.log.transaction(() => work(this));
    } finally {
      this.open--;
      if (!this.node.dead) this.ended(before);
    }
  }

  private ended(before: Head): void {
    const { seq, epoch } = this.log.head();
    if (seq !== before.seq || epoch !== before.epoch) this.node.committed();
    this.node.wrote();
  }

  commit(changes: RowChange[], command?: CommandResult): number {
    const before = this.log.head().chain;
    const seq = this.log.commit(changes, command);
    this.work.committed(before, this.log.head(), changes, command);
    return seq;
  }

  /** The node is woken by `committed`; nobody else listens. */
  onCommit(): () => void {
    return () => undefined;
  }

  newEpoch(): Head {
    this.node.alive();
    this.node.begins();
    return this.log.newEpoch();
  }
}

/** Bookkeeping that is durable by itself when it is written outside of a transaction. */
const WRITES = [
  'putClient',
  'forgetClient',
  'addMid',
  'putCommand',
  'setAttempts',
  'putGrant',
  'putWriter',
  'addWipe',
  'closeWipe',
  'addAlarm',
  'audit',
  'raise',
  'prune',
] as const;

/** The same bookkeeping, whose writes count and end with the process. */
export function watchedClients(clients: ClientStore, node: CoreNode): ClientStore {
  const watched = Object.create(clients) as { [name: string]: unknown };
  for (const name of WRITES) {
    const write = clients[name].bind(clients) as (...args: unknown[]) => unknown;
    watched[name] = (...args: unknown[]) => {
      node.usable();
      if (name === 'forgetClient') node.forgets(String(args[0]));
      const result = write(...args);
      if (!node.store.busy) node.wrote();
      return result;
    };
  }
  return watched as unknown as ClientStore;
}
