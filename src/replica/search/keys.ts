/** Under which keys a customer is found. Pure; masked values are not keys, because the station does not know them. */
import type { ProfileRow } from '../../domain/profile.ts';
import { fold, nameWords } from './fold.ts';

export const KINDS = ['booking', 'phone', 'loyaltyNumber', 'email', 'ticket'] as const;
export type Kind = (typeof KINDS)[number];

export type SearchKeys = {
  /** Folded words of all names. */
  names: string;
  /** [kind, key] pairs, sorted. */
  keys: [kind: number, key: string][];
};

const NAME_FACTS = ['name', 'firstName', 'lastName'] as const;

export function searchKeys(profile: ProfileRow): SearchKeys {
  const names = new Set<string>();
  for (const fact of NAME_FACTS) {
    const name = textOf(profile, fact);
    if (name !== null) for (const word of nameWords(name)) names.add(word);
  }
  const keys: [number, string][] = [];
  const add = (kind: Kind, value: string | null): void => {
    const key = value === null ? '' : keyOf(kind, value);
    const number = KINDS.indexOf(kind);
    if (key !== '' && !keys.some((one) => one[0] === number && one[1] === key)) keys.push([number, key]);
  };
  for (const kind of KEY_FACTS) add(kind, textOf(profile, kind));
  for (const identity of profile.identities) {
    if ('value' in identity && isKind(identity.type)) add(identity.type, identity.value);
  }
  for (const booking of bookingsOf(profile)) add('booking', booking);
  keys.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  return { names: [...names].join(' '), keys };
}

const KEY_FACTS = ['phone', 'loyaltyNumber', 'email', 'ticket'] as const;

const isKind = (type: string): type is Kind => (KINDS as readonly string[]).includes(type);

function textOf(profile: ProfileRow, name: string): string | null {
  const fact = Object.hasOwn(profile.facts, name) ? profile.facts[name] : undefined;
  return fact && 'value' in fact && typeof fact.value === 'string' ? fact.value : null;
}

/** By hand and not by a pattern, because it looks at every fact of every customer. */
function bookingsOf(profile: ProfileRow): Set<string> {
  const found = new Set<string>();
  for (const fact in profile.facts) {
    const start = fact.startsWith('trip.') ? 5 : fact.startsWith('booking.') ? 8 : 0;
    const end = start === 0 ? -1 : fact.indexOf('.', start);
    if (end > start) found.add(fact.slice(start, end));
  }
  return found;
}

/** A phone number is kept backwards, so that its last digits are a prefix: that is what a person reads out. */
export function keyOf(kind: Kind, value: string): string {
  if (kind === 'phone') return backwards(phoneDigits(value));
  if (kind === 'email') return fold(value).trim();
  return fold(value).replace(/[^\p{L}\p{N}]/gu, '');
}

export const backwards = (digits: string): string => [...digits].reverse().join('');

/** The digits that every spelling of a number ends with: no +, 00, trunk 0 or (0). */
export const phoneDigits = (text: string): string =>
  text
    .replace(/\(0\)/u, '')
    .replace(/\D/gu, '')
    .replace(/^0{1,2}/u, '');
