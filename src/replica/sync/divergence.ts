/**
 * Divergence (wire.md, "Flow and size"): rows that differ from the core's at the same cursor. The frame brings the
 * core's SUM of a scope, 256 SUMs by bucket find out where it differs, and a repair brings those buckets anew. What was
 * found to differ is known to the status line until the sums are equal again.
 */
import type { CompareAck } from '../../protocol/compare.ts';
import { REPAIR_EVERY } from '../../protocol/limits.ts';
import type { RepairAck } from '../../protocol/repair.ts';
import { sumText } from '../../protocol/sums.ts';
import type { SnapPart, Turn } from './session.ts';

/** At most one repair of a scope in 10 minutes: one that was refused or not answered is asked for again after that. */
function mayAsk(turn: Turn, scope: string): boolean {
  const before = turn.session.divergence.asked.get(scope);
  return before === undefined || turn.env.now - before >= REPAIR_EVERY;
}

/** The core's SUMs at the cursor `at`; those of scopes whose own sums are not known just now are left to the next time. */
export function checkSums(turn: Turn, at: number, sums: { [scope: string]: string }): void {
  const { meta } = turn.env;
  // Another frame has been applied since: its own sums, or those of a minute later, will do.
  if (turn.session.phase !== 'live' || meta.cursor !== at) return;
  for (const [scope, told] of Object.entries(sums)) {
    const own = meta.active.includes(scope) ? turn.env.sums(scope) : undefined;
    if (own === undefined) continue;
    if (sumText(own.reduce((sum, one) => sum + one, 0n)) === told) equal(turn, scope);
    else if (mayAsk(turn, scope))
      turn.add({ do: 'compare', compare: { scope, at, sums: Array.from(own, sumText) } });
  }
}

function equal(turn: Turn, scope: string): void {
  const { divergence } = turn.session;
  if (!divergence.open.has(scope)) return;
  const open = new Map(divergence.open);
  open.delete(scope);
  turn.set({ divergence: { ...divergence, open } });
}

/** Nothing is asked for where all that differs has changed since: the next sums will tell. */
export function compareAck(turn: Turn, scope: string, ack: CompareAck): void {
  if ('refused' in ack || ack.differs.length === 0) return;
  if (!mayAsk(turn, scope)) return;
  const { now } = turn.env;
  const { divergence } = turn.session;
  const open = divergence.open.has(scope) ? divergence.open : new Map(divergence.open).set(scope, now);
  turn.set({ divergence: { ...divergence, open, asked: new Map(divergence.asked).set(scope, now) } });
  turn.report('divergence_found');
  turn.add({ do: 'repair', repair: { scope, buckets: ack.differs } });
}

export function repairAck(turn: Turn, ack: RepairAck): void {
  if ('refused' in ack) turn.report(`repair_${ack.refused.code}`);
}

/** [P33] A part of a repair; its number in the order of messages has been taken. */
export function repairPart(turn: Turn, body: SnapPart): void {
  const { scope, rows, gone = [], buckets = [] } = body;
  // A scope that is given up, or not begun, has nothing to repair.
  if (!turn.env.meta.active.includes(scope)) return;
  if (body.end !== true) return turn.replica({ kind: 'stage-repair', scope, rows, gone });
  turn.replica({ kind: 'end-repair', scope, buckets, rows, gone });
  const { divergence } = turn.session;
  turn.set({
    divergence: { ...divergence, repairs: divergence.repairs + 1, repairedAt: turn.env.now },
  });
  equal(turn, scope);
  turn.report('divergence_repaired');
}
