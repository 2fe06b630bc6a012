/** What a passenger can do alone out of what the decision engine suggests, and what became of what he chose. */
import type { CustomerView, SuggestedAction, SuggestionView } from '../../../bridge/views.ts';
import { factsOf } from '../../state/changes.ts';

/** How an action is carried out here: by a command, by a choice among values, or by the counter, which sees his wish. */
const KINDS: { readonly [action: string]: 'command' | 'choice' | 'counter' } = {
  rebook: 'command',
  'connection-help': 'counter',
  'bag-trace': 'counter',
  'hotel-voucher': 'counter',
  'meal-voucher': 'counter',
  'refund-info': 'counter',
  'ask-contact': 'choice',
};

export type Offer = { action: SuggestedAction; decisionId: string; kind: 'command' | 'choice' | 'counter' };

/** In the engine's order; what is no self service, or lacks what its command needs, is left to people. */
export function offersOf(suggestion: SuggestionView | null | undefined): Offer[] {
  if (!suggestion?.decisionId || suggestion.primary === null) return [];
  const { decisionId } = suggestion;
  return [suggestion.primary, ...suggestion.alternatives].flatMap((action) => {
    const kind = Object.hasOwn(KINDS, action.action) ? KINDS[action.action] : undefined;
    if (kind === undefined || (kind === 'command' && action.command?.args.to === undefined)) return [];
    return [{ action, decisionId, kind }];
  });
}

/** What was chosen, as its receipt needs it. `id`: of the entry that carries it; `fact`: what it is to write. */
export type Chosen = {
  title: string;
  kind: Offer['kind'];
  id: string;
  fact: { name: string; value: string } | null;
};

/** The fact that a rebooking writes: the flight of the segment. */
export function flightFact({ action }: Offer): Chosen['fact'] {
  if (action.command?.name !== 'rebook') return null;
  const { booking, segment, to } = action.command.args;
  return { name: `trip.${booking}.${segment}.flight`, value: String(to).split('/')[0] as string };
}

/** `counter`: people see the wish and do it; `waits`: done as soon as the line is back; `refused`: no longer possible. */
export type Receipt = 'counter' | 'sending' | 'waits' | 'done' | 'refused';

/**
 * @param begun it has been seen on its way; before that the old flight says nothing yet
 * @param online there is a line to the core
 */
export function receiptOf(
  { fact }: Pick<Chosen, 'fact'>,
  view: CustomerView | null | undefined,
  begun: boolean,
  online: boolean,
): Receipt {
  if (fact === null) return 'counter';
  const now = view && factsOf(view).get(fact.name);
  if (now?.pending) return online ? 'sending' : 'waits';
  if (now?.value === fact.value) return 'done';
  return begun ? 'refused' : 'sending';
}

/** The end of an id, as a person can read it aloud. */
export const receiptCode = (id: string): string => id.slice(-6).toUpperCase();
