import type { Agenda } from './agenda.ts';
import type { Journey } from './journeys.ts';
import type { ContactMessage, TimedEvent } from './timeline.ts';
import { MINUTE, SECOND, type World } from './world.ts';

type Opening = Omit<ContactMessage, 'at' | 'state'>;

/** What lasts minutes in life lasts minutes here too, so that a person can act; only above speed 10 it is shorter. */
export function pace(world: World): number {
  return Math.max(1, world.options.speed / 10);
}

export function queueFor(journey: Journey): string {
  return journey.who.language === 'de' ? 'support-de' : 'support-en';
}

/** A visit at the station's counter, known by the boarding pass that was scanned at the queue's entrance. */
export function visitOf(world: World, journey: Journey): Opening {
  const { station } = world.options;
  return {
    id: world.scribe.id('visit'),
    kind: 'visit',
    queue: `counter-${station.toLowerCase()}`,
    station,
    identity: { type: 'userId', value: journey.who.userId },
  };
}

export function callOf(world: World, journey: Journey, queue = queueFor(journey)): Opening {
  return {
    id: world.scribe.id('call'),
    kind: 'call',
    queue,
    identity: { type: 'phone', value: journey.who.phone },
  };
}

/** How many visits and calls are open now. */
export type Open = { visits: number; calls: number };

/** The rest of a visit that waits since `at`: half of them are served at another counter, the others leave. */
export function waitForCounter(
  world: World,
  agenda: Agenda,
  open: Open,
  visit: Opening,
  at: number,
  minutes: number,
) {
  const { chance, scribe } = world;
  const served = chance.once(0.5);
  const end = (ms: number): TimedEvent[] => {
    open.visits--;
    return [scribe.contact(ms, { ...visit, state: 'ended' })];
  };
  open.visits++;
  const left = at + (minutes * MINUTE) / pace(world);
  agenda.add(left, (ms) => {
    if (!served) return end(ms);
    agenda.add(ms + (chance.int(120, 360) * SECOND) / pace(world), end);
    return [scribe.contact(ms, { ...visit, state: 'active' })];
  });
}

/** The rest of a call that rings since `at`: answered after `ringing` seconds, then talk, wrap-up, end. */
export function answerCall(
  world: World,
  agenda: Agenda,
  open: Open,
  journey: Journey,
  call: Opening,
  at: number,
  ringing: number,
) {
  const { chance, scribe } = world;
  const said = { phone: journey.who.phone, queue: call.queue, contactId: call.id };
  const after = (ms: number, low: number, high: number) =>
    ms + (chance.int(low, high) * SECOND) / pace(world);
  const close = (ms: number): TimedEvent[] => {
    open.calls--;
    return [scribe.contact(ms, { ...call, state: 'ended' })];
  };
  const hangUp = (ms: number): TimedEvent[] => {
    agenda.add(after(ms, 15, 45), close);
    return [
      scribe.track(ms, 'phone', journey.who, 'Call Ended', said),
      scribe.contact(ms, { ...call, state: 'wrapup' }),
    ];
  };
  open.calls++;
  agenda.add(at + (ringing * SECOND) / pace(world), (ms) => {
    agenda.add(after(ms, 90, 300), hangUp);
    return [
      scribe.track(ms, 'phone', journey.who, 'Call Started', said),
      scribe.contact(ms, { ...call, state: 'active' }),
    ];
  });
}

/** A call from its first moment: it waits in the queue, rings, is answered. */
export function startCall(
  world: World,
  agenda: Agenda,
  open: Open,
  journey: Journey,
  at: number,
  queue?: string,
) {
  const { chance, scribe } = world;
  const call = callOf(world, journey, queue);
  const rings = at + (chance.int(5, 40) * SECOND) / pace(world);
  open.calls++;
  agenda.add(rings, (ms) => {
    open.calls--;
    answerCall(world, agenda, open, journey, call, ms, chance.int(8, 25));
    return [scribe.contact(ms, { ...call, state: 'ringing' })];
  });
  return [scribe.contact(at, { ...call, state: 'waiting' })];
}
