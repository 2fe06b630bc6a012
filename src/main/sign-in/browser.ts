/** One sign-in in the system's browser at a time: it ends by its answer, by a newer wish, or when nobody comes back. */
import { type Given, Refused } from './core-doors.ts';
import type { OidcWay } from './provider.ts';

/** Nobody comes back from the browser after so long, ms. */
const LIMIT = 5 * 60_000;

type Parts = {
  signIn(way: OidcWay, until: Promise<never>): Promise<Given>;
  later(run: () => void, ms: number): () => void;
  /** It is waited for, or is not any more. */
  onChange(): void;
};

export type BrowserSignIn = {
  /** @throws Refused: `cancelled` where it was given up */
  ask(way: OidcWay): Promise<Given>;
  giveUp(): void;
  isWaiting(): boolean;
};

export function createBrowserSignIn({ signIn, later, onChange }: Parts): BrowserSignIn {
  let giveUp: (() => void) | null = null;
  return {
    async ask(way) {
      let cancel: () => void = () => undefined;
      const until = new Promise<never>((_resolve, reject) => {
        cancel = () => reject(new Refused('cancelled'));
      });
      until.catch(() => undefined);
      giveUp = cancel;
      onChange();
      const stopLimit = later(cancel, LIMIT);
      try {
        return await signIn(way, until);
      } finally {
        stopLimit();
        if (giveUp === cancel) giveUp = null;
        onChange();
      }
    },
    giveUp: () => giveUp?.(),
    isWaiting: () => giveUp !== null,
  };
}
