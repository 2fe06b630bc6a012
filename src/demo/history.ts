import { type Journey, type Leg, segmentOf } from './journeys.ts';
import type { Properties, Source, TimedEvent } from './timeline.ts';
import { DAY, HOUR, MINUTE, minutesToDeparture, SECOND, type World } from './world.ts';

const DELAY_REASONS = [
  'late inbound aircraft',
  'air traffic control',
  'crew rotation',
  'technical check',
  'weather',
];
const CASE_TOPICS: readonly (readonly [topic: string, text: string])[] = [
  ['refund', 'Refund for the cancelled return flight is still missing'],
  ['baggage', 'Suitcase arrived with a broken wheel'],
  ['seat', 'Paid for a window seat and did not get it'],
  ['miles', 'Miles of the last flight are not credited'],
  ['delay', 'Compensation for the delay in spring'],
];

/** Delays above a quarter of an hour are told; the smaller ones are lost in the taxi time. */
export const WORTH_TELLING = 15;

export function delayReason(world: World): string {
  return world.chance.pick(DELAY_REASONS);
}

/** What is known of the flights: planned, told late, gone. */
function* flights(world: World): Generator<TimedEvent> {
  const { chance, scribe, schedule } = world;
  const story = new Set(schedule.story.values());
  for (const flight of [...schedule.feeders, ...schedule.outbound]) {
    yield scribe.flight(-chance.int(8 * 60, 20 * 60) * MINUTE, 'ops', flight);
    const until = minutesToDeparture(world, flight, 0);
    const late = !story.has(flight) && flight.realDelay >= WORTH_TELLING && until < 300 && chance.once(0.6);
    if (late) {
      flight.late = Math.round(flight.realDelay / 5) * 5;
      flight.status = 'delayed';
      flight.reason = delayReason(world);
      yield scribe.flight(-chance.int(25, 110) * MINUTE, 'ops', flight);
    }
    const gone = -minutesToDeparture(world, flight, 0);
    if (gone <= 0) continue;
    flight.status = 'departed';
    yield scribe.flight(-Math.max(gone, 0.5) * MINUTE, 'dcs', flight);
    const landed = world.now - flight.arrives - flight.late * MINUTE;
    if (landed <= 0) continue;
    flight.status = 'arrived';
    yield scribe.flight(-Math.max(landed, 20 * SECOND), 'ops', flight);
  }
}

/** Master data: profile, booking, wishes. The customer database sends at night, so that its facts are hours old. */
function* record(world: World, journey: Journey): Generator<TimedEvent> {
  const { chance, scribe } = world;
  const { who } = journey;
  const booked = -chance.int(2 * 24 * 60, 70 * 24 * 60) * MINUTE;
  yield scribe.track(booked, 'crs', who, 'Booking Created', {
    booking: journey.booking,
    segments: journey.legs.map((leg) => ({ ...segmentOf(leg), status: leg.status })),
  });
  yield scribe.identify(journey.story === 'cancelled' ? -26 * HOUR : -chance.int(90, 22 * 60) * MINUTE, who);
  for (const [name, value] of Object.entries(who.preferences)) {
    const source: Source = chance.once(0.5) ? 'app' : 'crm';
    yield scribe.track(-chance.int(1, 200) * DAY, source, who, 'Preference Changed', { name, value });
  }
}

function* cases(world: World, journey: Journey): Generator<TimedEvent> {
  const { chance, scribe } = world;
  const { who, story } = journey;
  if (story !== 'cancelled' && !chance.once(story ? 0 : 0.09)) return;
  const opened = story === 'cancelled' ? -6 * DAY : -chance.int(3 * 24, 90 * 24) * HOUR;
  const caseId = scribe.id('case');
  const [topic, text] =
    story === 'cancelled' ? (CASE_TOPICS[0] as readonly [string, string]) : chance.pick(CASE_TOPICS);
  const event = chance.once(0.5) ? 'Case Opened' : 'Complaint Opened';
  yield scribe.track(opened, 'crm', who, event, { caseId, topic, text });
  if (story || chance.once(0.35)) return;
  const resolved = opened + chance.int(20, 60) * HOUR;
  yield scribe.track(resolved, 'crm', who, 'Case Resolved', { caseId, topic });
}

/** Takes a passenger through check-in at `at`; also used live. */
export function checkIn(world: World, journey: Journey, leg: Leg, at: number): TimedEvent {
  leg.status = 'checked in';
  const source = world.chance.pick(['app', 'app', 'app', 'web', 'kiosk', 'dcs'] as const);
  return world.scribe.track(at, source, journey.who, 'Checked In', {
    booking: journey.booking,
    segment: leg.segment,
    seat: leg.seat,
    sequence: world.chance.int(1, 260),
  });
}

