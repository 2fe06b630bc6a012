/**
 * An intent: an action that was decided for a customer who is not here, with the time from which it may go and the time
 * after which it must not (docs/spec/righttime.md). Times in ms.
 */

/** `waiting` for a time, `held` until more is known of the customer, `parked` until the next visit. */
export const OPEN_STATES = ['waiting', 'held', 'parked', 'claimed'] as const;
export const ENDED_STATES = ['sent', 'cancelled', 'expired', 'failed'] as const;
export type IntentState = (typeof OPEN_STATES)[number] | (typeof ENDED_STATES)[number];

export type Intent = {
  id: string;
  profile: string;
  /** Of one trigger and event, or of one wish of an operator: what comes twice is planned once. */
  dedupe: string;
  state: IntentState;
  /** Why it waits, or why it ended; a code of righttime.md. */
  why: string;
  action: string;
  channel: string;
  approach: string;
  lane: number;
  /** The decision that it came from. */
  decision: string;
  /** `operator` where a person wished it. */
  trigger: string;
  triggerAt: number;
  /** The event that it was planned for. */
  cause: string | null;
  /** Where to look again when it has to be decided anew. */
  channels: string[];
  /** Names of events that end it. */
  endedBy: string[];
  /** The next moment at which it is looked at. */
  fireAt: number;
  /** The last moment at which it may be sent. */
  expiresAt: number;
  attempts: number;
  /** An attempt may have reached the receiver: it counts for caps whatever becomes of it. */
  unclear: boolean;
  /** What the last attempt ended with; no secrets, no content. */
  error: string | null;
  /** When it was claimed for sending; null while nothing left, and after it certainly did not arrive. */
  sentAt: number | null;
  created: number;
  changed: number;
};

export const isOpen = ({ state }: Intent): boolean => (OPEN_STATES as readonly string[]).includes(state);
