/** The kinds of values that the airline's vocabulary needs (docs/spec/airline.md "Events"), as data. */
import type { Json, JsonObject } from '../../domain/json.ts';
import { isLocalDate, parseTime } from '../../domain/time.ts';

/** An event of a source after its envelope was read; `name` is that of a track, page or screen. */
export type SourceEvent = { type: string; name: string; properties: JsonObject };

export type Kind =
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

export const SEGMENT: Kinds = {
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

/** Properties of each `track` event by its name. */
export const TRACKED = new Map<string, Kinds>([
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

/** Of the events above those that a web page can know of; the others only the airline's own systems can say. */
const OF_PAGES: ReadonlySet<string> = new Set([
  'Rebooking Viewed',
  'Complaint Opened',
  'Case Opened',
  'Preference Changed',
  'Consent Changed',
]);

/** Whether an event says what no web page can know. */
export const isOfSystems = ({ type, name }: Pick<SourceEvent, 'type' | 'name'>): boolean =>
  type === 'track' && TRACKED.has(name) && !OF_PAGES.has(name);

export const TRAITS: Kinds = {
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

export const isObject = (value: Json | undefined): value is JsonObject =>
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
export function segmentNumber(value: Json | undefined): number | null {
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
