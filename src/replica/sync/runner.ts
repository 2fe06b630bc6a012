/**
 * The thin interpreter of the sync session: feeds inputs to `step`, carries its effects out in order, and reads the
 * stores back for the next step. A store that fails takes the connection down; the truth is what is on disk.
 */

import type { Wipe } from '../../protocol/wipe.ts';
import type { Outbox } from '../outbox/model.ts';
import { changesBetween } from '../outbox/model.ts';
import type { OutboxStore, ReplicaStore } from '../store/contract.ts';
import { UnreadableRows } from '../store/rows.ts';
import {
  type Effect,
  type Env,
  type Input,
  newSession,
  type ReplicaChange,
  type Session,
  type TimerName,
} from './session.ts';
import { step } from './step.ts';

/** What a console says to the core, but for a wipe's receipt. */
export type Said = Extract<Effect, { do: 'hello' | 'push' | 'sub' | 'auth' | 'ack' | 'compare' | 'repair' }>;

/** The connection that a runner drives; answers come back as inputs with the generation of the connection. */
export interface Link {
  open(generation: number, token: string): void;
  close(): void;
  send(effect: Said): void;
  /** The receipt of a wipe, by the way that it was told. */
  receipt(wipe: Wipe, way: 'ack' | 'wiped', pending: number): void;
}

export interface Timers {
  /** Replaces the timer of that name; null stops it. */
  set(name: TimerName, ms: number | null): void;
}

export type RunnerParts = {
  replica: () => ReplicaStore;
  outbox: () => OutboxStore;
  link: Link;
  timers: Timers;
  now: () => number;
  random: () => number;
  newId: () => string;
  /** Told after each committed change of rows. */
  onRows: (change: ReplicaChange) => void;
  /** Told after every step: session or outbox may have changed. */
  onChange: () => void;
  onReport: (code: string) => void;
  onNeedToken: () => void;
  /** Destroys keys and files and opens new ones; rejects where the keys could not be destroyed. */
  onWipe: (wipe: Wipe) => Promise<void>;
  /** Entries that are lost with a wipe, earlier attempts at it included. Without it the session's count is told. */
  lost?: (wipe: Wipe) => number;
  /** The receipt of a wipe is on its way. */
  onWiped?: (wipe: Wipe) => void;
  /** A store failed; true if it was mended and work can go on. */
  onStoreFailure: (error: unknown, which: 'replica' | 'outbox') => boolean;
};

/** How long a failed disk is left alone before the next connection. */
const AFTER_STORE_FAILURE = 5_000;

export class Runner {
  session: Session;
  private readonly parts: RunnerParts;
  private readonly queue: Input[] = [];
  private busy = false;

  constructor(parts: RunnerParts) {
    this.parts = parts;
    this.session = newSession(parts.now());
  }

  dispatch(input: Input): void {
    this.queue.push(input);
    if (this.busy) return;
    this.busy = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.one(next);
    } finally {
      this.busy = false;
    }
    this.parts.onChange();
  }

  /**
   * An operator's change of the outbox, durable when this returns; then it may be sent.
   * @throws what the store throws, with nothing changed
   */
  change(next: Outbox): void {
    const store = this.parts.outbox();
    store.write(changesBetween(store.load(), next));
    this.dispatch({ type: 'outbox' });
  }

  private env(): Env {
    const replica = this.parts.replica();
    const outbox = this.parts.outbox().load();
    return {
      now: this.parts.now(),
      random: this.parts.random,
      newId: this.parts.newId,
      meta: replica.meta(),
      seen: replica.seen(outbox.me.clientId),
      sums: (scope) => replica.sums(scope),
      lease: replica.lease(),
      outbox,
      held: (entry) => replica.isStale('profile', entry.profileId),
    };
  }

  private one(input: Input): void {
    let which: 'replica' | 'outbox' = 'replica';
    try {
      const { session, effects } = step(this.session, input, this.env());
      for (const effect of effects) {
        which = effect.do === 'outbox' ? 'outbox' : 'replica';
        this.carryOut(effect);
      }
      this.session = session;
    } catch (error) {
      // The core's doing, not the disk's: nothing was written, and the connection is worth nothing.
      if (error instanceof UnreadableRows && 'generation' in input) {
        this.queue.push({ type: 'garbage', generation: input.generation, what: 'snap' });
        return;
      }
      // What the process was started with is known from nowhere else, and the lease has not been looked at.
      if (input.type === 'start') {
        this.session = { ...this.session, token: input.token, wanted: input.wanted };
        this.parts.timers.set('lease', AFTER_STORE_FAILURE);
      }
      this.failed(error, which);
    }
  }

  /** Nothing of the failed step counts but what is on disk: the connection is given up and begins anew. */
  failed(error: unknown, which: 'replica' | 'outbox'): void {
    const mended = this.parts.onStoreFailure(error, which);
    this.parts.link.close();
    for (const name of ['hello', 'push', 'push-again', 'watchdog'] as const)
      this.parts.timers.set(name, null);
    const { token, wanted, generation, conns } = this.session;
    const since = this.parts.now();
    this.session = {
      ...newSession(since),
      phase: 'waiting',
      reason: 'store_failed',
      token,
      wanted,
      conns,
      generation: generation + 2,
    };
    this.parts.timers.set('connect', mended ? 0 : AFTER_STORE_FAILURE);
  }

  private carryOut(effect: Effect): void {
    const { link, timers } = this.parts;
    switch (effect.do) {
      case 'connect':
        return link.open(effect.generation, effect.token);
      case 'close':
        return link.close();
      case 'replica':
        applyChange(this.parts.replica(), effect.change);
        return this.parts.onRows(effect.change);
      case 'outbox': {
        const store = this.parts.outbox();
        return store.write(changesBetween(store.load(), effect.outbox));
      }
      case 'timer':
        return timers.set(effect.name, effect.ms);
      case 'pump':
        this.queue.push({ type: 'outbox' });
        return;
      case 'check-sums':
        this.queue.push({ type: 'sums', at: effect.at, sums: effect.sums });
        return;
      case 'need-token':
        return this.parts.onNeedToken();
      case 'report':
        return this.parts.onReport(effect.code);
      case 'wipe':
        return this.wipe(effect);
      default:
        return link.send(effect);
    }
  }

  private wipe({ wipe, receipt, pending }: Extract<Effect, { do: 'wipe' }>): void {
    const { onWipe, link, lost, onWiped, onReport } = this.parts;
    onWipe(wipe).then(
      () => {
        link.receipt(wipe, receipt, lost?.(wipe) ?? pending);
        onWiped?.(wipe);
      },
      () => onReport('wipe_failed'),
    );
  }
}

function applyChange(replica: ReplicaStore, change: ReplicaChange): void {
  switch (change.kind) {
    case 'reset':
      return replica.reset(change.change);
    case 'resume':
      return replica.resume(change.change);
    case 'stage':
      return replica.stage(change.scope, change.rows, change.gone);
    case 'end-stage':
      return replica.endStage(change.scope, change.rows, change.gone);
    case 'frame':
      return replica.applyFrame(change.change);
    case 'stage-repair':
      return replica.stageRepair(change.scope, change.rows, change.gone);
    case 'end-repair':
      return replica.endRepair(change.scope, change.buckets, change.rows, change.gone);
    case 'discard-stages':
      return replica.discardStages();
    case 'delete-rows':
      return replica.deleteRows();
    case 'lease':
      return replica.keepLease(change.lease);
  }
}
