/**
 * Masked values that were shown for a reason: in this page's memory alone, until the time that the core said, and never
 * longer than the customer is open.
 */
import { createStore } from 'zustand/vanilla';
import type { Json } from '../../domain/json.ts';
import { mirror } from './mirror.ts';
import { ask } from './replica.ts';

/** A mask on the screen: the name of a fact or the type of an identity, and the tag that stands for the value. */
export type Mask = { name: string; tag: string };
export type Reveals = {
  /** Whose reason is being asked for. */
  asking: (Mask & { profileId: string }) | null;
  shown: { readonly [mask: string]: { value: Json; until: string } };
};

const NOTHING: Reveals = { asking: null, shown: {} };
export const reveals = createStore<Reveals>(() => NOTHING);

export const maskKey = ({ name, tag }: Mask): string => `${name} ${tag}`;

export function askToReveal(mask: Mask): void {
  const { customerId } = mirror.store.getState();
  if (customerId !== null) reveals.setState({ asking: { ...mask, profileId: customerId } });
}

export const stopAsking = (): void => reveals.setState({ asking: null });

export async function reveal(reason: string): Promise<void> {
  const { asking } = reveals.getState();
  if (asking === null) return;
  stopAsking();
  const { profileId, name, tag } = asking;
  const told = await ask('reveal', { profileId, name, tag, reason });
  // Somebody else is open by now: it is no longer his business.
  if (told === undefined || mirror.store.getState().customerId !== profileId) return;
  const key = maskKey(asking);
  reveals.setState(({ shown }) => ({ shown: { ...shown, [key]: told } }));
  setTimeout(() => hide(key, told.until), Math.max(0, Date.parse(told.until) - Date.now()));
}

function hide(key: string, until: string): void {
  const { [key]: one, ...others } = reveals.getState().shown;
  if (one?.until === until) reveals.setState({ shown: others });
}

/** Whoever is opened next finds nothing of the one before. */
export function followReveals(): void {
  mirror.store.subscribe(({ customerId }, before) => {
    if (customerId !== before.customerId) reveals.setState(NOTHING);
  });
}
