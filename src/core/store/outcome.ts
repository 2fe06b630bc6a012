import type { CoreStore, Outcome } from './contract.ts';

/** What `work` came to. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** A unit as a promise: resolves when everything is durable. @throws what the work threw, or the store */
export function written<T>(store: Pick<CoreStore, 'unit'>, work: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    store.unit(work, (outcome) => (outcome.ok ? resolve(outcome.value) : reject(outcome.error)));
  });
}
