import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../domain/event.ts';
import type { JsonObject } from '../../../domain/json.ts';
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
});
