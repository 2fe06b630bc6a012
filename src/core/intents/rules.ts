import type { Failure } from '../../decision/contract.ts';
import type { Verdict } from '../../decision/recheck.ts';
import type { Intent } from './intent.ts';

/** The rules of docs/spec/righttime.md: when an intent may go, and what becomes of it. Pure; times in ms. */

export const OPERATIONAL = 0;

/** Latency classes: so long what is due may be collected, so that a destination gets it together. */
export const CLASSES = { instant: 0, seconds: 1_000, minutes: 60_000 } as const;
export type LatencyClass = keyof typeof CLASSES;

/** Fired later than this, because nobody was there to do it, an intent is decided again. */
export const LATE_MS = 5 * 60_000;

/** Pauses between attempts, from the end of one to the next; after the last there is none. */
const PAUSES_MS = [5_000, 30_000, 2 * 60_000, 10 * 60_000, 30 * 60_000, 2 * 3_600_000, 5 * 3_600_000];

/** [T9] When the attempt after the given number of them may be made; null after the last. `random` uniform in [0, 1). */
export function nextAttempt(attempts: number, now: number, random: number, afterMs = 0): number | null {
  const pause = PAUSES_MS[attempts - 1];
  return pause === undefined ? null : Math.round(now + Math.max(afterMs, pause * (1 + random / 4)));
}

export type Times = { fireAt: number; why: string };

export type Waits = {
  now: number;
  lane: number;
  /** When the trigger happened, and how long after it nothing may be sent. */
  triggerAt: number;
  delay: number;
  /** The wish of a person; 0 for none. */
  notBefore: number;
  expiresAt: number;
  class: LatencyClass;
  /** The first instant at or after the given one that quiet hours allow; NaN where there is none. */
  allowed(instant: number): number;
};

/** [T1] [T2] [T3] When an intent may go and what it waits for until then; null where that is never. */
export function timesOf(waits: Waits): Times | null {
  const { now, lane, notBefore, expiresAt } = waits;
  const isOperational = lane === OPERATIONAL;
  const start = Math.max(now, notBefore, isOperational ? 0 : waits.triggerAt + waits.delay);
  const earliest = isOperational ? start : waits.allowed(start);
  if (!(earliest <= expiresAt)) return null;
  const window = isOperational ? 0 : CLASSES[waits.class];
  const together = window === 0 ? earliest : Math.ceil(earliest / window) * window;
  const fits = together <= expiresAt && (isOperational || waits.allowed(together) === together);
  const fireAt = fits ? together : earliest;
  if (earliest > start) return { fireAt, why: 'quiet' };
  if (start > now) return { fireAt, why: start === notBefore ? 'later' : 'delay' };
  return { fireAt, why: fireAt > now ? 'batch' : 'due' };
}

export type Ruling =
  | { do: 'send' }
  | { do: 'wait'; until: number; why: string }
  | { do: 'hold' }
  | { do: 'decide' }
  | { do: 'end'; state: 'cancelled' | 'expired'; why: string };

export type Look = {
  now: number;
  /** Null: the catalogue has no such candidate any more. */
  verdict: Verdict | null;
  /** The name of an event that ends it and has happened. */
  endedBy: string | null;
  /** The name of a consent that it needs and does not have. */
  refusedBy: string | null;
};

const cancelled = (why: string): Ruling => ({ do: 'end', state: 'cancelled', why });

/** Rules that a later hour does not mend: the state is another one than the intent was made for. */
const STATE_RULES = ['eligible', 'applicable', 'suitable', 'consent', 'preference', 'suppressed'];

/** [T5] Whether the state still is the one that the intent was made for; null if so. Asked at every event. */
export function cancellation(intent: Intent, look: Look): Ruling | null {
  const { verdict, now } = look;
  if (now > intent.expiresAt) return { do: 'end', state: 'expired', why: 'expired' };
  if (look.endedBy !== null) return cancelled(`event ${look.endedBy}`);
  if (look.refusedBy !== null) return cancelled('consent');
  if (verdict === null) return cancelled('catalogue');
  if (verdict.isHeldOut && intent.lane !== OPERATIONAL) return cancelled('holdout');
  const broken = verdict.failed.find(({ rule }) => STATE_RULES.includes(rule));
  return broken === undefined ? null : cancelled(broken.rule);
}

/** [T4] [T6] [T7] [T8] What is to be done with an intent whose moment has come, in the transaction that claims it. */
export function judge(intent: Intent, look: Look): Ruling {
  const { now, verdict } = look;
  if (now > intent.expiresAt) return { do: 'end', state: 'expired', why: 'expired' };
  if (look.endedBy !== null) return cancelled(`event ${look.endedBy}`);
  // What may have arrived keeps its content: the receiver would not take another one under the same key.
  const isLate = intent.attempts === 0 && !intent.unclear && now - intent.fireAt > LATE_MS;
  if (isLate) return { do: 'decide' };
  const ended = cancellation(intent, look);
  if (ended !== null || verdict === null) return ended ?? cancelled('catalogue');
  const failed = (rule: string) => verdict.failed.some((failure) => failure.rule === rule);
  if (failed('lane')) return cancelled('lane');
  if (failed('completeness')) return { do: 'hold' };
  return untilAllowed(intent, now, verdict);
}

/** Quiet hours and caps only put off: until they allow it, or for good where that is too late. */
function untilAllowed(intent: Intent, now: number, verdict: Verdict): Ruling {
  if (Number.isNaN(verdict.earliest)) return cancelled('quiet');
  const freed = Math.max(0, ...verdict.failed.map(freesAt));
  const until = Math.max(verdict.earliest, freed);
  if (until <= now) return { do: 'send' };
  const why = freed > verdict.earliest ? 'cap' : 'quiet';
  return until > intent.expiresAt ? cancelled(why) : { do: 'wait', until, why };
}

/** When a cap lets one more through; what blocks without an end never does. */
function freesAt({ rule, frees }: Failure): number {
  if (rule !== 'cap') return Number.POSITIVE_INFINITY;
  return frees === undefined ? Number.POSITIVE_INFINITY : Date.parse(frees);
}

/** How an attempt ended. `unclear`: the receiver may have it. */
export type Attempt =
  | { kind: 'delivered' }
  | { kind: 'refused'; error: string }
  | { kind: 'again'; error: string; unclear: boolean; afterMs?: number };

/** [T9] What an attempt makes of an intent. `random` uniform in [0, 1): receivers must not be asked by all at once. */
export function settle(intent: Intent, attempt: Attempt, now: number, random: number): Intent {
  const told = { ...intent, changed: now };
  if (attempt.kind === 'delivered') return { ...told, state: 'sent', why: 'delivered', error: null };
  const unclear = intent.unclear || (attempt.kind === 'again' && attempt.unclear);
  const gaveUp: Intent = {
    ...told,
    state: 'failed',
    why: attempt.kind,
    error: attempt.error,
    unclear,
    sentAt: unclear ? intent.sentAt : null,
  };
  if (attempt.kind === 'refused') return gaveUp;
  const fireAt = nextAttempt(intent.attempts, now, random, attempt.afterMs);
  if (fireAt === null || fireAt > intent.expiresAt) return gaveUp;
  return { ...told, why: 'retry', error: attempt.error, unclear, fireAt };
}
