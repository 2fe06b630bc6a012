import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type {
  AwayView,
  BoardView,
  CustomerView,
  DisruptionsView,
  DisruptionView,
  DraftView,
  LearnedView,
  OutboxView,
  StatusView,
  SuggestionView,
  WorkView,
} from '../../bridge/views.ts';
import { type Facts, factsOf } from './changes.ts';

/**
 * What the replica says, and nothing else. `undefined`: not answered yet; `null`: not (or no longer) in the replica.
 * `baseline` holds the facts as they were when the customer was opened, from which "since you opened" is computed.
 */
export type MirrorState = {
  status: StatusView | null;
  work: WorkView | null;
  outbox: OutboxView | null;
  drafts: DraftView[] | null;
  away: AwayView | null;
  customerId: string | null;
  customer: CustomerView | null | undefined;
  suggestion: SuggestionView | null | undefined;
  /** Null while nobody looks at the board, and before the first answer. */
  board: BoardView | null;
  learned: LearnedView | null;
  /** Null and undefined while nobody looks at disturbed flights. */
  disruptions: DisruptionsView | null;
  disruption: DisruptionView | null | undefined;
  openedAt: number;
  baseline: Facts | null;
};

type Streamed = Pick<
  MirrorState,
  | 'status'
  | 'work'
  | 'outbox'
  | 'drafts'
  | 'away'
  | 'customer'
  | 'suggestion'
  | 'board'
  | 'learned'
  | 'disruptions'
  | 'disruption'
>;

const EMPTY: MirrorState = {
  status: null,
  work: null,
  outbox: null,
  drafts: null,
  away: null,
  customerId: null,
  customer: undefined,
  suggestion: undefined,
  board: null,
  learned: null,
  disruptions: null,
  disruption: undefined,
  openedAt: 0,
  baseline: null,
};

/**
 * `schedule` runs its argument once, at the next frame: however many values arrive, the store changes once a frame. Only
 * a customer who has just been opened waits for none, with what came together with him: `soon` runs its argument then.
 */
export function createMirror(
  schedule: (flush: () => void) => void,
  now: () => number,
  soon: (flush: () => void) => void = queueMicrotask,
) {
  const store = createStore<MirrorState>(() => EMPTY);
  let patch: Partial<Streamed> = {};
  let scheduled = false;

  function flush(): void {
    scheduled = false;
    const next = patch;
    patch = {};
    change(next);
  }

  /** All but the strip after a gap, which moves what is below it: it first has to be known where the pointer is. */
  function flushSoon(): void {
    const { away, ...next } = patch;
    patch = away === undefined ? {} : { away };
    change(next);
  }

  function change(next: Partial<MirrorState>): void {
    if (Object.keys(next).length === 0) return;
    if (next.customer && store.getState().baseline === null) next.baseline = factsOf(next.customer);
    store.setState(next);
  }

  return {
    store,
    /** The newest value of a stream; an older one that was not painted yet is forgotten. */
    put<K extends keyof Streamed>(key: K, value: Streamed[K]): void {
      patch[key] = value;
      const { customerId, customer } = store.getState();
      if (key === 'customer' && customerId !== null && customer === undefined) soon(flushSoon);
      if (scheduled) return;
      scheduled = true;
      schedule(flush);
    },
    /** Another customer is opened (or none): what belonged to the one before is gone at once. */
    open(customerId: string | null): void {
      delete patch.customer;
      delete patch.suggestion;
      store.setState({
        customerId,
        customer: undefined,
        suggestion: undefined,
        openedAt: now(),
        baseline: null,
      });
    },
  };
}

/** A hidden window gets no frames, but must not fall behind for ever. */
const nextFrame = (flush: () => void): void => {
  if (document.hidden) setTimeout(flush, 100);
  else requestAnimationFrame(flush);
};

export const mirror = createMirror(nextFrame, Date.now);

export const useMirror = <T>(select: (state: MirrorState) => T): T => useStore(mirror.store, select);
