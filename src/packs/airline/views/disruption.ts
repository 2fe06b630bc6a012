/** What a cancelled or late flight means for one passenger (docs/spec/airline.md "Disruption"). Pure. */
import type { FlightHead, Missed } from '../../../domain/disruption-view.ts';
import type { EventRow } from '../../../domain/event.ts';
import type { Json } from '../../../domain/json.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { type Connection, connectionsOf } from '../connections.ts';
import { codeOf } from '../identities.ts';
import { isObject } from '../kinds.ts';
import {
  AFTER_END_MS,
  isCancelledBooking,
  lookedAfterUntil,
  type Segment,
  type ShownFacts,
  segmentsOf,
  textOf,
  timeOf,
} from '../trips.ts';
import { shownOf } from './facts.ts';

const HOUR_MS = 3_600_000;
/** An onward flight later than this is not a connection but a stay. */
const STAY_MS = 24 * HOUR_MS;

/** One passenger of a disturbed flight. */
export type Disturbed = {
  head: FlightHead;
  /** Time in ms after which nobody looks at it any more; null where its times are not known. */
  until: number | null;
  booking: string;
  /** The segment to rebook: the cancelled one, or the one that is missed after a late one. */
  segment: string;
  /** Segments whose rebooking settles it. */
  settledBy: string[];
  flight: string;
  from: string;
  to: string;
  seat: string | null;
  misses: Missed[];
};

/** The disturbed flights of a customer that depart from or arrive at the station. [X1] [X2] */
export function disturbancesOf(row: ProfileRow, station: string): Disturbed[] {
  const segments = segmentsOf(shownOf(row)).filter((segment) => !isCancelledBooking(segment));
  const connections = connectionsOf(segments);
  return segments.flatMap((segment) => {
    const head = headOf(segment);
    if (head === null || (head.from !== station && head.to !== station)) return [];
    const onward = connections.find(({ from }) => from === segment);
    return [disturbed(segment, head, onward)];
  });
}

function disturbed(segment: Segment, head: FlightHead, onward: Connection | undefined): Disturbed {
  const cancelled = head.status === 'cancelled';
  const missed = onward !== undefined && (cancelled || onward.atRisk) ? onward : null;
  const target = !cancelled && missed !== null ? missed.to : segment;
  const misses: Missed[] = [];
  if (cancelled) misses.push({ kind: 'flight', flight: head.flight, to: head.to, minutes: null });
  if (missed !== null) {
    const { to, minutes } = missed;
    const flight = textOf(to, 'flight') ?? '';
    misses.push({
      kind: 'connection',
      flight,
      to: textOf(to, 'to') ?? '',
      minutes: cancelled ? null : minutes,
    });
  }
  return {
    head,
    until: lookedAfterUntil(segment),
    booking: segment.booking,
    segment: target.segment,
    settledBy: onward === undefined || cancelled ? [target.segment] : [target.segment, onward.to.segment],
    flight: textOf(target, 'flight') ?? '',
    from: textOf(target, 'from') ?? '',
    to: textOf(target, 'to') ?? '',
    seat: textOf(target, 'seat'),
    misses,
  };
}

function headOf(segment: Segment): FlightHead | null {
  const status = textOf(segment, 'flightStatus');
  const flight = textOf(segment, 'flight');
  const date = textOf(segment, 'date');
  if ((status !== 'cancelled' && status !== 'delayed') || flight === null || date === null) return null;
  return headFrom(flight, date, textOf(segment, 'from') ?? '', {
    to: codeOf(textOf(segment, 'to') ?? ''),
    departs: timeOf(segment, 'departs') === null ? null : textOf(segment, 'departs'),
    status,
    reason: textOf(segment, 'reason'),
  });
}

const headFrom = (
  flight: string,
  date: string,
  from: string,
  rest: Pick<FlightHead, 'to' | 'departs' | 'status' | 'reason'>,
): FlightHead => {
  const number = codeOf(flight);
  return { key: `${number}/${date}/${codeOf(from)}`, flight: number, date, from: codeOf(from), ...rest };
};

/** A segment as its booking once listed it, and what its flight's own events said of it since. */
export type Left = { booking: string; segment: string; flight: string };

/**
 * [X3] The flight that somebody was rebooked from, out of his timeline: his facts are the new flight's by then. Null
 * where the timeline does not reach back or the flight was not disturbed.
 */
export function leftFlight(events: readonly EventRow[], left: Left, station: string): Disturbed | null {
  const booked = bookedSegment(events, left);
  if (booked === null) return null;
  const { flight, date, from, to, departs } = booked;
  const said = events.find(
    ({ name, properties: one }) =>
      name === 'Flight Status' &&
      codeOf(one.flight) === codeOf(flight) &&
      one.date === date &&
      (one.status === 'cancelled' || one.status === 'delayed'),
  )?.properties;
  if (said === undefined || (codeOf(from) !== station && codeOf(to) !== station)) return null;
  const head = headFrom(flight, date, from, {
    to: codeOf(to),
    departs: textIn(said.departs) ?? textIn(departs),
    status: said.status as 'cancelled' | 'delayed',
    reason: textIn(said.reason),
  });
  const until = Date.parse(`${date}T00:00:00Z`) + STAY_MS + AFTER_END_MS;
  const { booking, segment } = left;
  const misses: Missed[] = [{ kind: 'flight', flight: head.flight, to: head.to, minutes: null }];
  return {
    ...{ head, until, booking, segment, settledBy: [segment], flight: head.flight },
    ...{ from: head.from, to: head.to, seat: null, misses },
  };
}

type Booked = { flight: string; date: string; from: string; to: string; departs: Json | undefined };

function bookedSegment(events: readonly EventRow[], left: Left): Booked | null {
  for (const { properties } of events) {
    const { booking, segments } = properties;
    if (codeOf(booking) !== left.booking || !Array.isArray(segments)) continue;
    const one = segments.find((each) => isObject(each) && String(each.segment) === left.segment);
    if (!isObject(one) || codeOf(one.flight) !== codeOf(left.flight)) continue;
    const { flight, date, from, to, departs } = one;
    if (typeof flight !== 'string' || typeof date !== 'string' || typeof from !== 'string') continue;
    return { flight, date, from, to: typeof to === 'string' ? to : '', departs };
  }
  return null;
}

const textIn = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

/** Bags that are on their way with a customer: they have to follow him to another flight. */
export function bagsOf(row: ProfileRow): number {
  const facts: ShownFacts = shownOf(row);
  let bags = 0;
  for (const [name, { value }] of facts)
    if (name.startsWith('bag.') && name.endsWith('.status') && value !== 'delivered') bags += 1;
  return bags;
}
