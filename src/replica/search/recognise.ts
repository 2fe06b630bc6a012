/** What an operator may have entered: one box, no type selector (product.md, Entry). Pure. */
import type { ScannedDocument } from '../../bridge/views.ts';
import { readDocument } from './documents.ts';
import { fold, words } from './fold.ts';
import { backwards, type Kind, keyOf, phoneDigits } from './keys.ts';

export type Query = {
  /** What it looks like, most specific first; null where it is plainly a name. */
  recognised: string | null;
  /** Prefixes of keys to look up. */
  lookups: { kind: Kind; prefix: string }[];
  /** Folded words of a name, each a prefix. */
  words: string[];
  /** The same name with less of it, tried in turn where nobody is found: paper has names that nobody is called by. */
  fewer: string[][];
  document: ScannedDocument | null;
};

/** Fewer last digits than this match half of the replica. */
const LEAST_PHONE_DIGITS = 4;

/** Characters of what is no paper; nobody is called more. */
const LONGEST_TYPED = 200;

/** @param now ms */
export function recognise(entered: string, now: number): Query {
  const document = readDocument(entered, now);
  if (document !== null && document.kind !== 'bagTag') return { ...onPaper(document), document };
  const text = entered.trim().slice(0, LONGEST_TYPED);
  const plain = { document, fewer: [] };
  if (text.includes('@'))
    return { ...plain, recognised: 'email', lookups: [lookup('email', text)], words: [] };
  if (/^[+\d][\d\s()/.-]*$/u.test(text)) return { ...plain, ...digits(text) };
  const code = fold(text).replace(/[\s-]/gu, '');
  const lookups: Query['lookups'] = [];
  const codeLike = /^[a-z0-9]{3,16}$/u.test(code) && !/\s/u.test(text);
  if (codeLike) lookups.push(lookup('booking', code));
  if (codeLike && /\d/u.test(code)) lookups.push(lookup('loyaltyNumber', code));
  const recognised = codeLike && /\d/u.test(code) ? 'booking' : null;
  return { ...plain, recognised, lookups, words: words(text) };
}

/** By booking code, and by the name that stands there. */
function onPaper(document: Exclude<ScannedDocument, { kind: 'bagTag' }>): Omit<Query, 'document'> {
  const [last, first] = [words(document.lastName), words(document.firstName)];
  const bookings = document.kind === 'boardingPass' ? document.legs.map((leg) => leg.booking) : [];
  return {
    recognised: document.kind === 'travelDocument' ? document.type : document.kind,
    lookups: [...new Set(bookings)].map((booking) => lookup('booking', booking)),
    words: [...last, ...first],
    fewer: [[...last, ...first.slice(0, 1)], last],
  };
}

function digits(text: string): Pick<Query, 'recognised' | 'lookups' | 'words'> {
  const plain = text.replace(/\D/gu, '');
  const lookups = [lookup('loyaltyNumber', plain), lookup('ticket', plain), lookup('booking', plain)];
  lookups.push(lookup('bagTag', plain));
  const number = phoneDigits(text);
  if (number.length >= LEAST_PHONE_DIGITS) lookups.push({ kind: 'phone', prefix: backwards(number) });
  const recognised = plain.length === 13 ? 'ticket' : number.length >= LEAST_PHONE_DIGITS ? 'phone' : null;
  return { recognised, lookups, words: [] };
}

const lookup = (kind: Kind, value: string): { kind: Kind; prefix: string } => ({
  kind,
  prefix: keyOf(kind, value),
});
