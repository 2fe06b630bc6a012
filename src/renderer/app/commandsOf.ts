import { focusEntry, searchFor } from '../features/entry/index.ts';
import {
  canEdit,
  canUndoLatest,
  discard,
  edit,
  hold,
  inHand,
  inQuestion,
  lookNext,
  redo,
  undoLatest,
  waysOf,
} from '../features/outbox/index.ts';
import { openNeighbour } from '../features/work/index.ts';
import { openAction } from '../state/actions.ts';
import {
  accept,
  answer,
  canAnswer,
  canSchedule,
  DECLINE_REASONS,
  openAlternative,
  showNewer,
  startDeclining,
  stepBack,
  toggleWhy,
} from '../state/answer.ts';
import { awaySeen, hasAway, isAwayShown, showAway } from '../state/away.ts';
import {
  askToStopAll,
  board,
  isAtDesk,
  isOnBoard,
  isSupervisor,
  showBoard,
  showDesk,
  showPane,
  undoSteering,
} from '../state/board.ts';
import { card } from '../state/card.ts';
import { showConnections } from '../state/connections.ts';
import {
  canChooseAny,
  canPreview,
  chooseAll,
  isOnDisruption,
  showDisruption,
  showPreview,
  stepFlight,
} from '../state/disruption.ts';
import { isAsked, takeAsked } from '../state/lookUp.ts';
import { mirror } from '../state/mirror.ts';
import { type ActionName, moment } from '../state/moment.ts';
import type { Command } from '../state/registry.ts';
import { openCustomer } from '../state/replica.ts';
import { isPopped, openCaller, putAway, ringingNow, wrongPerson } from '../state/ring.ts';
import { session, TABS } from '../state/session.ts';
import { isSignedIn, lock, signOut } from '../state/sign-in.ts';
import { canTake, giveBack, isMine, isOurs, take, takeNext } from '../state/work.ts';
import { recordingCommands, withMacroRules } from './macroCommands.ts';
import { windowCommands } from './windowCommands.ts';

const always = (): boolean => true;
const someone = (): boolean => Boolean(mirror.store.getState().customer);
const declining = (): boolean => card.getState().mode === 'declining';
const reading = (): boolean => canAnswer() && !declining();
/** Opening an alternative answers nothing, so it need not wait until the card could have been read. */
const unanswered = (): boolean => card.getState().answered === null && !declining();

/** On in the list that is on screen: of people or of actions. */
const step = (by: 1 | -1): void => (session.getState().pane === 'outbox' ? lookNext(by) : openNeighbour(by));

/** Who calls is opened, or looked for where nobody here is known by that number. */
function openRinging(): void {
  const call = ringingNow();
  if (call?.profileId) openCaller(call.profileId);
  else if (call?.contact?.identity) searchFor(call.contact.identity.value);
}

const go: Command[] = [
  { id: 'search', group: 'go', keys: ['/'], when: always, run: focusEntry },
  { id: 'next-person', group: 'go', keys: ['j'], when: always, run: () => step(1), quiet: true },
  {
    id: 'previous-person',
    group: 'go',
    keys: ['k'],
    when: always,
    run: () => step(-1),
    quiet: true,
  },
  { id: 'show-work', group: 'go', keys: ['q'], when: always, run: () => showPane('work') },
  {
    id: 'show-outbox',
    group: 'go',
    keys: ['o'],
    when: always,
    run: () => showPane('outbox'),
  },
  {
    id: 'caller',
    group: 'go',
    keys: ['i'],
    when: () => ringingNow() !== null && !isPopped(),
    run: openRinging,
  },
  ...[0, 1, 2, 3, 4].map(
    (index): Command => ({
      id: `candidate-${index + 1}`,
      group: 'go',
      keys: [`Alt+Digit${index + 1}`],
      when: () => (ringingNow()?.candidates.length ?? 0) > index,
      run: () => openCaller(ringingNow()?.candidates[index]?.profileId ?? ''),
      quiet: true,
      together: 'candidates',
    }),
  ),
  {
    id: 'caller-none',
    group: 'go',
    keys: ['0'],
    when: () => ringingNow() !== null,
    run: putAway,
    quiet: true,
  },
  // A call goes first: it has somebody at its other end.
  { id: 'look-up-link', group: 'go', keys: ['i'], turn: 1, when: isAsked, run: () => searchFor(takeAsked()) },
  { id: 'put-link-away', group: 'go', keys: ['0'], turn: 1, when: isAsked, run: takeAsked, quiet: true },
  { id: 'wrong-person', group: 'go', keys: ['u'], when: isPopped, run: wrongPerson },
  { id: 'away', group: 'go', keys: ['a'], when: () => hasAway() && !isAwayShown(), run: showAway },
  { id: 'away-seen', group: 'go', keys: ['Escape'], turn: 1, when: isAwayShown, run: awaySeen, quiet: true },
  { id: 'close-customer', group: 'go', keys: ['x'], when: someone, run: () => openCustomer(null) },
];

