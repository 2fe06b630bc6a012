/**
 * Computed segments: named conditions that a profile meets now, kept as facts `segment.*` with the source `kairos`.
 * The time of such a fact is that of what made it true, so that it does not depend on when it was computed.
 */
import { connectionsOf } from './connections.ts';
import { OWN_SOURCE } from './sources.ts';
import {
  isCancelledBooking,
  lookedAfterUntil,
  type Segment,
  type ShownFact,
  type ShownFacts,
  textOf,
  timeOf,
} from './trips.ts';

const HOUR_MS = 3_600_000;
const TRAVELLING_MS = 48 * HOUR_MS;

/** Names of a status that frequent travellers have, in lower case. */
export const FREQUENT: ReadonlySet<string> = new Set([
  'senator',
  'hon circle',
  'gold',
  'platinum',
  'frequent traveller',
  'silver',
]);

export type Computed = { facts: ShownFacts; next: number | null };

export function computedSegments(facts: ShownFacts, segments: readonly Segment[], now: number): Computed {
  const result: Computed = { facts: new Map(), next: null };
  const at = (time: number) => {
    if (time > now && (result.next === null || time < result.next)) result.next = time;
  };
  const live: Segment[] = [];
  for (const segment of segments) {
    const until = lookedAfterUntil(segment);
    if (isCancelledBooking(segment)) continue;
    if (until !== null) at(until);
    if (until === null || until > now) live.push(segment);
  }
  disruption(live, result);
  travelling(live, now, result, at);
  for (const connection of connectionsOf(live)) {
    if (connection.atRisk) put(result, 'connection-at-risk', connection.since);
  }
  const tier = facts.get('tier');
  if (tier && typeof tier.value === 'string' && FREQUENT.has(tier.value.toLowerCase()))
    put(result, 'frequent-flyer', tier.at);
  casesAndBags(facts, result);
  return result;
}

/** The earliest cause counts: since then the profile has met the condition. */
function put(result: Computed, segment: string, since: number): void {
  const name = `segment.${segment}`;
  const known = result.facts.get(name);
  if (known && known.at <= since) return;
  result.facts.set(name, { value: true, source: OWN_SOURCE, at: since });
}

function disruption(live: Segment[], result: Computed): void {
  for (const segment of live) {
    const status = segment.fields.get('flightStatus');
    if (status?.value === 'cancelled') put(result, 'flight-cancelled', status.at);
    if (status?.value === 'delayed') put(result, 'flight-delayed', status.at);
    if (status?.value === 'cancelled' || status?.value === 'delayed') put(result, 'disrupted', status.at);
  }
}

function travelling(live: Segment[], now: number, result: Computed, at: (time: number) => void): void {
  for (const segment of live) {
    const departs = timeOf(segment, 'departs');
    const arrives = timeOf(segment, 'arrives');
    const said = segment.fields.get('departs');
    if (departs === null || !said || textOf(segment, 'flightStatus') === 'cancelled') continue;
    at(departs - TRAVELLING_MS);
    at(departs);
    if (departs > now && departs - TRAVELLING_MS <= now) put(result, 'travelling-soon', said.at);
    if (arrives === null) continue;
    at(arrives);
    if (departs <= now && now < arrives) put(result, 'travelling', said.at);
  }
}

function casesAndBags(facts: ShownFacts, result: Computed): void {
  for (const [name, fact] of facts) {
    if (name.startsWith('case.') && name.endsWith('.status') && fact.value === 'open') {
      put(result, isComplaint(facts, name) ? 'complaint-open' : 'case-open', fact.at);
    }
    if (name.startsWith('bag.') && name.endsWith('.status') && fact.value === 'not loaded')
      put(result, 'bag-not-loaded', fact.at);
  }
}

function isComplaint(facts: ShownFacts, statusName: string): boolean {
  const kind: ShownFact | undefined = facts.get(`${statusName.slice(0, -'status'.length)}kind`);
  return kind?.value === 'complaint';
}
