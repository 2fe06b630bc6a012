/** Links of other programs (S30): each asks to look one text up, and waits for the operator to wish it or not. */
import { createStore } from 'zustand/vanilla';

export const lookUp = createStore<{ asked: string | null }>(() => ({ asked: null }));

export const isAsked = (): boolean => lookUp.getState().asked !== null;

/** The text that waits, which waits no more. */
export function takeAsked(): string {
  const { asked } = lookUp.getState();
  lookUp.setState({ asked: null });
  return asked ?? '';
}

/** Follows the links from now on; a newer one takes the place of one that still waits. */
export async function followLinks(next: () => Promise<string>): Promise<never> {
  for (;;) lookUp.setState({ asked: await next() });
}
