/**
 * The sync session as a value: what the console knows of its present connection. What must survive a crash is not
 * here but in the two stores; `step` reads those through `Env` and changes them by effects.
 */

import type { AuthAck } from '../../protocol/auth.ts';
import type { Bye } from '../../protocol/bye.ts';
import type { ResetReason } from '../../protocol/codes.ts';
import type { FrameBody, FrameHead, Op } from '../../protocol/frame.ts';
import type { Hello, HelloReply } from '../../protocol/hello.ts';
import type { PushAck, PushedCommand } from '../../protocol/push.ts';
import type { SnapBody, SnapHead } from '../../protocol/snap.ts';
import type { SubAck } from '../../protocol/sub.ts';
import type { Wipe } from '../../protocol/wipe.ts';
import type { Entry, Outbox } from '../outbox/model.ts';
import type { FrameChange, ReplicaMeta, ResetChange, RowKey } from '../store/contract.ts';
import type { SnapRows, UnreadOps } from '../store/rows.ts';

export type Phase =
  /** Not started, or stopped for good. */
  | 'stopped'
  /** Until the timer `connect` or, when the core refused, until a new token. */
  | 'waiting'
  | 'connecting'
  /** `hello` is sent, nothing else may be. */
  | 'greeting'
  | 'live';

/** A snapshot's part as it is handed over: its rows may still be the text that arrived. */
export type SnapPart = Omit<SnapBody, 'rows'> & { rows: SnapRows };

/** A frame or a part of one, likewise; only an early part comes unread. */
export type FramePart = Omit<FrameBody, 'ops'> & { ops: readonly Op[] | UnreadOps };

export type InFlight = { ids: string[]; single: boolean };

export type Session = {
  phase: Phase;
  /** Raised for each connection: what an older one still says is ignored. */
  generation: number;
  /** Random names that this process gave to its hellos; the last one is that of the present connection (R1). */
  conns: readonly string[];
  token: string;
  wanted: readonly string[];
  /** As the last hello or sub said it. */
  toldWanted: readonly string[];
  granted: readonly string[];
  denied: readonly string[];
  /** Last n that was accepted on this connection (R2). */
  n: number;
  /** Early parts of a frame (R16); a lost connection discards them. */
  parts: { unread: readonly UnreadOps[]; ops: readonly Op[]; count: number } | null;
  /** The core's seq at `welcome`: behind it the console is catching up. */
  target: number;
  /** Rows of the snapshot that is arriving, for the status line. */
  snapshot: { scope: string; rows: number } | null;
  /** How long rows may be held without the core, by the last welcome, ms. */
  leaseFor: number;
  /** How far the core has executed, by its last welcome or push ack. */
  lmid: number;
  push: InFlight | null;
  /** A retry of pushes is due later (timer `push-again`). */
  pausedPush: boolean;
  batchLimit: number;
  /** Pushes without progress in a row. */
  stalls: number;
  /** Connections in a row that did not reach `welcome`. */
  attempts: number;
  /** Code for people: why there is no connection, or what the core refused. */
  reason: string | null;
  refused: 'refused' | 'revoked' | null;
  /** Time of the last change of what the status line shows. */
  since: number;
};

export type Input =
  | { type: 'start'; token: string; wanted: readonly string[] }
  | { type: 'stop' }
  | { type: 'timer'; name: TimerName }
  | { type: 'connected'; generation: number }
  | { type: 'connect-failed'; generation: number; code: string | null }
  | { type: 'lost'; generation: number; reason: string }
  | { type: 'hello-reply'; generation: number; reply: HelloReply }
  | { type: 'frame'; generation: number; head: FrameHead; body: FramePart }
  | { type: 'snap'; generation: number; head: SnapHead; body: SnapPart }
  | { type: 'push-ack'; generation: number; ack: PushAck }
  | { type: 'sub-ack'; generation: number; ack: SubAck }
  | { type: 'auth-ack'; generation: number; ack: AuthAck }
  | { type: 'reset'; generation: number; reason: ResetReason }
  | { type: 'bye'; generation: number; bye: Bye }
  | { type: 'wipe'; generation: number; wipe: Wipe }
  /** Something arrived that cannot be read. */
  | { type: 'garbage'; generation: number; what: string }
  | { type: 'want'; wanted: readonly string[] }
  | { type: 'token'; token: string }
  /** The operator changed the outbox. */
  | { type: 'outbox' };

