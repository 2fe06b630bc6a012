import type { TimedEvent } from './timeline.ts';

/** What happens when its time has come; it may add to the agenda, but nothing before its own time. */
export type Step = (at: number) => Iterable<TimedEvent>;

/** What will happen, soonest first; equal times in the order of adding. Times are milliseconds after the start. */
export type Agenda = {
  add(at: number, step: Step): void;
  /** Takes the next step off; undefined when nothing is planned. */
  take(): { at: number; step: Step } | undefined;
};

type Entry = { at: number; order: number; step: Step };

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: an airport of a hundred thousand passengers has thousands of open steps. */
export function agenda(): Agenda {
  const heap: Entry[] = [];
  let order = 0;
  const at = (i: number): Entry => heap[i] as Entry;
  const swap = (i: number, j: number): void => {
    const kept = at(i);
    heap[i] = at(j);
    heap[j] = kept;
  };
  const rise = (start: number): void => {
    for (let i = start; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(at(i), at(parent))) return;
      swap(i, parent);
      i = parent;
    }
  };
  const sink = (): void => {
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && before(at(child), at(least))) least = child;
      }
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };
  return {
    add(time, step) {
      heap.push({ at: Math.round(time), order: order++, step });
      rise(heap.length - 1);
    },
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (!first || !last) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return first;
    },
  };
}
