import type { ActionAcceptance } from '../../domain/board.ts';
import type { EndedAlike } from '../store/board.ts';

const COUNTED = {
  presented: 'presented',
  positive: 'positive',
  'customer-declined': 'customerDeclined',
  'operator-declined': 'operatorDeclined',
  complaint: 'complaint',
  'opt-out': 'optOut',
} as const;

const isCounted = (end: string): end is keyof typeof COUNTED => Object.hasOwn(COUNTED, end);

const DECLINED: ReadonlySet<string> = new Set(['customer-declined', 'operator-declined']);

/** Per action, the most suggested first: what became of its suggestions, and why they were declined. */
export function acceptanceOf(ends: readonly EndedAlike[]): ActionAcceptance[] {
  const actions = new Map<string, ActionAcceptance>();
  for (const { action, end, reason, n } of ends) {
    const row = actions.get(action) ?? emptyRow(action);
    actions.set(action, row);
    row.decisions += n;
    if (end === null || !isCounted(end)) continue;
    row[COUNTED[end]] += n;
    if (reason === null || !DECLINED.has(end)) continue;
    const known = row.reasons.find((one) => one.reason === reason);
    if (known) known.n += n;
    else row.reasons.push({ reason, n });
  }
  const rows = [...actions.values()];
  for (const { reasons } of rows) reasons.sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
  return rows.sort((a, b) => b.decisions - a.decisions || (a.action < b.action ? -1 : 1));
}

const emptyRow = (action: string): ActionAcceptance => ({
  action,
  decisions: 0,
  presented: 0,
  positive: 0,
  customerDeclined: 0,
  operatorDeclined: 0,
  complaint: 0,
  optOut: 0,
  reasons: [],
});
