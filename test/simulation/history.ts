/** What is true: the state after every commit of every branch of the core's history, by its chain. */
import type { CommandResult, Head, RowChange } from '../../src/core/store/contract.ts';
import type { Table } from '../../src/domain/rows.ts';
import { Broken } from './broken.ts';

export type TrueRow = {
  table: Table;
  id: string;
  v: number;
  json: string;
  scopes: readonly string[];
  /** Ids that took effect on the way here, up to the commit that wrote it. */
  effects: ReadonlyMap<string, number>;
};

export type State = {
  seq: number;
  /** Chain of the commit before. */
  before: string;
  rows: ReadonlyMap<string, TrueRow>;
  /** Ids that took effect on the way here, with the seq of the commit. */
  effects: ReadonlyMap<string, number>;
  /** Ids that were executed on the way here and took no effect. */
  refused: ReadonlySet<string>;
  /** The last mid of each client on the way here. */
  lmid: ReadonlyMap<string, number>;
  /** By outbox and customer: how far in the order of writing its commands were executed. */
  order: ReadonlyMap<string, number>;
};

/** Where a command stands among those that its operator wrote for the same customer. */
export type Written = { place: string; number: number };

const NOTHING: State = {
  seq: 0,
  before: '',
  rows: new Map(),
  effects: new Map(),
  refused: new Set(),
  lmid: new Map(),
  order: new Map(),
};

export class History {
  private readonly states = new Map<string, State>([['', NOTHING]]);
  /** Every row that ever was, of all branches, by table, id and version. */
  private readonly written = new Map<string, TrueRow[]>();
  /** Under which client each command was executed, in whichever branch was the last. */
  readonly executed = new Map<string, string>();
  commits = 0;

  at(chain: string): State | undefined {
    return this.states.get(chain);
  }

  /** The rows of this version in all branches: a stale row of a console is one of them. */
  versions(table: Table, id: string, v: number): readonly TrueRow[] {
    return this.written.get(versionKey(table, id, v)) ?? [];
  }

  /** Whether the commit with this chain is one of those that led to the other. */
  isBefore(chain: string, later: string): boolean {
    const seq = this.states.get(chain)?.seq ?? 0;
    let at = later;
    for (let state = this.states.get(at); state && state.seq > seq; state = this.states.get(at))
      at = state.before;
    return at === chain;
  }

  /** Told inside of the transaction: a state whose transaction is rolled back is never asked for. */
  commit(
    before: string,
    head: Head,
    changes: readonly RowChange[],
    command?: CommandResult,
    written?: Written,
  ): void {
    const old = this.states.get(before);
    if (!old) throw new Broken('simulator', `no state at chain ${before}`);
    this.commits++;
    let { effects, refused, lmid, order } = old;
    if (command && written && !effects.has(command.id) && !refused.has(command.id)) {
      const { place, number } = written;
      if ((order.get(place) ?? 0) > number)
        throw new Broken('R12', `${command.id} was executed after a later one of ${place}`);
      order = new Map(order).set(place, number);
    }
    if (command) {
      if (changes.length > 0) {
        if (effects.has(command.id)) throw new Broken('I2', `${command.id} took effect twice`);
        effects = new Map(effects).set(command.id, head.seq);
      }
      if (changes.length === 0 && !effects.has(command.id)) refused = new Set(refused).add(command.id);
      lmid = new Map(lmid).set(command.clientId, command.mid);
      this.executed.set(command.id, command.clientId);
    }
    const rows = this.changed(old.rows, head.seq, changes, effects);
    this.states.set(head.chain, { seq: head.seq, before, rows, effects, refused, lmid, order });
  }

  private changed(
    old: State['rows'],
    v: number,
    changes: readonly RowChange[],
    effects: State['effects'],
  ): State['rows'] {
    const rows = new Map(old);
    for (const { table, id, json, scopes } of changes) {
      if (json === null) rows.delete(`${table}/${id}`);
      else {
        const row = { table, id, v, json, scopes, effects };
        rows.set(`${table}/${id}`, row);
        this.written.set(versionKey(table, id, v), [...this.versions(table, id, v), row]);
      }
    }
    return rows;
  }
}

const versionKey = (table: Table, id: string, v: number): string => `${table}/${id}@${v}`;
