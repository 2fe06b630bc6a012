/** One connection of a console, from its socket to its end: everything the core remembers of it (I7: bounded). */
import type { Table } from '../../domain/rows.ts';
import { CREDIT_BYTES, CREDIT_MESSAGES, MAX_FRAME_BYTES } from '../../protocol/limits.ts';
import type { Viewer } from '../auth/viewer.ts';
import type { ChangedRow } from '../store/contract.ts';
import { type Lens, lensOf } from './encode.ts';

/** The socket, as the session machine needs it; attach.ts makes one of socket.io, a simulation of anything. */
export interface Link {
  emit(event: string, ...args: unknown[]): void;
  /** Emits and waits for the acknowledgement; undefined when none came in time. */
  ask(event: string, message: unknown, timeoutMs: number, answered: (answer: unknown) => void): void;
  /** Closes after what was emitted has gone out. */
  close(): void;
}

export type Key = { table: Table; id: string };

/** A scope's snapshot on its way (R4). */
export type SnapState = {
  scope: string;
  /** The last row that was sent; the next part reads on from it. */
  after: Key | null;
  /** All rows have been read once; what is left is what changed meanwhile. */
  read: boolean;
  /** The oldest read behind any part; -1 before the first. */
  since: number;
  /** Rows sent with a v above `since`, or as gone: key to v, -1 for gone. They are not in the log's view of `since`. */
  late: Map<string, number>;
  /** Of a repair: only these. */
  buckets: ReadonlySet<number> | null;
};

/** A frame in parts on its way (R16). */
export type PartsState = {
  part: number;
  /** The rows that had changed at the first read, each told once; `scopesBefore` is reduced to an active one. */
  list: ChangedRow[];
  next: number;
  /** The seq of the first read; what changed after it is told in the last parts. */
  since: number;
  /** Rows that have changed after the first read, before they were told; true: in an active scope at `from`. */
  untold: Map<string, boolean>;
  /** What has been told of rows that changed after the first read: v, or -1 for `[]`. */
  late: Map<string, number>;
};

/** `greeting`: its hello is being written down. */
export type Phase = 'silent' | 'greeting' | 'live' | 'wiping' | 'closed';

export type Session = {
  link: Link;
  viewer: Viewer;
  lens: Lens;
  phase: Phase;
  /** When it connected or was told to wipe, by the clock of sockets. */
  since: number;
  clientId: string;
  generation: number;
  /** `conn` of its hello. */
  conn: string;
  /** Of its `welcome`; a new one (R5) ends the connection. */
  epoch: string;
  /** `to` of the last frame sent; before any, the console's cursor after `welcome`. */
  cursor: number;
  chain: string;
  /** Up to here the log is known to hold nothing for this console; up to the head, unless `concerned`. */
  scanned: number;
  /** A commit after `scanned` may concern this console (routes.ts). */
  concerned: boolean;
  /** Number of the last frame or snap. */
  n: number;
  unacked: { n: number; bytes: number; at: number }[];
  unackedBytes: number;
  wanted: string[];
  granted: string[];
  /** Scopes active at `cursor`. */
  active: Set<string>;
  /** Joined names of `active`, made when it is asked for: see `activeKey`. */
  activeNames: string | null;
  /** To be named in the next frame's `drop`. */
  drops: Set<string>;
  snaps: SnapState[];
  parts: PartsState | null;
  /** The frame after `welcome` has not been sent. */
  first: boolean;
  lastFrameAt: number;
  lastMid: number;
  /** Pushes that are being executed. */
  pushing: number;
  /** What its hello said: commands in its outbox, of which those above this mid had not been executed; the form of its rows. */
  told: { depth: number; lastMid: number; schema: string };
  /** The last mid whose result was sent on this connection, or that needs none (R13). */
  settledMid: number;
  /** When the SUM of a scope was last sent; absent: due with the next frame. */
  sumsAt: Map<string, number>;
  /** Before this no SUM is due: with a thousand scopes even looking for one costs. */
  sumsDue: number;
  /** Customers that this console shows, with the state it announced. */
  presence: Map<string, 'viewing' | 'editing'>;
  /** Messages left in the present second (security.md S40). */
  budget: number;
  budgetAt: number;
  watcher: ScopeWatcher;
};

