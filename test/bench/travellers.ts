/** Customers with a flight each, and what happens to them, through a core's public door. */
import { BusyStation } from './busy-station.ts';
import type { CoreProcess } from './core-process.ts';

const HOUR = 3_600_000;
const BATCH = 100;
/** Noon is on the way through these, so that somewhere in the world it is day whenever this runs. */
const ZONES = [
  'Pacific/Auckland',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Europe/Berlin',
  'America/New_York',
  'America/Los_Angeles',
  'Pacific/Honolulu',
];

/** A zone in which no quiet hour is near. */
export function daylightZone(now: number): string {
  const hourIn = (timeZone: string): number =>
    Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(now));
  const fromNoon = (zone: string): number => Math.abs(hourIn(zone) - 13);
  return [...ZONES].sort((a, b) => fromNoon(a) - fromNoon(b))[0] as string;
}

export type Traveller = { userId: string; booking: string; leg: Leg };
type Leg = { flight: string; date: string; from: string; to: string; departs: string; arrives: string };
type Trip = { hours: number; lasting: number; to: string };

const LONG_HAUL: Trip = { hours: 10, lasting: 8, to: 'JFK' };
/** Far away and short: nothing but its being the first one is to be said of it. */
export const FIRST_TRIP: Trip = { hours: 20 * 24, lasting: 1, to: 'MUC' };

/** @param carrier two capital letters, so that groups have flights of their own */
export function travellers(carrier: string, count: number, trip = LONG_HAUL): Traveller[] {
  const departs = Date.now() + trip.hours * HOUR;
  const iso = (at: number): string => new Date(at).toISOString();
  const times = { departs: iso(departs), arrives: iso(departs + trip.lasting * HOUR) };
  return Array.from({ length: count }, (_, i) => ({
    userId: `${carrier}-${i}`,
    booking: `${carrier}${1000 + i}`,
    leg: {
      flight: `${carrier}${1000 + i}`,
      date: times.departs.slice(0, 10),
      ...{ from: 'FRA', to: trip.to },
      ...times,
    },
  }));
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const from = (name: string) => ({ timestamp: new Date().toISOString(), context: { app: { name } } });

export function identified({ userId }: Traveller, zone: string): object {
  const traits = {
    ...{ firstName: 'Anna', lastName: `Weber ${userId}`, language: 'de', tier: 'Member', zone },
    ...{ email: `${userId.toLowerCase()}@example.org`, phone: '+4915112345678' },
    ...{ loyaltyNumber: `L${userId}`, consents: { marketing: true, service: true } },
  };
  return { type: 'identify', userId, traits, ...from('crm') };
}

export function booked({ userId, booking, leg }: Traveller): object {
  const segments = [{ ...leg, segment: 1, cabin: 'economy', status: 'confirmed' }];
  return {
    type: 'track',
    userId,
    event: 'Booking Created',
    properties: { booking, segments },
    ...from('crs'),
  };
}

export function happened({ userId }: Traveller, event: string, properties: object): object {
  return { type: 'track', userId, event, properties, ...from('crm') };
}

/** What becomes of the flight of one of them. */
export function flightStatus({ leg }: Traveller, status: string): object {
  const anonymousId = `flight/${leg.flight}/${leg.date}/${leg.from}`;
  const properties = { ...leg, status };
  return { type: 'track', anonymousId, event: 'Flight Status', properties, ...from('ops') };
}

/** One event, acknowledged. */
export const tell = (core: CoreProcess, event: object): Promise<void> => core.batch(json({ batch: [event] }));

export async function tellAll(core: CoreProcess, events: readonly object[]): Promise<void> {
  for (let i = 0; i < events.length; i += BATCH)
    await core.batch(json({ batch: events.slice(i, i + BATCH) }));
}

/** @throws unless it was answered with 200 */
export async function asked<T>(core: CoreProcess, path: string, body: object, token: string): Promise<T> {
  const { status, text } = await core.send('POST', path, json(body), `Bearer ${token}`);
  if (status !== 200) throw new Error(`${path} got ${status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

export async function profileIdOf(core: CoreProcess, { userId }: Traveller): Promise<string> {
  const { text } = await core.read(`/v1/profiles/by/userId/${userId}`);
  return (JSON.parse(text) as { profile: { id: string } }).profile.id;
}

export const supervisorOf = (core: CoreProcess): Promise<string> =>
  core.token('bench-chief', ['profile:*'], 'supervisor');

/** Does `work` while so many events a second come about customers that have no part in it. */
export async function beside<T>(core: CoreProcess, perSecond: number, work: () => Promise<T>): Promise<T> {
  const station = new BusyStation(100);
  await station.fill(core);
  let isGoing = true;
  const load = (async () => {
    while (isGoing) await station.events(core, perSecond, 1);
  })();
  try {
    return await work();
  } finally {
    isGoing = false;
    await load;
  }
}
