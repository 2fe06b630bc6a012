import { airport } from './airports.ts';
import { delayReason } from './history.ts';
import { freeSeat, type Journey, segmentOf } from './journeys.ts';
import type { Flight } from './schedule.ts';
import type { Json, TimedEvent } from './timeline.ts';
import { HOUR, MINUTE, minutesToDeparture, type World } from './world.ts';
import { isoInZone } from './zones.ts';

/** Airports that stand for each other when a flight fails. */
const SAME_CITY: Readonly<Record<string, string>> = { JFK: 'EWR', EWR: 'JFK' };

/** Flights that somebody of this flight could take instead, the next ones first, at most three. */
export function alternatives(world: World, flight: Flight, at: number): Flight[] {
  return world.schedule.outbound
    .filter((f) => f !== flight && (f.to === flight.to || f.to === SAME_CITY[flight.to]))
    .filter((f) => f.status !== 'cancelled' && f.departs > flight.departs - 6 * HOUR)
    .filter((f) => minutesToDeparture(world, f, at) > 60)
    .slice(0, 3);
}

export function cancelFlight(world: World, flight: Flight, at: number, reason: string): TimedEvent {
  flight.status = 'cancelled';
  flight.reason = reason;
  return world.scribe.flight(at, 'dcs', flight);
}

/** Tells that the flight leaves `late` minutes after its plan; one in the air has left and arrives later. */
export function delayFlight(
  world: World,
  flight: Flight,
  at: number,
  late: number,
  reason?: string,
): TimedEvent {
  if (flight.status === 'departed') flight.enroute = late - flight.late;
  else {
    flight.late = late;
    flight.status = 'delayed';
  }
  flight.reason = reason ?? delayReason(world);
  return world.scribe.flight(at, 'ops', flight);
}

export function changeGate(world: World, flight: Flight, at: number): TimedEvent {
  const before = flight.gate;
  while (flight.gate === before) flight.gate = `${before.charAt(0) || 'A'}${world.chance.int(1, 60)}`;
  return world.scribe.flight(at, 'dcs', flight);
}

/** The passenger looks at other flights in the app. */
export function viewRebooking(world: World, journey: Journey, at: number): TimedEvent {
  const options: Json = alternatives(world, journey.home.flight, at).map((flight) => ({
    flight: flight.flight,
    date: flight.date,
    from: flight.from,
    to: flight.to,
    departs: isoInZone(flight.departs, airport(flight.from).zone),
    arrives: isoInZone(flight.arrives, airport(flight.to).zone),
    seats: world.chance.int(1, 24),
  }));
  return world.scribe.track(at, 'app', journey.who, 'Rebooking Viewed', {
    booking: journey.booking,
    options,
  });
}

/** Rebooks in the app to the next alternative; nothing where there is none. */
export function* rebookInApp(world: World, journey: Journey, at: number): Generator<TimedEvent> {
  const [flight] = alternatives(world, journey.home.flight, at);
  if (!flight) return;
  const { home } = journey;
  home.flight = flight;
  home.status = 'confirmed';
  home.seat = freeSeat(flight, home.cabin, world.chance, journey.who.preferences.seat);
  yield world.scribe.track(at, 'app', journey.who, 'Booking Changed', {
    booking: journey.booking,
    segments: journey.legs.map((leg) => ({ ...segmentOf(leg), status: leg.status })),
  });
}

/** A leg of the journey that has not left yet and is not cancelled, the next one first. */
export function openLeg(world: World, journey: Journey, at: number) {
  return journey.legs.find(
    ({ flight, status }) =>
      status !== 'boarded' &&
      flight.status !== 'cancelled' &&
      flight.status !== 'departed' &&
      flight.status !== 'arrived' &&
      minutesToDeparture(world, flight, at) > 0,
  );
}

/** Another seat on the next leg, chosen in the app. */
export function* changeSeat(world: World, journey: Journey, at: number): Generator<TimedEvent> {
  const leg = openLeg(world, journey, at);
  if (!leg) return;
  leg.flight.seats.delete(leg.seat);
  leg.seat = freeSeat(leg.flight, leg.cabin, world.chance, journey.who.preferences.seat);
  const source = world.chance.once(0.85) ? 'app' : 'web';
  yield world.scribe.track(at, source, journey.who, 'Seat Changed', {
    booking: journey.booking,
    segment: leg.segment,
    seat: leg.seat,
  });
}

/** How many minutes remain between the arrival of a feeder and its passenger's next departure. */
export function minutesToConnect(feeder: Flight, onward: Flight): number {
  return (onward.departs + onward.late * MINUTE - feeder.arrives - feeder.late * MINUTE) / MINUTE;
}
