const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, made);
  return made;
}

/** How far the zone's clock is ahead of UTC at that instant, in minutes. */
export function offsetMinutes(zone: string, ms: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format(zone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  return Math.round((local - ms) / MINUTE);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** ISO 8601 with the zone's own offset, to the second: `2026-11-21T21:55:00+01:00`. */
export function isoInZone(ms: number, zone: string): string {
  const offset = offsetMinutes(zone, ms);
  const local = new Date(ms + offset * MINUTE).toISOString().slice(0, 19);
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The calendar date in the zone at that instant, `2026-11-21`. */
export function localDate(ms: number, zone: string): string {
  return isoInZone(ms, zone).slice(0, 10);
}

/**
 * The instant at which the zone's clock shows this date and minute of the day. In the hour that a spring change skips
 * the clock shows one hour later; the doubled hour of autumn is taken as its first or second, whichever is found.
 */
export function instantAt(date: string, minuteOfDay: number, zone: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`) + minuteOfDay * MINUTE;
  const guess = wall - offsetMinutes(zone, wall) * MINUTE;
  return wall - offsetMinutes(zone, guess) * MINUTE;
}
