/** Downloads of a session: frames, also in parts, and snapshots, in the order of one counter (R2, R3, R4, R10, R16). */
import type { FrameHead, Op } from '../../protocol/frame.ts';
import type { SnapHead } from '../../protocol/snap.ts';
import { settle, showsFork } from '../outbox/rules.ts';
import { countOf, UnreadOps } from '../store/rows.ts';
import { repairPart } from './divergence.ts';
import { fork, lost } from './links.ts';
import { answered, progressed } from './pushes.ts';
import type { FramePart, SnapPart, Turn } from './session.ts';

/** [R2] Only the next number, only the own epoch; otherwise this connection is worth nothing. */
export function frame(turn: Turn, head: FrameHead, body: FramePart): void {
  const { session, env } = turn;
  if (head.n !== session.n + 1) return lost(turn, 'frame_order');
  if (body.epoch !== env.meta.epoch) return lost(turn, 'frame_epoch');
  if (body.from !== env.meta.cursor) return lost(turn, 'frame_from');
  if (body.part !== undefined && body.part !== (session.parts?.count ?? 0) + 1)
    return lost(turn, 'frame_part');
  if (body.part === undefined && session.parts !== null) return lost(turn, 'frame_part');
  turn.set({ n: head.n });
  if (body.part !== undefined && body.parts === undefined) return earlyPart(turn, body);
  if (body.parts !== body.part) return lost(turn, 'frame_part');
  wholeFrame(turn, head, body, appended(session.parts, body.ops));
}

/** [R16] Staged in memory: a crash or a lost connection discards the parts anyway. */
function earlyPart(turn: Turn, body: FramePart): void {
  turn.set({ parts: { ...appended(turn.session.parts, body.ops), count: body.part ?? 1 } });
  turn.add({ do: 'ack', n: turn.session.n });
}

type Parts = Pick<NonNullable<Turn['session']['parts']>, 'unread' | 'ops'>;

/** Unread parts come first; one that follows a part which was read is read too, so that the order stays. */
function appended(parts: Parts | null, ops: readonly Op[] | UnreadOps): Parts {
  const { unread, ops: read } = parts ?? { unread: [], ops: [] };
  if (ops instanceof UnreadOps && read.length === 0) return { unread: [...unread, ops], ops: read };
  return { unread, ops: [...read, ...(ops instanceof UnreadOps ? ops.list() : ops)] };
}

/** [R10] Transaction 1 on replica.db, transaction 2 on outbox.db, then the ack. This order, always. */
function wholeFrame(turn: Turn, head: FrameHead, body: FramePart, { unread, ops }: Parts): void {
  const { env, session } = turn;
  const { to, chain, proof } = body;
  if (to === undefined || chain === undefined || proof === undefined || to < body.from)
    return lost(turn, 'frame_unreadable');
  const lmid = head.lmid ?? env.seen ?? 0;
  const results = head.results ?? [];
  if (showsFork(turn.outbox, lmid, results))
    return fork(
      turn,
      results.map(([mid, id]) => [mid, id] as const),
    );
  const drop = head.drop ?? [];
  turn.replica({
    kind: 'frame',
    change: {
      unread,
      ops,
      drop,
      cursor: to,
      chain,
      proof,
      clientId: turn.outbox.me.clientId,
      lmid,
      granted: session.granted,
    },
  });
  turn.keep(settle(turn.outbox, results, new Date(env.now).toISOString()));
  turn.set({ parts: null, snapshot: drop.includes(session.snapshot?.scope ?? '') ? null : session.snapshot });
  turn.add({ do: 'ack', n: head.n });
  if (results.length > 0) {
    progressed(turn);
    answered(turn);
  }
  if (body.sums !== undefined) turn.add({ do: 'check-sums', at: to, sums: body.sums });
  turn.add({ do: 'pump' });
}

/** [R4] A part of a snapshot is staged; the last one joins the base at the cursor for which it was made. */
export function snap(turn: Turn, head: SnapHead, body: SnapPart): void {
  const { session, env } = turn;
  if (head.n !== session.n + 1) return lost(turn, 'frame_order');
  turn.set({ n: head.n });
  const { scope, rows, gone = [] } = body;
  if (body.end === true) {
    if (session.parts !== null) return lost(turn, 'frame_part');
    if (body.at !== env.meta.cursor) return lost(turn, 'snap_at');
  }
  if (body.buckets !== undefined) repairPart(turn, body);
  else if (body.end !== true) {
    turn.replica({ kind: 'stage', scope, rows, gone });
    const before = session.snapshot?.scope === scope ? session.snapshot.rows : 0;
    turn.set({ snapshot: { scope, rows: before + countOf(rows) } });
  } else {
    turn.replica({ kind: 'end-stage', scope, rows, gone });
    turn.set({ snapshot: null });
  }
  turn.add({ do: 'ack', n: head.n });
  // Rows that are no longer stale may have held entries back.
  if (body.end === true) turn.add({ do: 'pump' });
}
