/** ISO 8601 as sources send it: a date, or a date with a time, with or without a zone (then UTC). */
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/u;

/**
 * The instant in ms since 1970, cut to whole ms, or null where the text is not ISO 8601 or names no existing instant
 * (30 February, 24:30, second 60). With `zoned` a time and a zone are required.
 */
export function parseTime(text: string, zoned = false): number | null {
  const found = ISO.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = found;
  if (zoned && (hour === undefined || zone === undefined)) return null;
  const h = Number(hour ?? 0);
  const m = Number(minute ?? 0);
  const s = Number(second ?? 0);
  if (!isDate(Number(year), Number(month), Number(day)) || h > 23 || m > 59 || s > 59) return null;
  const ms = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
  const offset = offsetMinutes(zone);
  if (offset === null) return null;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), h, m, s, ms) - offset * 60_000;
  return at >= 0 && at < MAX_TIME ? at : null;
}

/** The end of the year 9999: what four digits can say. */
const MAX_TIME = 253_402_300_800_000;

function offsetMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** `2026-11-21`: a local date without a time. */
export const isLocalDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/u.test(text) && parseTime(text) !== null;

/** ISO 8601 in UTC with milliseconds. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
