import type { Doors } from '../ingest/deps.ts';
import { written } from '../store/outcome.ts';
import type { Destination } from './channels/destination.ts';
import { Planner } from './planner.ts';
import { type Claimed, Sender } from './sender.ts';

/** The thin rim of right time: when planner and sender look again. Without a destination it does nothing at all. */

const TICK_MS = 1_000;
/** Commits of a busy moment are looked at together. */
const SOON_MS = 10;
const GRACE_MS = 2_000;
const LAPSED_PER_PASS = 200;
const HOUR_MS = 3_600_000;
const KEPT_MS = 90 * 24 * HOUR_MS;

export type IntentHooks = { random(): number; onFailure(error: unknown): void };

export class IntentRunner {
  readonly classes;
  private readonly doors: Doors;
  private readonly hooks: IntentHooks;
  private readonly planner: Planner;
  private readonly sender: Sender;
  private readonly isActive: boolean;
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private unsubscribe: (() => void) | undefined;
  private isStopped = false;
  private turning: Promise<boolean> = Promise.resolve(false);
  private prunedAt = Number.NEGATIVE_INFINITY;

  constructor(doors: Doors, destinations: readonly Destination[], hooks: IntentHooks) {
    this.doors = doors;
    this.hooks = hooks;
    this.classes = new Map(destinations.map((one) => [one.channel, one.class] as const));
    this.isActive = destinations.length > 0;
    this.planner = new Planner(doors, this.classes, hooks.onFailure);
    const onSettled = () => this.wake();
    this.sender = new Sender(doors, destinations, this.classes, { ...hooks, onSettled });
  }

  start(): void {
    if (!this.isActive) return;
    this.unsubscribe = this.doors.log.onCommit(() => this.wake());
    this.wake();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.unsubscribe?.();
    clearTimeout(this.timer);
    clearTimeout(this.soon);
    await this.turning;
    clearTimeout(this.timer);
    await this.sender.stop(GRACE_MS);
  }

  /** Something has changed: look soon, once for all that comes meanwhile. */
  wake(): void {
    if (!this.isActive || this.isStopped) return;
    this.soon ??= setTimeout(() => void this.turn(), SOON_MS);
  }

  /** Brings plans up to this moment and claims what is due; does not wait for receivers. */
  async catchUp(): Promise<void> {
    if (this.isActive) while (await this.turn());
  }

  /** Resolves when nothing is on its way to a receiver. */
  idle(): Promise<void> {
    return this.sender.idle();
  }

  /** One step after the other; true if the planner has more to read. */
  private turn(): Promise<boolean> {
    clearTimeout(this.soon);
    this.soon = undefined;
    const next = this.turning.then(() => this.step());
    this.turning = next.catch(() => false);
    return next;
  }

  private async step(): Promise<boolean> {
    const { log, lease } = this.doors;
    let hasMore = false;
    if (!lease.holds()) this.planner.forget();
    else if (log.isReachable)
      try {
        const look = await written(log, () => this.look());
        hasMore = look.hasMore;
        this.sender.handOver(look.claimed);
      } catch (error) {
        this.planner.forget();
        this.hooks.onFailure(error);
      }
    if (hasMore) this.wake();
    this.sleep();
    return hasMore;
  }

  /** Everything that is written of one look, in one unit. */
  private look(): { hasMore: boolean; claimed: Claimed[] } {
    if (!this.doors.lease.holds()) return { hasMore: false, claimed: [] };
    const hasMore = this.planner.pass();
    this.lapse();
    this.prune();
    return { hasMore, claimed: this.sender.claimDue() };
  }

  private sleep(): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    const wait = Math.max(1, Math.min(TICK_MS, this.sender.next() - this.doors.now()));
    this.timer = setTimeout(() => void this.turn(), wait);
    this.timer.unref();
  }

  /** [T8] What waited too long ends, wherever it waited. */
  private lapse(): void {
    const { log, intents } = this.doors;
    const now = this.doors.now();
    const lapsed = intents.lapsed(now, LAPSED_PER_PASS);
    if (lapsed.length === 0) return;
    log.transaction(() => {
      for (const intent of lapsed)
        intents.save({ ...intent, state: 'expired', why: 'expired', changed: now });
    });
  }

  private prune(): void {
    const now = this.doors.now();
    if (Math.abs(now - this.prunedAt) < HOUR_MS) return;
    this.prunedAt = now;
    this.doors.intents.prune(now - KEPT_MS);
  }
}
