import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { SuggestedAction, SuggestionView } from '../../bridge/views.ts';

/**
 * The suggestion card. What is on it is in use as soon as it could have been read, and then stays until the operator
 * has answered it or asks for the newer one: a sentence that changes while it is spoken is worse than an old one.
 */
export type CardState = {
  profileId: string | null;
  shown: SuggestionView | null;
  /** ms, of `performance.now`: a clock that is set meanwhile holds back no answer. */
  shownAt: number;
  /** A later decision about something else, kept aside: offered, or after an answer the next to be shown. */
  newer: SuggestionView | null;
  /** 0 is the primary, 1 and 2 the alternatives. */
  opened: number;
  mode: 'read' | 'declining';
  why: boolean;
  answered: 'accept' | 'decline' | 'later' | 'schedule' | null;
  /** ms, of `performance.now`. */
  answeredAt: number;
};

export const NO_CARD: CardState = {
  profileId: null,
  shown: null,
  shownAt: 0,
  newer: null,
  opened: 0,
  mode: 'read',
  why: false,
  answered: null,
  answeredAt: 0,
};

/** Time in ms after which a card counts as read. */
export const READ_AFTER = 1500;

/**
 * Each answer leads to a decision within milliseconds. For so long (ms) what was answered stays on the card all the
 * same, so that it is seen and a key that is struck twice does not answer what nobody has read.
 */
export const ANSWERED_FOR = 1500;

/** Time in ms before which nobody can have read a card: until then it takes no answer. */
export const READY_AFTER = 300;

const primaryKey = (action: SuggestedAction | null): string =>
  action === null
    ? ''
    : [action.action, action.channel, action.approach, action.title, action.sentence].join('\n');

/** Whether the two suggest the same with the same words, so that one can take the other's place unnoticed. */
export const saysTheSame = (a: SuggestionView, b: SuggestionView): boolean =>
  primaryKey(a.primary) === primaryKey(b.primary) && a.mode === b.mode;

function show(card: CardState, profileId: string, shown: SuggestionView | null, now: number): CardState {
  return { ...NO_CARD, profileId, shown, shownAt: now, why: card.profileId === profileId && card.why };
}

/** A suggestion has arrived for the open customer; `touched`: pointer or focus is on the card. */
export function receive(
  card: CardState,
  profileId: string,
  incoming: SuggestionView | null,
  now: number,
  touched: boolean,
): CardState {
  const { shown } = card;
  if (card.profileId !== profileId || shown === null || incoming === null)
    return show(card, profileId, incoming, now);
  if (card.answered !== null) {
    if (incoming.decisionId === shown.decisionId) return { ...card, shown: incoming };
    return afterAnswer({ ...card, newer: incoming }, now);
  }
  const busy = touched || card.mode === 'declining' || card.opened > 0 || card.why;
  if (saysTheSame(shown, incoming)) {
    return busy ? { ...card, newer: null } : { ...card, shown: incoming, newer: null };
  }
  if (shown.primary === null && !busy) return show(card, profileId, incoming, now);
  if (!busy && now - card.shownAt < READ_AFTER) return show(card, profileId, incoming, now);
  return { ...card, newer: incoming };
}

/** The decision that followed the answer, once that has been seen. */
export const afterAnswer = (card: CardState, now: number): CardState =>
  card.answered === null || card.newer === null || card.profileId === null
    ? card
    : now - card.answeredAt < ANSWERED_FOR
      ? card
      : { ...show(card, card.profileId, card.newer, now), why: false };

/** Whether what is on the card can be answered: nobody has done so, and it could have been read. */
export const isAnswerable = (card: CardState, now: number): boolean =>
  openedAction(card) !== null && card.answered === null && now - card.shownAt >= READY_AFTER;

/** The operator asks for the newer one. */
export const takeNewer = (card: CardState, now: number): CardState =>
  card.newer === null || card.profileId === null
    ? card
    : { ...show(card, card.profileId, card.newer, now), why: false };

/** The action that the keys act on: the primary or the opened alternative. */
export function openedAction(card: CardState): SuggestedAction | null {
  if (card.shown === null) return null;
  return card.opened === 0 ? card.shown.primary : (card.shown.alternatives[card.opened - 1] ?? null);
}

/** Whether pointer or focus is on the card now. */
export const touch = { on: false };

export const card = createStore<CardState>(() => NO_CARD);

export const useCard = <T>(select: (state: CardState) => T): T => useStore(card, select);
