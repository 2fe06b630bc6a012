import { airport } from './airports.ts';
import type { Passenger } from './passenger.ts';
import type { Flight } from './schedule.ts';
import { isoInZone } from './zones.ts';

/** The systems that the events come from, as `context.app.name` and so as the source of a fact. */
export type Source = 'dcs' | 'crs' | 'crm' | 'app' | 'web' | 'ops' | 'phone' | 'baggage' | 'kiosk';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Properties = { [key: string]: Json };

/** One call of the Segment spec; `timestamp` is ISO 8601 in UTC. */
export type SegmentMessage = {
  type: 'track' | 'identify' | 'page' | 'screen';
  event?: string;
  name?: string;
  userId?: string;
  anonymousId?: string;
  messageId: string;
  timestamp: string;
  properties?: Properties;
  traits?: Properties;
  context: { app: { name: Source } };
};

/** The body of `POST /v1/contacts`. */
export type ContactMessage = {
  id: string;
  kind: 'call' | 'visit' | 'chat' | 'callback';
  state: 'ringing' | 'waiting' | 'active' | 'wrapup' | 'ended';
  queue: string;
  station?: string;
  identity?: { type: string; value: string };
  at: string;
};

/** `at`: milliseconds after `now` at which it happens; below 0 it belongs to the initial state. */
export type TimedEvent = { at: number } & (
  | { door: 'segment'; message: SegmentMessage }
  | { door: 'contact'; contact: ContactMessage }
);

/** Makes the events of one run: gives each its message id and its time. */
export type Scribe = {
  track(at: number, source: Source, who: Passenger, event: string, properties: Properties): TimedEvent;
  view(at: number, source: 'app' | 'web', who: Passenger, name: string, properties?: Properties): TimedEvent;
  identify(at: number, who: Passenger): TimedEvent;
  flight(at: number, source: 'ops' | 'dcs', flight: Flight): TimedEvent;
  contact(at: number, contact: Omit<ContactMessage, 'at'>): TimedEvent;
  /** A new id for a contact, a case or a message, unlike any of another run. */
  id(prefix: string): string;
};

/** The device is named where the source is one that knows it. */
function identityOf(who: Passenger, source: Source): { userId: string; anonymousId?: string } {
  const device = (source === 'app' || source === 'web') && who.anonymousId;
  return device ? { userId: who.userId, anonymousId: device } : { userId: who.userId };
}

function traitsOf(who: Passenger): Properties {
  const { firstName, lastName, name, email, phone, language, zone, ticket, consents } = who;
  const traits: Properties = { firstName, lastName, name, email, phone, language, zone, ticket, consents };
  if (who.loyaltyNumber) traits.loyaltyNumber = who.loyaltyNumber;
  if (who.tier) traits.tier = who.tier;
  return traits;
}

/** The properties of `Flight Status`: times as they are expected now, with the zone of their airport. */
function flightProperties(flight: Flight): Properties {
  const shift = flight.late * 60_000;
  const properties: Properties = {
    flight: flight.flight,
    date: flight.date,
    from: flight.from,
    to: flight.to,
    status: flight.status,
    departs: isoInZone(flight.departs + shift, airport(flight.from).zone),
    arrives: isoInZone(flight.arrives + shift + (flight.enroute ?? 0) * 60_000, airport(flight.to).zone),
  };
  if (flight.gate) properties.gate = flight.gate;
  if (flight.reason) properties.reason = flight.reason;
  return properties;
}

/** `run` tells this run's ids from those of every other one. */
export function scribe(run: string, now: number): Scribe {
  let count = 0;
  const id = (prefix: string): string => `${prefix}-${run}-${++count}`;
  const time = (at: number): string => new Date(now + at).toISOString();
  const segment = (
    at: number,
    source: Source,
    message: Omit<SegmentMessage, 'messageId' | 'timestamp' | 'context'>,
  ): TimedEvent => ({
    at,
    door: 'segment',
    message: { ...message, messageId: id('sim'), timestamp: time(at), context: { app: { name: source } } },
  });
  return {
    id,
    track: (at, source, who, event, properties) =>
      segment(at, source, { type: 'track', event, ...identityOf(who, source), properties }),
    view: (at, source, who, name, properties = {}) =>
      segment(at, source, {
        type: source === 'app' ? 'screen' : 'page',
        name,
        ...identityOf(who, source),
        properties,
      }),
    identify: (at, who) =>
      segment(at, 'crm', { type: 'identify', userId: who.userId, traits: traitsOf(who) }),
    flight: (at, source, flight) =>
      segment(at, source, {
        type: 'track',
        event: 'Flight Status',
        anonymousId: `flight/${flight.id}/${flight.from}`,
        properties: flightProperties(flight),
      }),
    contact: (at, contact) => ({ at, door: 'contact', contact: { ...contact, at: time(at) } }),
  };
}
