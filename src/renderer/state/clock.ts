import { useCallback, useSyncExternalStore } from 'react';

/**
 * One tick a second for everything that shows an age. A component that uses `useTick` is rendered again only when the
 * text it derives from the time is another one, so a thousand ages cost a thousand comparisons and a few paints.
 */
export type Clock = { now(): number; subscribe(listener: () => void): () => void };

export function createClock(read: () => number, every: (tick: () => void) => () => void): Clock {
  const listeners = new Set<() => void>();
  let stop: (() => void) | null = null;
  let now = read();
  const tick = (): void => {
    now = read();
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => now,
    subscribe(listener) {
      listeners.add(listener);
      if (stop === null) {
        now = read();
        stop = every(tick);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || stop === null) return;
        stop();
        stop = null;
      };
    },
  };
}

export const clock = createClock(Date.now, (tick) => {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
});

/** A primitive derived from the present time (ms), kept up to date each second. */
export function useTick<T extends string | number | boolean>(derive: (now: number) => T): T {
  const subscribe = useCallback((listener: () => void) => clock.subscribe(listener), []);
  return useSyncExternalStore(subscribe, () => derive(clock.now()));
}
