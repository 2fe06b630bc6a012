/** A customer in one line, for search hits and the work list; and how urgent he is. Pure. */
import type { AlertView } from '../../bridge/views.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { activityName } from '../../packs/airline/activity.ts';
import { endOf, isCancelledBooking, segmentsOf, textOf } from '../../packs/airline/trips.ts';
import { alertsOf } from '../../packs/airline/views/alerts.ts';
import { nameOf, shownOf } from '../../packs/airline/views/facts.ts';

export type Headline = {
  name: string;
  flight: string | null;
  departs: string | null;
  alert: AlertView | null;
  now: string | null;
};

export function headlineOf(row: ProfileRow, now: number): Headline {
  const alert = (mayBeInTrouble(row) && alertsOf(row, [], now)[0]) || null;
  const next = segmentsOf(shownOf(row, 'trip.')).find(
    (segment) => !isCancelledBooking(segment) && (endOf(segment) ?? Infinity) > now,
  );
  return {
    name: nameOf(row),
    flight: next ? textOf(next, 'flight') : null,
    departs: next ? textOf(next, 'departs') : null,
    alert,
    now: activityName(row, now),
  };
}

/**
 * Orders customers in trouble: critical alerts before warnings, the newest first. Null for those who are well. Minutes
 * since 1970 are below 2^27 until 2225, so both fit into one integer.
 */
export function urgencyOf(row: ProfileRow, now: number): number | null {
  if (!mayBeInTrouble(row)) return null;
  const alert = alertsOf(row, [], now)[0];
  if (alert === undefined) return null;
  const minutes = Math.floor(Date.parse(alert.at) / 60_000);
  return (
    (alert.severity === 'critical' ? 0 : 1) * 2 ** 28 + (2 ** 27 - (Number.isFinite(minutes) ? minutes : 0))
  );
}

const TROUBLE: ReadonlySet<unknown> = new Set(['cancelled', 'delayed', 'not loaded', 'open']);

/**
 * A quick look before the full one, for hundreds of thousands of rows: every alert but a connection's rests on one of
 * these values, and a connection has two segments.
 */
function mayBeInTrouble(row: ProfileRow): boolean {
  let segments = 0;
  for (const name in row.facts) {
    if (name.endsWith('tatus')) {
      const fact = row.facts[name];
      if (fact && 'value' in fact && TROUBLE.has(fact.value)) return true;
    } else if (name.endsWith('.departs') && ++segments > 1) return true;
  }
  return false;
}
