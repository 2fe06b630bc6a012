import { DoorError, isStoreFailure } from '../errors.ts';
import { RowTooLarge } from '../fold/errors.ts';
import type { Fold } from '../fold/fold.ts';
import type { RowChange } from '../store/contract.ts';
import type { LogStore } from '../store/log.ts';

/** One piece of work for a transaction: true if it added to the log (and so needs a commit). */
export type Job = (changes: RowChange[]) => boolean;

/** null: done and durable; otherwise why not. */
export type JobResult = DoorError | null;

type Waiting = { job: Job; settle: (result: JobResult) => void };

/** Jobs per transaction: enough to share an fsync, few enough that readers do not wait for long. */
const PER_TRANSACTION = 500;
/** A few events of full flights touch thousands of profiles: others get their turn in between. */
const MAX_PROFILES = 500;
const MAX_WAITING = 20_000;

/**
 * Group commit: work that arrives together shares one durable transaction and one commit. Where one of the jobs makes
 * a row too large, the transaction is done again job by job, so that the neighbours are kept.
 */
export class GroupCommit {
  private readonly log: LogStore;
  private readonly fold: Fold;
  private readonly onFailure: (error: unknown) => void;
  private readonly waiting: Waiting[] = [];
  private scheduled = false;
  private writable = true;

  constructor(log: LogStore, fold: Fold, onFailure: (error: unknown) => void) {
    this.log = log;
    this.fold = fold;
    this.onFailure = onFailure;
  }

  /** Whether anything can be stored: asked of the disk only after it has failed, so that asking costs nothing. */
  isWritable(): boolean {
    if (this.writable) return true;
    try {
      this.log.probe();
      this.writable = true;
    } catch (error) {
      this.onFailure(error);
    }
    return this.writable;
  }

  /** Resolves when the job is durable or refused. @throws DoorError slow_down when too much is waiting */
  submit(jobs: Job[]): Promise<JobResult[]> {
    if (this.waiting.length + jobs.length > MAX_WAITING) throw new DoorError('slow_down');
    const results = jobs.map((job) => new Promise<JobResult>((settle) => this.waiting.push({ job, settle })));
    this.schedule();
    return Promise.all(results);
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.run(this.waiting.splice(0, PER_TRANSACTION));
      this.schedule();
    });
  }

  private run(group: Waiting[]): void {
    const { taken, failure } = this.attempt(group);
    if (failure === null) {
      for (const { settle } of group.slice(0, taken)) settle(null);
      this.waiting.unshift(...group.slice(taken));
      return;
    }
    if (isStoreFailure(failure)) {
      const result = this.resultOf(failure);
      for (const { settle } of group) settle(result);
      return;
    }
    for (const one of group) {
      const alone = this.attempt([one]);
      one.settle(alone.failure === null ? null : this.resultOf(alone.failure));
    }
  }

  /** One transaction with as many jobs as make rows for not too many profiles, or the error that undid it. */
  private attempt(group: Waiting[]): { taken: number; failure: unknown } {
    let taken = 0;
    try {
      this.log.transaction((writer) => {
        const changes: RowChange[] = [];
        let logged = false;
        while (taken < group.length && this.fold.pending < MAX_PROFILES) {
          logged = (group[taken++] as Waiting).job(changes) || logged;
        }
        const all = [...changes, ...this.fold.flush()];
        if (logged || all.length > 0) writer.commit(all);
      });
      this.writable = true;
      this.fold.trim();
      return { taken, failure: null };
    } catch (error) {
      return { taken, failure: error ?? new Error('unknown') };
    }
  }

  private resultOf(failure: unknown): DoorError {
    if (failure instanceof RowTooLarge) return new DoorError('row_too_large');
    if (failure instanceof DoorError) return failure;
    this.onFailure(failure);
    if (!isStoreFailure(failure)) return new DoorError('internal');
    this.writable = false;
    return new DoorError('store_unavailable');
  }
}
