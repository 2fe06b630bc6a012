/** Under which keys a customer is found. Pure; masked values are not keys, because the station does not know them. */
import type { ProfileRow } from '../../domain/profile.ts';
import { fold, nameWords } from './fold.ts';

/** Codes of all kinds are one list; the letter in front tells them apart. */
export const CODE_LETTERS = {
  booking: 'b',
  loyaltyNumber: 'l',
  email: 'e',
  ticket: 't',
  bagTag: 'g',
} as const;
export type CodeKind = keyof typeof CODE_LETTERS;
export type Kind = CodeKind | 'phone';

export type SearchKeys = {
  /**
   * The customer's name once for each of its words, that word first and the others behind it. So every word is found by
   * its beginning, and the entry itself tells whether further words fit.
   */
  names: string[];
  /** With the letter of their kind, sorted. */
  codes: string[];
  /** Backwards, sorted. */
  phones: string[];
};

/** What of a profile is looked at. */
export type Named = {
  names: readonly string[];
  values: readonly (readonly [kind: string, value: string])[];
};

const NAME_FACTS = ['name', 'firstName', 'lastName'] as const;
/**
 * Addresses, phone numbers and booking codes are identities (doors.md, Identities); a number that is another customer's
 * identity may still be a fact of this one.
 */
const KEY_FACTS = ['loyaltyNumber', 'ticket'] as const;

export function namedOf(profile: ProfileRow): Named {
  const values: [string, string][] = [];
  for (const fact of KEY_FACTS) {
    const value = textOf(profile, fact);
    if (value !== null) values.push([fact, value]);
  }
  for (const identity of profile.identities)
    if ('value' in identity) values.push([identity.type, identity.value]);
  for (const name of Object.keys(profile.facts)) {
    const tag = tagOf(name);
    if (tag !== null) values.push(['bagTag', tag]);
  }
  return { names: NAME_FACTS.flatMap((fact) => textOf(profile, fact) ?? []), values };
}

/** The bag that a fact is of, such as `bag.0220123456.status`; null for any other fact. */
export const tagOf = (fact: string): string | null =>
  fact.startsWith('bag.') && fact.endsWith('.status') ? fact.slice(4, -7) : null;

/** Names of more words than this are cut: an entry is written for each. */
const MOST_WORDS = 12;

export function searchKeys({ names, values }: Named): SearchKeys {
  const codes: string[] = [];
  const phones: string[] = [];
  for (const [kind, value] of values) {
    if (!isKind(kind)) continue;
    const key = keyOf(kind, value);
    const list = kind === 'phone' ? phones : codes;
    const entry = kind === 'phone' ? key : CODE_LETTERS[kind] + key;
    if (key !== '' && !list.includes(entry)) list.push(entry);
  }
  return { names: rotations(wordsOf(names)), codes: codes.sort(), phones: phones.sort() };
}

function wordsOf(names: readonly string[]): string[] {
  const found: string[] = [];
  for (const name of names) for (const word of nameWords(name)) if (!found.includes(word)) found.push(word);
  return found.slice(0, MOST_WORDS);
}

function rotations(words: string[]): string[] {
  const whole = words.join(' ');
  let at = 0;
  return words.map((word) => {
    const rotation = at === 0 ? whole : `${whole.slice(at)} ${whole.slice(0, at - 1)}`;
    at += word.length + 1;
    return rotation;
  });
}

const isKind = (type: string): type is Kind => type === 'phone' || Object.hasOwn(CODE_LETTERS, type);

function textOf(profile: ProfileRow, name: string): string | null {
  const fact = Object.hasOwn(profile.facts, name) ? profile.facts[name] : undefined;
  return fact && 'value' in fact && typeof fact.value === 'string' ? fact.value : null;
}

/** A phone number is kept backwards, so that its last digits are a prefix: that is what a person reads out. */
export function keyOf(kind: Kind, value: string): string {
  if (kind === 'phone') return backwards(phoneDigits(value));
  if (kind === 'email') return fold(value).trim();
  return PLAIN_CODE.test(value) ? value.toLowerCase() : fold(value).replace(/[^\p{L}\p{N}]/gu, '');
}

/** What nearly all codes and numbers are: nothing has to be folded or taken out. */
const PLAIN_CODE = /^[A-Za-z0-9]+$/u;
const INTERNATIONAL = /^\+[1-9]\d+$/u;

export function backwards(digits: string): string {
  let text = '';
  for (let at = digits.length - 1; at >= 0; at--) text += digits[at];
  return text;
}

/** The digits that every spelling of a number ends with: no +, 00, trunk 0 or (0). */
export function phoneDigits(text: string): string {
  if (INTERNATIONAL.test(text)) return text.slice(1);
  return text
    .replace(/\(0\)/u, '')
    .replace(/\D/gu, '')
    .replace(/^0{1,2}/u, '');
}
