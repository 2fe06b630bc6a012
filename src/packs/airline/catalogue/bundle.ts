import type { BundleData, FactDeclaration, PolicyData } from '../../../decision/contract.ts';
import { AIRLINE_ACTIONS, withSettled } from './actions.ts';
import { INPUT_FACTS, SCORES, scoreFact, settledFact } from './vocabulary.ts';

/** Raised with every change of rules or texts: decisions name it, and it is part of the draw. */
export const AIRLINE_BUNDLE_VERSION = 'airline-4';

const POLICY: PolicyData = {
  learn: [
    'tier',
    'language',
    'stage',
    'cabin',
    'frequentFlyer',
    'loyaltyMember',
    'flightCancelled',
    'flightDelayed',
    'delayMinutes',
    'minutesToDeparture',
    'viewingRebooking',
    'overnight',
    'bags',
    'longHaul',
    'complaintOpen',
    'lifecycle',
    'contactWish',
  ],
  // As long as little was learned, exploring would be choosing at random: at a desk the best is suggested. The core
  // lets it begin (decision/steering.ts).
  exploration: { paused: true },
  feedbackWindowMinutes: 60,
  // Rules and start rates alone for a few, so that what learning is worth stays measurable.
  holdout: 0.02,
  holdoutSalt: 'airline',
  quietHours: { email: ['21:00', '08:00'], sms: ['20:00', '09:00'], callback: ['20:00', '09:00'] },
  // Where a customer's zone is unknown, nothing is sent that would come in quiet hours in one of these.
  zones: ['Europe/Berlin', 'Europe/London'],
  suppress: {
    any: [
      { fact: 'disrupted', op: 'eq', value: true },
      { fact: 'flightCancelled', op: 'eq', value: true },
      { fact: 'flightDelayed', op: 'eq', value: true },
      { fact: 'connectionAtRisk', op: 'eq', value: true },
      { fact: 'bagNotLoaded', op: 'eq', value: true },
      { fact: 'complaintOpen', op: 'eq', value: true },
    ],
  },
  completeness: { facts: ['language', 'tier', 'hasTrip', 'cabin', 'minutesToDeparture'], share: 0.6 },
  caps: [
    { channel: 'email', lane: 2, count: 2, windowHours: 168 },
    { channel: 'email', lane: 3, count: 1, windowHours: 168 },
  ],
};

/** The airline's bundle as data, with start rates and no model; `validUntil` is ISO 8601. */
export function airlineBundle(validUntil: string): BundleData {
  const facts: Record<string, FactDeclaration> = { ...INPUT_FACTS };
  for (const name of SCORES) facts[scoreFact(name)] = { type: 'number' };
  for (const { id } of AIRLINE_ACTIONS) facts[settledFact(id)] = { type: 'boolean' };
  return {
    version: AIRLINE_BUNDLE_VERSION,
    validUntil,
    facts,
    catalogue: AIRLINE_ACTIONS.map(withSettled),
    policy: POLICY,
    model: null,
  };
}
