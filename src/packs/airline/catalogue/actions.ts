import type { ActionData, Predicate } from '../../../decision/contract.ts';
import { type Channel, type InputFact, settledFact } from './vocabulary.ts';

/** An entry of the airline's catalogue before it becomes part of a bundle. */
export interface AirlineAction extends Omit<ActionData, 'channels' | 'eligible'> {
  readonly channels: readonly Channel[];
  readonly eligible?: Predicate;
  /** Facts that speak for it, strongest first: shown with their source and age. */
  readonly because: readonly InputFact[];
  /** Facts that speak against it without forbidding it. */
  readonly but: readonly InputFact[];
}

const is = (fact: InputFact): Predicate => ({ fact, op: 'eq', value: true });
const isNot = (fact: InputFact): Predicate => ({ fact, op: 'eq', value: false });
const atMost = (fact: InputFact, value: number): Predicate => ({ fact, op: 'lte', value });
const between = (fact: InputFact, low: number, high: number): Predicate => ({
  fact,
  op: 'between',
  value: [low, high],
});

/** Wherever one talks with the customer; a chat comes over the web. */
const DESK: readonly Channel[] = ['counter', 'phone', 'kiosk', 'callback', 'web'];
const DESK_AND_APP: readonly Channel[] = [...DESK, 'app'];
const EVERY_WAY: readonly Channel[] = [...DESK, 'app', 'sms'];
/** One does not ask people about themselves who need something. */
const NOTHING_PRESSES: Predicate = { fact: 'needScore', op: 'lte', value: 0.5 };
const TONES = ['warm', 'brief'];
const DAY_MINUTES = 1_440;

/** Lane 0: what the customer must know now. Here no cap or quiet hour holds. */
const OPERATIONAL: readonly AirlineAction[] = [
  {
    id: 'cancellation-notice',
    lane: 0,
    group: 'notice',
    channels: EVERY_WAY,
    value: 100,
    startRate: 0.9,
    applicable: { all: [is('flightCancelled'), isNot('informed')] },
    expiresMinutes: DAY_MINUTES,
    because: ['flightCancelled', 'minutesToDeparture'],
    but: [],
  },
  {
    id: 'gate-change-notice',
    lane: 0,
    group: 'notice',
    channels: EVERY_WAY,
    value: 90,
    startRate: 0.9,
    applicable: { all: [is('gateChanged'), between('minutesToDeparture', 0, 240)] },
    suitable: isNot('boarded'),
    expiresMinutes: 240,
    because: ['gateChanged', 'minutesToDeparture', 'checkedIn'],
    but: [],
  },
  {
    id: 'delay-notice',
    lane: 0,
    group: 'notice',
    channels: EVERY_WAY,
    value: 80,
    startRate: 0.8,
    applicable: { all: [is('flightDelayed'), isNot('informed')] },
    expiresMinutes: 480,
    because: ['flightDelayed', 'delayMinutes', 'minutesToDeparture'],
    but: [],
  },
];

