/**
 * The sync session as a value: what the console knows of its present connection. What must survive a crash is not
 * here but in the two stores; `step` reads those through `Env` and changes them by effects.
 */

import type { AuthAck } from '../../protocol/auth.ts';
import type { Bye } from '../../protocol/bye.ts';
import type { ResetReason } from '../../protocol/codes.ts';
import type { Compare, CompareAck } from '../../protocol/compare.ts';
import type { FrameBody, FrameHead, Op } from '../../protocol/frame.ts';
import type { Hello, HelloReply } from '../../protocol/hello.ts';
import type { PushAck, PushedCommand } from '../../protocol/push.ts';
import type { Repair, RepairAck } from '../../protocol/repair.ts';
import type { SnapBody, SnapHead } from '../../protocol/snap.ts';
import type { SubAck } from '../../protocol/sub.ts';
import type { Wipe } from '../../protocol/wipe.ts';
import type { Entry, Outbox } from '../outbox/model.ts';
import type {
  FrameChange,
  Lease,
  ReplicaMeta,
  ResetChange,
  ResumeChange,
  RowKey,
} from '../store/contract.ts';
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

/** What is known of rows that differ from the core's (divergence.ts). */
export type Divergence = {
  /** Scopes that the core has said to differ, since when (ms). */
  open: ReadonlyMap<string, number>;
  /** When a repair of a scope was last asked for (ms): at most one in 10 minutes, whatever became of it. */
  asked: ReadonlyMap<string, number>;
  /** Repairs that were applied since this process began, and the time of the last one (ms). */
  repairs: number;
  repairedAt: number | null;
};

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
  /** Since when the core owes progress on what was sent, also over connections that ended because of it (ms). */
  owedSince: number | null;
  divergence: Divergence;
  /** Since when no connection has reached `welcome` (ms), since the machine last woke at most; null while one has. */
  awaySince: number | null;
  /** Code for people: why there is no connection, or what the core refused. */
  reason: string | null;
  refused: 'refused' | 'revoked' | null;
  /** The versions of the protocol that the core speaks, where it has said that this console's is not among them. */
  upgrade: { min: number; max: number } | null;
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
  | { type: 'compare-ack'; generation: number; scope: string; ack: CompareAck }
  | { type: 'repair-ack'; generation: number; ack: RepairAck }
  | { type: 'reset'; generation: number; reason: ResetReason }
  | { type: 'bye'; generation: number; bye: Bye }
  | { type: 'wipe'; generation: number; wipe: Wipe }
  /** Something arrived that cannot be read. */
  | { type: 'garbage'; generation: number; what: string }
  /** The core's sums at a cursor that has just been written. */
  | { type: 'sums'; at: number; sums: { [scope: string]: string } }
  | { type: 'want'; wanted: readonly string[] }
  | { type: 'token'; token: string }
  /** This machine slept, or something like it: since the time `since` (ms) nothing ran. */
  | { type: 'woke'; since: number }
  /** The operator changed the outbox. */
  | { type: 'outbox' };

export type TimerName = 'connect' | 'hello' | 'push' | 'push-again' | 'watchdog' | 'lease';

export type ReplicaChange =
  | { kind: 'reset'; change: ResetChange }
  | { kind: 'resume'; change: ResumeChange }
  | { kind: 'stage'; scope: string; rows: SnapRows; gone: readonly RowKey[] }
  | { kind: 'end-stage'; scope: string; rows: SnapRows; gone: readonly RowKey[] }
  | { kind: 'frame'; change: FrameChange }
  | { kind: 'stage-repair'; scope: string; rows: SnapRows; gone: readonly RowKey[] }
  | {
      kind: 'end-repair';
      scope: string;
      buckets: readonly number[];
      rows: SnapRows;
      gone: readonly RowKey[];
    }
  | { kind: 'discard-stages' }
  | { kind: 'delete-rows' }
  | { kind: 'lease'; lease: Lease };

/** What the interpreter has to do, in this order; each store change is durable before the next effect begins. */
export type Effect =
  | { do: 'connect'; generation: number; token: string }
  | { do: 'close' }
  | { do: 'hello'; hello: Hello }
  | { do: 'push'; commands: PushedCommand[] }
  | { do: 'sub'; wanted: readonly string[] }
  | { do: 'auth'; token: string }
  | { do: 'ack'; n: number }
  | { do: 'compare'; compare: Compare }
  | { do: 'repair'; repair: Repair }
  | { do: 'replica'; change: ReplicaChange }
  | { do: 'outbox'; outbox: Outbox }
  /** Destroys keys, then files; then gives the receipt in the way that the wipe was told. */
  | { do: 'wipe'; wipe: Wipe; receipt: 'ack' | 'wiped'; pending: number }
  | { do: 'timer'; name: TimerName; ms: number | null }
  /** Look for something to send in a step of its own: which customers have a gap is only known once rows are written. */
  | { do: 'pump' }
  /** Compare with the own sums in a step of its own: they are those of the rows that have just been written. */
  | { do: 'check-sums'; at: number; sums: { [scope: string]: string } }
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
  /** The own SUMs of an active scope by bucket at the cursor; undefined if they are not known just now. */
  sums: (scope: string) => BigUint64Array | undefined;
  /** End of the offline lease with the highest clock reading known, or null before the first welcome. */
  lease: Lease | null;
  outbox: Outbox;
  /** The entry's customer has a gap that is still open. */
  held: (entry: Entry) => boolean;
};

const NO_DIVERGENCE: Divergence = { open: new Map(), asked: new Map(), repairs: 0, repairedAt: null };

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
  divergence: NO_DIVERGENCE,
  lmid: 0,
  push: null,
  pausedPush: false,
  batchLimit: 50,
  stalls: 0,
  owedSince: null,
  awaySince: null,
  reason: null,
  refused: null,
  upgrade: null,
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
