import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Trouble } from '../../bridge/reports.ts';
import type { JsonObject } from '../../domain/json.ts';

/** The window's line to the replica: not yet there, there, or broken and being made anew. */
export type LinkState = 'connecting' | 'connected' | 'reconnecting';

export type Toast = {
  id: number;
  tone: 'plain' | 'done' | 'warning' | 'critical';
  /** Id of the text, with its values. */
  text: string;
  values: { [name: string]: string | number };
  /** What can be done about it, by the id of a command in the registry. */
  command: string | null;
};

export const ACTIONS = [
  'change-seat',
  'rebook',
  'add-note',
  'set-preference',
  'resolve-case',
  'wrap-up',
  'park',
  'hand-over',
  'call-back',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** An entry that a dialog mends: one that was refused is sent again, one that was not sent is changed where it stands. */
export type Mends = { id: string; how: 'redo' | 'edit' };

/** The dialog of a command: for whom, with which values to begin with, and the outbox entry that it mends, if one. */
export type OpenAction = {
  name: ActionName;
  profileId: string;
  initial: JsonObject;
  mends: Mends | null;
  /** Giving it accepts the suggestion on the card. */
  accepts?: boolean;
};

export type Overlay = 'help' | 'palette' | 'settings' | 'diagnostics' | 'desk-code';

export type MomentState = {
  link: LinkState;
  linkSince: number;
  /** Why there is no replica to speak to, as long as there is none. */
  trouble: Trouble | null;
  toasts: readonly Toast[];
  action: OpenAction | null;
  overlay: Overlay | null;
  /** An action that somebody asks of why it is not suggested. */
  whyNot: string | null;
  /** The last entry that was discarded here, with the time: an undo brings it back if nothing was done since. */
  discarded: { id: string; at: string } | null;
  /** The gap whose strip is on screen, by its beginning. */
  awayShown: string | null;
};

const NOTHING: MomentState = {
  link: 'connecting',
  linkSince: 0,
  trouble: null,
  toasts: [],
  action: null,
  overlay: null,
  whyNot: null,
  discarded: null,
  awayShown: null,
};

/** Toasts on screen at once; the oldest goes first. */
const MOST = 3;

export function createMoment() {
  const store = createStore<MomentState>(() => NOTHING);
  let lastToast = 0;
  return {
    store,
    toast(
      tone: Toast['tone'],
      text: string,
      values: Toast['values'] = {},
      command: string | null = null,
    ): number {
      const toast: Toast = { id: ++lastToast, tone, text, values, command };
      // A newer sentence takes the place of the one before; what went wrong stays beside it until it is put away.
      store.setState(({ toasts }) => ({
        toasts: [...toasts.filter((other) => other.tone === 'critical' && other.text !== text), toast].slice(
          -MOST,
        ),
      }));
      return toast.id;
    },
    dismiss(id: number): void {
      store.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
    },
  };
}

export const moment = createMoment();

export const useMoment = <T>(select: (state: MomentState) => T): T => useStore(moment.store, select);
