import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../domain/event.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { decisionInput } from './input.ts';
import { readPast } from './past.ts';

const line = (id: string, type: string, name: string, minute: number, properties: JsonObject): EventRow => ({
  ...{ id, profileId: 'p1', type, name, source: 'kairos', properties },
  at: new Date(Date.parse('2026-11-24T10:00:00Z') + minute * 60_000).toISOString(),
});
const chosen = { action: 'extra-bag', channel: 'email', approach: 'plain' };
const decision = line('d1', 'decision', 'Decision Recorded', 0, { record: { id: 'd1', chosen } });
const outcome = line('d1/positive', 'outcome', 'Outcome Recorded', 9, {
  decisionId: 'd1',
  outcome: 'positive',
});
const sent = line('intent/i1', 'track', 'Message Sent', 5, { ...chosen, decisionId: 'd1' });

describe('the past', () => {
  it('[T6] counts a message and what came of it once', () => {
    const entry = { action: 'extra-bag', channel: 'email' };
    expect(readPast([decision, outcome]).history).toMatchObject([entry]);
    expect(readPast([decision, sent, outcome]).history).toEqual([{ ...entry, at: sent.at }]);
    // Settled it is by the later of the two.
    expect(readPast([decision, sent, outcome]).settled.get('extra-bag')).toBe(Date.parse(outcome.at));
  });

  it('[WEB3] takes what was bought on the web for settled, by sku or product_id, and nothing else of the order', () => {
    const order = (...products: JsonObject['products'][]) =>
      line('o1', 'track', 'Order Completed', 3, { order_id: 'A-1', products: products as JsonObject[] });
    const bought = readPast([order({ sku: 'extra-bag' }, { product_id: 'paid-upgrade', name: 'seat-wish' })]);
    expect([...bought.settled]).toEqual([
      ['extra-bag', Date.parse('2026-11-24T10:03:00Z')],
      ['paid-upgrade', Date.parse('2026-11-24T10:03:00Z')],
    ]);
    expect(bought.history).toEqual([]);
    expect(readPast([order('extra-bag', null, { sku: 7 })]).settled.size).toBe(0);
    expect(readPast([line('o2', 'track', 'Order Completed', 3, {})]).settled.size).toBe(0);
  });

  it('[B12] [L3] never asks again what was answered or refused, and asks again what the operator left out', () => {
    const asked = { action: 'ask-contact', channel: 'counter', approach: 'plain' };
    const question = line('q1', 'decision', 'Decision Recorded', 0, { record: { id: 'q1', chosen: asked } });
    const told = (name: string) =>
      line(`q1/${name}`, 'outcome', 'Outcome Recorded', 1, { decisionId: 'q1', outcome: name });
    const month = Date.parse(decision.at) + 29 * 86_400_000;
    const settled = (outcomes: EventRow[], action = 'ask-contact') =>
      decisionInput({ id: 'p1', identities: [], facts: {} }, [question, ...outcomes], [], month).profile
        .facts[`settled.${action}`];
    expect(settled([told('positive')])).toBe(true);
    expect(settled([told('customer-declined')])).toBe(true);
    expect(settled([told('presented')])).toBe(false);
    expect(settled([told('operator-declined')])).toBe(false);
    expect(settled([told('positive')], 'ask-language')).toBe(false);
    // What is no question may be said again.
    expect(
      decisionInput({ id: 'p1', identities: [], facts: {} }, [decision, outcome], [], month).profile.facts,
    ).toMatchObject({ 'settled.extra-bag': false });
  });

  it('[B12] [L3] takes a stated language for the answer, before what a system has on file', () => {
    const fact = (value: string) => ({ value, source: 'crm', at: decision.at });
    const facts = (row: Record<string, ReturnType<typeof fact>>) =>
      decisionInput({ id: 'p1', identities: [], facts: row }, [], [], 0).profile.facts;
    expect(facts({ language: fact('de'), 'preference.language': fact('EN') })).toMatchObject({
      language: 'en',
      languageKnown: true,
    });
    expect(facts({ 'preference.contact': fact('App') })).toMatchObject({
      contactWish: 'app',
      contactWishKnown: true,
    });
    expect(facts({ 'preference.sms': fact('yes') })).not.toHaveProperty('contactWish');
  });
});
