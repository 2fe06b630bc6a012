/** What the core owes a console after each look at it: within its credit nothing waits for a timer. */
import type { LogReader } from '../../src/core/store/contract.ts';
import { hasCredit, type Session } from '../../src/core/sync/session.ts';
import { Broken } from './broken.ts';

/** [R3] [R9] Results and changed rows have gone out, as far as the credit reaches. */
export function assertServed(session: Session, log: LogReader): void {
  if (session.phase !== 'live' || !hasCredit(session)) return;
  if (session.settledMid < session.lastMid)
    throw new Broken('R3', `${session.clientId} was not told the result of mid ${session.lastMid}`);
  const { seq } = log.head();
  // A role that may not see all rows is owed fewer: those are compared at its cursor (I1).
  if (session.cursor === seq || session.active.size === 0 || session.lens.hides) return;
  for (const { table, id, scopesBefore, vBefore } of log.changedRows(session.cursor, seq)) {
    const scopes = log.row(table, id)?.scopes ?? [];
    const concerns =
      table === 'bundle'
        ? vBefore > 0 || log.row(table, id) !== undefined
        : [...scopes, ...scopesBefore].some((scope) => session.active.has(scope));
    if (concerns)
      throw new Broken('R3', `${session.clientId} at ${session.cursor} of ${seq} is owed ${table}/${id}`);
  }
}
