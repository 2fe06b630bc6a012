/** Checks of single args of the airline commands. Pure; no schema library, because packs know only the domain. */
import type { Json, JsonObject } from '../../domain/json.ts';
import type { CheckedArgs } from '../command-pack.ts';

type Check = (value: Json | undefined) => boolean;

/** Control characters would make two names look alike on screen. */
const isPlain = (text: string) => !/\p{Cc}/u.test(text);

export const isName =
  (max: number): Check =>
  (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max && isPlain(value);

export const isText: Check = (value) => typeof value === 'string' && value.trim() !== '';

/** The parts of a fact's name may not bring dots of their own: `trip.a.b.1.seat` would be another fact. */
export const isNamePart: Check = (value) => isName(60)(value) && !String(value).includes('.');

/** A segment counts from 1; sources that send it as text mean the same. */
export const isSegment: Check = (value) =>
  (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 99) ||
  (typeof value === 'string' && /^[1-9][0-9]?$/u.test(value));

const FLIGHT = /^([A-Z0-9]{2,8})(?:\/([0-9]{4}-[0-9]{2}-[0-9]{2}))?$/u;

/** `LH402` or `LH402/2026-11-24` (the local date of departure); spaces and small letters are forgiven. */
export function readFlight(value: Json | undefined): { flight: string; date: string | null } | null {
  if (typeof value !== 'string') return null;
  const found = FLIGHT.exec(value.replaceAll(' ', '').toUpperCase());
  if (!found || (found[2] !== undefined && Number.isNaN(Date.parse(found[2])))) return null;
  return { flight: found[1] as string, date: found[2] ?? null };
}

export const isFlight: Check = (value) => readFlight(value) !== null;
/** An instant in ISO 8601 with a zone. */
export const isTime: Check = (value) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/u.test(value) &&
  !Number.isNaN(Date.parse(value));

export const isObject: Check = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isPresent: Check = (value) => value !== undefined;
export const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);

/** Checks the named args in order; what is not named stays as it is, because later versions may add to it. */
export function checkArgs(args: JsonObject, checks: { [name: string]: Check }): CheckedArgs {
  for (const [name, check] of Object.entries(checks)) {
    const value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (!check(value)) return { ok: false, arg: name };
  }
  return { ok: true, args };
}
