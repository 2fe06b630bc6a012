/**
 * What reaches an operator who looks elsewhere: a call that rings is heard once, and a window behind another program says
 * that there is something for it. Nothing is signalled twice, and no name leaves the window.
 */
import type { Signal } from '../../bridge/shell.ts';
import type { StatusView, WorkItem } from '../../bridge/views.ts';
import { mirror } from './mirror.ts';
import { isRinging } from './ring.ts';
import { settings } from './settings.ts';

type Seen = { calls: ReadonlySet<string>; needsYou: number };

/** Before the first lists: what stands in them was there before the window. */
export type SeenBefore = Seen | null;

/** One that rings for a whole queue is nobody's yet, and the telephones of all would sound. */
const isForUs = (item: WorkItem): boolean => isRinging(item) && item.contact?.station !== null;

/** What has come since `before`; a call goes first. */
export function signalOf(
  before: SeenBefore,
  items: readonly WorkItem[],
  { needsYou }: Pick<StatusView, 'needsYou'>,
): { seen: Seen; signal: Signal | null } {
  const calls = new Set(items.filter(isForUs).map(({ key }) => key));
  const seen = { calls, needsYou };
  if (before === null) return { seen, signal: null };
  if ([...calls].some((key) => !before.calls.has(key))) return { seen, signal: 'call' };
  return { seen, signal: needsYou > before.needsYou ? 'needs-you' : null };
}

/**
 * Follows calls and the outbox from now on.
 * @param tell says it outside of the window; answers whether this window is the one to be heard
 * @param sound a short tone
 */
export function followSignals(
  tell: (wish: { signal: Signal; language: string }) => Promise<boolean>,
  sound: () => void,
): void {
  let seen: SeenBefore = null;
  mirror.store.subscribe(({ work, status }, before) => {
    if ((work === before.work && status === before.status) || work === null || status === null) return;
    const found = signalOf(seen, work.items, status);
    seen = found.seen;
    const { signals, language } = settings.getState();
    const { signal } = found;
    if (signal === null || signals === 'none') return;
    void tell({ signal, language }).then((isHeard) => {
      if (isHeard && signal === 'call' && signals === 'sound') sound();
    });
  });
}
