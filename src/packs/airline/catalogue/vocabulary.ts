import type { FactDeclaration } from '../../../decision/contract.ts';
import type { Language } from '../../../domain/language.ts';

/** A text in every language; `{name}` is filled from the words of the input. */
export type Text = Readonly<Record<Language, string>>;

/** What `decisionInput` computes from a profile row: the facts that the airline's rules speak of. */
export const INPUT_FACTS = {
  activity: { type: 'text' },
  atStation: { type: 'boolean' },
  bagNotLoaded: { type: 'boolean' },
  bags: { type: 'number' },
  boarded: { type: 'boolean' },
  cabin: { type: 'text' },
  caseOpen: { type: 'boolean' },
  checkedIn: { type: 'boolean' },
  complaintOpen: { type: 'boolean' },
  connectionAtRisk: { type: 'boolean' },
  connectionMinutes: { type: 'number' },
  contactWish: { type: 'text' },
  contactWishKnown: { type: 'boolean' },
  delayMinutes: { type: 'number' },
  disrupted: { type: 'boolean' },
  documentsChecked: { type: 'boolean' },
  flightCancelled: { type: 'boolean' },
  flightDelayed: { type: 'boolean' },
  frequentFlyer: { type: 'boolean' },
  gateChanged: { type: 'boolean' },
  hasApp: { type: 'boolean' },
  hasSeat: { type: 'boolean' },
  hasTrip: { type: 'boolean' },
  informed: { type: 'boolean' },
  language: { type: 'text' },
  languageKnown: { type: 'boolean' },
  lifecycle: { type: 'text' },
  longHaul: { type: 'boolean' },
  loyaltyMember: { type: 'boolean' },
  minutesToDeparture: { type: 'number' },
  need: { type: 'text' },
  needScore: { type: 'number' },
  overnight: { type: 'boolean' },
  refundAsked: { type: 'boolean' },
  seatMismatch: { type: 'boolean' },
  stage: { type: 'text' },
  tier: { type: 'text' },
  viewingRebooking: { type: 'boolean' },
} as const satisfies Record<string, FactDeclaration>;

/** Scores that services outside give (facts `score.{name}`): how likely a customer is to leave, to buy more comfort, and what he is worth. */
export const SCORES = ['churn', 'upgrade', 'value'] as const;
/** An older score is none: nothing is decided by what a service said before it fell silent. */
export const SCORE_DAYS = 7;

export const scoreFact = (name: (typeof SCORES)[number]): string => `score.${name}`;

export type InputFact = keyof typeof INPUT_FACTS;

/** The fact that says that an action is done with for now: presented, taken or declined since its cause. */
export function settledFact(action: string): string {
  return `settled.${action}`;
}

/** Channels of the airline; a call that we make is another channel than one that we take. */
export const CHANNELS = ['counter', 'phone', 'kiosk', 'app', 'web', 'email', 'sms', 'callback'] as const;
export type Channel = (typeof CHANNELS)[number];
