import type { AwayCustomer, AwayView } from '../../bridge/views.ts';
import { mirror, useMirror } from './mirror.ts';
import { moment } from './moment.ts';
import { session, useSession } from './session.ts';

/** The gap that has not been seen yet, or null. */
export const useAway = (): AwayView | null => {
  const away = useMirror((state) => state.away);
  const seen = useSession((state) => state.awaySeen);
  return away !== null && away.from !== seen ? away : null;
};

const unseen = (): AwayView | null => {
  const { away } = mirror.store.getState();
  return away !== null && away.from !== session.getState().awaySeen ? away : null;
};

/** Whether the strip is on screen; it comes by itself only where nothing that somebody points at would move. */
export const isAwayShown = (): boolean => {
  const away = unseen();
  return away !== null && moment.store.getState().awayShown === away.from;
};

export const hasAway = (): boolean => unseen() !== null;

export function showAway(): void {
  moment.store.setState({ awayShown: unseen()?.from ?? null });
}

/** It has been read; it does not come back, also after the window was loaded again. */
export function awaySeen(): void {
  const away = unseen();
  if (away) session.setState({ awaySeen: away.from });
}

/** What the strip knows of one customer, until it has been seen. */
export const useAwayOf = (profileId: string): AwayCustomer | null =>
  useAway()?.customers.find((one) => one.profileId === profileId) ?? null;