export type TimerName = 'connect' | 'hello' | 'push' | 'push-again' | 'watchdog' | 'lease';

export type ReplicaChange =
  | { kind: 'reset'; change: ResetChange }
  | { kind: 'keep-granted'; granted: readonly string[] }
  | { kind: 'stage'; scope: string; rows: SnapRows; gone: readonly RowKey[] }
  | { kind: 'end-stage'; scope: string; rows: SnapRows; gone: readonly RowKey[] }
  | { kind: 'frame'; change: FrameChange }
  | { kind: 'discard-stages' }
  | { kind: 'delete-rows' }
  | { kind: 'lease'; until: string; clock: number };

/** What the interpreter has to do, in this order; each store change is durable before the next effect begins. */
export type Effect =
  | { do: 'connect'; generation: number; token: string }
  | { do: 'close' }
  | { do: 'hello'; hello: Hello }
  | { do: 'push'; commands: PushedCommand[] }
  | { do: 'sub'; wanted: readonly string[] }
  | { do: 'auth'; token: string }
  | { do: 'ack'; n: number }
  | { do: 'replica'; change: ReplicaChange }
  | { do: 'outbox'; outbox: Outbox }
  /** Destroys keys, then files; then gives the receipt in the way that the wipe was told. */
  | { do: 'wipe'; wipe: Wipe; receipt: 'ack' | 'wiped'; pending: number }
  | { do: 'timer'; name: TimerName; ms: number | null }
  /** Look for something to send in a step of its own: which customers have a gap is only known once rows are written. */
  | { do: 'pump' }
  /** The core wants another token. */
  | { do: 'need-token' }
  | { do: 'report'; code: string };

export type Env = {
  now: number;
  /** Uniform in [0, 1). */
  random: () => number;
  newId: () => string;
  meta: ReplicaMeta;
  /** `seen` of the outbox's own clientId. */
  seen: number | undefined;
  /** End of the offline lease with the highest clock reading known, or null before the first welcome. */
  lease: { until: string; clock: number } | null;
  outbox: Outbox;
  /** The entry's customer has a gap that is still open. */
  held: (entry: Entry) => boolean;
};

export const newSession = (now: number): Session => ({
  phase: 'stopped',
  generation: 0,
  conns: [],
  token: '',
  wanted: [],
  toldWanted: [],
  granted: [],
  denied: [],
  n: 0,
  parts: null,
  target: 0,
  snapshot: null,
  leaseFor: 0,
  lmid: 0,
  push: null,
  pausedPush: false,
  batchLimit: 50,
  stalls: 0,
  attempts: 0,
  reason: null,
  refused: null,
  since: now,
});

/** One step in the making: mutable inside `step`, a value outside. */
export class Turn {
  session: Session;
  outbox: Outbox;
  readonly effects: Effect[] = [];
  readonly env: Env;

  constructor(session: Session, env: Env) {
    this.session = session;
    this.outbox = env.outbox;
    this.env = env;
  }

  set(change: Partial<Session>): void {
    this.session = { ...this.session, ...change };
  }

  add(...effects: Effect[]): void {
    this.effects.push(...effects);
  }

  replica(change: ReplicaChange): void {
    this.effects.push({ do: 'replica', change });
  }

  /** One durable transaction on outbox.db, if there is anything to write. */
  keep(outbox: Outbox): void {
    if (outbox === this.outbox) return;
    this.outbox = outbox;
    this.effects.push({ do: 'outbox', outbox });
  }

  timer(name: TimerName, ms: number | null): void {
    this.effects.push({ do: 'timer', name, ms });
  }

  report(code: string): void {
    this.effects.push({ do: 'report', code });
  }
}