/** Told whenever the active scopes of a connection change. */
export interface ScopeWatcher {
  activeChanged(session: Session, before: ReadonlySet<string>, after: ReadonlySet<string>): void;
}

export function newSession(link: Link, viewer: Viewer, clock: number, watcher: ScopeWatcher): Session {
  return {
    link,
    viewer,
    lens: lensOf(viewer.role),
    phase: 'silent',
    since: clock,
    clientId: '',
    generation: 0,
    conn: '',
    epoch: '',
    cursor: 0,
    chain: '',
    scanned: 0,
    concerned: false,
    watcher,
    n: 0,
    unacked: [],
    unackedBytes: 0,
    wanted: [],
    granted: [],
    active: new Set(),
    activeNames: null,
    drops: new Set(),
    snaps: [],
    parts: null,
    first: true,
    lastFrameAt: clock,
    lastMid: 0,
    pushing: 0,
    told: { depth: 0, lastMid: 0, schema: '' },
    settledMid: 0,
    sumsAt: new Map(),
    sumsDue: 0,
    presence: new Map(),
    budget: 0,
    budgetAt: 0,
  };
}

/** Whether `messages` more may go out; each is taken for the largest that there is, so that 1 MB is never exceeded. */
export const hasCredit = (session: Session, messages = 1): boolean =>
  session.unacked.length + messages <= CREDIT_MESSAGES &&
  session.unackedBytes + messages * MAX_FRAME_BYTES <= CREDIT_BYTES;

export function countSent(session: Session, bytes: number, clock: number): void {
  session.unacked.push({ n: session.n, bytes, at: clock });
  session.unackedBytes += bytes;
}

/** Cumulative. An n that was never sent, or was acknowledged before, says nothing. */
export function countAcked(session: Session, n: number): void {
  if (n > session.n) return;
  while (session.unacked[0] && session.unacked[0].n <= n) {
    session.unackedBytes -= session.unacked[0].bytes;
    session.unacked.shift();
  }
}

export function setActive(session: Session, active: Set<string>): void {
  session.watcher.activeChanged(session, session.active, active);
  session.active = active;
  session.activeNames = null;
}

/** One more: costs the same however many there are. */
export function activate(session: Session, scope: string): void {
  session.watcher.activeChanged(session, NOTHING, new Set([scope]));
  session.active.add(scope);
  session.activeNames = null;
}

const NOTHING: ReadonlySet<string> = new Set();

export const keyOfScopes = (scopes: ReadonlySet<string>): string => [...scopes].sort().join('\n');

/** Equal for equal active scopes. */
export function activeKey(session: Session): string {
  session.activeNames ??= keyOfScopes(session.active);
  return session.activeNames;
}

export const newSnap = (scope: string, buckets: ReadonlySet<number> | null = null): SnapState => ({
  scope,
  after: null,
  read: false,
  since: -1,
  late: new Map(),
  buckets,
});

/**
 * Takes over a new list of granted scopes: what was granted and is not any more is dropped, also if its snapshot is
 * unfinished or not begun; what is new gets a snapshot, which begins after the frame that drops it, if one does (R4).
 */
export function regrant(session: Session, granted: string[]): void {
  const now = new Set(granted);
  for (const scope of session.granted) if (!now.has(scope)) dropScope(session, scope);
  const pending = new Set(session.snaps.filter((snap) => !snap.buckets).map((snap) => snap.scope));
  for (const scope of granted) {
    const held = session.active.has(scope) && !session.drops.has(scope);
    if (!held && !pending.has(scope)) session.snaps.push(newSnap(scope));
  }
  session.granted = granted;
}

export function dropScope(session: Session, scope: string): void {
  session.drops.add(scope);
  session.snaps = session.snaps.filter((snap) => snap.scope !== scope);
}

/** The scopes that will be active after the drops that are due. */
export const keptScopes = (session: Session): Set<string> =>
  new Set([...session.active].filter((scope) => !session.drops.has(scope)));
