import { DAY } from './time.ts';

/** The offsets of one IANA zone, remembered per UTC day, because asking `Intl` takes microseconds. */
export interface Zone {
  readonly name: string;
  /** Wall clock minus UTC at an instant, in milliseconds. */
  offsetAt(instant: number): number;
  /** The first instant after the given one from which the offset may differ (a change, or the end of the UTC day). */
  steadyUntil(instant: number): number;
}

interface ZoneDay {
  readonly before: number;
  readonly change: number;
  readonly after: number;
}

// Pure in effect: both caches only remember what Intl answers for equal arguments.
const zones = new Map<string, Zone | null>();
const MOST_ZONES = 2_000;
const MOST_DAYS = 4_000;
// Names only: newer engines also take offsets like "+01:00", older ones do not, and the two must decide alike.
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** The zone of an IANA name, or null where there is none of that name. */
export function findZone(name: string): Zone | null {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (zones.size >= MOST_ZONES) zones.clear();
  const zone = makeZone(name);
  zones.set(name, zone);
  return zone;
}

function makeZone(name: string): Zone | null {
  const ask = zoneName.test(name) ? offsetReader(name) : null;
  if (ask === null) return null;
  const days = new Map<number, ZoneDay>();
  let lastDay = Number.NaN;
  let last: ZoneDay = { before: 0, change: 0, after: 0 };
  const dayOf = (instant: number): ZoneDay => {
    const start = Math.floor(instant / DAY) * DAY;
    if (start === lastDay) return last;
    let day = days.get(start);
    if (day === undefined) {
      if (days.size >= MOST_DAYS) days.clear();
      day = readDay(ask, start);
      days.set(start, day);
    }
    lastDay = start;
    last = day;
    return day;
  };
  return {
    name,
    offsetAt: (instant) => {
      const day = dayOf(instant);
      return instant < day.change ? day.before : day.after;
    },
    steadyUntil: (instant) => {
      const day = dayOf(instant);
      return instant < day.change ? day.change : Math.floor(instant / DAY) * DAY + DAY;
    },
  };
}

/** Offsets change at most once in a UTC day, at a whole second. */
function readDay(ask: (instant: number) => number, start: number): ZoneDay {
  const before = ask(start);
  const after = ask(start + DAY);
  if (before === after) return { before, change: start + DAY, after };
  let low = start;
  let high = start + DAY;
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    if (ask(middle) === before) low = middle;
    else high = middle;
  }
  return { before, change: high, after };
}

function offsetReader(name: string): ((instant: number) => number) | null {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
  return (instant) => {
    const wall: Record<string, number> = {};
    for (const part of format.formatToParts(instant)) wall[part.type] = Number(part.value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = wall;
    const read = Date.UTC(year, month - 1, day, hour, minute, second);
    return read - Math.floor(instant / 1000) * 1000;
  };
}
