/** Times and quiet hours by a plain way: one quarter of an hour after the other, the wall clock asked of Intl. */

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;
const SEARCH = 9 * DAY;
const FORM = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Milliseconds, or null where the value is no time of the contract. */
export function instantOf(value: unknown): number | null {
  const parts = typeof value === 'string' ? FORM.exec(value) : null;
  if (parts === null) return null;
  const [, y, mo, d, h, mi, s, fraction = '', zone] = parts as unknown as string[];
  const wall = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  if (Number.isNaN(wall.getTime()) || wall.getUTCDate() !== Number(d) || Number(h) > 23) return null;
  if (Number(y) < 1970) return null;
  if (zone === 'Z') return wall.getTime();
  const [hours, minutes] = [Number(zone!.slice(1, 3)), Number(zone!.slice(4))];
  if (hours > 23 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * MINUTE;
  return wall.getTime() - (zone![0] === '-' ? -offset : offset);
}

export const write = (instant: number): string => new Date(instant).toISOString();

const formats = new Map<string, Intl.DateTimeFormat | null>();
/** Per zone, by the quarter's number. */
const walls = new Map<string, Map<number, number>>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
    } catch {
      format = null;
    }
    formats.set(zone, format);
  }
  return format;
}

export const isZone = (zone: string): boolean => formatOf(zone) !== null;

/** Minutes of the wall clock's day. Zones change at quarters of an hour, so one question a quarter is enough. */
function wallMinute(zone: string, instant: number): number {
  const quarter = Math.floor(instant / QUARTER) * QUARTER;
  const known = walls.get(zone) ?? new Map<number, number>();
  walls.set(zone, known);
  let wall = known.get(quarter);
  if (wall === undefined) {
    const [hour, minute] = (formatOf(zone) as Intl.DateTimeFormat).format(quarter).split(':').map(Number);
    wall = (hour as number) * 60 + (minute as number);
    known.set(quarter, wall);
  }
  return (wall + Math.floor((instant - quarter) / MINUTE)) % 1440;
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export function isQuiet([from, to]: [string, string], zone: string, instant: number): boolean {
  const [low, high, wall] = [minuteOf(from), minuteOf(to), wallMinute(zone, instant)];
  return low < high ? wall >= low && wall < high : wall >= low || wall < high;
}

/** The first instant from `start` on that is quiet in none of the zones, or null: tried quarter by quarter. */
export function firstLoud(hours: [string, string], zones: readonly string[], start: number): number | null {
  let at = start;
  while (at - start < SEARCH) {
    const zone = zones.find((one) => isQuiet(hours, one, at));
    if (zone === undefined) return at;
    // Within a quarter of an hour the wall clock runs evenly: quiet until the window's end or the quarter's.
    const minute = Math.floor(at / MINUTE) * MINUTE;
    const left = (minuteOf(hours[1]) - wallMinute(zone, at) + 1440) % 1440;
    at = Math.min(minute + left * MINUTE, Math.floor(at / QUARTER) * QUARTER + QUARTER);
  }
  return null;
}

export function quarterOf(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCFullYear()}Q${Math.ceil((date.getUTCMonth() + 1) / 3)}`;
}
