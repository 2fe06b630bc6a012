/**
 * One customer whose every value is a text that stands nowhere else, made from the vocabulary itself (kinds.ts): a
 * property that joins it without being named here fails the test. What roles may see is said anew after
 * docs/spec/airline.md, so that a mistake in the product's own table is a difference between the two.
 */
import type { Role } from '../../../src/domain/role.ts';
import { type Kind, TRACKED, TRAITS } from '../../../src/packs/airline/kinds.ts';

/** `contact`: contact data or the number of a document. `ofCase`: of a complaint, a case or a note. */
export type Canary = { text: string; contact: boolean; ofCase: boolean; from: string };
export type Event = { type: string; event?: string; properties: { [name: string]: unknown } };

/** What the specification keeps from each role. */
export const KEPT_FROM: { readonly [R in Role]: (canary: Canary) => boolean } = {
  operator: () => false,
  supervisor: () => false,
  restricted: ({ contact }) => contact,
  kiosk: ({ contact, ofCase }) => contact || ofCase,
};

type Sort = 'contact' | 'plain';
/** Every name of the vocabulary that holds a text, and what it is. */
const NAMES: { [name: string]: Sort } = {
  ...{
    firstName: 'plain',
    lastName: 'plain',
    name: 'plain',
    language: 'plain',
    zone: 'plain',
    tier: 'plain',
  },
  ...{ email: 'contact', phone: 'contact', loyaltyNumber: 'contact', ticket: 'contact' },
  ...{ booking: 'plain', seat: 'plain', sequence: 'plain', flight: 'plain', from: 'plain', to: 'plain' },
  ...{ gate: 'plain', reason: 'plain', status: 'plain', cabin: 'plain', tag: 'plain' },
  ...{ channel: 'plain', action: 'plain', decisionId: 'plain', queue: 'plain', contactId: 'plain' },
  ...{ caseId: 'plain', topic: 'plain', text: 'plain' },
};
/** Kinds that hold no text of a customer. */
const WITHOUT_TEXT = new Set<Kind>(['time', 'date', 'number', 'segment', 'boolean', 'consents', 'segments']);
/** Names under which sources send numbers of documents. */
export const DOCUMENTS = [
  'passport',
  'passportNumber',
  'document_no',
  'visaId',
  'identityCard',
  'id_card',
  'nationalId',
];

const FOLDED_ELSEWHERE = new Set([
  'Flight Status',
  'Booking Created',
  'Booking Changed',
  'Booking Cancelled',
]);

export class Customer {
  readonly canaries: Canary[] = [];
  readonly events: Event[] = [];
  readonly missing: string[] = [];
  readonly mark: string;
  private count = 0;

  /** @param mark three lower-case letters that no other customer has */
  constructor(mark: string) {
    this.mark = mark;
    const traits: { [name: string]: unknown } = {};
    for (const [name, kind] of Object.entries(TRAITS)) this.put(traits, name, kind, `identify ${name}`);
    for (const name of DOCUMENTS) traits[name] = this.value(name, 'contact', `identify ${name}`);
    traits.language = 'de';
    traits.zone = 'Europe/Berlin';
    this.events.push({ type: 'identify', properties: traits });
    for (const [event, kinds] of TRACKED) {
      if (FOLDED_ELSEWHERE.has(event)) continue;
      const properties: { [name: string]: unknown } = {};
      for (const [name, kind] of Object.entries(kinds)) this.put(properties, name, kind, `${event} ${name}`);
      Object.assign(properties, this.beyondTheVocabulary(event));
      if (event === 'Preference Changed') this.preferences(properties);
      this.events.push({ type: 'track', event, properties });
    }
  }

  /** A preference is a fact by a name of its own: the value of one that is named like contact data is contact data. */
  private preferences(first: { [name: string]: unknown }): void {
    first.value = this.value('value', 'plain', 'Preference Changed value');
    for (const name of ['email', 'phone', 'passportNumber']) {
      const value = this.value(name, 'contact', `preference ${name}`);
      this.events.push({ type: 'track', event: 'Preference Changed', properties: { name, value } });
    }
    const value = `send it to ${this.value('email', 'contact', 'preference text')}`;
    this.events.push({ type: 'track', event: 'Preference Changed', properties: { name: 'delivery', value } });
  }

  /** Kept of him as well, from elsewhere. */
  add(from: string, name: string, sort: Sort): string {
    return this.value(name, sort, from);
  }

  /** What sources send without being asked: contact data at any depth, inside of texts, as a pair of name and value. */
  private beyondTheVocabulary(event: string) {
    const of = (name: string) => this.value(name, 'contact', `${event} beyond ${name}`);
    return {
      form: { fields: [{ name: 'phone', value: of('phone') }, { deep: { email: of('email') } }] },
      url: `https://air.example/?mail=${of('email')}&x=1`,
      said: `please call ${of('phone')} or write`,
    };
  }

  private put(into: { [name: string]: unknown }, name: string, kind: Kind, from: string): void {
    const sort = NAMES[name];
    if (sort === undefined && !WITHOUT_TEXT.has(kind)) this.missing.push(from);
    if (sort === undefined) return;
    into[name] = this.value(name, sort, from);
  }

  private value(name: string, sort: Sort, from: string): string {
    this.count += 1;
    const number = String(100 + this.count);
    const keep = (canary: string, text = canary) => {
      const ofCase = /^(?:Complaint|Case|note)/u.test(from);
      this.canaries.push({ text: canary, contact: sort === 'contact', ofCase, from });
      return text;
    };
    if (name === 'email')
      return keep(`zq${this.mark}${number}mail`, `zq${this.mark}${number}mail@leak.example`);
    if (name === 'phone') {
      const digits = `49151${codeOf(this.mark)}${number}00`;
      return keep(digits, `+${digits}`);
    }
    return keep(`zq${this.mark}${number}${sort}`);
  }
}

const codeOf = (mark: string) =>
  Array.from(mark, (letter) => (letter.codePointAt(0) as number) % 10).join('');
