import { airport, blockMinutes, LONG_HAUL_KM } from './airports.ts';
import type { Chance } from './random.ts';
import type { FlightRecord } from './records.ts';
import { type Route, routesOf } from './routes.ts';
import { instantAt, localDate } from './zones.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export type FlightStatus = 'scheduled' | 'delayed' | 'cancelled' | 'departed' | 'arrived';

/** A flight of the simulation. Times are epoch milliseconds as planned; `late` is the delay told so far, in minutes. */
export type Flight = {
  /** Flight number and local date of departure, `LH400/2026-11-21`. */
  id: string;
  flight: string;
  date: string;
  from: string;
  to: string;
  departs: number;
  arrives: number;
  longHaul: boolean;
  /** The delay of the real flight behind this one, in minutes; told to the passengers some time before departure. */
  realDelay: number;
  late: number;
  /** Minutes lost in the air on top of it. */
  enroute?: number;
  status: FlightStatus;
  gate: string;
  reason: string;
  seats: Set<string>;
};

/** What the station flies between two hours ago and thirty hours ahead, and the flights that feed it. */
export type Schedule = {
  station: string;
  outbound: Flight[];
  feeders: Flight[];
  /** Flights that the stories play on, by destination; the first one leaving. */
  story: Map<string, Flight>;
};

/** Where the stories happen: destination and minutes from now to departure. */
const STORY_FLIGHTS: readonly (readonly [to: string, inMinutes: number])[] = [
  ['JFK', 185],
  ['LOS', 130],
  ['WAW', 55],
  ['PVG', 250],
  ['IST', 95],
  ['FNC', 170],
  ['JFK', 15 * 60],
  ['EWR', 13 * 60],
];

const WINDOW_BEFORE = 2 * HOUR;
const WINDOW_AFTER = 30 * HOUR;
const GATE_LETTERS = 'ABZ';

type Builder = { station: string; chance: Chance; taken: Set<string> };

/** Departure at the next five minutes, as timetables have it. */
const toFive = (ms: number): number => Math.ceil(ms / (5 * MINUTE)) * 5 * MINUTE;

function build(
  b: Builder,
  route: Route,
  departs: number,
  realDelay: number,
  inbound: boolean,
): Flight | null {
  const [from, to] = inbound ? [route.to, b.station] : [b.station, route.to];
  const date = localDate(departs, airport(from).zone);
  const number = route.numbers.find((n) => !b.taken.has(`${route.carrier}${n + (inbound ? 1 : 0)}/${date}`));
  if (number === undefined) return null;
  const flight = `${route.carrier}${number + (inbound ? 1 : 0)}`;
  b.taken.add(`${flight}/${date}`);
  return {
    id: `${flight}/${date}`,
    flight,
    date,
    from,
    to,
    departs,
    arrives: departs + blockMinutes(airport(from), airport(to)) * MINUTE,
    longHaul: route.km >= LONG_HAUL_KM,
    realDelay,
    late: 0,
    status: 'scheduled',
    gate: `${b.chance.pick([...GATE_LETTERS])}${b.chance.int(1, 60)}`,
    reason: '',
    seats: new Set(),
  };
}

/** The route of a real flight: as far among the hub's daily departures as the real one is among the records. */
function routeFinder(
  routes: readonly Route[],
  records: readonly FlightRecord[],
): (distance: number) => Route {
  const daily = routes.flatMap((route) => route.numbers.map(() => route));
  const miles = records.map((r) => r.distance).sort((a, b) => a - b);
  return (distance) => {
    let low = 0;
    let high = miles.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((miles[middle] ?? 0) < distance) low = middle + 1;
      else high = middle;
    }
    return daily[Math.min(daily.length - 1, Math.floor((low / miles.length) * daily.length))] as Route;
  };
}

function storyFlights(b: Builder, routes: readonly Route[], now: number): [string, Flight][] {
  return STORY_FLIGHTS.flatMap(([wanted, minutes]) => {
    const to = wanted === b.station ? 'FRA' : wanted;
    const departs = toFive(now + minutes * MINUTE);
    for (const route of routes.filter((r) => r.to === to)) {
      const flight = build(b, route, departs, 0, false);
      if (flight) return [[wanted, flight] as [string, Flight]];
    }
    return [];
  });
}

/** Real flights at their own time of day, on the days around now. */
function regularFlights(
  b: Builder,
  routes: Route[],
  records: readonly FlightRecord[],
  now: number,
  count: number,
): Flight[] {
  const { zone } = airport(b.station);
  const dates = [-1, 0, 1, 2].map((day) => localDate(now + day * 24 * HOUR, zone));
  const routeOf = routeFinder(routes, records);
  const flights: Flight[] = [];
  for (let tries = 0; flights.length < count && tries < count * 30; tries++) {
    const record = b.chance.pick(records);
    const departs = toFive(instantAt(b.chance.pick(dates), record.minuteOfDay, zone));
    if (departs < now - WINDOW_BEFORE || departs > now + WINDOW_AFTER) continue;
    const flight = build(b, routeOf(record.distance), departs, record.delay, false);
    if (flight) flights.push(flight);
  }
  return flights;
}

/** For some departures a flight that arrives 50 to 150 minutes before. */
function feederFlights(
  b: Builder,
  routes: Route[],
  records: readonly FlightRecord[],
  outbound: Flight[],
): Flight[] {
  const short = routes.filter((route) => route.km < LONG_HAUL_KM);
  return outbound.flatMap((onward) => {
    if (!onward.longHaul && !b.chance.once(0.4)) return [];
    const route = b.chance.pick(short);
    if (route.to === onward.to) return [];
    const arrives = onward.departs - b.chance.int(10, onward.longHaul ? 20 : 30) * 5 * MINUTE;
    const departs = arrives - blockMinutes(airport(route.to), airport(b.station)) * MINUTE;
    const feeder = build(b, route, departs, b.chance.pick(records).delay, true);
    return feeder ? [feeder] : [];
  });
}

/** A hub day re-timed to now: `count` departures besides those of the stories, fewer where the routes have no more. */
export function schedule(
  records: readonly FlightRecord[],
  station: string,
  now: number,
  count: number,
  chance: Chance,
): Schedule {
  const routes = routesOf(station);
  const b: Builder = { station, chance, taken: new Set() };
  const stories = storyFlights(b, routes, now);
  const regular = regularFlights(b, routes, records, now, count);
  const outbound = [...stories.map(([, flight]) => flight), ...regular].sort(
    (x, y) => x.departs - y.departs || (x.id < y.id ? -1 : 1),
  );
  const story = new Map<string, Flight>();
  for (const [to, flight] of stories) if (!story.has(to)) story.set(to, flight);
  return { station, outbound, feeders: feederFlights(b, routes, records, outbound), story };
}
