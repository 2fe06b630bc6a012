import { history } from './history.ts';
import { startLive } from './live.ts';
import { type FlightRecord, readFlightRecords } from './records.ts';
import type { TimedEvent } from './timeline.ts';
import { type AirportOptions, MINUTE, makeWorld } from './world.ts';

/** A run of the simulated airport: `initial` lies before `now` and can be sent at once, `live` has no end. */
export type Run = { initial: TimedEvent[]; live: Generator<TimedEvent> };

const byTime = (a: TimedEvent, b: TimedEvent): number => a.at - b.at;

/** The run of a seed. Both parts are in the order of time; `live` is to be read once. */
export function startRun(seed: number, options: AirportOptions, now: number): Run {
  const world = makeWorld(seed, options, now);
  const past = [...history(world)];
  const { scene, events } = startLive(world);
  return { initial: [...past, ...scene].sort(byTime), live: events };
}

/** The same as one list: the initial state and the first `minutes` of the clock. Equal input, equal list, ids included. */
export function plan(seed: number, options: AirportOptions & { minutes: number }, now: number): TimedEvent[] {
  const { initial, live } = startRun(seed, options, now);
  const events = initial;
  for (const event of live) {
    if (event.at > options.minutes * MINUTE) break;
    events.push(event);
  }
  return events;
}

/** The events of a simulated airport, for tests and benches; every part has a default but the time. */
export function airportEvents(options: {
  now: number | string;
  seed?: number;
  passengers?: number;
  speed?: number;
  station?: string;
  minutes?: number;
  records?: readonly FlightRecord[];
}): TimedEvent[] {
  const { seed = 7, passengers = 300, speed = 10, station = 'FRA', minutes = 10 } = options;
  const now = typeof options.now === 'number' ? options.now : Date.parse(options.now);
  if (!Number.isFinite(now)) throw new RangeError(`now is not a time: ${options.now}`);
  const records = options.records ?? readFlightRecords();
  return plan(seed, { passengers, speed, station, records, minutes }, now);
}
