import { AIRPORTS, airport, blockMinutes, LONG_HAUL_KM } from './airports.ts';
import { CAST, type StoryRole } from './cast.ts';
import type { Passenger } from './passenger.ts';
import { bookingCode } from './people.ts';
import type { Chance } from './random.ts';
import type { Flight, Schedule } from './schedule.ts';
import { isoInZone, localDate } from './zones.ts';

const MINUTE = 60_000;

export type Leg = {
  /** Counts from 1, as in the vocabulary. */
  segment: number;
  flight: Flight;
  cabin: 'economy' | 'premium economy' | 'business' | 'first';
  seat: string;
  status: 'confirmed' | 'waitlisted' | 'checked in' | 'boarded' | 'cancelled';
};

export type Bag = { tag: string; weightKg: number; status: string };

/** One passenger's part of a booking, and what the simulation remembers of it. */
export type Journey = {
  who: Passenger;
  booking: string;
  legs: Leg[];
  /** The leg that leaves from the station. */
  home: Leg;
  bags: Bag[];
  story: StoryRole | null;
};

/** Connections beyond the hub's own network, by the airport that they leave from. */
const BEYOND: Readonly<Record<string, readonly (readonly [to: string, flight: string])[]>> = {
  JFK: [['BOS', 'B6618']],
  EWR: [
    ['BOS', 'UA2042'],
    ['DEN', 'UA1187'],
  ],
  IAD: [['MIA', 'UA1534']],
  ORD: [
    ['DEN', 'UA685'],
    ['SEA', 'UA2364'],
  ],
  SFO: [['SEA', 'UA1872']],
  YYZ: [['YUL', 'AC412']],
  BKK: [['SGN', 'TG556']],
  SIN: [['HKG', 'SQ892']],
  PVG: [['PEK', 'CA1858']],
  IST: [['AYT', 'TK2410']],
  LIS: [['OPO', 'TP1944']],
};

const ROWS_BY_CABIN = {
  first: [1, 2],
  business: [3, 9],
  'premium economy': [10, 13],
  economy: [14, 46],
} as const;
const NARROW = 'ABCDEF';
const WIDE = 'ABCDEFGHK';

/** A free seat of the cabin; a full cabin overflows into rows that only a simulation has. */
export function freeSeat(flight: Flight, cabin: Leg['cabin'], chance: Chance, wish?: string): string {
  const letters = flight.longHaul ? WIDE : NARROW;
  const [first, last] = ROWS_BY_CABIN[cabin];
  for (let tries = 0; ; tries++) {
    const row = chance.int(first, tries < 40 ? last : last + tries);
    const letter =
      wish === 'window'
        ? chance.pick([letters[0] as string, letters.at(-1) as string])
        : chance.pick([...letters]);
    const seat = `${row}${letter}`;
    if (!flight.seats.has(seat)) {
      flight.seats.add(seat);
      return seat;
    }
  }
}

/** A passenger flies the whole way in the cabin that he paid for, as far as the flight has it. */
function cabinOf(who: Passenger, flight: Flight, luck: number): Leg['cabin'] {
  if (who.tier === 'HON Circle') return flight.longHaul && luck < 0.4 ? 'first' : 'business';
  if (luck < (who.tier ? 0.3 : 0.06)) return 'business';
  return flight.longHaul && luck < 0.4 ? 'premium economy' : 'economy';
}

/** A flight beyond the station's view: it carries on from `after`, or comes back days later. */
function flightBeyond(from: string, to: string, flight: string, departs: number): Flight {
  const date = localDate(departs, airport(from).zone);
  return {
    id: `${flight}/${date}`,
    flight,
    date,
    from,
    to,
    departs,
    arrives: departs + blockMinutes(airport(from), airport(to)) * MINUTE,
    longHaul: blockMinutes(airport(from), airport(to)) > LONG_HAUL_KM / 14,
    realDelay: 0,
    late: 0,
    status: 'scheduled',
    gate: '',
    reason: '',
    seats: new Set(),
  };
}

function onwardOf(flight: Flight, chance: Chance): Flight | null {
  const choices = BEYOND[flight.to];
  if (!choices) return null;
  const [to, number] = chance.pick(choices);
  if (to === flight.from || !AIRPORTS.has(to)) return null;
  return flightBeyond(flight.to, to, number, flight.arrives + chance.int(18, 40) * 5 * MINUTE);
}

