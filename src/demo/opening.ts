import type { Agenda } from './agenda.ts';
import type { StoryRole } from './cast.ts';
import { answerCall, callOf, type Open, visitOf, waitForCounter } from './contacts.ts';
import {
  cancelFlight,
  changeGate,
  changeSeat,
  delayFlight,
  minutesToConnect,
  openLeg,
  rebookInApp,
  viewRebooking,
} from './disruption.ts';
import { bagDrop, bagStatus } from './history.ts';
import { freeSeat, type Journey } from './journeys.ts';
import type { TimedEvent } from './timeline.ts';
import { HOUR, MINUTE, SECOND, type World } from './world.ts';

const find = (world: World, role: StoryRole): Journey | undefined =>
  world.journeys.find((j) => j.story === role);

/** Minutes that the passenger of the endangered connection keeps: less than the station's minimum of 45. */
const SHORT_CONNECTION = 35;

function* connectionAtRisk(world: World): Generator<TimedEvent> {
  const journey = find(world, 'connection');
  const feeder = journey?.legs[0]?.flight;
  if (!journey || !feeder || feeder === journey.home.flight) return;
  const late = minutesToConnect(feeder, journey.home.flight) - SHORT_CONNECTION;
  if (late > 0 && feeder.status !== 'arrived')
    yield delayFlight(world, feeder, -4 * MINUTE, late, 'late inbound aircraft');
}

function* bagMissing(world: World): Generator<TimedEvent> {
  const journey = find(world, 'bag missing');
  if (!journey) return;
  if (journey.bags.length === 0) yield bagDrop(world, journey, -50 * MINUTE);
  yield bagStatus(world, journey, 0, 'not loaded', -80 * SECOND);
}

function* passport(world: World): Generator<TimedEvent> {
  const journey = find(world, 'passport');
  if (!journey) return;
  yield world.scribe.track(-6 * MINUTE, 'dcs', journey.who, 'Case Opened', {
    caseId: world.scribe.id('case'),
    topic: 'documents',
    text: `Passport to be checked for ${journey.home.flight.to}`,
  });
}

function* callbackAndPhone(world: World): Generator<TimedEvent> {
  const journey = find(world, 'shared phone') ?? find(world, 'callback');
  const flight = journey?.home.flight;
  if (!journey || !flight) return;
  yield delayFlight(world, flight, -9 * MINUTE, 125, 'late inbound aircraft');
  yield world.scribe.track(-8 * MINUTE, 'crm', journey.who, 'Message Sent', {
    channel: 'email',
    action: 'delay-notice',
    decisionId: world.scribe.id('dec'),
  });
}

/** Where the people of the stories stand at `now`: who waits at the counter, and why. */
export function* scene(world: World, agenda: Agenda, open: Open): Generator<TimedEvent> {
  yield* connectionAtRisk(world);
  yield* bagMissing(world);
  yield* passport(world);
  yield* callbackAndPhone(world);
  const seatWish = find(world, 'seat wish');
  if (seatWish)
    yield world.scribe.view(-150 * SECOND, 'app', seatWish.who, 'Seat Map', { booking: seatWish.booking });
  const waiting: readonly (readonly [StoryRole, number])[] = [
    ['connection', 140],
    ['seat wish', 115],
    ['bag missing', 70],
    ['passport', 48],
    ['family', 31],
  ];
  for (const [role, seconds] of waiting) {
    const journey = find(world, role);
    if (!journey) continue;
    const visit = visitOf(world, journey);
    yield world.scribe.contact(-seconds * SECOND, { ...visit, state: 'waiting' });
    waitForCounter(world, agenda, open, visit, 0, world.chance.int(20, 40));
  }
  const callback = find(world, 'callback');
  if (callback) {
    const call = callOf(world, callback, 'support-en');
    yield world.scribe.contact(-10 * MINUTE, { ...call, kind: 'callback', state: 'waiting' });
  }
}

