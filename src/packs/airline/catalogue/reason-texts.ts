import type { InputFact, Text } from './vocabulary.ts';

/** What a fact says as a reason: when true, when false, or whatever its value is. */
export interface FactTexts {
  readonly isTrue?: readonly Text[];
  readonly isFalse?: readonly Text[];
  readonly any?: readonly Text[];
}

const text = (en: string, de: string): Text => ({ en, de });

/** Topics that sources name by a word of their vocabulary; any other is shown as it was sent. */
export const TOPIC_WORDS: ReadonlyMap<string, Text> = new Map([
  ['baggage', text('baggage', 'Gepäck')],
  ['cancellation', text('cancellation', 'Annullierung')],
  ['delay', text('delay', 'Verspätung')],
  ['documents', text('documents', 'Dokumente')],
  ['miles', text('miles', 'Meilen')],
  ['refund', text('refund', 'Erstattung')],
  ['seat', text('seat', 'Sitzplatz')],
  ['staff', text('staff', 'Personal')],
]);

/** Stages of a customer's lifecycle (docs/spec/airline.md L1). */
export const LIFECYCLE_WORDS: ReadonlyMap<string, Text> = new Map([
  ['new', text('first booking', 'erste Buchung')],
  ['active', text('has travelled with us', 'ist mit uns gereist')],
  ['loyal', text('loyal', 'treu')],
  ['lapsed', text('gone for a year', 'seit einem Jahr weg')],
]);

/** A fact that is not here is never named as a reason. Of a list the first whose words are known is taken. */
export const FACT_TEXTS: Readonly<Partial<Record<InputFact, FactTexts>>> = {
  activity: { any: [text('Now: {activity}', 'Gerade: {activity}')] },
  bagNotLoaded: {
    isTrue: [
      text('Bag {bagTag} is not loaded', 'Gepäckstück {bagTag} ist nicht verladen'),
      text('A bag is not loaded', 'Ein Gepäckstück ist nicht verladen'),
    ],
  },
  bags: { any: [text('Bags so far: {bags}', 'Gepäckstücke bisher: {bags}')] },
  boarded: { isTrue: [text('Already on board', 'Schon an Bord')] },
  cabin: { any: [text('Booked in {cabin}', 'Gebucht in {cabin}')] },
  caseOpen: {
    isTrue: [
      text('Open case: {topic}', 'Offener Fall: {topic}'),
      text('A case is open', 'Ein Fall ist offen'),
    ],
  },
  checkedIn: {
    isTrue: [text('Checked in for {flight}', 'Eingecheckt für {flight}'), text('Checked in', 'Eingecheckt')],
    isFalse: [
      text('Not checked in for {flight} yet', 'Noch nicht eingecheckt für {flight}'),
      text('Not checked in yet', 'Noch nicht eingecheckt'),
    ],
  },
  complaintOpen: {
    isTrue: [
      text('Open complaint: {topic}', 'Offene Beschwerde: {topic}'),
      text('A complaint is open', 'Eine Beschwerde ist offen'),
    ],
  },
  connectionAtRisk: {
    isTrue: [
      text('Connection {connection} is at risk', 'Anschluss {connection} ist gefährdet'),
      text('The connection is at risk', 'Der Anschluss ist gefährdet'),
    ],
  },
  connectionMinutes: {
    any: [text('{connectionMinutes} minutes to change planes', '{connectionMinutes} Minuten zum Umsteigen')],
  },
  contactWishKnown: {
    isFalse: [text('Not known how to reach them best', 'Bester Kontaktweg nicht bekannt')],
  },
  delayMinutes: { any: [text('{delayMinutes} minutes late', '{delayMinutes} Minuten verspätet')] },
  disrupted: { isTrue: [text('The trip is disturbed', 'Die Reise ist gestört')] },
  documentsChecked: {
    isFalse: [text('Travel documents not checked yet', 'Reisedokumente noch nicht geprüft')],
  },
  flightCancelled: {
    isTrue: [
      text('{cancelledFlight} is cancelled', '{cancelledFlight} ist annulliert'),
      text('The flight is cancelled', 'Der Flug ist annulliert'),
    ],
  },
  flightDelayed: {
    isTrue: [
      text('{delayedFlight} is delayed', '{delayedFlight} ist verspätet'),
      text('The flight is delayed', 'Der Flug ist verspätet'),
    ],
  },
  frequentFlyer: { isTrue: [text('{tier}', '{tier}'), text('Flies with us often', 'Fliegt oft mit uns')] },
  gateChanged: {
    isTrue: [
      text('Gate {gateWas} became {gate}', 'Gate {gateWas} wurde {gate}'),
      text('The gate has changed', 'Das Gate hat sich geändert'),
    ],
  },
  hasApp: {
    isTrue: [text('Uses the app', 'Nutzt die App')],
    isFalse: [text('Has not used the app so far', 'Hat die App bisher nicht genutzt')],
  },
  hasTrip: {
    isTrue: [
      text('Travels with {flight} to {to}', 'Reist mit {flight} nach {to}'),
      text('Has a trip ahead', 'Hat eine Reise vor sich'),
    ],
  },
  informed: { isTrue: [text('Was active since, so knows of it', 'War seitdem aktiv, weiß also davon')] },
  languageKnown: { isFalse: [text('Language not known yet', 'Sprache noch nicht bekannt')] },
  lifecycle: {
    any: [text('Customer stage: {lifecycle}', 'Kundenphase: {lifecycle}')],
  },
  longHaul: {
    isTrue: [text('Long flight to {to}', 'Langer Flug nach {to}'), text('A long flight', 'Ein langer Flug')],
  },
  loyaltyMember: { isFalse: [text('Not in the loyalty programme', 'Nicht im Vielfliegerprogramm')] },
  minutesToDeparture: { any: [text('Leaves in {timeToDeparture}', 'Abflug in {timeToDeparture}')] },
  overnight: { isTrue: [text('No way to travel on before tomorrow', 'Weiterreise erst morgen möglich')] },
  refundAsked: { isTrue: [text('Has asked for a refund', 'Hat nach Erstattung gefragt')] },
  seatMismatch: {
    isTrue: [
      text('Sits in {seat}, likes the {seatWish}', 'Sitzt auf {seat}, mag {seatWish}'),
      text('Does not have the seat they like', 'Hat nicht den Wunschplatz'),
    ],
  },
  tier: { any: [text('Status: {tier}', 'Status: {tier}')] },
  viewingRebooking: { isTrue: [text('Is looking at rebooking options', 'Sieht sich Umbuchungen an')] },
};

