/**
 * Who stands before a kiosk: only what he has in his hand counts (a pass, a code, a tag, a passport), never a name alone,
 * and of whoever is found nothing is shown before he has shown that he is it.
 */
import type { SearchHit, SearchView } from '../../../bridge/views.ts';

export type Candidate = { profileId: string; name: string };

/** `paper`: he is named on what was scanned; `code`: anybody may have read it somewhere, so his name is asked for. */
export type Claim = { by: 'paper'; who: Candidate } | { by: 'code'; among: Candidate[] } | null;

/** A booking code, a bag tag, a ticket number: whole, because a beginning would lead to strangers. */
const WHOLE_CODE = /^(?:[A-Z0-9]{6}|\d{10}|\d{13})$/u;
const BY_CODE: ReadonlySet<string> = new Set(['booking', 'bagTag', 'ticket']);

export const LONGEST_CODE = 13;

export const plainCode = (text: string): string => text.replace(/[\s-]/gu, '').toUpperCase();

export const isWholeCode = (text: string): boolean => WHOLE_CODE.test(plainCode(text));

const candidate = ({ profileId, name }: SearchHit): Candidate => ({ profileId, name });

/** What a scan or a typed code says of who stands here; null where it says nothing, or not enough. */
export function claimOf(text: string, { hits, document, bearer }: SearchView): Claim {
  if (document?.kind === 'travelDocument') {
    const expected = hits.filter((hit) => hit.matched === 'name' && hit.expectedHere);
    const [only] = expected;
    const isSound = document.damaged.length === 0;
    return isSound && only !== undefined && expected.length === 1
      ? { by: 'paper', who: candidate(only) }
      : null;
  }
  const coded = hits.filter((hit) => BY_CODE.has(hit.matched));
  const named = coded.find((hit) => hit.profileId === bearer);
  if (document?.kind === 'boardingPass' && named) return { by: 'paper', who: candidate(named) };
  if (document?.kind !== 'boardingPass' && !isWholeCode(text)) return null;
  return coded.length === 0 ? null : { by: 'code', among: coded.map(candidate) };
}

/** How many letters of a name are asked for. */
export const LETTERS = 3;

/** Latin letters as a kiosk's keyboard has them: "Müller" and "MUELLER" both begin with MU. */
const letters = (text: string): string =>
  text
    .replace(/ß/gu, 'ss')
    .replace(/[øØ]/gu, 'o')
    .replace(/[łŁ]/gu, 'l')
    .replace(/[đĐ]/gu, 'd')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase();

const words = (name: string): string[] =>
  letters(name)
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '');

/** Those whose name has a word that begins so; a shorter word must be typed whole. Never for fewer letters than that. */
export function provenBy(typed: string, among: readonly Candidate[]): Candidate[] {
  const wanted = letters(typed);
  return among.filter(({ name }) =>
    words(name).some((word) =>
      word.length < LETTERS ? word === wanted : wanted.length >= LETTERS && word.startsWith(wanted),
    ),
  );
}

/** As little of a name as its bearer knows himself by: "Anna W." */
export function shortName(name: string): string {
  const parts = name.trim().split(/\s+/u);
  const last = parts.length > 1 ? parts.at(-1) : undefined;
  return last === undefined ? (parts[0] ?? '') : `${parts[0]} ${Array.from(last)[0] ?? ''}.`;
}

/** A passport has two lines, an identity card three; a scanner ends each with Enter. */
export const awaitsAnotherLine = (text: string): boolean =>
  /^[PV][A-Z<][A-Z0-9<]{42}$/u.test(text) ||
  /^[IAC][A-Z0-9<]{29}(?:[A-Z0-9<]{30})?$/u.test(text) ||
  /^[IACPV][A-Z<][A-Z0-9<]{34}$/u.test(text);
