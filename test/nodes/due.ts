/** Many notices that are due at once: passengers of flights that are cancelled together, and who was told of it. */
import type { Hook } from '../integration/receivers.ts';

const PER_FLIGHT = 200;
const HOUR_MS = 3_600_000;

export type Event = Record<string, unknown>;

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** @param places attempts at a time */
export const destinations = (url: string, places: number): string =>
  JSON.stringify({
    destinations: [{ kind: 'webhook', channel: 'app', url, secret: SECRET, class: 'instant', places }],
  });

function flightOf(number: number) {
  const departs = new Date(Date.now() + 20 * HOUR_MS);
  const arrives = new Date(Date.now() + 29 * HOUR_MS);
  return {
    ...{ flight: `LH${1000 + number}`, date: departs.toISOString().slice(0, 10), from: 'FRA', to: 'JFK' },
    ...{ departs: departs.toISOString(), arrives: arrives.toISOString() },
  };
}

const app = { context: { app: { name: 'ops' } } };

/** `count` passengers with a booking each, and the cancellations of all their flights. */
export function cancelledFlights(count: number): { bookings: Event[]; cancellations: Event[] } {
  const flights = Array.from({ length: Math.ceil(count / PER_FLIGHT) }, (_, i) => flightOf(i));
  const bookings = Array.from({ length: count }, (_, i) => {
    const flight = flights[Math.floor(i / PER_FLIGHT)];
    const segment = { ...flight, segment: 1, cabin: 'economy', status: 'confirmed' };
    const named = { userId: `p${i}`, messageId: `booking-${i}`, event: 'Booking Created' };
    return { type: 'track', ...named, properties: { booking: `BK${i}`, segments: [segment] }, ...app };
  });
  const cancellations = flights.map((flight) => {
    const id = `${flight.flight}/${flight.date}/FRA`;
    const named = { anonymousId: `flight/${id}`, messageId: `cancelled-${id}`, event: 'Flight Status' };
    return { type: 'track', ...named, properties: { ...flight, status: 'cancelled' }, ...app };
  });
  return { bookings, cancellations };
}

/** The keys under which messages came for each profile: one key is one message, however often it came. */
export function keysOf(hooks: readonly Hook[]): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { body, headers } of hooks) {
    const { profile } = JSON.parse(body).data as { profile: string };
    keys.set(profile, (keys.get(profile) ?? new Set()).add(String(headers['webhook-id'])));
  }
  return keys;
}
