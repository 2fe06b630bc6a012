/** An erasure at the outbox: nothing of these customers stays in it, whatever became of what was asked for them. */
import type { Entry, Outbox } from './model.ts';

/**
 * Places (mids) of entries that go stay empty until the next welcome, which gives those above `lmid` anew (R12); a result
 * of one that was executed finds nobody who waits for it (R10). `undone` has ids only.
 */
export function withoutCustomers(outbox: Outbox, profiles: readonly string[]): Outbox {
  const gone = new Set(profiles);
  const kept = <T>(map: ReadonlyMap<string, T>, customerOf: (one: T) => string): ReadonlyMap<string, T> =>
    new Map([...map].filter(([, one]) => !gone.has(customerOf(one))));
  return {
    ...outbox,
    pending: outbox.pending.filter((entry) => !gone.has(entry.profileId)),
    settled: kept(outbox.settled, (one) => one.entry.profileId),
    conflict: kept(outbox.conflict, (one) => one.entry.profileId),
    drafts: kept(outbox.drafts, (one) => one.profileId),
  };
}

/** Entries that the core has not answered and that an erasure of these customers costs. */
export const lostWith = (pending: readonly Entry[], profiles: readonly string[]): number =>
  pending.filter((entry) => profiles.includes(entry.profileId)).length;
