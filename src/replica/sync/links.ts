/** Connections of a session: hello and its answers, loss, reconnect, byes, forks, the lease. */

import type { Bye } from '../../protocol/bye.ts';
import type { ResetReason } from '../../protocol/codes.ts';
import {
  BACKOFF_CAP,
  HELLO_TIMEOUT,
  MINUTE,
  REFUSED_RETRY,
  SECOND,
  WIPE_RECEIPT_TIMEOUT,
} from '../../protocol/limits.ts';
import { PROTO } from '../../protocol/version.ts';
import type { Wipe } from '../../protocol/wipe.ts';
import { lostWith } from '../outbox/erase.ts';
import { atFork, type Places } from '../outbox/rules.ts';
import { seenOf } from '../overlay.ts';
import type { Turn } from './session.ts';

/** How often a held lease is looked at; also how often the clock's highest reading is kept. */
export const LEASE_LOOK = MINUTE;

export function start(turn: Turn, token: string, wanted: readonly string[]): void {
  const { env } = turn;
  turn.set({ token, wanted });
  turn.replica({ kind: 'discard-stages' });
  // [R14] At start: rows that have seen more than this outbox ever sent mean a rolled-back outbox.
  if ((env.seen ?? 0) >= turn.outbox.me.nextMid) turn.keep(atFork(turn.outbox, env.newId(), [], env.now));
  lookAtLease(turn);
  connect(turn);
}

export function connect(turn: Turn): void {
  const generation = turn.session.generation + 1;
  turn.set({ phase: 'connecting', generation });
  turn.add({ do: 'connect', generation, token: turn.session.token });
}

/** [R13] What the rows have not seen is told again: only then does an equal history vouch for the ids behind these mids. */
export function acknowledged({ outbox, env }: Turn): number {
  const seen = seenOf(outbox, env.meta.epoch, env.seen);
  return Math.min(outbox.me.lmidAck, seen);
}

/** [R1] [R13] The hello says where this console stands, in all respects. */
export function connected(turn: Turn): void {
  const { env, session, outbox } = turn;
  const conn = env.newId();
  const { epoch, cursor, chain, proof, mask, schemaHash, active } = env.meta;
  const lmidAck = acknowledged(turn);
  // [R13] What is told again is due until the outbox has it: a crash may leave it without what the rows have of the welcome.
  if (lmidAck < outbox.me.lmidAck) turn.keep({ ...outbox, me: { ...outbox.me, lmidAck } });
  // [R4] A store that failed may have left a stage of the last connection behind.
  turn.replica({ kind: 'discard-stages' });
  turn.set({
    phase: 'greeting',
    conns: [...session.conns.slice(-99), conn],
    toldWanted: session.wanted,
    n: 0,
    parts: null,
    push: null,
    pausedPush: false,
  });
  turn.timer('hello', HELLO_TIMEOUT);
  turn.add({
    do: 'hello',
    hello: {
      proto: PROTO,
      schemaHash,
      clientId: outbox.me.clientId,
      conn,
      epoch,
      cursor,
      chain,
      proof,
      mask,
      active: [...active],
      wanted: [...session.wanted],
      lmidAck,
      outboxDepth: outbox.pending.length,
    },
  });
}

export function subscribe(turn: Turn): void {
  const { wanted } = turn.session;
  turn.set({ toldWanted: wanted });
  turn.add({ do: 'sub', wanted });
}

/** [R14] This disk is a copy of another: a new client with the same work, on a new connection. The replica is kept. */
export function fork(turn: Turn, places: Places): void {
  turn.keep(atFork(turn.outbox, turn.env.newId(), places, turn.env.now));
  turn.report('outbox_forked');
  away(turn, null, turn.env.random() * SECOND);
}

/** Reasons for which a connection is given up while the core takes nothing of what was sent. */
const STUCK: ReadonlySet<string> = new Set(['upload_stuck', 'core_silent']);

/** Closes the connection and comes back after `ms`. What was staged for it is void (R4, R16). */
export function away(turn: Turn, reason: string | null, ms: number): void {
  const since = turn.session.phase === 'live' ? turn.env.now : turn.session.since;
  // A console without a connection is not stuck, unless it gave the connection up because nothing moved.
  const owedSince = reason !== null && STUCK.has(reason) ? turn.session.owedSince : null;
  turn.set({
    phase: 'waiting',
    generation: turn.session.generation + 1,
    parts: null,
    push: null,
    pausedPush: false,
    snapshot: null,
    reason,
    owedSince,
    since,
  });
  for (const name of ['hello', 'push', 'push-again', 'watchdog'] as const) turn.timer(name, null);
  turn.add({ do: 'close' });
  turn.replica({ kind: 'discard-stages' });
  turn.timer('connect', ms);
}

/**
 * [P14] The connection broke or was broken off: back after at most as long as the core has been away, 1 s at least and 30 s at most,
 * full jitter. So whoever waits for a core that was away for some seconds waits for some seconds more, and not for half a minute.
 */
