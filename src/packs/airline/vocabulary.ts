/**
 * What the airline's events say about a profile (docs/spec/airline.md "Events" and "Fact names"), as data: per event
 * the kinds that its properties must have, and what it writes. Unknown events and properties write nothing.
 */
import type { Writes } from '../../domain/fold/state.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isLocalDate, parseTime } from '../../domain/time.ts';
import { flightKey, normalCode } from './identities.ts';

/** An event of a source after its envelope was read; `name` is that of a track, page or screen. */
export type SourceEvent = { type: string; name: string; properties: JsonObject };

type Kind =
  | 'text'
  | 'code'
  | 'time'
  | 'date'
  | 'number'
  | 'segment'
  | 'boolean'
  | 'textOrNumber'
  | 'consents'
  | 'segments';
type Kinds = { readonly [property: string]: Kind };

const SEGMENT: Kinds = {
  segment: 'segment',
  flight: 'text',
  date: 'date',
  from: 'text',
  to: 'text',
  departs: 'time',
  arrives: 'time',
  cabin: 'text',
  seat: 'text',
  status: 'text',
};

const PASSENGER: Kinds = { booking: 'code', segment: 'segment', seat: 'text', sequence: 'textOrNumber' };
const CASE: Kinds = { caseId: 'text', topic: 'text', text: 'text' };

const TRACKED = new Map<string, Kinds>([
  ['Booking Created', { booking: 'code', segments: 'segments' }],
  ['Booking Changed', { booking: 'code', segments: 'segments' }],
  ['Booking Cancelled', { booking: 'code' }],
  ['Seat Changed', PASSENGER],
  ['Checked In', PASSENGER],
  ['Boarded', PASSENGER],
  ['Bag Accepted', { booking: 'code', tag: 'code', weightKg: 'number' }],
  ['Bag Status', { tag: 'code', status: 'text' }],
  [
    'Flight Status',
    {
      flight: 'text',
      date: 'date',
      from: 'text',
      to: 'text',
      status: 'text',
      departs: 'time',
      arrives: 'time',
      gate: 'text',
      reason: 'text',
    },
  ],
  ['Rebooking Viewed', { booking: 'code' }],
  ['Complaint Opened', CASE],
  ['Case Opened', CASE],
  ['Case Resolved', CASE],
  ['Preference Changed', { name: 'text' }],
  ['Consent Changed', { name: 'text', value: 'boolean' }],
  ['Message Sent', { channel: 'text', action: 'text', decisionId: 'text' }],
  ['Message Opened', { channel: 'text', action: 'text', decisionId: 'text' }],
  ['Message Clicked', { channel: 'text', action: 'text', decisionId: 'text' }],
  ['Call Started', { phone: 'text', queue: 'text', contactId: 'text' }],
  ['Call Ended', { phone: 'text', queue: 'text', contactId: 'text' }],
]);

const TRAITS: Kinds = {
  firstName: 'text',
  lastName: 'text',
  name: 'text',
  email: 'text',
  phone: 'text',
  language: 'text',
  zone: 'text',
  loyaltyNumber: 'text',
  ticket: 'text',
  tier: 'text',
  consents: 'consents',
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const KIND_TESTS: { readonly [K in Kind]: (value: Json) => boolean } = {
  text: (value) => typeof value === 'string',
  // A part of a fact's name: a dot in it would make another fact.
  code: (value) => typeof value === 'string' && value.length <= 60 && !value.includes('.'),
  time: (value) => typeof value === 'string' && parseTime(value, true) !== null,
  date: (value) => typeof value === 'string' && isLocalDate(value),
  number: (value) => typeof value === 'number',
  segment: (value) => segmentNumber(value) !== null,
  boolean: (value) => typeof value === 'boolean',
  textOrNumber: (value) => typeof value === 'string' || typeof value === 'number',
  consents: (value) =>
    isObject(value) && Object.values(value).every((given) => given === null || typeof given === 'boolean'),
  segments: (value) =>
    Array.isArray(value) &&
    value.every(
      (one) => isObject(one) && 'segment' in one && wrongKind(one, SEGMENT) === null && one.segment !== null,
    ),
};

/** Segments count from 1; sources that send the number as text mean the same. */
function segmentNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^[1-9][0-9]?$/u.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 99
    ? number
    : null;
}

