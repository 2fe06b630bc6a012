import { type Attributes, clockNow, NO_TRACES, type Traces } from '../../telemetry/traces.ts';
import { DoorError, isStoreFailure } from '../errors.ts';
import { RowTooLarge } from '../fold/errors.ts';
import type { Fold } from '../fold/fold.ts';
import type { LogWriter, RowChange } from '../store/contract.ts';
import type { LogStore } from '../store/log.ts';

/** One piece of work for a transaction: true if it added to the log (and so needs a commit). */
export type Job = (changes: RowChange[]) => boolean;

/** null: done and durable; otherwise why not. */
export type JobResult = DoorError | null;

/** What a job takes in, for whoever follows its way; `received` in ms of the system's clock. */
export type Moment = { id: string; received: number; trace?: string | undefined; attributes: Attributes };

type Waiting = {
  job: Job;
  settle: (result: JobResult) => void;
  moment?: Moment | undefined;
  /** It added to the log: what was known already does not begin again. */
  isNew?: boolean;
};

/** When the transaction of a group began and when it had done all but become durable. */
type Span = { began: number; folded: number };

/** Jobs per transaction: enough to share an fsync, few enough that readers do not wait for long. */
const PER_TRANSACTION = 500;
/** A few events of full flights touch thousands of profiles: others get their turn in between. */
const MAX_PROFILES = 500;
const MAX_WAITING = 20_000;
/**
 * So long are events taken into one transaction, ms. Nodes hold the shared head for as long, and lose it after 3 s: on a slow machine a
 * full group would be cut off in the middle, and again, and again.
 */
const MAX_MS = 250;
/** What was stored so long ago proves no more that the disk takes anything. */
const PROVEN_MS = 10_000;

/**
 * Group commit: work that arrives together shares one durable transaction and one commit. Where one of the jobs makes
 * a row too large, the transaction is done again job by job, so that the neighbours are kept.
 */
export class GroupCommit {
  private readonly log: LogStore;
  private readonly fold: Fold;
  private readonly onFailure: (error: unknown) => void;
  private readonly traces: Traces;
  private span: Span = { began: 0, folded: 0 };
  private readonly waiting: Waiting[] = [];
  private scheduled = false;
  private writable = true;
  /** When something was stored, or the disk was asked, by `clock`. */
  private provenAt = Number.NEGATIVE_INFINITY;
  private readonly clock: () => number;

  /** @param clock ms that only go forward */
  constructor(
    log: LogStore,
    fold: Fold,
    onFailure: (error: unknown) => void,
    traces: Traces = NO_TRACES,
    clock = () => performance.now(),
  ) {
    this.traces = traces;
    this.clock = clock;
    this.log = log;
    this.fold = fold;
    this.onFailure = onFailure;
  }

  /** Whether anything can be stored: asked of the disk where it has failed, or nothing was stored for a while. */
  isWritable(): boolean {
    if (!this.log.isReachable) return false;
    if (this.writable && this.clock() - this.provenAt < PROVEN_MS) return true;
    try {
      this.log.probe();
      this.proven();
    } catch (error) {
      this.writable = false;
      this.onFailure(error);
    }
    return this.writable;
  }

  private proven(): void {
    this.writable = true;
    this.provenAt = this.clock();
  }

  /**
   * Resolves when the job is durable or refused. `moments`: what each of them takes in, told to whoever follows it.
   * @throws DoorError slow_down when too much is waiting
   */
  submit(jobs: Job[], moments: readonly Moment[] = []): Promise<JobResult[]> {
    if (this.waiting.length + jobs.length > MAX_WAITING) throw new DoorError('slow_down');
    const results = jobs.map(
      (job, i) => new Promise<JobResult>((settle) => this.waiting.push({ job, settle, moment: moments[i] })),
    );
    this.schedule();
    return Promise.all(results);
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return;
    this.scheduled = true;
    setImmediate(() => {
      const group = this.waiting.splice(0, PER_TRANSACTION);
      this.log.unit(
        () => this.run(group),
        (outcome) => {
          this.scheduled = false;
          this.settle(group, outcome.ok ? outcome.value : this.resultOf(outcome.error));
          this.schedule();
        },
      );
    });
  }

  /** What each of the jobs that were run came to, or why none was. */
  private run(group: Waiting[]): JobResult[] | DoorError {
    this.span = { began: clockNow(), folded: 0 };
    const { taken, failure } = this.attempt(group);
    if (failure === null) return Array.from({ length: taken }, () => null);
    return isStoreFailure(failure) ? this.resultOf(failure) : this.oneByOne(group);
  }

  private settle(group: Waiting[], results: JobResult[] | DoorError): void {
    const taken = Array.isArray(results) ? results.length : group.length;
    for (const [i, waiting] of group.slice(0, taken).entries()) {
      const result = Array.isArray(results) ? (results[i] ?? null) : results;
      if (result === null) this.tell(waiting);
      waiting.settle(result);
    }
    this.waiting.unshift(...group.slice(taken));
  }

  private tell({ moment, isNew }: Waiting): void {
    if (!this.traces.isOn || moment === undefined || !isNew) return;
    const { began, folded } = this.span;
    const to = clockNow();
    const { id, received, trace, attributes } = moment;
    this.traces.adopt(id, trace);
    this.traces.begin(id, { name: 'event.take', from: received, to, attributes });
    this.traces.step(id, { name: 'event.fold', from: began, to: folded });
    this.traces.step(id, { name: 'log.commit', from: folded, to });
  }

  /** One transaction in which each job can fail alone, with a commit of its own. */
  private oneByOne(group: Waiting[]): JobResult[] | DoorError {
    const results: JobResult[] = [];
    try {
      this.log.transaction((writer) => {
        for (const waiting of group) {
          try {
            this.log.savepoint(() => this.perform([waiting], writer));
            results.push(null);
          } catch (error) {
            if (isStoreFailure(error)) throw error;
            results.push(this.resultOf(error));
          }
        }
      });
      return results;
    } catch (error) {
      return this.resultOf(error);
    }
  }

  /** Runs jobs while they make rows for not too many profiles and take not too long, at least one; returns how many ran. */
  private perform(group: Waiting[], writer: LogWriter): number {
    const changes: RowChange[] = [];
    let logged = false;
    let taken = 0;
    const until = performance.now() + MAX_MS;
    const hasRoom = () => this.fold.pending < MAX_PROFILES && performance.now() < until;
    while (taken < group.length && (taken === 0 || hasRoom())) {
      const waiting = group[taken++] as Waiting;
      waiting.isNew = waiting.job(changes);
      logged ||= waiting.isNew;
    }
    const all = [...changes, ...this.fold.flush()];
    if (logged || all.length > 0) writer.commit(all);
    this.span.folded = clockNow();
    return taken;
  }

  /** One transaction with as many jobs as fit, or the error that undid it. */
  private attempt(group: Waiting[]): { taken: number; failure: unknown } {
    try {
      const taken = this.log.transaction((writer) => this.perform(group, writer));
      this.proven();
      this.fold.trim();
      return { taken, failure: null };
    } catch (error) {
      return { taken: 0, failure: error ?? new Error('unknown') };
    }
  }

  private resultOf(failure: unknown): DoorError {
    if (failure instanceof RowTooLarge) return new DoorError('row_too_large');
    if (failure instanceof DoorError) return failure;
    this.onFailure(failure);
    if (!isStoreFailure(failure)) return new DoorError('internal');
    this.writable = !this.log.isReachable;
    return new DoorError('store_unavailable');
  }
}