const actionKeys: [ActionName, string][] = [
  ['change-seat', 's'],
  ['rebook', 'b'],
  ['add-note', 't'],
  ['set-preference', 'p'],
  ['resolve-case', 'c'],
  ['wrap-up', 'm'],
  ['call-back', '#'],
];

const work: Command[] = [
  { id: 'next', group: 'work', keys: ['.'], when: always, run: takeNext },
  { id: 'take', group: 'work', keys: ['+'], when: canTake, run: take },
  { id: 'give-back', group: 'work', keys: ['-'], when: isMine, run: giveBack },
  { id: 'park', group: 'work', keys: [','], when: isOurs, run: () => openAction('park') },
  { id: 'hand-over', group: 'work', keys: ['>'], when: isOurs, run: () => openAction('hand-over') },
];

const customer: Command[] = [
  ...actionKeys.map(
    ([id, key]): Command => ({
      id,
      group: 'customer',
      keys: [key],
      when: someone,
      run: () => openAction(id),
    }),
  ),
  ...TABS.map(
    (tab, index): Command => ({
      id: `tab-${tab}`,
      group: 'customer',
      keys: [`$mod+${index + 1}`],
      when: someone,
      run: () => session.setState({ tab }),
      together: 'tabs',
    }),
  ),
];

const suggestion: Command[] = [
  { id: 'accept', group: 'suggestion', keys: ['y'], when: reading, run: accept },
  { id: 'later', group: 'suggestion', keys: ['l'], when: reading, run: () => answer('later') },
  {
    id: 'schedule',
    group: 'suggestion',
    keys: ['f'],
    when: () => reading() && canSchedule(),
    run: () => answer('schedule'),
  },
  { id: 'decline', group: 'suggestion', keys: ['n'], when: reading, run: startDeclining },
  ...DECLINE_REASONS.map(
    (reason, index): Command => ({
      id: `decline-${reason}`,
      group: 'suggestion',
      keys: [String(index + 1)],
      turn: 0,
      when: declining,
      run: () => answer('decline', reason),
      quiet: true,
      together: 'reasons',
    }),
  ),
  ...[0, 1, 2].map(
    (index): Command => ({
      id: `open-${index + 1}`,
      group: 'suggestion',
      keys: [String(index + 1)],
      turn: 1,
      when: unanswered,
      run: () => openAlternative(index),
      quiet: true,
      together: 'alternatives',
    }),
  ),
  {
    id: 'why',
    group: 'suggestion',
    keys: ['w'],
    when: () => card.getState().shown?.primary != null,
    run: toggleWhy,
  },
  {
    id: 'newer',
    group: 'suggestion',
    keys: ['g'],
    when: () => card.getState().newer !== null && card.getState().answered === null,
    run: showNewer,
  },
  {
    id: 'step-back',
    group: 'suggestion',
    keys: ['Escape'],
    when: () => declining() || card.getState().why || card.getState().opened > 0,
    run: stepBack,
    quiet: true,
  },
];

const questioned = (): boolean => inQuestion() !== null;
const withQuestion = (act: (entry: NonNullable<ReturnType<typeof inQuestion>>) => unknown) => (): void => {
  const entry = inQuestion();
  if (entry) void act(entry);
};

const askedWith = (way: 'redo' | 'edit') => (): boolean => {
  const entry = inQuestion();
  return entry !== null && waysOf(entry)[way];
};
const withHand = (act: (entry: NonNullable<ReturnType<typeof inHand>>) => unknown) => (): void => {
  const entry = inHand();
  if (entry) void act(entry);
};

