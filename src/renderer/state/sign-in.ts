/** Who has this console, as main says it, and the few things that can be done about it. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { SignInState } from '../../bridge/shell.ts';

/** Null before main has answered. */
export const signIn = createStore<{ found: SignInState | null }>(() => ({ found: null }));

export const useSignIn = <T>(select: (found: SignInState | null) => T): T =>
  useStore(signIn, ({ found }) => select(found));

export const isSignedIn = (): boolean => signIn.getState().found?.state === 'in';

/** Follows it from now on; where nobody signs in there is nothing to follow. */
export async function followSignIn(next: (seen: number) => Promise<SignInState>): Promise<void> {
  let seen = -1;
  for (;;) {
    const found = await next(seen);
    seen = found.version;
    signIn.setState({ found });
    if (found.state === 'none') return;
  }
}

/** Told once, as soon as somebody may work here: his alias, or '' where nobody signs in. */
export function onceOpen(listener: (alias: string) => void): void {
  const stop = signIn.subscribe(({ found }) => {
    if (found === null || found.state === 'out') return;
    stop();
    listener(found.state === 'in' ? found.alias : '');
  });
}

/** The screen is covered; what waits is sent on. */
export function lock(): void {
  void window.shell.signIn({ do: 'lock' });
}

export function signOut(): void {
  void window.shell.signIn({ do: 'sign-out' });
}