/** Lane 1: help with what went wrong, then what the trip still needs. */
const SERVICE: readonly AirlineAction[] = [
  {
    id: 'rebook',
    lane: 1,
    group: 'recovery',
    channels: DESK_AND_APP,
    approaches: TONES,
    value: 100,
    cost: 2,
    startRate: 0.6,
    applicable: is('flightCancelled'),
    suitable: isNot('boarded'),
    expiresMinutes: DAY_MINUTES,
    because: ['flightCancelled', 'viewingRebooking', 'connectionAtRisk', 'frequentFlyer'],
    but: ['refundAsked', 'bagNotLoaded'],
  },
  {
    id: 'connection-help',
    lane: 1,
    group: 'recovery',
    channels: DESK_AND_APP,
    approaches: TONES,
    value: 85,
    cost: 2,
    startRate: 0.55,
    applicable: { all: [is('connectionAtRisk'), isNot('flightCancelled')] },
    expiresMinutes: 720,
    because: ['connectionAtRisk', 'connectionMinutes', 'flightDelayed'],
    but: ['bagNotLoaded'],
  },
  {
    id: 'bag-trace',
    lane: 1,
    group: 'recovery',
    channels: DESK_AND_APP,
    approaches: TONES,
    value: 75,
    cost: 2,
    startRate: 0.55,
    applicable: is('bagNotLoaded'),
    expiresMinutes: DAY_MINUTES,
    because: ['bagNotLoaded', 'boarded', 'connectionAtRisk'],
    but: [],
  },
  {
    id: 'apology',
    lane: 1,
    group: 'recovery',
    channels: ['counter', 'phone', 'callback', 'web', 'email'],
    approaches: TONES,
    value: 70,
    cost: 5,
    startRate: 0.5,
    applicable: is('complaintOpen'),
    expiresMinutes: 4_320,
    because: ['complaintOpen', 'frequentFlyer', 'flightDelayed'],
    but: ['flightCancelled'],
  },
  {
    id: 'hotel-voucher',
    lane: 1,
    group: 'care',
    channels: DESK_AND_APP,
    approaches: TONES,
    value: 80,
    cost: 12,
    startRate: 0.5,
    applicable: { all: [is('overnight'), { any: [is('flightCancelled'), is('flightDelayed')] }] },
    expiresMinutes: 720,
    because: ['overnight', 'flightCancelled', 'delayMinutes'],
    but: ['viewingRebooking'],
  },
  {
    id: 'meal-voucher',
    lane: 1,
    group: 'care',
    channels: DESK_AND_APP,
    approaches: TONES,
    value: 40,
    cost: 4,
    startRate: 0.6,
    applicable: {
      any: [
        is('flightCancelled'),
        { all: [is('flightDelayed'), { fact: 'delayMinutes', op: 'gte', value: 120 }] },
      ],
    },
    suitable: isNot('boarded'),
    expiresMinutes: 480,
    because: ['delayMinutes', 'flightCancelled', 'flightDelayed'],
    but: ['frequentFlyer'],
  },
  {
    id: 'refund-info',
    lane: 1,
    group: 'recovery',
    channels: [...DESK, 'app', 'email'],
    value: 45,
    cost: 2,
    startRate: 0.35,
    applicable: { any: [is('flightCancelled'), is('refundAsked')] },
    expiresMinutes: 4_320,
    because: ['refundAsked', 'flightCancelled'],
    but: ['viewingRebooking'],
  },
  {
    id: 'case-follow-up',
    lane: 1,
    group: 'care',
    channels: ['counter', 'phone', 'callback', 'web', 'email'],
    value: 40,
    cost: 2,
    startRate: 0.45,
    applicable: { all: [is('caseOpen'), isNot('complaintOpen')] },
    expiresMinutes: 4_320,
    because: ['caseOpen', 'frequentFlyer'],
    but: ['disrupted'],
  },
  {
    id: 'keep-informed',
    lane: 1,
    group: 'care',
    channels: [...DESK, 'app', 'sms'],
    value: 25,
    cost: 1,
    startRate: 0.4,
    applicable: is('disrupted'),
    expiresMinutes: 720,
    because: ['flightDelayed', 'flightCancelled', 'connectionAtRisk', 'bagNotLoaded', 'complaintOpen'],
    but: ['informed'],
  },
  {
    id: 'document-check',
    lane: 1,
    group: 'trip',
    channels: [...DESK, 'app'],
    value: 50,
    cost: 1,
    startRate: 0.6,
    applicable: {
      all: [is('longHaul'), between('minutesToDeparture', 0, DAY_MINUTES), isNot('documentsChecked')],
    },
    suitable: isNot('flightCancelled'),
    expiresMinutes: DAY_MINUTES,
    because: ['longHaul', 'minutesToDeparture', 'documentsChecked'],
    but: ['checkedIn'],
  },
  {
    id: 'check-in',
    lane: 1,
    group: 'trip',
    channels: [...DESK, 'app', 'email'],
    value: 45,
    cost: 1,
    startRate: 0.5,
    applicable: { all: [is('hasTrip'), isNot('checkedIn'), between('minutesToDeparture', 0, 1_380)] },
    suitable: isNot('flightCancelled'),
    expiresMinutes: 1_380,
    because: ['checkedIn', 'minutesToDeparture', 'hasApp'],
    but: ['flightDelayed'],
  },
  {
    id: 'seat-wish',
    lane: 1,
    group: 'trip',
    channels: DESK_AND_APP,
    value: 30,
    cost: 1,
    startRate: 0.5,
    applicable: { all: [is('seatMismatch'), isNot('boarded'), between('minutesToDeparture', 0, 4_320)] },
    suitable: isNot('flightCancelled'),
    expiresMinutes: DAY_MINUTES,
    because: ['seatMismatch', 'frequentFlyer', 'minutesToDeparture'],
    but: ['checkedIn'],
  },
];