/** Hands in a bag at `at`; its tag is ten digits, the airline's three-digit code within. */
export function bagDrop(world: World, journey: Journey, at: number): TimedEvent {
  const bag = {
    tag: `0220${world.chance.code(6, '0123456789')}`,
    weightKg: world.chance.int(80, 300) / 10,
    status: 'accepted',
  };
  journey.bags.push(bag);
  return world.scribe.track(at, 'baggage', journey.who, 'Bag Accepted', {
    booking: journey.booking,
    tag: bag.tag,
    weightKg: bag.weightKg,
  });
}

export function bagStatus(
  world: World,
  journey: Journey,
  index: number,
  status: string,
  at: number,
): TimedEvent {
  const bag = journey.bags[index];
  if (!bag) throw new RangeError(`booking ${journey.booking} has no bag ${index}`);
  bag.status = status;
  return world.scribe.track(at, 'baggage', journey.who, 'Bag Status', {
    booking: journey.booking,
    tag: bag.tag,
    status,
  });
}

export function board(world: World, journey: Journey, leg: Leg, at: number): TimedEvent {
  leg.status = 'boarded';
  return world.scribe.track(at, 'dcs', journey.who, 'Boarded', {
    booking: journey.booking,
    segment: leg.segment,
    seat: leg.seat,
    sequence: world.chance.int(1, 260),
  });
}

/** What the day has brought so far: check-in from 23 hours before, bags at the airport, boarding, departures. */
function* today(world: World, journey: Journey): Generator<TimedEvent> {
  const { chance } = world;
  const leg = journey.legs.find((l) => l.flight.status !== 'arrived') ?? journey.home;
  const until = minutesToDeparture(world, leg.flight, 0);
  const bags = journey.story === 'cancelled' ? 2 : journey.story === 'bag missing' ? 1 : chance.int(0, 2);
  const wanted = journey.story ? journey.story !== 'seat wish' : chance.once(until < 90 ? 0.97 : 0.5);
  if (until > 23 * 60 || !wanted || leg.status !== 'confirmed') return;
  const checked =
    -chance.int(Math.max(1, Math.ceil(55 - until)), Math.max(60, Math.floor(23 * 60 - until))) * MINUTE;
  yield checkIn(world, journey, leg, checked);
  if (leg.segment < journey.home.segment) yield checkIn(world, journey, journey.home, checked + SECOND);
  if (until > 240 || !chance.once(journey.story ? 1 : 0.6)) return;
  const sinceDesksOpened = Math.max(1, Math.min(-checked / MINUTE, Math.floor(240 - until)));
  const dropped = -chance.int(1, Math.max(1, Math.floor(sinceDesksOpened))) * MINUTE;
  for (let i = 0; i < bags; i++) yield bagDrop(world, journey, dropped + i * 15 * SECOND);
  if (until < 15) yield board(world, journey, leg, -Math.max(20 * SECOND, (20 - until) * MINUTE));
}

/** Traces of interest: the app, the web page, an order, a message. */
function* interest(world: World, journey: Journey): Generator<TimedEvent> {
  const { chance, scribe } = world;
  const { who } = journey;
  if (chance.once(0.3)) {
    const source = chance.once(0.7) ? 'app' : 'web';
    const name = chance.pick(['Trip Overview', 'Seat Map', 'Boarding Pass', 'Baggage Info', 'Lounge Finder']);
    yield scribe.view(-chance.int(2, 600) * MINUTE, source, who, name, { booking: journey.booking });
  }
  if (who.consents.email && chance.once(0.2)) {
    const message: Properties = { channel: 'email', action: 'pre-flight-info', decisionId: scribe.id('dec') };
    const sent = -chance.int(3, 30) * HOUR;
    yield scribe.track(sent, 'crm', who, 'Message Sent', message);
    if (chance.once(0.5)) yield scribe.track(sent + 40 * MINUTE, 'crm', who, 'Message Opened', message);
  }
  if (chance.once(0.05)) {
    const price = chance.int(19, 149);
    yield scribe.track(-chance.int(1, 20) * DAY, 'web', who, 'Order Completed', {
      order_id: scribe.id('ord'),
      total: price,
      currency: 'EUR',
      products: [{ product_id: 'extra-legroom', name: 'Extra legroom seat', price, quantity: 1 }],
    });
  }
}

/** Everything that has happened before `now`, in the order of its making. */
export function* history(world: World): Generator<TimedEvent> {
  yield* flights(world);
  for (const journey of world.journeys) {
    yield* record(world, journey);
    yield* cases(world, journey);
    yield* today(world, journey);
    yield* interest(world, journey);
  }
}