function homewardOf(flight: Flight, chance: Chance): Flight {
  const number = flight.flight.replace(/\d+$/, (n) => String(Number(n) + 1));
  const days = chance.int(2, 12);
  return flightBeyond(
    flight.to,
    flight.from,
    number,
    flight.departs + (days * 1440 + chance.int(0, 60) * 5) * MINUTE,
  );
}

function feederFor(schedule: Schedule, flight: Flight): Flight | null {
  const fits = (f: Flight) => {
    const gap = (flight.departs - f.arrives) / MINUTE;
    return gap >= 45 && gap <= 160 && f.from !== flight.to;
  };
  return schedule.feeders.find(fits) ?? null;
}

function routeOf(flight: Flight, schedule: Schedule, story: StoryRole | null, chance: Chance): Flight[] {
  if (story === 'cancelled' || story === 'family') {
    const onward = story === 'cancelled' ? onwardOf(flight, chance) : null;
    return onward ? [flight, onward] : [flight];
  }
  const kind = chance.next();
  const feeder = story === 'connection' || kind < 0.22 ? feederFor(schedule, flight) : null;
  const onward = !story && kind > 0.6 ? onwardOf(flight, chance) : null;
  if (feeder) return onward ? [feeder, flight, onward] : [feeder, flight];
  if (onward) return [flight, onward];
  return kind > 0.3 && kind < 0.5 && !story ? [flight, homewardOf(flight, chance)] : [flight];
}

const STORY_DESTINATION: Readonly<Record<StoryRole, string>> = {
  cancelled: 'JFK',
  connection: 'LOS',
  'seat wish': 'EWR',
  'bag missing': 'WAW',
  passport: 'PVG',
  family: 'JFK',
  callback: 'FNC',
  'shared phone': 'FNC',
};

/** Whom the booking after this one belongs to: families and pairs travel on one code. */
function partySize(index: number, count: number, chance: Chance): number {
  const story = CAST[index]?.story;
  if (story === 'family' || story === 'shared phone') {
    return CAST.slice(index, count).filter((m) => m.story === story).length;
  }
  if (story) return 1;
  const luck = chance.next();
  return Math.min(count - index, luck < 0.8 ? 1 : luck < 0.95 ? 2 : 4);
}

/** Every passenger's journey; the flight of the first story carries more people than others. */
export function journeys(people: readonly Passenger[], schedule: Schedule, chance: Chance): Journey[] {
  const used = new Set<string>();
  const result: Journey[] = [];
  const cancelled = schedule.story.get('JFK');
  while (result.length < people.length) {
    const index = result.length;
    const story = CAST[index]?.story ?? null;
    const party = people.slice(index, index + partySize(index, people.length, chance));
    const wanted = story
      ? schedule.story.get(STORY_DESTINATION[story])
      : chance.once(0.06)
        ? cancelled
        : null;
    const home = wanted ?? chance.pick(schedule.outbound);
    const route = routeOf(home, schedule, story, chance);
    const booking = bookingCode(chance, used);
    for (const who of party) {
      const luck = story ? 1 : chance.next();
      const legs = route.map((flight, i): Leg => {
        const cabin = cabinOf(who, flight, luck);
        const status = !story && chance.once(0.01) ? 'waitlisted' : 'confirmed';
        const seat = freeSeat(flight, cabin, chance, who.preferences.seat);
        return { segment: i + 1, flight, cabin, seat, status };
      });
      const leg = legs.find((l) => l.flight === home) as Leg;
      result.push({ who, booking, legs, home: leg, bags: [], story });
    }
  }
  return result;
}

/** A leg as `Booking Created` and `Booking Changed` carry it; times with the zone of their airport. */
export function segmentOf(leg: Leg) {
  const { flight } = leg;
  return {
    segment: leg.segment,
    flight: flight.flight,
    date: flight.date,
    from: flight.from,
    to: flight.to,
    departs: isoInZone(flight.departs, airport(flight.from).zone),
    arrives: isoInZone(flight.arrives, airport(flight.to).zone),
    cabin: leg.cabin,
    seat: leg.seat,
    status: 'confirmed' as string,
  };
}