/** Lane 2: what is good for both once nothing is wrong. */
const GROW: readonly AirlineAction[] = [
  {
    id: 'ask-language',
    lane: 2,
    group: 'question',
    channels: [...DESK, 'app'],
    value: 12,
    startRate: 0.5,
    asks: {
      fact: 'language',
      answers: [
        { value: 'de', share: 5 },
        { value: 'en', share: 4 },
        { value: 'fr', share: 1 },
        { value: 'es', share: 1 },
      ],
      uses: 3,
    },
    applicable: isNot('languageKnown'),
    suitable: NOTHING_PRESSES,
    because: ['languageKnown'],
    but: [],
  },
  {
    id: 'ask-contact',
    lane: 2,
    group: 'question',
    channels: [...DESK, 'app'],
    value: 10,
    startRate: 0.4,
    asks: {
      fact: 'contactWish',
      answers: [{ value: 'app' }, { value: 'email' }, { value: 'phone' }, { value: 'sms' }],
      uses: 3,
    },
    applicable: { all: [isNot('contactWishKnown'), is('hasTrip')] },
    suitable: NOTHING_PRESSES,
    because: ['contactWishKnown', 'hasTrip'],
    but: ['checkedIn'],
  },
  {
    id: 'lounge-access',
    lane: 2,
    group: 'comfort',
    channels: DESK_AND_APP,
    value: 25,
    cost: 2,
    startRate: 0.4,
    applicable: { all: [is('frequentFlyer'), between('minutesToDeparture', 45, 360)] },
    suitable: isNot('boarded'),
    expiresMinutes: 360,
    because: ['frequentFlyer', 'minutesToDeparture', 'checkedIn'],
    but: ['bagNotLoaded'],
  },
  {
    id: 'paid-upgrade',
    lane: 2,
    group: 'comfort',
    channels: [...DESK, 'app', 'email'],
    value: 120,
    cost: 1,
    startRate: 0.06,
    consent: 'marketing',
    applicable: {
      all: [
        is('hasTrip'),
        { fact: 'cabin', op: 'in', value: ['economy', 'premium economy'] },
        is('longHaul'),
      ],
    },
    suitable: { all: [isNot('boarded'), { fact: 'minutesToDeparture', op: 'gte', value: 60 }] },
    caps: [{ count: 2, windowHours: 168 }],
    minDelayMinutes: { email: 60 },
    expiresMinutes: DAY_MINUTES,
    because: ['longHaul', 'cabin', 'frequentFlyer', 'minutesToDeparture'],
    but: ['seatMismatch'],
  },
  {
    id: 'extra-bag',
    lane: 2,
    group: 'ancillary',
    channels: [...DESK, 'app', 'email'],
    value: 40,
    cost: 0.5,
    startRate: 0.08,
    consent: 'marketing',
    applicable: {
      all: [is('hasTrip'), isNot('boarded'), atMost('bags', 1), between('minutesToDeparture', 60, 10_080)],
    },
    caps: [{ count: 2, windowHours: 168 }],
    minDelayMinutes: { email: 60 },
    expiresMinutes: DAY_MINUTES,
    because: ['bags', 'longHaul', 'minutesToDeparture'],
    but: ['frequentFlyer'],
  },
  {
    id: 'loyalty-enrolment',
    lane: 2,
    group: 'relation',
    channels: [...DESK, 'app', 'email'],
    value: 35,
    cost: 0.5,
    startRate: 0.1,
    consent: 'marketing',
    applicable: { all: [isNot('loyaltyMember'), is('hasTrip')] },
    caps: [{ count: 1, windowHours: 720 }],
    minDelayMinutes: { email: 60 },
    because: ['loyaltyMember', 'hasTrip', 'longHaul'],
    but: ['caseOpen'],
  },
];

/** Lane 3: when nothing else is to be said. */
const INSPIRE: readonly AirlineAction[] = [
  {
    id: 'first-trip',
    lane: 3,
    group: 'relation',
    channels: [...DESK, 'app', 'email'],
    value: 20,
    cost: 0.5,
    startRate: 0.35,
    applicable: { all: [{ fact: 'lifecycle', op: 'eq', value: 'new' }, is('hasTrip')] },
    suitable: isNot('boarded'),
    caps: [{ count: 1, windowHours: 720 }],
    minDelayMinutes: { email: 60 },
    because: ['lifecycle', 'hasTrip', 'minutesToDeparture'],
    but: ['checkedIn'],
  },
  {
    id: 'win-back',
    lane: 3,
    group: 'relation',
    channels: [...DESK, 'app', 'email'],
    value: 30,
    cost: 0.5,
    startRate: 0.05,
    consent: 'marketing',
    applicable: { fact: 'lifecycle', op: 'eq', value: 'lapsed' },
    caps: [{ count: 1, windowHours: 2_160 }],
    because: ['lifecycle'],
    but: ['caseOpen'],
  },
  {
    id: 'app-hint',
    lane: 3,
    group: 'relation',
    channels: ['counter', 'phone', 'callback', 'web', 'email'],
    value: 8,
    startRate: 0.15,
    applicable: { all: [isNot('hasApp'), is('hasTrip')] },
    caps: [{ count: 1, windowHours: 720 }],
    because: ['hasApp', 'hasTrip'],
    but: [],
  },
  {
    id: 'anything-else',
    lane: 3,
    group: 'relation',
    channels: DESK,
    value: 1,
    startRate: 0.3,
    because: ['hasTrip'],
    but: [],
  },
];

/** The airline's catalogue in its order: disruption before service before selling. */
export const AIRLINE_ACTIONS: readonly AirlineAction[] = [...OPERATIONAL, ...SERVICE, ...GROW, ...INSPIRE];

/** The action of an id, undefined where the catalogue has none of that name. */
export function airlineAction(id: string): AirlineAction | undefined {
  return AIRLINE_ACTIONS.find((action) => action.id === id);
}

/** Every action is out of the question while it is settled. */
export function withSettled(action: AirlineAction): ActionData {
  const { because: _because, but: _but, eligible, ...data } = action;
  const unsettled: Predicate = { fact: settledFact(action.id), op: 'eq', value: false };
  return { ...data, eligible: { all: eligible === undefined ? [unsettled] : [unsettled, eligible] } };
}
