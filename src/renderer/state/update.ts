/** A version that is ready to be installed when the console starts again. */
import { createStore } from 'zustand/vanilla';
import type { Shell } from '../../bridge/shell.ts';

export const update = createStore<{ ready: string | null }>(() => ({ ready: null }));

/** Follows what main says from now on. */
export async function followUpdates(next: Shell['nextUpdate']): Promise<never> {
  for (;;) {
    const { version } = await next(update.getState().ready);
    update.setState({ ready: version });
  }
}
