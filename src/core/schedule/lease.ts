import type { LeaseStore } from '../store/leases.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';

/**
 * What time brings is done by one node: memberships, intents, the model. It holds a lease that it renews; another takes it
 * when it has ended, or when nobody has renewed it for as long: its end may have been written by a clock that is hours
 * fast. Clocks only say who tries: each unit reads the row as it is at the head, so that a node that was frozen does
 * nothing more when it wakes.
 */

/** How long a node that was killed is waited for. */
const LEASE_MS = 6_000;
const TICK_MS = 1_000;
const NAME = 'time';

export interface Lease {
  /** Whether this node may, as the store says where it is asked: inside of a unit that is the truth. */
  holds(): boolean;
}

/** Of a core that shares its store with nobody. */
export const ALONE: Lease = { holds: () => true };

export class SharedLease implements Lease {
  private readonly log: LogStore;
  private readonly leases: LeaseStore;
  private readonly node: string;
  private readonly clock: () => number;
  private readonly steady: () => number;
  private readonly onFailure: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private isBusy = false;
  /** The end that the row says, and since when by the steady clock. */
  private seen = { until: Number.NaN, since: 0 };

  constructor(
    stores: { log: LogStore; leases: LeaseStore },
    node: string,
    /** `steady`: ms of a clock that nobody sets. */
    hooks: { clock(): number; steady(): number; onFailure(error: unknown): void },
  ) {
    this.log = stores.log;
    this.leases = stores.leases;
    this.node = node;
    this.clock = hooks.clock;
    this.steady = hooks.steady;
    this.onFailure = hooks.onFailure;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.tend();
    this.timer = setInterval(() => void this.tend(), TICK_MS);
    this.timer.unref();
  }

  /** Gives it up, so that another node need not wait. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    if (!this.holds() || !this.log.isReachable) return;
    await written(this.log, () => {
      if (this.holds()) this.leases.put(NAME, { node: this.node, until: 0 });
    }).catch(this.onFailure);
  }

  holds(): boolean {
    const row = this.leases.get(NAME);
    return row !== undefined && row.node === this.node && row.until > this.clock();
  }

  private async tend(): Promise<void> {
    if (this.isBusy || !this.log.isReachable || !this.isDue()) return;
    this.isBusy = true;
    const take = () => {
      if (this.isDue()) this.leases.put(NAME, { node: this.node, until: this.clock() + LEASE_MS });
    };
    await written(this.log, take).catch(this.onFailure);
    this.isBusy = false;
  }

  /** Over, or this node's own and half over; by either clock. */
  private isDue(): boolean {
    const row = this.leases.get(NAME);
    if (row === undefined) return true;
    if (row.until !== this.seen.until) this.seen = { until: row.until, since: this.steady() };
    const left = Math.min(row.until - this.clock(), this.seen.since + LEASE_MS - this.steady());
    return left <= (row.node === this.node ? LEASE_MS / 2 : 0);
  }
}
