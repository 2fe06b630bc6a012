/**
 * The facts that show, out of the fold's state: lists of segments applied, a booking's status in its segments, flights
 * joined, what ended long ago left out, computed segments added. Pure: the same state, flights and time give the same.
 */
import { isListed, leftOutBy } from '../../domain/fold/lists.ts';
import { compareStamps, laterOf, type Register, type Said, winnerOf } from '../../domain/fold/register.ts';
import type { FoldState } from '../../domain/fold/state.ts';
import { memo } from '../../domain/memo.ts';
import { isoTime } from '../../domain/time.ts';
import { computedSegments } from './computed.ts';
import { ended } from './ended.ts';
import { flightKey } from './identities.ts';
import { LIFECYCLE, lifecycleOf } from './lifecycle.ts';
import { type Segment, type ShownFact, type ShownFacts, segmentsOf, tripPart } from './trips.ts';
import { lastCancellation } from './vocabulary.ts';

/** The state of a flight by its key (`LH400/2026-11-21/FRA`); undefined where nothing is known. */
export type Flights = (key: string) => FoldState | undefined;

export type Shown = {
  facts: ShownFacts;
  segments: Segment[];
  /** Flights of the segments that show: whose events belong to this profile. */
  flights: string[];
  /** When time alone will change the facts, in ms; null if never. */
  next: number | null;
};

const CONSOLE = 'console';
const JOINED = ['flightStatus', 'departs', 'arrives', 'gate', 'reason'] as const;

export function shownFacts(state: FoldState, flights: Flights, now: number): Shown {
  const facts: ShownFacts = new Map();
  const trips = new Map<string, Map<string, Map<string, Register>>>();
  for (const [name, register] of state.facts) {
    const part = name.startsWith('trip.') ? tripPart(name) : null;
    if (part) inMap(inMap(trips, part.booking), part.segment).set(part.field, register);
    else if (!name.startsWith('~')) show(facts, name, winnerOf(register));
  }
  const joined = new Set<string>();
  for (const booking of new Set([...trips.keys(), ...state.lists.keys()])) {
    for (const key of showBooking(facts, state, booking, trips.get(booking), flights)) joined.add(key);
  }
  let segments = segmentsOf(facts);
  const lifecycle = lifecycleOf(facts, segments, now);
  const left = ended(facts, segments, now);
  for (const name of left.names) facts.delete(name);
  if (left.names.length > 0) segments = segmentsOf(facts);
  const computed = computedSegments(facts, segments, now);
  for (const [name, fact] of computed.facts) facts.set(name, fact);
  if (lifecycle.fact !== null) facts.set(LIFECYCLE, lifecycle.fact);
  const next = earliest(lifecycle.next, earliest(left.next, computed.next));
  return { facts, segments, flights: [...joined], next };
}

function inMap<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  let inner = map.get(key);
  if (!inner) {
    inner = new Map();
    map.set(key, inner);
  }
  return inner;
}

function show(facts: ShownFacts, name: string, said: Said | null): void {
  if (said !== null && said.value !== null) facts.set(name, said);
}

/** Shows the valid segments of a booking and returns the flights that they are on. */
function showBooking(
  facts: ShownFacts,
  state: FoldState,
  booking: string,
  segments: Map<string, Map<string, Register>> | undefined,
  flights: Flights,
): string[] {
  const lists = state.lists.get(booking) ?? [];
  const numbers = new Set([...(segments?.keys() ?? []), ...(lists[0]?.members ?? [])]);
  const keys: string[] = [];
  for (const number of numbers) {
    if (!isListed(lists, number)) continue;
    const since = leftOutBy(lists, number);
    const said = new Map<string, Said>();
    for (const [field, register] of segments?.get(number) ?? []) {
      const winner = winnerOf(register, since);
      if (winner) said.set(field, winner);
    }
    const status = statusOf(state, booking, said.get('status') ?? null);
    if (status) said.set('status', status);
    const key = flightKey(said.get('flight')?.value, said.get('date')?.value, said.get('from')?.value);
    if (key !== null) {
      keys.push(key);
      joinFlight(said, flights(key));
    }
    for (const [field, one] of said) show(facts, `trip.${booking}.${number}.${field}`, one);
  }
  return keys;
}

/**
 * A segment's status: what was said of the segment itself after the booking was last cancelled; otherwise the
 * booking's. So a cancellation holds for segments known later, and a check-in is not undone by a mere change.
 */
function statusOf(state: FoldState, booking: string, own: Said | null): Said | null {
  const cancelled = state.facts.get(lastCancellation(booking))?.event ?? null;
  if (own !== null && (cancelled === null || compareStamps(own, cancelled) > 0)) return own;
  const register = state.facts.get(`booking.${booking}.status`);
  return register ? winnerOf(register) : own;
}

/** Per field the later word of the segment's own and the flight's. */
function joinFlight(said: Map<string, Said>, flight: FoldState | undefined): void {
  if (!flight) return;
  for (const field of JOINED) {
    const register = flight.facts.get(field);
    const own = said.get(field) ?? null;
    const known = register ? winnerOf(register) : null;
    // An operator who rebooks takes away what belonged to the old flight: that says nothing of the new one.
    const taken = own?.value === null && own.source === CONSOLE && known !== null;
    const winner = taken ? known : laterOf(own, known);
    if (winner) said.set(field, winner);
  }
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** A fact as JSON text of a row; what was said does not change, so its text is made once and kept with it. */
export function rowFactText(fact: ShownFact): string {
  fact.text ??= `{"value":${JSON.stringify(fact.value)},"source":${JSON.stringify(fact.source)},"at":"${isoOf(fact.at)}"}`;
  return fact.text;
}

const isoOf = memo((at: number) => isoTime(at), 20_000);
