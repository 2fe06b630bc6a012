/** Facts of a trip, case or bag go 30 days after it ended (docs/spec/wire.md "Rows"), so that rows stay small. */
import { endOf, isCancelledBooking, type Segment, type ShownFacts } from './trips.ts';

const KEPT_MS = 30 * 86_400_000;

type Ended = { names: string[]; next: number | null };

/** Names of facts that go at `now`, and when the next ones will. */
export function ended(facts: ShownFacts, segments: readonly Segment[], now: number): Ended {
  const ends = new Map<string, number>();
  endsOfTrips(facts, segments, ends);
  endsOfCases(facts, ends);
  endsOfBags(facts, ends);
  const result: Ended = { names: [], next: null };
  const gone = new Set<string>();
  for (const [group, end] of ends) {
    const leaves = end + KEPT_MS;
    if (leaves <= now) gone.add(group);
    else if (result.next === null || leaves < result.next) result.next = leaves;
  }
  if (gone.size > 0) for (const name of facts.keys()) if (gone.has(groupOf(name))) result.names.push(name);
  return result;
}

/** `trip.B.1.seat` and `booking.B.status` belong to `trip.B`; `case.ID.status` to `case.ID`; `bag.TAG.status` to `bag.TAG`. */
function groupOf(name: string): string {
  const dot = name.indexOf('.');
  const kind = name.slice(0, dot);
  if (kind === 'trip' || kind === 'booking') return `trip.${name.slice(dot + 1).split('.', 1)[0]}`;
  if (kind === 'case' || kind === 'bag') return name.slice(0, name.lastIndexOf('.'));
  return '';
}

function endsOfTrips(facts: ShownFacts, all: readonly Segment[], ends: Map<string, number>): void {
  const open = new Set<string>();
  const booked = new Map<string, Segment[]>();
  for (const segment of all) {
    const group = `trip.${segment.booking}`;
    const others = booked.get(group);
    if (others) others.push(segment);
    else booked.set(group, [segment]);
  }
  for (const [group, segments] of booked) {
    for (const segment of segments) {
      const end =
        endOf(segment) ?? (isCancelledBooking(segment) ? (segment.fields.get('status')?.at ?? null) : null);
      if (end === null) open.add(group);
      else ends.set(group, Math.max(end, ends.get(group) ?? 0));
    }
    if (open.has(group)) ends.delete(group);
  }
  for (const [name, fact] of facts) {
    if (!name.startsWith('booking.') || !name.endsWith('.status') || fact.value !== 'cancelled') continue;
    const group = groupOf(name);
    if (!booked.has(group)) ends.set(group, fact.at);
  }
}

function endsOfCases(facts: ShownFacts, ends: Map<string, number>): void {
  for (const [name, fact] of facts) {
    if (name.startsWith('case.') && name.endsWith('.status') && fact.value === 'resolved')
      ends.set(groupOf(name), fact.at);
  }
}

/** A bag's journey ends with its booking's, or where that is not known with its delivery. */
function endsOfBags(facts: ShownFacts, ends: Map<string, number>): void {
  for (const [name, fact] of facts) {
    if (!name.startsWith('bag.')) continue;
    const group = groupOf(name);
    if (name.endsWith('.status') && fact.value === 'delivered' && !ends.has(group)) ends.set(group, fact.at);
    const trip = name.endsWith('.booking') ? ends.get(`trip.${String(fact.value)}`) : undefined;
    if (trip !== undefined) ends.set(group, Math.max(trip, fact.at));
  }
}
