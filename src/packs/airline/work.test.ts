import { describe, expect, it } from 'vitest';
import type { ContactRow } from '../../domain/contact.ts';
import type { JsonObject } from '../../domain/json.ts';
import { AIRLINE_COMMANDS } from './commands.ts';
import { inOrder, standingOf } from './views/work.ts';
import { CLAIM_MS } from './work-commands.ts';

const NOW = Date.parse('2026-11-27T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const minutes = (n: number): string => iso(NOW + n * 60_000);

const contact = (given: Partial<ContactRow> = {}): ContactRow => ({
  ...{ id: 'k1', profileId: 'P1', kind: 'call', state: 'waiting', queue: 'support-de', station: null },
  ...{ identity: null, at: minutes(-5), since: minutes(-5) },
  ...given,
});
const held = (by: string, until: number) => ({ by, station: 'FRA', until: minutes(until) });

function give(
  name: string,
  row: ContactRow | null,
  { by = 'anna', written = 0, ...args }: JsonObject & { by?: string; written?: number } = {},
) {
  const change = AIRLINE_COMMANDS.get(name)?.get(1)?.contact;
  const all = { profileId: 'P1', contactId: 'k1', station: 'FRA', ...args };
  const call = { id: 'c1', at: iso(NOW), writtenAt: minutes(written), by, args: all };
  return change?.after(call, row);
}
const rowOf = (given: ReturnType<typeof give>): ContactRow => {
  if (!given || !('row' in given)) throw new Error(`no row: ${JSON.stringify(given)}`);
  return given.row;
};

describe('taking work', () => {
  it('[WK1] a claim is a lease from when it was taken, and renewed by its holder', () => {
    const taken = rowOf(give('claim', contact()));
    expect(taken.claim).toEqual({ by: 'anna', station: 'FRA', until: iso(NOW + CLAIM_MS) });
    expect(taken.takenAt).toBe(iso(NOW));
    const renewed = rowOf(give('claim', { ...taken, claim: held('anna', 1), takenAt: minutes(-9) }));
    expect(renewed.claim?.until).toBe(iso(NOW + CLAIM_MS));
    expect(renewed.takenAt).toBe(minutes(-9));
  });

  it('[WK2] whoever has it keeps it, and the other is told who and until when', () => {
    const told = { refused: 'claimed', detail: { by: 'bo', until: minutes(3) } };
    for (const name of ['claim', 'release', 'park', 'hand-over'])
      expect([name, give(name, contact({ claim: held('bo', 3) }))]).toEqual([name, told]);
    expect(give('claim', null)).toEqual({ refused: 'no_contact', detail: null });
  });

  it('[WK3] a lease that has ended holds nobody off, and one that ended on the way does nothing', () => {
    expect(rowOf(give('claim', contact({ claim: held('bo', 0) }))).claim?.by).toBe('anna');
    expect(rowOf(give('claim', contact(), { written: -4 })).claim?.until).toBe(minutes(6));
    expect(give('claim', contact(), { written: -10 })).toBeNull();
    // A console whose clock is ahead gets no longer lease.
    expect(rowOf(give('claim', contact(), { written: 60 })).claim?.until).toBe(minutes(10));
  });

  it('[WK4] given back, parked and handed over it waits again, for nobody in particular', () => {
    const mine = contact({ claim: held('anna', 9), state: 'active', station: 'FRA' });
    expect(rowOf(give('release', mine)).claim).toBeUndefined();
    const parked = rowOf(give('park', mine, { notBefore: minutes(15) }));
    expect(parked).toMatchObject({ state: 'waiting', parkedUntil: minutes(15) });
    expect(parked.claim).toBeUndefined();
    const over = rowOf(give('hand-over', { ...parked }, { queue: 'support-en' }));
    expect(over).toMatchObject({ queue: 'support-en', station: null, from: { by: 'anna', at: iso(NOW) } });
    expect(over.parkedUntil).toBeUndefined();
    expect(rowOf(give('claim', parked)).parkedUntil).toBeUndefined();
  });

  it('[WK5] a callback is a contact of its own, made once', () => {
    const made = rowOf(give('call-back', null, { queue: 'support-de', notBefore: minutes(30) }));
    expect(made).toMatchObject({ id: 'c1', kind: 'callback', state: 'waiting', parkedUntil: minutes(30) });
    expect(give('call-back', made, { queue: 'support-de', notBefore: minutes(30) })).toBeNull();
  });
});

describe('the order of work', () => {
  const rank = (given: Partial<ContactRow>) => standingOf(contact(given), 'anna', NOW);

  it('[WK6] what rings, own work, what waits by the end of its time, then what others have and what is parked', () => {
    const rows: Partial<ContactRow>[] = [
      { id: 'parked', parkedUntil: minutes(5) },
      { id: 'anothers', claim: held('bo', 5) },
      { id: 'visit', kind: 'visit', since: minutes(-9) },
      { id: 'call', since: minutes(-1) },
      { id: 'mine', claim: held('anna', 5) },
      { id: 'rings', state: 'ringing' },
      { id: 'due', parkedUntil: minutes(-8), kind: 'callback' },
      { id: 'handed over', from: { by: 'anna', at: minutes(-1) }, since: minutes(-9) },
      { id: 'given back', claim: held('bo', 0), since: minutes(-2) },
    ];
    const order = rows
      .map((row) => ({ id: row.id, standing: rank(row) }))
      .sort((a, b) => inOrder(a.standing, b.standing))
      .map(({ id }) => id);
    expect(order).toEqual([
      'rings',
      'mine',
      'given back',
      'call',
      'visit',
      'due',
      'handed over',
      'anothers',
      'parked',
    ]);
  });

  it('[WK7] the time runs for what waits, from the moment that was promised, and stops when somebody takes it', () => {
    expect(rank({}).service).toEqual({ from: minutes(-5), seconds: 20 });
    expect(rank({ kind: 'callback', parkedUntil: minutes(-1) }).service).toEqual({
      ...{ from: minutes(-1), seconds: 900 },
    });
    expect(rank({ parkedUntil: minutes(1) })).toMatchObject({ service: null, parkedUntil: minutes(1) });
    expect(rank({ claim: held('bo', 1) })).toMatchObject({ service: null, taken: { by: 'bo', mine: false } });
  });
});
