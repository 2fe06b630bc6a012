/**
 * Screen pop: whoever calls this station is on screen while the phone still rings. A caller who is known is opened at
 * once where that takes nothing out of the operator's hand; otherwise the bar says who it is, and a key opens him.
 */
import { createStore } from 'zustand/vanilla';
import type { WorkItem } from '../../bridge/views.ts';
import { card, touch } from './card.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { openCustomer } from './replica.ts';
import { session } from './session.ts';

export type RingState = {
  /** Calls that need no bar any more: answered by a choice, or put away. */
  over: ReadonlySet<string>;
  /** The call whose caller was opened, with who was open before. */
  popped: { key: string; profileId: string; before: string | null } | null;
};

export const QUIET: RingState = { over: new Set(), popped: null };
export const ring = createStore<RingState>(() => QUIET);

/** A call that nobody has accepted yet. */
export const isRinging = (item: WorkItem): boolean =>
  item.contact?.state === 'ringing' && (item.contact.kind === 'call' || item.contact.kind === 'callback');

/** The call that the bar is about: the one that has rung longest and is not over. */
export const ringingOf = (items: readonly WorkItem[], { over }: RingState): WorkItem | null =>
  items.find((item) => isRinging(item) && !over.has(item.key)) ?? null;

/**
 * What a new work list means. Only a call for this station opens somebody: one that rings for a whole queue is nobody's
 * yet. Calls that ring no more are forgotten.
 * @param isFree nothing is in the operator's hand: no board, no dialog, no half-typed entry, no answer under way
 */
export function onWork(
  state: RingState,
  items: readonly WorkItem[],
  open: string | null,
  isFree: boolean,
): { state: RingState; opens: string | null } {
  const ringing = new Set(items.filter(isRinging).map((item) => item.key));
  const over = new Set([...state.over].filter((key) => ringing.has(key)));
  const next: RingState = { ...state, over };
  const call = ringingOf(items, next);
  const { popped } = state;
  // Accepted, or gone: whoever is open is the customer now, and is no guess any more once the call is over.
  if (popped !== null && !items.some((item) => item.key === popped.key)) next.popped = null;
  if (call === null || call.profileId === null || call.contact?.station === null)
    return { state: next, opens: null };
  if (next.popped?.key === call.key || !isFree || open === call.profileId)
    return { state: next, opens: null };
  next.popped = { key: call.key, profileId: call.profileId, before: open };
  return { state: next, opens: call.profileId };
}

const isTyping = (): boolean => {
  const at = document.activeElement;
  return at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/u.test(at.tagName));
};

function isFree(): boolean {
  const { action, overlay } = moment.store.getState();
  const { mode, opened } = card.getState();
  const { screen } = session.getState();
  return (
    screen === 'desk' &&
    action === null &&
    overlay === null &&
    !touch.on &&
    mode !== 'declining' &&
    opened === 0 &&
    !isTyping()
  );
}

/** Follows the work list from now on. */
export function followRinging(): void {
  mirror.store.subscribe(({ work, customerId }, before) => {
    if (work === before.work || work === null) return;
    const { state, opens } = onWork(ring.getState(), work.items, customerId, isFree());
    ring.setState(state);
    if (opens !== null) openCustomer(opens);
  });
}

export const ringingNow = (): WorkItem | null =>
  ringingOf(mirror.store.getState().work?.items ?? [], ring.getState());

/** Opens the caller, or one of those who may be calling. */
export function openCaller(profileId: string): void {
  const call = ringingNow();
  const before = mirror.store.getState().customerId;
  if (call !== null) ring.setState({ popped: { key: call.key, profileId, before } });
  openCustomer(profileId);
}

/** No bar for this call any more: none of those who were offered, or it is somebody else's. */
export function putAway(): void {
  const call = ringingNow();
  if (call !== null) ring.setState(({ over }) => ({ over: new Set([...over, call.key]) }));
}

/** Whoever was opened for a call is still open: it can be said that he is the wrong one. */
export function isPopped(): boolean {
  const { popped } = ring.getState();
  return popped !== null && mirror.store.getState().customerId === popped.profileId;
}

/** The wrong person: whoever was open before is open again, and this call opens nobody any more. */
export function wrongPerson(): void {
  const { popped } = ring.getState();
  if (popped === null) return;
  ring.setState(({ over }) => ({ popped: null, over: new Set([...over, popped.key]) }));
  openCustomer(popped.before);
}
