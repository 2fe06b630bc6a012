import { LIFECYCLE_STAGES } from '../lifecycle.ts';
import { AIRLINE_ACTIONS } from './actions.ts';
import { needsOf } from './needs.ts';
import { settledFact } from './vocabulary.ts';

/** Where a customer stands; the values of the fact `stage`. */
export const STAGES_OF_TRIP = ['none', 'booked', 'departing', 'under way', 'disrupted'] as const;

const MINUTES = {
  none: null,
  booked: [1_441, 60_000],
  departing: [0, 1_440],
  'under way': [-900, -1],
} as const;

/**
 * A situation as `decisionInput` computes it, drawn at random: facts agree with each other (who has no trip has no
 * seat), and nothing was settled yet. `random` in [0, 1).
 */
export function randomSituation(random: () => number): Record<string, string | number | boolean> {
  const once = (share: number) => random() < share;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const isDisrupted = once(0.4);
  const place = pick(['none', 'booked', 'departing', 'under way'] as const);
  const range = MINUTES[place];
  const hasTrip = range !== null;
  const [flightCancelled, connectionAtRisk, bagNotLoaded] = [0, 1, 2].map(
    () => hasTrip && isDisrupted && once(0.4),
  ) as [boolean, boolean, boolean];
  const flightDelayed = hasTrip && isDisrupted && !flightCancelled;
  const isTroubled = flightCancelled || flightDelayed || connectionAtRisk || bagNotLoaded;
  const facts: Record<string, string | number | boolean> = {
    stage: isTroubled ? 'disrupted' : place,
    hasTrip,
    disrupted: isTroubled,
    flightCancelled,
    flightDelayed,
    connectionAtRisk,
    bagNotLoaded,
    complaintOpen: once(0.2),
    caseOpen: once(0.2),
    informed: once(0.5),
    languageKnown: once(0.7),
    contactWishKnown: once(0.5),
    hasApp: once(0.5),
    loyaltyMember: once(0.5),
    frequentFlyer: once(0.3),
    refundAsked: once(0.1),
    viewingRebooking: once(0.2),
    atStation: once(0.5),
  };
  if (hasTrip || once(0.5)) facts['lifecycle'] = pick(LIFECYCLE_STAGES);
  if (hasTrip) {
    const [low, high] = range;
    Object.assign(facts, {
      minutesToDeparture: Math.round(low + random() * (high - low)),
      boarded: once(0.2),
      checkedIn: once(0.5),
      documentsChecked: once(0.5),
      gateChanged: once(0.2),
      hasSeat: once(0.7),
      seatMismatch: once(0.2),
      longHaul: once(0.5),
      overnight: once(0.3),
      bags: Math.floor(random() * 4),
      cabin: pick(['economy', 'premium economy', 'business', 'first']),
      ...(flightDelayed && { delayMinutes: Math.floor(random() * 600) }),
      ...(connectionAtRisk && { connectionMinutes: Math.floor(random() * 60) }),
    });
  }
  const [need] = needsOf(facts);
  Object.assign(facts, { needScore: need?.score ?? 0, ...(need && { need: need.need }) });
  for (const { id } of AIRLINE_ACTIONS) facts[settledFact(id)] = false;
  return facts;
}
