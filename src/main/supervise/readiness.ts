import type { Trouble } from '../../bridge/reports.ts';

/** Whether what a child does can be had: whoever asks waits for the next answer, which is "up" or why not. */
export type Readiness = {
  /** null: it is up. */
  outcome(): Promise<Trouble | null>;
  up(): void;
  /** It has gone; the next to ask waits until it is back or says why not. */
  down(): void;
  trouble(code: Trouble): void;
};

export function createReadiness(): Readiness {
  const pending = (): { promise: Promise<Trouble | null>; tell: (outcome: Trouble | null) => void } => {
    let tell: (outcome: Trouble | null) => void = () => undefined;
    const promise = new Promise<Trouble | null>((resolve) => {
      tell = resolve;
    });
    return { promise, tell };
  };
  let next = pending();
  let isUp = false;
  return {
    outcome: () => next.promise,
    up() {
      isUp = true;
      next.tell(null);
    },
    down() {
      // Whoever waits already goes on waiting for the same answer.
      if (isUp) next = pending();
      isUp = false;
    },
    trouble(code) {
      isUp = false;
      next.tell(code);
      next = pending();
    },
  };
}
