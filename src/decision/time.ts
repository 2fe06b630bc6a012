/**
 * Instants of the command line contract: `YYYY-MM-DDTHH:MM:SS`, an optional point with 1 to 9 digits (cut to
 * milliseconds), then `Z` or `+HH:MM`; an existing date from 1970 to 9999, no second 60.
 */

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** The largest instant that ECMAScript can write. */
const LAST_INSTANT = 8_640_000_000_000_000;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Milliseconds since 1970 UTC, or NaN where the value is no text of that form. */
export function parseInstant(value: unknown): number {
  if (typeof value !== 'string' || value.length < 20 || value.length > 35) return Number.NaN;
  const year = digits(value, 0, 4);
  const month = digits(value, 5, 2);
  const day = digits(value, 8, 2);
  const hour = digits(value, 11, 2);
  const minute = digits(value, 14, 2);
  const second = digits(value, 17, 2);
  const shaped =
    value[4] === '-' && value[7] === '-' && value[10] === 'T' && value[13] === ':' && value[16] === ':';
  if (!shaped || year < 1970 || !isDate(year, month, day)) return Number.NaN;
  if (!(hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60))
    return Number.NaN;
  let at = 19;
  let milliseconds = 0;
  if (value[at] === '.') {
    const start = ++at;
    while (at < value.length && isDigit(value.charCodeAt(at))) at++;
    if (at === start || at - start > 9) return Number.NaN;
    milliseconds = Number(value.slice(start, Math.min(at, start + 3)).padEnd(3, '0'));
  }
  const offset = zoneOffset(value, at);
  // NaN where the zone is malformed.
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds) - offset;
}

/** ISO 8601 in UTC with milliseconds; what lies outside the range of dates is moved to its border. */
export function writeInstant(instant: number): string {
  const at = Math.max(-LAST_INSTANT, Math.min(LAST_INSTANT, Math.trunc(instant)));
  const day = Math.floor(at / DAY);
  if (day !== lastDay) {
    // Throws for NaN, as it should.
    lastDate = new Date(at).toISOString().slice(0, -13);
    lastDay = day;
  }
  const ofDay = at - day * DAY;
  const hour = Math.floor(ofDay / HOUR);
  const minute = Math.floor(ofDay / MINUTE) % 60;
  const second = Math.floor(ofDay / 1000) % 60;
  const millisecond = ofDay % 1000;
  return `${lastDate}${TWO[hour]}:${TWO[minute]}:${TWO[second]}.${millisecond < 100 ? '0' : ''}${TWO[millisecond] ?? millisecond}Z`;
}

// Most instants that are written one after the other are of one day, whose date is the costly part.
let lastDay = Number.NaN;
let lastDate = '';
const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));

/** The UTC quarter of an instant, for example `2026Q4`. */
export function quarterOf(instant: number): string {
  const date = new Date(instant);
  return `${date.getUTCFullYear()}Q${Math.floor(date.getUTCMonth() / 3) + 1}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1)) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] as number));
}

/** Milliseconds to subtract for what follows the clock time; NaN where it is neither `Z` nor `+HH:MM`. */
function zoneOffset(text: string, at: number): number {
  const sign = text[at];
  if (sign === 'Z') return text.length === at + 1 ? 0 : Number.NaN;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return Number.NaN;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if (!(hours < 24 && minutes < 60)) return Number.NaN;
  return (sign === '-' ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

function digits(text: string, at: number, count: number): number {
  let number = 0;
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return Number.NaN;
    number = number * 10 + code - 48;
  }
  return number;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
