import type { CoreStore, Done, Outcome } from './contract.ts';

/** What `work` came to. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** What is told to `done`, as a promise. @throws the error that it is told */
export function settled<T>(start: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
  });
}

/** A unit as a promise: resolves when everything is durable. @throws what the work threw, or the store */
export const written = <T>(store: Pick<CoreStore, 'unit'>, work: () => T): Promise<T> =>
  settled((done) => store.unit(work, done));