const KIND_WORDS: { readonly [K in Kind]: string } = {
  text: 'a text',
  code: 'a text of at most 60 characters without dots',
  time: 'a time in ISO 8601 with its zone',
  date: 'a date such as 2026-11-21',
  number: 'a number',
  segment: 'a whole number from 1 to 99',
  boolean: 'true or false',
  textOrNumber: 'a text or a number',
  consents: 'an object of true and false',
  segments: 'a list of objects, each with a segment number and fields of the right kind',
};

function wrongKind(object: JsonObject, kinds: Kinds): string | null {
  for (const [name, kind] of Object.entries(kinds)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (value === undefined || value === null || KIND_TESTS[kind](value)) continue;
    return `${name} must be ${KIND_WORDS[kind]}`;
  }
  return null;
}

/** Why an event is not understood: a sentence about the first value of a wrong kind; null if all is well. */
export function faultOf(event: SourceEvent): string | null {
  if (event.type === 'identify') return wrongKind(event.properties, TRAITS);
  const kinds = event.type === 'track' ? TRACKED.get(event.name) : undefined;
  return kinds ? wrongKind(event.properties, kinds) : null;
}

class Writer {
  readonly facts = new Map<string, Json>();
  readonly lists = new Map<string, readonly string[]>();
  private readonly from: JsonObject;

  constructor(from: JsonObject) {
    this.from = from;
  }

  own(property: string): Json | undefined {
    return Object.hasOwn(this.from, property) ? this.from[property] : undefined;
  }

  /** A property that is there, null included (which deletes), under a fact's name. */
  copy(property: string, fact: string): void {
    const value = this.own(property);
    if (value !== undefined) this.facts.set(fact, value);
  }

  code(property: string): string | null {
    const value = this.own(property);
    return typeof value === 'string' && value.trim() !== '' ? normalCode(value) : null;
  }

  text(property: string): string | null {
    const value = this.own(property);
    return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, MAX_NAME) : null;
  }
}

const MAX_NAME = 100;

/** Hidden facts start with `~`: the fold needs them, no row shows them. */
export const lastCancellation = (booking: string): string => `~cancelled.${booking}`;

type Writing = (to: Writer) => void;

const booked: Writing = (to) => {
  const booking = to.code('booking');
  if (booking === null) return;
  to.facts.set(`booking.${booking}.status`, 'confirmed');
  const segments = to.own('segments');
  if (!Array.isArray(segments)) return;
  const numbers = new Set<number>();
  for (const segment of segments) {
    const number = isObject(segment) ? segmentNumber(segment.segment) : null;
    if (!isObject(segment) || number === null) continue;
    numbers.add(number);
    for (const field of Object.keys(SEGMENT)) {
      const value = Object.hasOwn(segment, field) ? segment[field] : undefined;
      if (field !== 'segment' && value !== undefined)
        to.facts.set(`trip.${booking}.${number}.${field}`, value);
    }
  }
  const sorted = [...numbers].sort((a, b) => a - b);
  to.facts.set(`booking.${booking}.segments`, sorted);
  to.lists.set(booking, sorted.map(String));
};

const passenger =
  (status: string | null): Writing =>
  (to) => {
    const booking = to.code('booking');
    const segment = segmentNumber(to.own('segment'));
    if (booking === null || segment === null) return;
    const trip = `trip.${booking}.${segment}`;
    to.copy('seat', `${trip}.seat`);
    if (status === null) return;
    to.copy('sequence', `${trip}.sequence`);
    to.facts.set(`${trip}.status`, status);
  };

const opened =
  (kind: string): Writing =>
  (to) => {
    const caseId = to.text('caseId');
    if (caseId === null) return;
    to.facts.set(`case.${caseId}.status`, 'open');
    to.facts.set(`case.${caseId}.kind`, kind);
    to.copy('topic', `case.${caseId}.topic`);
    to.copy('text', `case.${caseId}.text`);
  };

const doing =
  (activity: string | null): Writing =>
  (to) => {
    to.facts.set('now.activity', activity);
  };

