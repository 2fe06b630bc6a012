/** Which scopes hold a profile now, and when time alone will change that (docs/spec/airline.md "Scopes"). */

import { normalCode } from './identities.ts';
import { isCancelledBooking, type Segment, textOf, timeOf } from './trips.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Windows as data: how long before and after its time a departure or arrival makes a profile belong to a station. */
const BEFORE_MS = 48 * HOUR_MS;
const AFTER_MS = 12 * HOUR_MS;
const OPENED_MS = 24 * HOUR_MS;

export type OpenContact = { queue: string; station: string | null };
export type Opened = { station: string; at: number };
export type Membership = { scopes: string[]; next: number | null };

export function scopesOf(
  profileId: string,
  segments: readonly Segment[],
  contacts: readonly OpenContact[],
  opened: readonly Opened[],
  now: number,
): Membership {
  const scopes = new Set<string>([`profile:${profileId}`]);
  let next: number | null = null;
  const boundary = (time: number) => {
    if (time > now && (next === null || time < next)) next = time;
  };
  for (const segment of segments) {
    if (isCancelledBooking(segment)) continue;
    const flight = flightScope(segment);
    if (flight) scopes.add(flight);
    for (const { station, earliest, latest } of callsOf(segment)) {
      boundary(earliest - BEFORE_MS);
      boundary(latest + AFTER_MS + 1);
      if (earliest - BEFORE_MS <= now && now <= latest + AFTER_MS)
        scopes.add(`station:${normalCode(station)}`);
    }
  }
  for (const contact of contacts) {
    for (const scope of contactScopes(contact)) scopes.add(scope);
  }
  for (const { station, at } of opened) {
    boundary(at + OPENED_MS);
    if (now < at + OPENED_MS) scopes.add(`opened:${station}`);
  }
  return { scopes: [...scopes].filter((scope) => scope.length <= 200).sort(), next };
}

type Call = { station: string; earliest: number; latest: number };

/**
 * Where and when a segment calls. Where its times are not known (a customer who was just rebooked) the whole day of
 * departure counts, so that he does not vanish from the desk.
 */
function callsOf(segment: Segment): Call[] {
  const calls: Call[] = [];
  const departs = timeOf(segment, 'departs');
  const arrives = timeOf(segment, 'arrives');
  const day = timeOf(segment, 'date');
  const add = (place: string, time: number | null, fallback: number | null) => {
    const station = textOf(segment, place);
    if (station === null || station.trim() === '') return;
    if (time !== null) calls.push({ station, earliest: time, latest: time });
    else if (fallback !== null) calls.push({ station, earliest: fallback, latest: fallback + DAY_MS });
  };
  add('from', departs, day);
  add('to', arrives, departs === null ? day : null);
  return calls;
}

/** Scopes that an open contact belongs to by itself. */
export function contactScopes({ queue, station }: OpenContact): string[] {
  const scopes = queue === '' ? [] : [`queue:${queue}`];
  if (station) scopes.push(`station:${normalCode(station)}`);
  return scopes;
}

function flightScope(segment: Segment): string | null {
  const flight = textOf(segment, 'flight');
  const date = textOf(segment, 'date');
  if (flight === null || date === null) return null;
  const number = flight.replaceAll(' ', '').toUpperCase();
  return number === '' ? null : `flight:${number}/${date}`;
}
