import type { Journey } from './journeys.ts';
import { journeys } from './journeys.ts';
import { passengers } from './people.ts';
import { type Chance, chance, hash32 } from './random.ts';
import type { FlightRecord } from './records.ts';
import { type Flight, type Schedule, schedule } from './schedule.ts';
import { type Scribe, scribe } from './timeline.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type AirportOptions = {
  /** At least 1. */
  passengers: number;
  /** How much faster than a real day things happen; departure times stay those of the clock. */
  speed: number;
  /** IATA code of the hub. */
  station: string;
  /** The real flights behind the schedule. */
  records: readonly FlightRecord[];
};

/** The airport at `now`: what the events so far have made of it. Times of events count from `now`. */
export type World = {
  now: number;
  options: AirportOptions;
  chance: Chance;
  scribe: Scribe;
  schedule: Schedule;
  journeys: Journey[];
  /** Who is on a flight of the station or of its feeders. */
  aboard: Map<Flight, Journey[]>;
};

/** About one departure for six passengers, at least a dozen; a big airport fills its aircraft instead. */
function departures(count: number): number {
  return Math.min(Math.max(12, Math.round(count / 6)), Math.max(120, Math.ceil(count / 150)));
}

/** The airport of a seed, its people the same at every `now`, its journeys and ids new at each. */
export function makeWorld(seed: number, options: AirportOptions, now: number): World {
  const run = `${seed}-${options.station}-${options.passengers}-${options.speed}-${now.toString(36)}`;
  const day = chance(run);
  const people = passengers(options.passengers, seed, chance(`people/${seed}`), day.fork('tickets'));
  const flights = schedule(
    options.records,
    options.station,
    now,
    departures(options.passengers),
    day.fork('schedule'),
  );
  const all = journeys(people, flights, day.fork('journeys'));
  const aboard = new Map<Flight, Journey[]>();
  for (const journey of all) {
    for (const { flight } of journey.legs) {
      const list = aboard.get(flight);
      if (list) list.push(journey);
      else aboard.set(flight, [journey]);
    }
  }
  return {
    now,
    options,
    chance: day.fork('events'),
    scribe: scribe(`${now.toString(36)}${hash32(run).toString(36)}`, now),
    schedule: flights,
    journeys: all,
    aboard,
  };
}

/** Minutes from `at` until the flight leaves, as it is expected then. */
export function minutesToDeparture(world: World, flight: Flight, at: number): number {
  return (flight.departs + flight.late * MINUTE - world.now - at) / MINUTE;
}