const named =
  (prefix: string): Writing =>
  (to) => {
    const name = to.text('name');
    if (name !== null) to.copy('value', `${prefix}.${name}`);
  };

const WRITINGS = new Map<string, Writing>([
  ['Booking Created', booked],
  ['Booking Changed', booked],
  [
    'Booking Cancelled',
    (to) => {
      const booking = to.code('booking');
      if (booking === null) return;
      to.facts.set(`booking.${booking}.status`, 'cancelled');
      to.facts.set(lastCancellation(booking), true);
    },
  ],
  ['Seat Changed', passenger(null)],
  ['Checked In', passenger('checked in')],
  ['Boarded', passenger('boarded')],
  [
    'Bag Accepted',
    (to) => {
      const tag = to.code('tag');
      if (tag === null) return;
      to.facts.set(`bag.${tag}.status`, 'accepted');
      const booking = to.code('booking');
      if (booking !== null) to.facts.set(`bag.${tag}.booking`, booking);
      to.copy('weightKg', `bag.${tag}.weightKg`);
    },
  ],
  [
    'Bag Status',
    (to) => {
      const tag = to.code('tag');
      if (tag !== null) to.copy('status', `bag.${tag}.status`);
    },
  ],
  ['Rebooking Viewed', doing('Rebooking Viewed')],
  ['Complaint Opened', opened('complaint')],
  ['Case Opened', opened('case')],
  [
    'Case Resolved',
    (to) => {
      const caseId = to.text('caseId');
      if (caseId === null) return;
      to.facts.set(`case.${caseId}.status`, 'resolved');
      to.copy('topic', `case.${caseId}.topic`);
      to.copy('text', `case.${caseId}.text`);
    },
  ],
  ['Preference Changed', named('preference')],
  ['Consent Changed', named('consent')],
  ['Checkout Started', doing('Checkout Started')],
  ['Order Completed', doing('Order Completed')],
  ['Call Started', doing('Call Started')],
  ['Call Ended', doing(null)],
]);

const FLIGHT_FACTS: readonly [property: string, fact: string][] = [
  ['status', 'flightStatus'],
  ['departs', 'departs'],
  ['arrives', 'arrives'],
  ['gate', 'gate'],
  ['reason', 'reason'],
];

/** A trait that airline.md does not know is a fact under its own name, unless that could be mistaken for another. */
const OWN_TRAIT = /^[A-Za-z][A-Za-z0-9_ -]{0,63}$/u;

function identified(to: Writer, traits: JsonObject): void {
  for (const [name, value] of Object.entries(traits)) {
    if (name === 'consents') continue;
    if (OWN_TRAIT.test(name)) to.facts.set(name, value);
  }
  const consents = to.own('consents');
  if (!isObject(consents)) return;
  for (const [name, value] of Object.entries(consents))
    to.facts.set(`consent.${name.slice(0, MAX_NAME)}`, value);
}

/** What an event says about its profile. The event has passed `faultOf`. */
export function writesOf(event: SourceEvent): Writes {
  const to = new Writer(event.properties);
  if (event.type === 'identify') identified(to, event.properties);
  else if (event.type === 'page' || event.type === 'screen') to.facts.set('now.activity', event.name);
  else if (event.type === 'track') WRITINGS.get(event.name)?.(to);
  return to;
}

/** What a `Flight Status` says about its flight: facts of the flight, without the segment's name before them. */
export function flightWritesOf(event: SourceEvent): Writes {
  const to = new Writer(event.properties);
  if (event.type === 'track' && event.name === 'Flight Status') {
    for (const [property, fact] of FLIGHT_FACTS) to.copy(property, fact);
  }
  return to;
}

/** Flights that an event books its customer on: what happens to them belongs into his timeline from then on. */
export function flightsNamedBy(event: SourceEvent): string[] {
  if (event.type !== 'track' || WRITINGS.get(event.name) !== booked) return [];
  const segments = Object.hasOwn(event.properties, 'segments') ? event.properties.segments : undefined;
  if (!Array.isArray(segments)) return [];
  return segments.flatMap((one) => (isObject(one) ? (flightKey(one.flight, one.date, one.from) ?? []) : []));
}
