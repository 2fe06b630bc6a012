import type { ContactKind } from './contact.ts';

/**
 * What a supervisor sees of a site at one moment (`GET /v1/board`): work, what became of suggestions, consoles, alarms.
 * Names of queues, stations, actions and people at work; nothing of a customer. Times are ISO 8601.
 */

/** The form of the answer; a console does not show a form that it does not know. */
export const BOARD_FORM = 1;

/** One kind of work in one queue. */
export type QueueState = {
  queue: string;
  kind: ContactKind;
  waiting: number;
  active: number;
  /** Since when the one who has waited longest waits; null where nobody does. */
  oldest: string | null;
  /** At least this share is to be answered within so many seconds. */
  target: { seconds: number; share: number };
  /** Of those that came since `since` and were answered or have waited too long: how many, and how many of them in time. */
  counted: number;
  inTime: number;
};

export type StationState = {
  clientId: string;
  /** Whom its token names. */
  subject: string;
  /** The station that it wants the customers of; null where that is not known, as after a restart of the core. */
  station: string | null;
  role: string | null;
  /** `slow`: what was sent to it is not confirmed; `loading`: it gets its rows. */
  state: 'live' | 'loading' | 'slow' | 'offline';
  /** Since when it is connected or offline. */
  since: string;
  /** How long it has not confirmed what was sent to it, ms. */
  behindMs: number;
  /** Commands that it said at its last hello to have and that have not come since; null where that is not known. */
  unsent: number | null;
  /** Of its commands of the last 24 h: set aside because they failed again and again, and refused for a reason. */
  parked: number;
  refused: number;
  /** Whether it has the bundle in force; null while it is offline. */
  hasBundle: boolean | null;
};

/** What became of the suggestions of one action, each counted once by its last answer. */
export type ActionAcceptance = {
  action: string;
  decisions: number;
  /** Shown, and not answered or put off. */
  presented: number;
  positive: number;
  customerDeclined: number;
  operatorDeclined: number;
  complaint: number;
  optOut: number;
  /** Why it was declined, the most frequent first. */
  reasons: { reason: string; n: number }[];
};

export type Board = {
  form: typeof BOARD_FORM;
  at: string;
  /** Beginning of the time that shares and answers are counted over. */
  since: string;
  seq: number;
  queues: QueueState[];
  stations: StationState[];
  /** Consoles beside the listed ones. */
  moreStations: number;
  acceptance: ActionAcceptance[];
  alarms: { kind: string; at: string; detail: string }[];
  deadLetters: number;
  bundle: { version: string; validUntil: string };
  /** The version of the steering in force. */
  steering: number;
  /** Moves with everything that is learned. */
  learned: number;
};