export function lost(turn: Turn, reason: string): void {
  const { now } = turn.env;
  const awaySince = turn.session.awaySince ?? now;
  const ceiling = Math.min(BACKOFF_CAP, Math.max(SECOND, now - awaySince));
  turn.set({ awaySince });
  away(turn, reason, turn.env.random() * ceiling);
}

/**
 * A connection over which nothing was heard while the machine slept may be dead without saying so. One that was made
 * after that is not given up.
 * @param since when the console was last awake
 */
export function woke(turn: Turn, since: number): void {
  if (turn.session.phase === 'stopped') return;
  const live = turn.session.phase === 'live';
  if (live && turn.session.since > since) return;
  turn.set({ awaySince: null });
  away(turn, 'asleep', 0);
  if (live) turn.set({ since });
}

export function connectFailed(turn: Turn, code: string | null): void {
  if (code === 'station_revoked') return revoked(turn);
  if (code === null || !code.startsWith('token_'))
    return lost(turn, code === 'sign_in_unavailable' ? code : 'core_unreachable');
  needToken(turn, code);
}

/** The lease governs what is held, so nothing is dropped; the old token is tried again in case the clock was wrong. */
function needToken(turn: Turn, code: string): void {
  turn.set({ refused: 'refused' });
  turn.add({ do: 'need-token' });
  away(turn, code, BACKOFF_CAP);
}

/** Told so by the core: this station deletes its rows by itself and has no active scope. */
function revoked(turn: Turn): void {
  turn.set({ refused: 'revoked' });
  turn.replica({ kind: 'delete-rows' });
  away(turn, 'station_revoked', REFUSED_RETRY);
}

export function bye(turn: Turn, { reason, retryInMs, by }: Bye): void {
  // [R1] Replaced by a hello that was none of its own: this console has a twin.
  if (reason === 'replaced' && by !== undefined && !turn.session.conns.includes(by)) return fork(turn, []);
  if (reason === 'station_revoked') return revoked(turn);
  if (reason === 'token_expired') return needToken(turn, reason);
  away(
    turn,
    reason === 'replaced' ? null : `core_${reason}`,
    retryInMs > 0 ? retryInMs : turn.env.random() * SECOND,
  );
}

/** [R5] The core wants a new hello; when the mask changed nothing of the old rows may stay in sight. */
export function reset(turn: Turn, reason: ResetReason): void {
  if (reason === 'mask') turn.replica({ kind: 'delete-rows' });
  away(turn, null, turn.env.random() * SECOND);
}

/**
 * Keys first, then files, or what they have of the customers who are named; the receipt says what was lost with the
 * outbox. Then hello, as a new console unless only customers went.
 */
export function wipe(turn: Turn, { id, mode, profiles }: Wipe, receipt: 'ack' | 'wiped'): void {
  const order: Wipe = { id, mode, ...(mode === 'replica' && profiles && { profiles }) };
  const { pending } = turn.outbox;
  const lost = mode === 'all' ? pending.length : lostWith(pending, order.profiles ?? []);
  turn.add({ do: 'wipe', wipe: order, receipt, pending: lost });
  turn.set({
    phase: 'waiting',
    push: null,
    parts: null,
    snapshot: null,
    reason: 'wiped',
    since: turn.env.now,
  });
  for (const name of ['hello', 'push', 'push-again', 'watchdog'] as const) turn.timer(name, null);
  // The core closes after the receipt; where the keys cannot be destroyed there is none, and it will ask again.
  turn.timer('connect', WIPE_RECEIPT_TIMEOUT);
}

/** A fresh token of the same operator: told to the core, or tried at once where the old one was refused. */
export function newToken(turn: Turn, token: string): void {
  turn.set({ token });
  if (turn.session.phase === 'live') turn.add({ do: 'auth', token });
  else if (turn.session.phase === 'waiting' && turn.session.refused !== null) {
    turn.set({ refused: null });
    turn.timer('connect', 0);
  }
}

/**
 * The lease is for the time without the core: while connected it begins anew at every look, and rows that a hello has
 * just named stay until it is answered. It is measured against the highest clock reading known and the time that this
 * program has run since, so turning the clock back does not prolong it.
 * @param passed since the last look, ms
 */
export function lookAtLease(turn: Turn, passed = 0): void {
  const { lease, now } = turn.env;
  if (lease === null) return;
  const { phase } = turn.session;
  const clock = Math.max(now, lease.clock + passed);
  turn.timer('lease', LEASE_LOOK);
  if (phase === 'live') return keepLease(turn, clock);
  if (phase === 'greeting' || clock < Date.parse(lease.until))
    return turn.replica({ kind: 'lease', lease: { ...lease, clock } });
  turn.replica({ kind: 'delete-rows' });
  turn.set({ reason: 'lease_over' });
}

/** From now on as long as the core said, by the station's own clock: it may be far from the core's. */
export function keepLease(turn: Turn, clock: number): void {
  const until = new Date(clock + turn.session.leaseFor).toISOString();
  turn.replica({ kind: 'lease', lease: { until, clock, heard: turn.env.now } });
}
