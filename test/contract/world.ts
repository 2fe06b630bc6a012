/** One core per test file, its clients, and the events that tests send. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { Client } from './client.ts';
import { Core, type TokenWish } from './core-process.ts';

export type World = {
  core: Core;
  /** A client that is closed, and whose broken rules fail the test, at the test's end. */
  client(wish?: TokenWish & { wanted?: string[]; clientId?: string }): Promise<Client>;
  /** Gives a client a fresh token like its first: a core that started again need not know the old one. */
  renew(client: Client): Promise<void>;
};

/** Registers the life of a core with the test file. */
export function useCore(): World {
  const clients: Client[] = [];
  const wishes = new WeakMap<Client, TokenWish>();
  const world: World = {
    core: new Core(),
    async client(wish = {}) {
      const full = { subject: `op-${randomUUID()}`, ...wish };
      const token = await world.core.token(full);
      const client = new Client({ url: world.core.url, token, wanted: wish.wanted, clientId: wish.clientId });
      clients.push(client);
      wishes.set(client, full);
      return client;
    },
    async renew(client) {
      client.token = await world.core.token(wishes.get(client));
    },
  };
  beforeAll(async () => {
    airport = 0;
    await world.core.start();
  }, 90_000);
  afterEach(() => {
    const all = clients.splice(0);
    for (const client of all) client.close();
    for (const client of all) client.throwFault();
  });
  afterAll(() => world.core.dispose(), 30_000);
  return world;
}

let counter = 0;
/** A short text that no other test uses: upper-case letters and digits. */
export function fresh(prefix = ''): string {
  counter += 1;
  const random = randomUUID().replaceAll('-', '').slice(0, 5);
  return `${prefix}${(counter + 1000).toString(36)}${random}`.toUpperCase();
}

/** Four digits and more, for phone numbers and the like. */
export function digits(length: number): string {
  const number = BigInt(`0x${randomUUID().replaceAll('-', '')}`);
  return number.toString().padStart(length, '7').slice(-length);
}

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A time relative to now, as ISO 8601. */
export function at(offsetMs: number): string {
  return new Date(Date.now() + offsetMs).toISOString();
}

export type Event = { type: string; messageId: string } & Record<string, unknown>;

/** A `track` event with an id of its own; `more` replaces its fields. */
export function track(event: string, properties: object, more: Record<string, unknown> = {}): Event {
  return { type: 'track', messageId: randomUUID(), timestamp: at(0), event, properties, ...more };
}

export function identify(userId: string, traits: object, more: Record<string, unknown> = {}): Event {
  return { type: 'identify', messageId: randomUUID(), timestamp: at(0), userId, traits, ...more };
}

export type Trip = {
  userId: string;
  booking: string;
  flight: string;
  date: string;
  from: string;
  to: string;
  departs: string;
  arrives: string;
  seat: string;
};

/** One passenger with one segment, departing in three hours unless told. */
export function trip(more: Partial<Trip> & { inMs?: number } = {}): Trip {
  const { inMs = 3 * HOUR, ...fields } = more;
  const departs = at(inMs);
  return {
    userId: fresh('u'),
    booking: fresh('B'),
    flight: `LH${digits(4)}`,
    date: departs.slice(0, 10),
    from: 'FRA',
    to: 'JFK',
    departs,
    arrives: at(inMs + 8 * HOUR),
    seat: '12A',
    ...fields,
  };
}

/** The segment of a trip as `Booking Created` lists it. */
export function segmentOf(trip: Trip, segment = 1): Record<string, unknown> {
  const { flight, date, from, to, departs, arrives, seat } = trip;
  return { segment, flight, date, from, to, departs, arrives, cabin: 'economy', seat, status: 'confirmed' };
}

export function booked(trip: Trip, more: Record<string, unknown> = {}): Event {
  const properties = { booking: trip.booking, segments: [segmentOf(trip)] };
  return track('Booking Created', properties, { userId: trip.userId, ...more });
}

export function seatChanged(trip: Trip, seat: unknown, more: Record<string, unknown> = {}): Event {
  return track('Seat Changed', { booking: trip.booking, segment: 1, seat }, { userId: trip.userId, ...more });
}

/** A flight's own event: it has the flight's anonymousId, not a customer's. */
export function flightStatus(trip: Trip, status: string, properties: object = {}, more: object = {}): Event {
  const { flight, date, from, to } = trip;
  const anonymousId = `flight/${flight}/${date}/${from}`;
  return track('Flight Status', { flight, date, from, to, status, ...properties }, { anonymousId, ...more });
}

/** Names of the facts of a trip's first segment. */
export function factOf(trip: Trip, field: string): string {
  return `trip.${trip.booking}.1.${field}`;
}

const AIRPORTS = (
  'HAM MUC BER CGN DUS STR LEJ HAJ NUE BRE ZRH GVA VIE SZG GRZ LIS OPO MAD BCN AGP PMI VLC BIO SVQ CDG ORY LYS NCE ' +
  'TLS MRS LHR LGW MAN EDI GLA BHX DUB ORK AMS BRU LUX CPH AAR OSL BGO TRD ARN GOT HEL TLL RIX VNO WAW KRK GDN PRG ' +
  'BUD OTP SOF ATH SKG IST FCO MXP VCE NAP CTA LIN BLQ TRN BOS ORD SFO LAX SEA DEN MIA ATL IAD YYZ YUL GRU EZE'
).split(' ');
/** Of the core that the test file has. */
let airport = 0;

/** A station of its own, so that a test sees no other test's customers (FRA and JFK are never given out). */
export function station(): string {
  const code = AIRPORTS[airport++];
  if (!code) throw new Error('no airports left: start another test file');
  return code;
}
