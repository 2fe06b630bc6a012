/** Connections: two consecutive segments of a booking where the first arrives at the airport that the second leaves. */
import { isCancelledBooking, type Segment, textOf, timeOf } from './trips.ts';

/** What a change takes at the least at an airport that has published nothing else, in minutes. */
const MINIMUM_MINUTES = 45;
/** More than a day between two flights is a stay. */
const STAY_MS = 24 * 3_600_000;

export type Connection = { from: Segment; to: Segment; minutes: number; atRisk: boolean; since: number };

/** Segments must be in the order of `segmentsOf`. */
export function connectionsOf(segments: readonly Segment[]): Connection[] {
  const found: Connection[] = [];
  for (let i = 0; i + 1 < segments.length; i++) {
    const from = segments[i] as Segment;
    const to = segments[i + 1] as Segment;
    const arrives = timeOf(from, 'arrives');
    const departs = timeOf(to, 'departs');
    if (from.booking !== to.booking || textOf(from, 'to') !== textOf(to, 'from')) continue;
    if (arrives === null || departs === null || departs - arrives > STAY_MS) continue;
    if (isCancelledBooking(from) || isCancelledBooking(to)) continue;
    const cancelled = textOf(from, 'flightStatus') === 'cancelled';
    const minutes = Math.round((departs - arrives) / 60_000);
    const since = Math.max(from.fields.get('arrives')?.at ?? 0, to.fields.get('departs')?.at ?? 0);
    found.push({ from, to, minutes, atRisk: !cancelled && minutes < MINIMUM_MINUTES, since });
  }
  return found;
}
