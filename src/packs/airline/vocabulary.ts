/**
 * What the airline's events say about a profile (docs/spec/airline.md "Events" and "Fact names"): what each writes.
 * Unknown events and properties write nothing.
 */
import type { Writes } from '../../domain/fold/state.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { flightKey, normalCode } from './identities.ts';
import { isObject, SEGMENT, type SourceEvent, segmentNumber } from './kinds.ts';

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
