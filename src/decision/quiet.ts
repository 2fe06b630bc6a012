import { DAY } from './time.ts';
import type { Zone } from './zone.ts';

/** Quiet hours of one channel: wall clock in [from, to), over midnight where from > to; milliseconds of the day. */
export interface QuietHours {
  readonly from: number;
  readonly to: number;
}

/** Longest search for an instant that is quiet in no zone of a list; a day with its changes repeats within it. */
const LONGEST_SEARCH = 8 * DAY;

/** Whether the wall clock of the zone stands in the quiet hours; both passes of a repeated hour do. */
export function isQuiet(hours: QuietHours, zone: Zone, instant: number): boolean {
  return within(hours, wallClock(zone, instant));
}

/**
 * The first instant at or after the given one that is not quiet: exactly the end of the window, in a skipped
 * hour the first instant after the gap.
 */
export function firstLoud(hours: QuietHours, zone: Zone, instant: number): number {
  let at = instant;
  for (;;) {
    const wall = wallClock(zone, at);
    if (!within(hours, wall)) return at;
    const end = at + ((hours.to - wall + DAY) % DAY);
    const steady = zone.steadyUntil(at);
    // The window ends before the clock can be changed, or the question is asked again at the change.
    if (end < steady) return end;
    at = steady;
  }
}

/** The same for all zones at once; NaN where every instant is quiet somewhere. */
export function firstLoudEverywhere(hours: QuietHours, zones: readonly Zone[], instant: number): number {
  let at = instant;
  for (;;) {
    let moved = at;
    for (const zone of zones) moved = firstLoud(hours, zone, moved);
    if (moved === at) return at;
    if (moved - instant > LONGEST_SEARCH) return Number.NaN;
    at = moved;
  }
}

function wallClock(zone: Zone, instant: number): number {
  const wall = (instant + zone.offsetAt(instant)) % DAY;
  return wall < 0 ? wall + DAY : wall;
}

function within(hours: QuietHours, wall: number): boolean {
  return hours.from < hours.to
    ? wall >= hours.from && wall < hours.to
    : wall >= hours.from || wall < hours.to;
}