/** The first passenger of the cancelled flight: at the counter, and looking for another flight in the app. */
function hero(world: World, agenda: Agenda, open: Open, journey: Journey): void {
  const { scribe } = world;
  const visit = visitOf(world, journey);
  agenda.add(300, (at) => {
    waitForCounter(world, agenda, open, visit, at, (2 * HOUR) / MINUTE);
    return [scribe.contact(at, { ...visit, state: 'waiting' })];
  });
  agenda.add(600, (at) => [
    scribe.view(at, 'app', journey.who, 'Trip Overview', { booking: journey.booking }),
  ]);
  for (const at of [1200, 20_000, 75_000]) agenda.add(at, (ms) => [viewRebooking(world, journey, ms)]);
  for (const at of [3500, 30_000, 90_000]) agenda.add(at, (ms) => ownSeat(world, journey, ms));
}

/** Her seat beyond the hub where she has one, else the seat of the cancelled flight, which she still may move. */
function ownSeat(world: World, journey: Journey, at: number): TimedEvent[] {
  const leg = openLeg(world, journey, at) ?? journey.home;
  leg.flight.seats.delete(leg.seat);
  leg.seat = freeSeat(leg.flight, leg.cabin, world.chance, 'window');
  const { booking, who } = journey;
  return [
    world.scribe.track(at, 'app', who, 'Seat Changed', { booking, segment: leg.segment, seat: leg.seat }),
  ];
}

/** One number, two people: who of them calls is known only when somebody has answered. */
function ringingCall(world: World, agenda: Agenda, open: Open): void {
  const journey = find(world, 'shared phone') ?? world.journeys.at(-1);
  if (!journey) return;
  const call = callOf(world, journey, 'support-en');
  agenda.add(500, (at) => [world.scribe.contact(at, { ...call, state: 'waiting' })]);
  agenda.add(900, (at) => {
    answerCall(world, agenda, open, journey, call, at, 90);
    return [world.scribe.contact(at, { ...call, state: 'ringing' })];
  });
}

/** What the others of the cancelled flight do: they look, some rebook themselves, one complains. */
function others(world: World, agenda: Agenda, affected: Journey[]): void {
  const { scribe } = world;
  affected.slice(0, 12).forEach((journey, i) => {
    agenda.add(5000 + i * 2300, (at) => [viewRebooking(world, journey, at)]);
    if (i % 4 === 1 && journey.story === null)
      agenda.add(14_000 + i * 4100, (at) => rebookInApp(world, journey, at));
  });
  affected
    .filter(({ who }) => who.consents.email)
    .forEach((journey, i) => {
      const message = { channel: 'email', action: 'cancellation-notice', decisionId: scribe.id('dec') };
      agenda.add(8000 + i * 150, (at) => [scribe.track(at, 'crm', journey.who, 'Message Sent', message)]);
      if (i % 3 === 0) {
        agenda.add(20_000 + i * 900, (at) => [
          scribe.track(at, 'crm', journey.who, 'Message Opened', message),
        ]);
      }
    });
  const unhappy = affected.at(-1);
  if (!unhappy) return;
  agenda.add(15_000, (at) => [
    scribe.track(at, 'web', unhappy.who, 'Complaint Opened', {
      caseId: scribe.id('case'),
      topic: 'cancellation',
      text: 'Nobody tells us how we get home tonight',
    }),
  ]);
}

/** The first minutes: a long-haul flight is cancelled, its passengers react, and the phone rings. */
export function opening(world: World, agenda: Agenda, open: Open): void {
  const first = find(world, 'cancelled');
  const flight = first?.home.flight;
  if (!first || !flight) return;
  agenda.add(0, (at) => [cancelFlight(world, flight, at, 'no crew available')]);
  hero(world, agenda, open, first);
  ringingCall(world, agenda, open);
  const seatWish = find(world, 'seat wish');
  if (seatWish) for (const at of [2500, 12_000]) agenda.add(at, (ms) => changeSeat(world, seatWish, ms));
  others(
    world,
    agenda,
    (world.aboard.get(flight) ?? []).filter((j) => j !== first),
  );
  const late = find(world, 'connection');
  if (late) agenda.add(10_000, (at) => [changeGate(world, late.home.flight, at)]);
}
