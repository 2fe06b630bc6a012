import { type Agenda, agenda, type Step } from './agenda.ts';
import { type Open, startCall, visitOf, waitForCounter } from './contacts.ts';
import {
  cancelFlight,
  changeGate,
  changeSeat,
  delayFlight,
  openLeg,
  rebookInApp,
  viewRebooking,
} from './disruption.ts';
import { bagDrop, bagStatus, board, checkIn, WORTH_TELLING } from './history.ts';
import type { Journey } from './journeys.ts';
import { opening, scene } from './opening.ts';
import type { Flight } from './schedule.ts';
import type { TimedEvent } from './timeline.ts';
import { minutesToDeparture, SECOND, type World } from './world.ts';

/** Seconds between two happenings of a kind, at speed 1 and 300 passengers. */
const EVERY = {
  view: 20,
  seat: 60,
  checkIn: 45,
  bag: 60,
  loading: 80,
  rebooking: 120,
  flight: 300,
  cancellation: 3600,
  complaint: 300,
  call: 240,
  visit: 200,
} as const;

const PAGES = ['Trip Overview', 'Seat Map', 'Boarding Pass', 'Baggage Info', 'Lounge Finder', 'Airport Map'];
const COMPLAINTS: readonly (readonly [topic: string, text: string])[] = [
  ['delay', 'Nobody at the gate says how long it takes'],
  ['seat', 'We booked two seats side by side and got two rows'],
  ['baggage', 'The belt stands still and my suitcase is not there'],
  ['staff', 'I was sent from one counter to the next'],
  ['refund', 'I want my money back, not a voucher'],
];

type Live = { world: World; agenda: Agenda; open: Open };

/** A passenger who fits, found by chance; undefined when a few dozen tries find none. */
function anyone(world: World, fits: (journey: Journey) => boolean): Journey | undefined {
  for (let tries = 0; tries < 40; tries++) {
    const journey = world.chance.pick(world.journeys);
    if (fits(journey)) return journey;
  }
  return undefined;
}

const isCancelled = (journey: Journey): boolean => journey.home.flight.status === 'cancelled';

const nobody: TimedEvent[] = [];

/** What passengers do by themselves. */
function passengerSteps({
  world,
}: Live): Record<'view' | 'seat' | 'checkIn' | 'rebooking' | 'complaint', Step> {
  const { chance, scribe } = world;
  return {
    view: (at) => {
      const journey = anyone(world, () => true);
      if (!journey) return nobody;
      if (isCancelled(journey)) return [viewRebooking(world, journey, at)];
      const source = chance.once(0.7) ? 'app' : 'web';
      return [scribe.view(at, source, journey.who, chance.pick(PAGES), { booking: journey.booking })];
    },
    seat: (at) => {
      const journey = anyone(world, (j) => openLeg(world, j, at) !== undefined);
      return journey ? changeSeat(world, journey, at) : nobody;
    },
    checkIn: (at) => {
      const ready = (j: Journey) => {
        const leg = openLeg(world, j, at);
        const until = leg ? minutesToDeparture(world, leg.flight, at) : 0;
        return j.story === null && leg?.status === 'confirmed' && until > 45 && until < 23 * 60;
      };
      const journey = anyone(world, ready);
      const leg = journey && openLeg(world, journey, at);
      return leg ? [checkIn(world, journey, leg, at)] : nobody;
    },
    rebooking: (at) => {
      const journey = anyone(world, (j) => isCancelled(j) && j.story === null);
      return journey ? rebookInApp(world, journey, at) : nobody;
    },
    complaint: (at) => {
      const journey =
        anyone(world, (j) => isCancelled(j) || j.home.flight.late > 0) ?? chance.pick(world.journeys);
      const [topic, text] = chance.pick(COMPLAINTS);
      const caseId = scribe.id('case');
      return [
        scribe.track(at, chance.once(0.5) ? 'app' : 'web', journey.who, 'Complaint Opened', {
          caseId,
          topic,
          text,
        }),
      ];
    },
  };
}

/** What the airport does: bags, flights. */
function groundSteps({ world }: Live): Record<'bag' | 'loading' | 'flight' | 'cancellation', Step> {
  const { chance } = world;
  const ahead = (flight: Flight, at: number, low: number, high: number) => {
    const until = minutesToDeparture(world, flight, at);
    return until > low && until < high && (flight.status === 'scheduled' || flight.status === 'delayed');
  };
  const some = (fits: (flight: Flight) => boolean): Flight | undefined => {
    const flights = world.schedule.outbound.filter(fits);
    return flights.length > 0 ? chance.pick(flights) : undefined;
  };
  return {
    bag: (at) => {
      const journey = anyone(
        world,
        (j) => j.home.status === 'checked in' && j.bags.length < 2 && ahead(j.home.flight, at, 40, 300),
      );
      return journey ? [bagDrop(world, journey, at)] : nobody;
    },
    loading: (at) => {
      const waits = (j: Journey) => j.story === null && j.bags.some((bag) => bag.status === 'accepted');
      const journey = anyone(world, waits);
      if (!journey) return nobody;
      const index = journey.bags.findIndex((bag) => bag.status === 'accepted');
      return [bagStatus(world, journey, index, chance.once(0.12) ? 'not loaded' : 'loaded', at)];
    },
    flight: (at) => {
      const untold = some(
        (f) => f.status === 'scheduled' && f.realDelay >= WORTH_TELLING && ahead(f, at, 0, 420),
      );
      if (untold && chance.once(0.6)) {
        return [delayFlight(world, untold, at, Math.round(untold.realDelay / 5) * 5)];
      }
      const soon = some((f) => ahead(f, at, 15, 180));
      return soon ? [changeGate(world, soon, at)] : nobody;
    },
    cancellation: (at) => {
      const flight = some((f) => f.realDelay >= 60 && ahead(f, at, 60, 600));
      return flight
        ? [cancelFlight(world, flight, at, chance.pick(['technical fault', 'strike', 'weather']))]
        : nobody;
    },
  };
}

