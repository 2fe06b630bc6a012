import type { UpdateView } from '../../bridge/shell.ts';
import type { Updater } from './updater.ts';
import type { Updates } from './updates.ts';

/** Serves what windows may know and do of updates; without any, nothing is ever ready. */
export function offerUpdates(
  updates: Updates | null,
  updater: Updater | null,
  handle: (channel: string, handler: (input: unknown) => unknown) => void,
  restart: () => void,
): void {
  const never = new Promise<UpdateView>(() => undefined);
  handle('update.next', (known) => updater?.next(typeof known === 'string' ? known : null) ?? never);
  handle('update.restart', () => {
    if (!updates?.mayRestart() || !updater || updater.view().version === null) return false;
    restart();
    return true;
  });
}
