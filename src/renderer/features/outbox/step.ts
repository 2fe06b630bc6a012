import { mirror } from '../../state/mirror.ts';
import { session } from '../../state/session.ts';
import { isOwn, lookAt } from './state.ts';

/** Looks at the entry `by` places after the one that is looked at, in the order of the panel. */
export function lookNext(by: 1 | -1): void {
  const { outbox } = mirror.store.getState();
  const entries = [...(outbox?.needsYou ?? []), ...(outbox?.onTheWay ?? [])].filter(isOwn);
  const { entryId } = session.getState();
  const at = entries.findIndex((entry) => entry.id === entryId);
  const next = at < 0 ? (by === 1 ? 0 : entries.length - 1) : at + by;
  const entry = entries[Math.min(entries.length - 1, Math.max(0, next))];
  if (entry) lookAt(entry);
}
