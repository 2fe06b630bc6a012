import type { Doors } from '../ingest/deps.ts';
import type { Destination } from './channels/destination.ts';
import { Planner } from './planner.ts';
import { Sender } from './sender.ts';

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
    await this.sender.stop(GRACE_MS);
  }

  /** Something has changed: look soon, once for all that comes meanwhile. */
  wake(): void {
    if (!this.isActive || this.isStopped) return;
    this.soon ??= setTimeout(() => this.turn(), SOON_MS);
  }

  /** Brings plans up to this moment and claims what is due; does not wait for receivers. */
  catchUp(): void {
    if (this.isActive) while (this.turn());
  }

  /** Resolves when nothing is on its way to a receiver. */
  idle(): Promise<void> {
    return this.sender.idle();
  }

  /** One step; true if the planner has more to read. */
  private turn(): boolean {
    clearTimeout(this.soon);
    this.soon = undefined;
    let hasMore = false;
    try {
      hasMore = this.planner.pass();
      this.lapse();
      this.prune();
      this.sender.pump();
    } catch (error) {
      this.hooks.onFailure(error);
    }
    if (hasMore) this.wake();
    this.sleep();
    return hasMore;
  }

  private sleep(): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    const wait = Math.max(1, Math.min(TICK_MS, this.sender.next() - this.doors.now()));
    this.timer = setTimeout(() => this.turn(), wait);
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
