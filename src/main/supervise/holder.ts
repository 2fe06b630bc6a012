/** One replica at a time: that of whoever has this console. */
import type { Replica } from './replica.ts';

export type Holder = {
  /** Ends what runs, then starts another. */
  take(start: () => Replica): Promise<void>;
  leave(): Promise<void>;
  now(): Replica | null;
  /** When what was begun is done. */
  settled(): Promise<void>;
};

export function createHolder(): Holder {
  let replica: Replica | null = null;
  // One after the other: two replicas on one file would be in each other's way.
  let last: Promise<void> = Promise.resolve();
  const next = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work, work);
    return last;
  };
  const end = async (): Promise<void> => {
    const ending = replica;
    replica = null;
    await ending?.stop();
  };
  return {
    take: (start) =>
      next(async () => {
        await end();
        replica = start();
      }),
    leave: () => next(end),
    now: () => replica,
    settled: () => last,
  };
}
