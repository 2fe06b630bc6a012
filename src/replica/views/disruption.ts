/** The disturbed flights of this station, who is on them, and how far their rebooking is (airline.md X1 to X6). */
import type {
  DisruptedFlight,
  DisruptedPassenger,
  DisruptionsView,
  DisruptionView,
  FlightHead,
} from '../../bridge/views.ts';
import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { readFact } from '../../packs/airline/commands.ts';
import { offeredFlights } from '../../packs/airline/offered.ts';
import { bagsOf, type Disturbed, disturbancesOf, leftFlight } from '../../packs/airline/views/disruption.ts';
import { nameOf } from '../../packs/airline/views/facts.ts';
import { hashOf } from '../outbox/compose.ts';
import type { Entry, Outbox } from '../outbox/model.ts';
import { NOTHING_ASKED, type Rebooking, type Rebookings, rebookingsOf } from './rebookings.ts';

/** What the view is made of. `stamp` of a row is another one when the row is. */
export type DisruptionParts = {
  station: string;
  now: number;
  outbox: Outbox;
  /** The last mid whose effect is in the rows. */
  seen: number;
  /** A customer whose gap is still open holds his entries back. */
  held: (entry: Entry) => boolean;
  /** Customers in trouble, the most urgent first. */
  troubled: (limit: number) => [id: string, stamp: string][];
  row: (profileId: string) => ProfileRow | null;
  /** Newest first. */
  events: (profileId: string) => EventRow[];
};

/** Customers in trouble that are looked at. */
const MOST = 5_000;

/** One passenger of one flight with what was asked for him. */
export type Aboard = { profileId: string; disturbed: Disturbed; asked: Rebooking };

/** Remembers what rows come to, so that of thousands only those are read again that have changed. */
export class Disruptions {
  private known = new Map<string, { stamp: string; found: Disturbed[] }>();

  list(parts: DisruptionParts): DisruptionsView {
    const { people, more } = this.aboard(parts);
    const flights = new Map<string, Aboard[]>();
    for (const one of people) {
      const { key } = one.disturbed.head;
      const others = flights.get(key);
      if (others === undefined) flights.set(key, [one]);
      else others.push(one);
    }
    return { flights: [...flights.values()].map(flightView).sort(inOrder), more };
  }

  /** Null for a flight that is not disturbed, or nobody here is on it. */
  flight(parts: DisruptionParts, key: string): DisruptionView | null {
    const people = this.aboard(parts).people.filter(({ disturbed }) => disturbed.head.key === key);
    if (people.length === 0) return null;
    const passengers = people.flatMap((one) => passengerView(parts, one));
    propose(passengers);
    const byName = new Intl.Collator();
    passengers.sort((a, b) => byName.compare(a.name, b.name) || (a.key < b.key ? -1 : 1));
    return { flight: flightView(people), passengers };
  }

  private aboard(parts: DisruptionParts): { people: Aboard[]; more: boolean } {
    const troubled = parts.troubled(MOST);
    const rebookings = rebookingsOf(parts.outbox, parts.seen, parts.now, parts.held);
    const stamps = new Map(troubled);
    const ids = new Set([...stamps.keys(), ...rebookings.keys()]);
    const before = this.known;
    this.known = new Map();
    const people: Aboard[] = [];
    for (const id of ids) {
      const asked = rebookings.get(id) ?? NONE;
      const stamp = stamps.get(id) ?? null;
      const last = before.get(id);
      const found = last !== undefined && last.stamp === stamp ? last.found : ofRow(parts, id);
      if (stamp !== null) this.known.set(id, { stamp, found });
      people.push(...withAsked(parts, id, found, asked));
    }
    return {
      people: people.filter(({ disturbed }) => (disturbed.until ?? Infinity) > parts.now),
      more: troubled.length === MOST,
    };
  }
}

const NONE: Rebookings = new Map();

function ofRow({ row, station }: DisruptionParts, id: string): Disturbed[] {
  const read = row(id);
  return read === null ? [] : disturbancesOf(read, station);
}

