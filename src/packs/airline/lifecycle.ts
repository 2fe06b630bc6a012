/**
 * Where a customer stands with the airline, out of all bookings that the fold knows, also those that the row does not
 * show any more (docs/spec/airline.md L1). A fact like a computed segment: its time is that of what made it true.
 */
import { FREQUENT } from './computed.ts';
import { OWN_SOURCE } from './sources.ts';
import { endOf, isCancelledBooking, type Segment, type ShownFact, type ShownFacts } from './trips.ts';

export const LIFECYCLE = 'segment.lifecycle';
/** Who has no booking and no status has no stage. */
export const LIFECYCLE_STAGES = ['new', 'active', 'loyal', 'lapsed'] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** Without a trip for so long a customer has gone elsewhere. */
const LAPSED_MS = 365 * 86_400_000;
/** From so many bookings on a customer without a status counts as loyal. */
const LOYAL_BOOKINGS = 4;

type Booking = { since: number; end: number | null };
export type Lifecycle = { fact: ShownFact | null; next: number | null };

/** `segments` of all bookings, ended ones too; `next` is when time alone changes the stage, in ms. */
export function lifecycleOf(facts: ShownFacts, segments: readonly Segment[], now: number): Lifecycle {
  const bookings = bookingsOf(segments);
  const tier = facts.get('tier');
  const isFrequent = typeof tier?.value === 'string' && FREQUENT.has(tier.value.toLowerCase());
  const ends = bookings.map(({ end }) => end ?? Number.POSITIVE_INFINITY);
  const lapses = bookings.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ends) + LAPSED_MS;
  const ahead = [lapses, ...(bookings.length === 1 ? ends : [])].filter(
    (time) => time > now && Number.isFinite(time),
  );
  const stage = (value: LifecycleStage, at: number): Lifecycle => ({
    fact: { value, source: OWN_SOURCE, at },
    next: ahead.length === 0 ? null : Math.min(...ahead),
  });
  const [first, second] = bookings;
  if (lapses <= now) return stage('lapsed', lapses);
  if (isFrequent && tier !== undefined) return stage('loyal', tier.at);
  const loyal = bookings[LOYAL_BOOKINGS - 1];
  if (loyal !== undefined) return stage('loyal', loyal.since);
  if (second !== undefined) return stage('active', second.since);
  if (first === undefined) return { fact: null, next: null };
  return first.end !== null && first.end <= now ? stage('active', first.end) : stage('new', first.since);
}

/** Bookings that are not cancelled, in the order in which they became known. */
function bookingsOf(segments: readonly Segment[]): Booking[] {
  const found = new Map<string, Booking>();
  for (const segment of segments) {
    if (isCancelledBooking(segment)) continue;
    const since = Math.min(...[...segment.fields.values()].map(({ at }) => at));
    const end = endOf(segment);
    const known = found.get(segment.booking);
    if (known === undefined) found.set(segment.booking, { since, end });
    else {
      known.since = Math.min(known.since, since);
      known.end = known.end === null || end === null ? null : Math.max(known.end, end);
    }
  }
  return [...found.values()].sort((a, b) => a.since - b.since);
}
