import { mirror } from '../../state/mirror.ts';
import { openCustomer } from '../../state/replica.ts';

/** The entry `by` places after the present one in a list of profile ids; from none, the first or the last. */
export function neighbour(ids: readonly string[], present: string | null, by: 1 | -1): string | null {
  if (ids.length === 0) return null;
  const at = present === null ? -1 : ids.indexOf(present);
  if (at < 0) return (by === 1 ? ids[0] : ids.at(-1)) ?? null;
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))] ?? null;
}

export function openNeighbour(by: 1 | -1): void {
  const { work, customerId } = mirror.store.getState();
  const ids = (work?.items ?? []).flatMap((item) => (item.profileId === null ? [] : [item.profileId]));
  const next = neighbour([...new Set(ids)], customerId, by);
  if (next !== null) openCustomer(next);
}
