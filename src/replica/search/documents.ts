/**
 * What a scanner reads off paper: boarding passes (IATA resolution 792, BCBP), travel documents (ICAO 9303, MRZ) and bag
 * tags (IATA resolution 740). The standards are read by the libraries `bcbp` and `mrz`; here is what a counter needs of
 * them. Pure.
 */
import { decode } from 'bcbp';
import { parse } from 'mrz';
import type { BagTag, BoardingPass, ScannedDocument, TravelDocument } from '../../bridge/views.ts';
import { DAY } from '../../protocol/limits.ts';

/** Some scanners say first what kind of code it was (AIM identifier, ISO 15424). */
const AIM = /^\][A-Za-z][0-9A-Za-z]/u;
/** Format M, one to nine legs, and at least the mandatory items of the first leg. */
const BCBP = /^M[1-9][^\n]{56}/u;
const MRZ_LETTERS = /^[A-Z0-9<]+$/u;
const LINES: { readonly [length: number]: readonly [lines: number, width: number] } = {
  90: [3, 30],
  72: [2, 36],
  88: [2, 44],
};
/** The first line of each kind of travel document: its code, the issuer, then what is no longer fixed. */
const MRZ_BEGINS = /^[PIACV][A-Z<][A-Z<]{3}/u;

/** @param now ms; years are not in these documents, and are those nearest to today */
export function readDocument(entered: string, now: number): ScannedDocument | null {
  const text = entered.trim().replace(AIM, '');
  return readPaper(text, now) ?? readPaper(fromGermanLayout(text), now);
}

const readPaper = (text: string, now: number): ScannedDocument | null =>
  boardingPass(text, now) ?? travelDocument(text, now) ?? bagTag(text);

const plainMrz = (text: string): string => text.toUpperCase().replace(/\s/gu, '');

/**
 * A scanner that is set to the American keyboard at a German one: its keys say other letters. Only what these documents
 * consist of is turned back.
 */
function fromGermanLayout(text: string): string {
  return text.replace(/[yzYZ;:ß-]/gu, (letter) => GERMAN[letter] ?? letter);
}
const GERMAN: { readonly [letter: string]: string } = {
  ...{ y: 'z', z: 'y', Y: 'Z', Z: 'Y' },
  ...{ ';': '<', ':': '>', ß: '-', '-': '/' },
};

function boardingPass(text: string, now: number): BoardingPass | null {
  const upper = text.toUpperCase();
  if (!BCBP.test(upper)) return null;
  const year = new Date(now).getUTCFullYear();
  // Days are numbered within their year: each leg has the one of three years that is nearest to today.
  const [read, ...others] = [year, year - 1, year + 1].map((one) => safely(() => decode(upper, one).data));
  if (!read?.passengerName?.includes('/')) return null;
  const legs = (read.legs ?? []).map((leg, i) => ({
    booking: leg.operatingCarrierPNR ?? '',
    flight: `${leg.operatingCarrierDesignator ?? ''}${(leg.flightNumber ?? '').replace(/^0+/u, '')}`,
    from: leg.departureAirport ?? '',
    to: leg.arrivalAirport ?? '',
    date: nearest([leg, ...others.map((other) => other?.legs?.[i])], now),
    seat: (leg.seatNumber ?? '').replace(/^0+/u, ''),
  }));
  if (!legs.every((leg) => BOOKING.test(leg.booking) && AIRPORT.test(leg.from) && AIRPORT.test(leg.to)))
    return null;
  const [lastName = '', given = ''] = read.passengerName.trim().split('/');
  return { kind: 'boardingPass', lastName, firstName: given.replace(TITLE, ''), legs };
}
/** Behind the given names; it is no name. */
const TITLE = / (?:MRS?|MS|MISS|MSTR|DR|PROF|CHD|INF)$/u;
const BOOKING = /^[A-Z0-9]{5,7}$/u;
const AIRPORT = /^[A-Z]{3}$/u;

function nearest(legs: ({ flightDate?: Date } | undefined)[], now: number): string | null {
  const times = legs.flatMap((leg) => leg?.flightDate?.getTime() ?? []).filter(Number.isFinite);
  if (times.length === 0) return null;
  const near = times.reduce((a, b) => (Math.abs(b - now) < Math.abs(a - now) ? b : a));
  return new Date(near).toISOString().slice(0, 10);
}

function travelDocument(text: string, now: number): TravelDocument | null {
  const letters = plainMrz(text);
  const shape = LINES[letters.length];
  if (shape === undefined || !MRZ_LETTERS.test(letters) || !MRZ_BEGINS.test(letters)) return null;
  const [lines, width] = shape;
  const rows = Array.from({ length: lines }, (_, i) => letters.slice(i * width, (i + 1) * width));
  const read = safely(() => parse(rows));
  if (read === undefined || !FORMATS.has(read.format)) return null;
  const { fields } = read;
  const expires = dayOf(fields.expirationDate);
  return {
    kind: 'travelDocument',
    type: TYPES[letters[0] as string] ?? 'idCard',
    lastName: fields.lastName ?? '',
    firstName: fields.firstName ?? '',
    // The library knows the issuers that exist today; what stands there is shown whether it does or not.
    issuer: letters.slice(2, 5).replace(/</gu, ''),
    expires,
    expired: expires !== null && Date.parse(expires) + DAY <= now,
    damaged: CHECKED.filter(({ checks }) =>
      read.details.some(({ field, valid }) => !valid && field !== null && checks.includes(field)),
    ).map(({ part }) => part),
  };
}
const FORMATS: ReadonlySet<string> = new Set(['TD1', 'TD2', 'TD3']);
const TYPES: { readonly [code: string]: TravelDocument['type'] } = { P: 'passport', V: 'visa' };

/** What a check digit vouches for. */
const CHECKED: readonly { part: TravelDocument['damaged'][number]; checks: readonly string[] }[] = [
  { part: 'number', checks: ['documentNumber', 'documentNumberCheckDigit'] },
  { part: 'birthDate', checks: ['birthDate', 'birthDateCheckDigit'] },
  { part: 'expires', checks: ['expirationDate', 'expirationDateCheckDigit'] },
  { part: 'whole', checks: ['compositeCheckDigit', 'personalNumberCheckDigit'] },
];

/** Documents end in this century. */
function dayOf(digits: string | null | undefined): string | null {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/u.exec(digits ?? '') ?? [];
  const text = `20${year}-${month}-${day}`;
  return day !== undefined && Number.isFinite(Date.parse(text)) ? text : null;
}

/** Ten digits: what kind of bag, the airline's number, the bag's. Others are phone numbers until somebody has one. */
function bagTag(text: string): BagTag | null {
  return /^\d{10}$/u.test(text) ? { kind: 'bagTag', tag: text } : null;
}

/** The libraries throw at what they cannot read. */
function safely<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
