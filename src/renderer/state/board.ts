import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { CallInput } from '../../bridge/contract.ts';
import type { DecisionSummary, DecisionView, SteeringVersionView, SteeringView } from '../../bridge/views.ts';
import { mirror } from './mirror.ts';
import { moment } from './moment.ts';
import { ask, link } from './replica.ts';
import { type LeftPane, session } from './session.ts';

/** What the supervisor looks at on the board, and what was set from this window. */
export type BoardState = {
  /** The action that is looked into. */
  action: string | null;
  decisions: DecisionSummary[] | null;
  decision: DecisionView | null;
  history: SteeringVersionView[] | null;
  /** Asked before all suggestions are paused. */
  confirming: boolean;
  /** What takes the last change back, once that was `taken` (null: it was refused, and there is nothing to take back). */
  inverse: { change: Change; taken: Promise<unknown> } | null;
};
export type Change = CallInput['steer']['change'];

const CLOSED: BoardState = {
  action: null,
  decisions: null,
  decision: null,
  history: null,
  confirming: false,
  inverse: null,
};

export const board = createStore<BoardState>(() => CLOSED);
export const useBoard = <T>(select: (state: BoardState) => T): T => useStore(board, select);

export const isSupervisor = (): boolean => mirror.store.getState().status?.role === 'supervisor';
export const isAtDesk = (): boolean => session.getState().screen === 'desk';
export const isOnBoard = (): boolean => session.getState().screen === 'board';

let stops: (() => void)[] = [];

/** The board is renewed only while it is on the screen, whatever leads there and away. Call once. */
export function followScreen(): void {
  session.subscribe(({ screen }, before) => {
    if (screen === before.screen) return;
    for (const stop of stops) stop();
    stops = [];
    board.setState(CLOSED);
    if (screen !== 'board') return;
    const ignore = (): void => undefined;
    stops = [
      link.subscribe('board', {}, (value) => mirror.put('board', value), ignore),
      link.subscribe('learned', {}, (value) => mirror.put('learned', value), ignore),
    ];
  });
}

export function showBoard(): void {
  if (isSupervisor()) session.setState({ screen: 'board' });
}

export const showDesk = (): void => session.setState({ screen: 'desk' });
export const showPane = (pane: LeftPane): void => session.setState({ screen: 'desk', pane });

/** Opens the last decisions of an action, or closes them. */
export async function lookInto(action: string): Promise<void> {
  if (board.getState().action === action) {
    board.setState({ action: null, decisions: null });
    return;
  }
  board.setState({ action, decisions: null });
  const answer = await ask('decisions', { action });
  if (answer && board.getState().action === action) board.setState({ decisions: answer.decisions });
}

export async function openDecision(id: string): Promise<void> {
  const decision = await ask('decision', { id });
  if (decision) board.setState({ decision });
}

export async function openHistory(): Promise<void> {
  const answer = await ask('steeringHistory', {});
  if (answer) board.setState({ history: answer.versions });
}

/** In force at the core when this resolves; `title` names it in the sentence that offers to take it back. */
export async function steer(change: Change, title: string): Promise<void> {
  const { steering } = mirror.store.getState().board ?? {};
  if (!steering) return;
  const { inverse: earlier } = board.getState();
  const back = inverseOf(change, steering);
  const taken = ask('steer', { change, ifVersion: steering.version });
  // From now on, because the board may show the change before its answer is here.
  const inverse = back && { change: back, taken };
  board.setState({ inverse });
  if (!(await taken)) {
    if (board.getState().inverse === inverse) board.setState({ inverse: earlier });
    return;
  }
  board.setState({ history: null });
  moment.toast('done', `toast.steer.${change.kind}`, { title }, inverse === null ? null : 'undo-steering');
}

export async function undoSteering(): Promise<void> {
  const { inverse } = board.getState();
  if (inverse === null) return;
  board.setState({ inverse: null });
  if (!(await inverse.taken)) return;
  const version = await ask('steer', { change: inverse.change });
  if (version) moment.toast('plain', 'toast.steer.undone');
}

/**
 * What takes a change back, whatever others have set since; null where nothing can (going back to a version is itself
 * undone by going back).
 */
export function inverseOf(change: Change, now: SteeringView): Change | null {
  switch (change.kind) {
    case 'lever':
      return { kind: 'lever', action: change.action, percent: now.levers[change.action] ?? null };
    case 'pause': {
      const actions = change.actions.filter((action) => !Object.hasOwn(now.paused, action));
      return actions.length === 0 ? null : { kind: 'resume', actions };
    }
    case 'resume': {
      const reason = now.paused[change.actions[0] ?? '']?.reason;
      return reason === undefined ? null : { kind: 'pause', actions: change.actions, reason };
    }
    case 'caps':
      return { kind: 'caps', caps: now.caps };
    case 'undo':
      return now.version >= 1 ? { kind: 'undo', version: now.version } : null;
  }
}

/** All actions but the operational duties, and those that are paused already. */
export const stoppable = (steering: SteeringView): string[] =>
  steering.catalogue
    .filter(({ id, lane }) => lane > 0 && !Object.hasOwn(steering.paused, id))
    .map(({ id }) => id);

export const askToStopAll = (): void => board.setState({ confirming: true });
