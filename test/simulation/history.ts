/** What is true: the state after every commit of every branch of the core's history, by its chain. */
import type { CommandResult, Head, RowChange } from '../../src/core/store/contract.ts';
import type { Table } from '../../src/domain/rows.ts';
import { Broken } from './broken.ts';

export type TrueRow = { table: Table; id: string; v: number; json: string; scopes: readonly string[] };

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
  commits = 0;

  at(chain: string): State | undefined {
    return this.states.get(chain);
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
    const rows = new Map(old.rows);
    for (const { table, id, json, scopes } of changes) {
      if (json === null) rows.delete(`${table}/${id}`);
      else rows.set(`${table}/${id}`, { table, id, v: head.seq, json, scopes });
    }
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
    }
    this.states.set(head.chain, { seq: head.seq, before, rows, effects, refused, lmid, order });
  }
}