/** [X3] Who is on a disturbed flight, and who was until this console rebooked him. */
function withAsked(
  parts: DisruptionParts,
  profileId: string,
  found: Disturbed[],
  asked: Rebookings,
): Aboard[] {
  if (asked.size === 0) return found.map((disturbed) => ({ profileId, disturbed, asked: NOTHING_ASKED }));
  const row = parts.row(profileId);
  const counted = new Set<string>();
  const here = found.map((disturbed): Aboard => {
    for (const segment of disturbed.settledBy) {
      const name = `${disturbed.booking}/${segment}`;
      const one = asked.get(name);
      if (one === undefined || isOver(one, row)) continue;
      counted.add(name);
      return { profileId, disturbed, asked: one };
    }
    return { profileId, disturbed, asked: NOTHING_ASKED };
  });
  const gone = [...asked].flatMap(([name, one]): Aboard[] => {
    const { booking, segment, flight } = one;
    if (counted.has(name) || flight === null || isOn(row, one)) return [];
    const disturbed = leftFlight(parts.events(profileId), { booking, segment, flight }, parts.station);
    return disturbed === null ? [] : [{ profileId, disturbed, asked: one }];
  });
  return [...here, ...gone];
}

const isOn = (row: ProfileRow | null, { booking, segment, flight }: Rebooking): boolean =>
  row !== null && readFact(row, `trip.${booking}.${segment}.flight`) === flight;

/** It was applied and is in the row, and he is on the old flight all the same: somebody put him back. */
const isOver = (one: Rebooking, row: ProfileRow | null): boolean =>
  one.state === 'applied' && one.inRow && isOn(row, one);

function stateOf({ disturbed, asked }: Aboard): DisruptedPassenger['state'] {
  if (asked.state !== null) return asked.state;
  return disturbed.misses.length > 0 ? 'open' : 'fine';
}

function flightView(people: readonly Aboard[]): DisruptedFlight {
  // Whoever is still on it has the newest of it.
  const newest = people.find(({ asked }) => asked.state === null) ?? people[0];
  const states = people.map(stateOf);
  const count = (...some: DisruptedPassenger['state'][]): number =>
    states.filter((state) => some.includes(state)).length;
  return {
    ...(newest?.disturbed.head as FlightHead),
    aboard: people.length,
    missing: people.filter(({ disturbed }) => disturbed.misses.some(({ kind }) => kind === 'connection'))
      .length,
    rebooked: count('applied'),
    waiting: count('waiting', 'held', 'sent'),
    needsYou: count('conflict', 'refused', 'unknown'),
    open: count('open'),
  };
}

function inOrder(a: DisruptedFlight, b: DisruptedFlight): number {
  const rank = (one: DisruptedFlight): string =>
    `${one.status === 'cancelled' ? 0 : 1}${one.departs ?? one.date}${one.key}`;
  return rank(a) < rank(b) ? -1 : 1;
}

function passengerView(parts: DisruptionParts, one: Aboard): DisruptedPassenger[] {
  const { profileId, disturbed, asked } = one;
  const row = parts.row(profileId);
  if (row === null) return [];
  const { booking, segment, flight, from, to, misses, seat } = disturbed;
  const state = stateOf(one);
  const offered = state === 'open' ? offeredFlights(parts.events(profileId), booking, flight)[0] : undefined;
  const tier = readFact(row, 'tier');
  const seen = ['flight', 'flightStatus'].map((field) => {
    const fact = `trip.${booking}.${segment}.${field}`;
    return { fact, hash: hashOf(row, fact) };
  });
  return [
    {
      ...{ key: `${profileId}/${booking}/${segment}`, profileId, name: nameOf(row) },
      ...{ tier: typeof tier === 'string' ? tier : null, booking, segment, flight, from, to, misses, seat },
      ...{ bags: bagsOf(row), proposed: offered ?? null, ownOffer: offered !== undefined, state },
      ...{ rebookedTo: asked.to, entryId: asked.entryId, code: asked.code, by: asked.by, seen },
    },
  ];
}

/** [X4] Who was offered nothing himself is proposed what most of those with the same way were. */
function propose(passengers: DisruptedPassenger[]): void {
  const votes = new Map<string, Map<string, number>>();
  const wayOf = ({ flight, from, to }: DisruptedPassenger): string => `${flight}/${from}/${to}`;
  for (const one of passengers) {
    if (one.proposed === null) continue;
    const way = votes.get(wayOf(one)) ?? new Map<string, number>();
    votes.set(wayOf(one), way.set(one.proposed, (way.get(one.proposed) ?? 0) + 1));
  }
  for (const one of passengers) {
    if (one.proposed !== null || one.state !== 'open') continue;
    const way = [...(votes.get(wayOf(one)) ?? [])];
    way.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    one.proposed = way[0]?.[0] ?? null;
  }
}
