import type { Fold } from '../fold/fold.ts';
import type { LogStore } from '../store/log.ts';
import type { RejectedStore } from '../store/rejected.ts';

export type MaintainerDeps = {
  log: LogStore;
  fold: Fold;
  rejected: RejectedStore;
  now: () => number;
  /** The model and its bundle. */
  learning: { tend(): void };
  retention: { tend(): Promise<void> };
};

const TICK_MS = 1_000;
const PER_TRANSACTION = 100;
const HOUR_MS = 3_600_000;
const LOG_DAYS = 7;
/** As long as the log is small it is kept for longer: a console that was away for a month then still resumes. */
const LOG_SEQS = 100_000;

/**
 * What time alone changes: memberships and computed facts whose boundary has come, the end of the log, the model
 * and its bundle. Profiles that are due are found by an index, so an idle core does nothing.
 */
export class Maintainer {
  private readonly deps: MaintainerDeps;
  private readonly onFailure: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private retaining: Promise<void> | null = null;
  private cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: MaintainerDeps, onFailure: (error: unknown) => void) {
    this.deps = deps;
    this.onFailure = onFailure;
  }

  start(): void {
    this.timer = setInterval(() => void this.catchUp().catch(this.onFailure), TICK_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Resolves when nothing is due any more; gives way to others between its transactions. */
  async catchUp(): Promise<void> {
    while (this.deps.fold.maintain(PER_TRANSACTION) > 0)
      await new Promise((resolve) => setImmediate(resolve));
    this.deps.learning.tend();
    this.cleanUp();
    // One piece a turn; an erasure may wait for the model, and then the next piece waits too.
    this.retaining ??= this.deps.retention
      .tend()
      .catch(this.onFailure)
      .finally(() => {
        this.retaining = null;
      });
  }

  private cleanUp(): void {
    const now = this.deps.now();
    if (Math.abs(now - this.cleanedAt) < HOUR_MS) return;
    this.cleanedAt = now;
    this.deps.log.cutOlderThan(LOG_DAYS, LOG_SEQS);
    this.deps.rejected.prune(now);
  }
}
