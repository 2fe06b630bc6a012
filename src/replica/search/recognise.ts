/** What an operator may have entered: one box, no type selector (product.md, Entry). Pure. */
import { fold, words } from './fold.ts';
import { backwards, type Kind, keyOf, phoneDigits } from './keys.ts';

export type Query = {
  /** What it looks like, most specific first; null where it is plainly a name. */
  recognised: string | null;
  /** Prefixes of keys to look up. */
  lookups: { kind: Kind; prefix: string }[];
  /** Folded words of a name, each a prefix. */
  words: string[];
};

/** Fewer last digits than this match half of the replica. */
const LEAST_PHONE_DIGITS = 4;

export function recognise(entered: string): Query {
  const text = entered.trim();
  const scanned = boardingPassBooking(text);
  if (scanned !== null)
    return { recognised: 'boardingPass', lookups: [lookup('booking', scanned)], words: [] };
  if (text.includes('@')) return { recognised: 'email', lookups: [lookup('email', text)], words: [] };
  if (/^[+\d][\d\s()/.-]*$/u.test(text)) return digits(text);
  const code = fold(text).replace(/[\s-]/gu, '');
  const lookups: Query['lookups'] = [];
  const codeLike = /^[a-z0-9]{3,16}$/u.test(code) && !/\s/u.test(text);
  if (codeLike) lookups.push(lookup('booking', code));
  if (codeLike && /\d/u.test(code)) lookups.push(lookup('loyaltyNumber', code));
  return { recognised: codeLike && /\d/u.test(code) ? 'booking' : null, lookups, words: words(text) };
}

function digits(text: string): Query {
  const plain = text.replace(/\D/gu, '');
  const lookups = [lookup('loyaltyNumber', plain), lookup('ticket', plain), lookup('booking', plain)];
  const number = phoneDigits(text);
  if (number.length >= LEAST_PHONE_DIGITS) lookups.push({ kind: 'phone', prefix: backwards(number) });
  const recognised = plain.length === 13 ? 'ticket' : number.length >= LEAST_PHONE_DIGITS ? 'phone' : null;
  return { recognised, lookups, words: [] };
}

const lookup = (kind: Kind, value: string): { kind: Kind; prefix: string } => ({
  kind,
  prefix: keyOf(kind, value),
});

/** IATA resolution 792 (bar coded boarding pass): format M, the booking code in columns 24 to 30. */
function boardingPassBooking(text: string): string | null {
  if (!/^M[1-4]/u.test(text) || text.length < 58) return null;
  const code = text.slice(23, 30).trim();
  return /^[A-Z0-9]{5,7}$/u.test(code) ? code : null;
}
