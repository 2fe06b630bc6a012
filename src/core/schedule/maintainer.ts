import type { Fold } from '../fold/fold.ts';
import type { LogStore } from '../store/log.ts';
import { written } from '../store/outcome.ts';
import type { RejectedStore } from '../store/rejected.ts';
import type { Lease } from './lease.ts';

export type MaintainerDeps = {
  log: LogStore;
  fold: Fold;
  rejected: RejectedStore;
  lease: Lease;
  now: () => number;
  /** The model and its bundle. */
  learning: { tend(): Promise<void> };
  retention: { tend(): Promise<void>; readonly isUnderWay: boolean };
  eraser: { sweep(): Promise<void> };
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
  private cleansing: Promise<void> | null = null;
  private cleanedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: MaintainerDeps, onFailure: (error: unknown) => void) {
    this.deps = deps;
    this.onFailure = onFailure;
  }

  start(): void {
    let isBusy = false;
    this.timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void this.catchUp()
        .catch(this.onFailure)
        .finally(() => {
          isBusy = false;
        });
    }, TICK_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Resolves when nothing of what it began goes on. */
  async ended(): Promise<void> {
    await this.cleansing;
  }

  /** Resolves when nothing is due any more; gives way to others between its transactions. */
  async catchUp(): Promise<void> {
    const { log, fold, learning, lease } = this.deps;
    // It may wait for the model: then others do not wait for it.
    this.cleansing ??= this.cleanse()
      .catch(this.onFailure)
      .finally(() => {
        this.cleansing = null;
      });
    if (!lease.holds() || !log.isReachable) return;
    const maintain = () => (lease.holds() ? fold.maintain(PER_TRANSACTION) : 0);
    while (fold.isDue() && (await written(log, maintain)) > 0)
      await new Promise((resolve) => setImmediate(resolve));
    await learning.tend();
    await written(log, () => this.cleanUp());
  }

  /** What was erased leaves the model and the file of every node; retention is one node's. A round is swept at its end. */
  private async cleanse(): Promise<void> {
    const { log, lease, retention, eraser } = this.deps;
    if (!retention.isUnderWay) await eraser.sweep();
    if (lease.holds() && log.isReachable) await retention.tend();
  }

  private cleanUp(): void {
    const now = this.deps.now();
    if (Math.abs(now - this.cleanedAt) < HOUR_MS) return;
    this.cleanedAt = now;
    this.deps.log.cutOlderThan(LOG_DAYS, LOG_SEQS);
    this.deps.rejected.prune(now);
  }
}