/** Who comes to the counter or calls: those with trouble first. */
function contactSteps(live: Live): Record<'call' | 'visit', Step> {
  const { world, open } = live;
  const size = Math.max(1, Math.sqrt(world.options.passengers / 300));
  const busy = new Set<string>();
  const troubled = (j: Journey): boolean =>
    (isCancelled(j) || j.home.flight.late > 0 || j.bags.some((b) => b.status === 'not loaded')) &&
    j.story === null &&
    !busy.has(j.who.userId);
  const next = (): Journey | undefined => {
    const journey =
      anyone(world, troubled) ?? anyone(world, (j) => j.story === null && !busy.has(j.who.userId));
    if (journey) busy.add(journey.who.userId);
    if (busy.size > world.journeys.length / 2) busy.clear();
    return journey;
  };
  return {
    call: (at) => {
      const journey = open.calls < 4 * size ? next() : undefined;
      if (!journey) return nobody;
      const lost = journey.bags.some((bag) => bag.status === 'not loaded');
      return startCall(world, live.agenda, open, journey, at, lost ? 'baggage' : undefined);
    },
    visit: (at) => {
      const journey = open.visits < 8 * size ? next() : undefined;
      if (!journey) return nobody;
      const visit = visitOf(world, journey);
      waitForCounter(world, live.agenda, open, visit, at, world.chance.int(6, 14));
      return [world.scribe.contact(at, { ...visit, state: 'waiting' })];
    },
  };
}

/** What the clock brings: flights leave and arrive at their time, before that people board. Once a minute. */
function* clock(world: World, at: number): Generator<TimedEvent> {
  for (const flight of [...world.schedule.feeders, ...world.schedule.outbound]) {
    if (flight.status === 'cancelled' || flight.status === 'arrived') continue;
    const until = minutesToDeparture(world, flight, at);
    if (flight.status === 'departed') {
      if ((flight.arrives - flight.departs) / 60_000 + until > 0) continue;
      flight.status = 'arrived';
      yield world.scribe.flight(at, 'ops', flight);
    } else if (until <= 0) {
      flight.status = 'departed';
      yield world.scribe.flight(at, 'dcs', flight);
    } else if (until < 25) {
      const waiting = (world.aboard.get(flight) ?? []).flatMap((journey) =>
        journey.legs
          .filter((leg) => leg.flight === flight && leg.status === 'checked in')
          .map((leg) => ({ journey, leg })),
      );
      const now = Math.ceil(waiting.length / Math.max(1, until - 8));
      for (const { journey, leg } of waiting.slice(0, now)) yield board(world, journey, leg, at);
    }
  }
}

/** Repeats a step at random intervals around `meanMs` (exponential, as independent arrivals are). */
function repeat({ world, agenda: plan }: Live, meanMs: number, step: Step): void {
  const wait = (): number => Math.max(1, -Math.log(1 - world.chance.next()) * meanMs);
  const again: Step = (at) => {
    plan.add(at + wait(), again);
    return step(at);
  };
  plan.add(2000 + wait(), again);
}

/**
 * The airport from `now` on, without end, in the order of time. First the scene (times below 0), then the opening
 * within two seconds, then chance. Must be read after `history`, whose state it goes on from.
 */
export function startLive(world: World): { scene: TimedEvent[]; events: Generator<TimedEvent> } {
  const live: Live = { world, agenda: agenda(), open: { visits: 0, calls: 0 } };
  const before = [...scene(world, live.agenda, live.open)];
  opening(world, live.agenda, live.open);
  const scale = world.options.speed * (Math.max(60, world.options.passengers) / 300);
  const steps = { ...passengerSteps(live), ...groundSteps(live), ...contactSteps(live) };
  for (const kind of Object.keys(EVERY) as (keyof typeof EVERY)[]) {
    repeat(live, (EVERY[kind] * SECOND) / scale, steps[kind]);
  }
  const tick: Step = (at) => {
    live.agenda.add(at + 60 * SECOND, tick);
    return clock(world, at);
  };
  live.agenda.add(30 * SECOND, tick);
  return { scene: before, events: run(live.agenda) };
}

function* run(plan: Agenda): Generator<TimedEvent> {
  for (let due = plan.take(); due; due = plan.take()) yield* due.step(due.at);
}
