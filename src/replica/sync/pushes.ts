/** Uploads of a session: one push in flight, acknowledged after the commit, settled only by the stream (R6, R11, R12). */
import {
  BACKOFF_CAP,
  BACKOFF_FIRST,
  MAX_PUSH_COMMANDS,
  PUSH_TIMEOUT,
  UPLOAD_WATCHDOG,
} from '../../protocol/limits.ts';
import type { PushAck } from '../../protocol/push.ts';
import type { Entry } from '../outbox/model.ts';
import { loseMidsAbove, nextBatch, refuseOne } from '../outbox/rules.ts';
import { fork } from './links.ts';
import type { Turn } from './session.ts';

/** Sends the next batch if one may be sent now. Mids are durable before the push leaves (R12). */
export function pump(turn: Turn): void {
  const { session, env } = turn;
  if (session.phase !== 'live' || session.push !== null || session.pausedPush) return;
  if (turn.outbox.pending.length === 0) return;
  const next = nextBatch(turn.outbox, {
    lmid: session.lmid,
    maxCommands: session.batchLimit,
    now: env.now,
    held: env.held,
  });
  turn.keep(next.outbox);
  // What became too old is not waited for.
  if (next.unknown > 0 && !isOwed(turn)) turn.timer('watchdog', null);
  if (next.batch.length === 0) return;
  turn.set({
    push: { ids: next.batch.map((entry) => entry.id), single: next.batch.length === 1 },
    owedSince: session.owedSince ?? env.now,
  });
  turn.add({ do: 'push', commands: next.batch.map(toCommand) });
  turn.timer('push', PUSH_TIMEOUT);
  turn.timer('watchdog', UPLOAD_WATCHDOG);
}

const toCommand = ({ mid, id, name, ver, args, base, at }: Entry) => ({
  mid: mid ?? 0,
  id,
  name,
  ver,
  args,
  base,
  at,
});

export function pushAck(turn: Turn, ack: PushAck): void {
  const { session, env } = turn;
  const sent = session.push;
  if (sent === null) return;
  turn.timer('push', null);
  if (ack.fork !== undefined || ack.lmid >= turn.outbox.me.nextMid) return fork(turn, []);
  const progress = ack.lmid > session.lmid;
  turn.set({ push: null, lmid: Math.max(ack.lmid, session.lmid), stalls: progress ? 0 : session.stalls + 1 });
  if (ack.refused) refusedPush(turn, ack.lmid, ack.refused.code, sent.ids);
  else if (progress) turn.set({ batchLimit: MAX_PUSH_COMMANDS });
  if (ack.gap !== undefined) turn.keep(loseMidsAbove(turn.outbox, ack.lmid));
  if (progress || ack.refused) progressed(turn);
  answered(turn, ack.retryMs ?? 0);
  if (progress && ack.retryMs === undefined && !ack.refused) return pump(turn);
  const backoff =
    env.random() * Math.min(BACKOFF_CAP, BACKOFF_FIRST * 2 ** Math.min(turn.session.stalls, 10));
  turn.set({ pausedPush: true });
  turn.timer('push-again', Math.max(ack.retryMs ?? 0, backoff));
}

/** [R6] Nothing of it was executed: the places are void, the push is halved; a single command that is refused is a conflict. */
function refusedPush(turn: Turn, lmid: number, code: string, ids: string[]): void {
  let outbox = loseMidsAbove(turn.outbox, lmid);
  const [only] = ids;
  if (ids.length === 1 && only !== undefined)
    outbox = refuseOne(outbox, only, code, new Date(turn.env.now).toISOString());
  turn.keep(outbox);
  turn.set({ batchLimit: Math.max(1, Math.floor(ids.length / 2)) });
}

/** The upload watchdog counts from the core's last answer; it runs while the core owes a result. */
export function answered(turn: Turn, extra = 0): void {
  turn.timer('watchdog', isOwed(turn) ? UPLOAD_WATCHDOG + extra : null);
}

/** [O20] The core has taken something: what it still owes, it owes from now on. */
export function progressed(turn: Turn): void {
  turn.set({ owedSince: isOwed(turn) ? turn.env.now : null });
}

const isOwed = (turn: Turn): boolean => turn.outbox.pending.some((entry) => entry.mid !== null);

export function pushAgain(turn: Turn): void {
  turn.set({ pausedPush: false });
  pump(turn);
}
