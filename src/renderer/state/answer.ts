import { ANSWERED_FOR, afterAnswer, card, isAnswerable, openedAction, takeNewer } from './card.ts';
import { mirror } from './mirror.ts';
import { type ActionName, moment } from './moment.ts';
import { ask } from './replica.ts';
import { seenFor } from './seen.ts';

/** Why an operator declines; the codes go into the outcome and into what is learnt about suggestions. */
export const DECLINE_REASONS = [
  'not-needed',
  'bad-moment',
  'has-it',
  'price',
  'not-possible',
  'other',
] as const;
export type DeclineReason = (typeof DECLINE_REASONS)[number];

type Answer = 'accept' | 'decline' | 'later' | 'schedule';

/** Whether there is a suggestion on the card that can be answered. */
export function canAnswer(): boolean {
  return isAnswerable(card.getState(), performance.now()) && moment.store.getState().link === 'connected';
}

/** The operator's answer; the card shows it at once and takes it back, with a sentence, if it was not kept: false. */
export async function answer(given: Answer, reason?: DeclineReason): Promise<boolean> {
  const state = card.getState();
  const action = openedAction(state);
  const { customer } = mirror.store.getState();
  if (!canAnswer() || action === null || !state.shown?.decisionId || !customer) return false;
  const { decisionId } = state.shown;
  const answeredAt = performance.now();
  card.setState({ answered: given, answeredAt, mode: 'read', why: false });
  // A timer may be a fraction of a millisecond early; nobody asks again.
  const seenUntil = answeredAt + ANSWERED_FOR;
  setTimeout(
    () => card.setState((now) => afterAnswer(now, Math.max(performance.now(), seenUntil))),
    ANSWERED_FOR,
  );
  const { command } = action;
  const kept = await ask('answer', {
    decisionId,
    profileId: customer.profileId,
    answer: given,
    ...(reason ? { reason } : {}),
    candidate: { action: action.action, channel: action.channel, approach: action.approach },
    seen: given === 'accept' && command ? seenFor(customer, command.name, command.args) : [],
  });
  if (kept === undefined) {
    if (card.getState().shown?.decisionId === decisionId) card.setState({ answered: null });
    return false;
  }
  if (given === 'accept') moment.toast('done', 'toast.accepted', { title: action.title }, 'undo');
  else if (given === 'schedule') moment.toast('done', 'toast.scheduled', { title: action.title }, 'undo');
  else moment.toast('plain', given === 'decline' ? 'toast.declined' : 'toast.later', { title: action.title });
  return true;
}

/** Whether what is on the card can also be sent when the customer is gone. */
export const canSchedule = (): boolean => canAnswer() && openedAction(card.getState())?.later != null;

/** Args without which a command of a suggestion cannot be given; the operator is asked for them first. */
const NEEDED: { [command: string]: string } = {
  'change-seat': 'seat',
  rebook: 'to',
  'set-preference': 'value',
  'resolve-case': 'outcome',
  'add-note': 'text',
};

/** Accepts what is on the card; where its command still lacks an entry, through the dialog that asks for it. */
export function accept(): Promise<boolean> | undefined {
  const command = openedAction(card.getState())?.command;
  const { customerId } = mirror.store.getState();
  const needed = command ? NEEDED[command.name] : undefined;
  if (canAnswer() && customerId && command && needed && command.args[needed] === undefined) {
    const name = command.name as ActionName;
    moment.store.setState({
      action: { name, profileId: customerId, initial: command.args, mends: null, accepts: true },
    });
    return undefined;
  }
  return answer('accept');
}

export const openAlternative = (index: number): void => {
  const { shown, answered } = card.getState();
  if (answered === null && shown && index <= shown.alternatives.length)
    card.setState({ opened: index, mode: 'read' });
};

export const showNewer = (): void => card.setState((state) => takeNewer(state, performance.now()));
export const toggleWhy = (): void => card.setState((state) => ({ why: !state.why, mode: 'read' }));
export const startDeclining = (): void => card.setState({ mode: 'declining', why: false });
/** Steps out of whatever is open on the card; false if nothing was. */
export function stepBack(): void {
  card.setState((state) => {
    if (state.mode === 'declining') return { mode: 'read' as const };
    return state.why ? { why: false } : { opened: 0 };
  });
}
