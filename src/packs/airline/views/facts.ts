import type { FactView } from '../../../domain/customer-view.ts';
import { type AnyFact, isMasked, type ProfileRow } from '../../../domain/profile.ts';
import { type ShownFacts, timeOfText } from '../trips.ts';
import { limitSecondsOf } from './limits.ts';

/** What only the keeper of the rows knows of a fact: whether an own command wrote it, and the hash for a base. */
export type FactLens = { pending(name: string): boolean; hash(name: string): string | null };

export function factView(name: string, fact: AnyFact, lens: FactLens): FactView {
  return {
    name,
    value: isMasked(fact) ? fact.masked : fact.value,
    masked: isMasked(fact),
    source: fact.source,
    at: fact.at,
    limitSeconds: limitSecondsOf(name),
    pending: lens.pending(name),
    hash: lens.hash(name),
  };
}

/**
 * The facts of a row in the form in which the pack computes with them; of a masked one only the mask.
 * @param beginning only facts whose names begin so
 */
export function shownOf(row: ProfileRow, beginning = ''): ShownFacts {
  const facts: ShownFacts = new Map();
  for (const name in row.facts) {
    const fact = row.facts[name];
    if (fact === undefined || !name.startsWith(beginning)) continue;
    const value = isMasked(fact) ? fact.masked : fact.value;
    facts.set(name, { value, source: fact.source, at: timeOfText(fact.at) ?? 0 });
  }
  return facts;
}

/** Written without a space between the names. */
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u;
const FAMILY_NAME_FIRST = /^(?:hu|ja|ko|vi|zh)\b/u;

/** First and last name in the order in which their owner writes them. */
function joined(first: string, last: string, language: string): string {
  if (first === '' || last === '') return first + last;
  if (EAST_ASIAN.test(first + last)) return last + first;
  return FAMILY_NAME_FIRST.test(language) ? `${last} ${first}` : `${first} ${last}`;
}

/** The customer's name as it is read out; what else he is known by where no name is known. */
export function nameOf(row: ProfileRow): string {
  const text = (name: string) => {
    const fact = Object.hasOwn(row.facts, name) ? row.facts[name] : undefined;
    const value = fact && (isMasked(fact) ? fact.masked : fact.value);
    return typeof value === 'string' ? value.trim() : '';
  };
  const full = joined(text('firstName'), text('lastName'), text('language'));
  if (full !== '') return full;
  if (text('name') !== '') return text('name');
  // An anonymous id tells nobody anything: a number or an address first, as of somebody who calls for the first time.
  const identity = (type: string) => row.identities.find((one) => one.type === type);
  const first = identity('userId') ?? row.identities.find((one) => one.type !== 'anonymousId');
  if (first !== undefined) return 'masked' in first ? first.masked : first.value;
  const anonymous = row.identities[0];
  const id = anonymous === undefined ? row.id : 'masked' in anonymous ? anonymous.masked : anonymous.value;
  return text('phone') || text('email') || id;
}