const outbox: Command[] = [
  {
    id: 'undo',
    group: 'outbox',
    keys: ['$mod+z'],
    when: canUndoLatest,
    run: undoLatest,
  },
  { id: 'redo', group: 'outbox', keys: ['r'], when: askedWith('redo'), run: withQuestion(redo) },
  {
    id: 'edit',
    group: 'outbox',
    keys: ['e'],
    when: askedWith('edit'),
    run: withQuestion(edit),
  },
  {
    id: 'edit-waiting',
    group: 'outbox',
    keys: ['e'],
    turn: 1,
    when: () => {
      const entry = inHand();
      return entry !== null && canEdit(entry);
    },
    run: withHand(edit),
  },
  { id: 'hold', group: 'outbox', keys: ['h'], when: () => inHand()?.canHold ?? false, run: withHand(hold) },
  { id: 'discard', group: 'outbox', keys: ['d'], when: questioned, run: withQuestion(discard) },
];

const signInCommands: Command[] = [
  { id: 'lock', group: 'window', keys: ['$mod+l'], when: isSignedIn, run: lock },
  {
    id: 'desk-code',
    group: 'window',
    keys: [],
    when: isSignedIn,
    run: () => moment.store.setState({ overlay: 'desk-code' }),
  },
  { id: 'sign-out', group: 'window', keys: [], when: isSignedIn, run: signOut },
];

const disruptionCommands: Command[] = [
  {
    id: 'show-disruption',
    group: 'disruption',
    keys: ['z'],
    when: () => !isOnDisruption(),
    run: showDisruption,
  },
  { id: 'choose-all', group: 'disruption', keys: ['a'], turn: 1, when: canChooseAny, run: chooseAll },
  { id: 'rebook-chosen', group: 'disruption', keys: ['b'], turn: 1, when: canPreview, run: showPreview },
  {
    id: 'next-flight',
    group: 'disruption',
    keys: ['j'],
    turn: 1,
    when: isOnDisruption,
    run: () => stepFlight(1),
    quiet: true,
  },
  {
    id: 'previous-flight',
    group: 'disruption',
    keys: ['k'],
    turn: 1,
    when: isOnDisruption,
    run: () => stepFlight(-1),
    quiet: true,
  },
  {
    id: 'leave-disruption',
    group: 'disruption',
    keys: ['Escape'],
    turn: 3,
    when: isOnDisruption,
    run: showDesk,
    quiet: true,
  },
];

const boardCommands: Command[] = [
  {
    id: 'show-board',
    group: 'board',
    keys: ['v'],
    when: () => isSupervisor() && !isOnBoard(),
    run: showBoard,
  },
  {
    id: 'leave-board',
    group: 'board',
    keys: ['Escape'],
    turn: 2,
    when: isOnBoard,
    run: showDesk,
    quiet: true,
  },
  { id: 'show-connections', group: 'board', keys: ['$mod+Shift+X'], when: isOnBoard, run: showConnections },
  { id: 'stop-all', group: 'board', keys: ['$mod+Shift+P'], when: isOnBoard, run: askToStopAll },
  {
    id: 'undo-steering',
    group: 'board',
    keys: ['$mod+z'],
    turn: -1,
    when: () => isOnBoard() && board.getState().inverse !== null,
    run: undoSteering,
  },
];

/** What acts on a customer acts only where he is on the screen. */
const atDesk = (commands: readonly Command[]): Command[] =>
  commands.map((command) => ({ ...command, when: () => isAtDesk() && command.when() }));

/** Opening somebody leads back to the desk. */
const EVERYWHERE: ReadonlySet<string> = new Set(['search', 'show-work', 'show-outbox']);

/** Everything that can be done, in the order of the help sheet. */
export const allCommands = (): Command[] =>
  withMacroRules([
    ...go.filter(({ id }) => EVERYWHERE.has(id)),
    ...atDesk(go.filter(({ id }) => !EVERYWHERE.has(id))),
    ...atDesk([...work, ...customer, ...suggestion, ...outbox]),
    ...disruptionCommands,
    ...boardCommands,
    ...windowCommands,
    ...signInCommands,
    ...recordingCommands,
  ]);