/** Texts of the engine's own codes: why an alternative lost, per stage and otherwise. */
export const WHY_LOST: Readonly<Record<string, Text>> = {
  lane: text('Something more urgent comes first', 'Etwas Dringenderes geht vor'),
  score: text('Is expected to help less here', 'Hilft hier voraussichtlich weniger'),
  explored: text(
    'Was ahead; the other one is tried to learn',
    'Lag vorn; das andere wird zum Lernen probiert',
  ),
  order: text('Equal; the catalogue names the other first', 'Gleichauf; der Katalog nennt das andere zuerst'),
};

/** Why an action is not suggested, by the first rule that stands in its way. */
export const BLOCKED: Readonly<Record<string, Text>> = {
  eligible: text('Already settled for now', 'Für jetzt schon erledigt'),
  applicable: text('Does not fit the present situation', 'Passt nicht zur Lage'),
  suitable: text('Would not be good for the customer now', 'Wäre jetzt nicht gut für den Kunden'),
  paused: text('Paused for now', 'Zurzeit ausgesetzt'),
  consent: text('Consent is missing', 'Die Einwilligung fehlt'),
  preference: text('The customer does not want this channel', 'Der Kunde will diesen Kanal nicht'),
  completeness: text('Too little is known of the customer', 'Über den Kunden ist zu wenig bekannt'),
  suppressed: text('No selling while something is wrong', 'Kein Verkauf, solange etwas nicht stimmt'),
  cap: text('Was suggested often enough lately', 'Wurde zuletzt oft genug vorgeschlagen'),
  delay: text('Too early', 'Zu früh'),
  quiet: text('Quiet hours of the customer', 'Ruhezeit des Kunden'),
  expiry: text('Too late', 'Zu spät'),
  lane: WHY_LOST['lane'] as Text,
};
