import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../domain/event.ts';
import type { Json, JsonObject } from '../../../domain/json.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { customerView } from '../views/customer.ts';
import { decisionInput } from './input.ts';
import { evidenceFor, NEEDS, needsOf } from './needs.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
const BOOKED = '2026-11-01T10:00:00.000Z';
const TOLD = '2026-11-21T17:50:00.000Z';
const trip: Record<string, [Json, string, string]> = {
  'trip.QX7R2M.1.flight': ['LH400', 'crs', BOOKED],
  'trip.QX7R2M.1.departs': ['2026-11-21T21:55:00+01:00', 'crs', BOOKED],
  'trip.QX7R2M.1.flightStatus': ['cancelled', 'dcs', TOLD],
};
const rowOf = (facts: Record<string, [Json, string, string]>): ProfileRow => ({
  id: 'p1',
  identities: [],
  facts: Object.fromEntries(
    Object.entries(facts).map(([name, [value, source, at]]) => [name, { value, source, at }]),
  ),
});
const line = (
  id: string,
  name: string,
  at: string,
  source: string,
  properties: JsonObject = {},
): EventRow => ({
  ...{ id, profileId: 'p1', type: 'track', name, at, source, properties },
});
const status = line('e-status', 'Flight Status', TOLD, 'dcs');
const events = [
  line('e-other', 'Flight Status', TOLD, 'ops'),
  status,
  line('e-book', 'Booking Created', BOOKED, 'crs'),
];
const inputOf = (facts: Record<string, [Json, string, string]>, timeline = events) =>
  decisionInput(rowOf(facts), timeline, [], NOW);

describe('[L2] needs', () => {
  it('add up the signs that speak for them, the most pressing first', () => {
    expect(needsOf({})).toEqual([]);
    expect(needsOf({ seatMismatch: true, flightDelayed: true, connectionAtRisk: true })).toEqual([
      { need: 'travelOn', score: 1 - 0.3 * 0.8, because: ['connectionAtRisk', 'flightDelayed'] },
      { need: 'seat', score: 1 - 0.6, because: ['seatMismatch'] },
    ]);
    const papers = { longHaul: true, documentsChecked: false, minutesToDeparture: 90 };
    expect(needsOf(papers)).toMatchObject([{ need: 'papers' }]);
    expect(needsOf({ ...papers, documentsChecked: true })).toEqual([]);
    expect(needsOf({ ...papers, minutesToDeparture: 5_000 })).toEqual([]);
    expect(needsOf({ delayMinutes: 119 })).toEqual([]);
    expect(needsOf({ delayMinutes: 120 })).toMatchObject([{ need: 'shelter', score: 0.5 }]);
    const all = { flightCancelled: true, bagNotLoaded: true, complaintOpen: true, overnight: true };
    const found = needsOf({ ...all, ...papers, refundAsked: true, seatMismatch: true });
    expect(found.map(({ need }) => need).sort()).toEqual([...NEEDS].sort());
    expect(found.every(({ score }) => score > 0 && score < 1)).toBe(true);
  });

  it('[B7] name the facts behind them, each with the event that said so', () => {
    const input = inputOf(trip);
    const [first] = needsOf(input.profile.facts);
    expect(first).toMatchObject({ need: 'travelOn', because: ['flightCancelled'] });
    expect(evidenceFor(first!, input, events)).toEqual([
      { fact: 'trip.QX7R2M.1.flightStatus', source: 'dcs', at: TOLD, event: 'e-status' },
    ]);
    expect(evidenceFor(first!, input, [])).toMatchObject([{ event: null }]);
  });

  it('are facts that rules may ask, with the origin of their strongest sign', () => {
    const { profile, origins } = inputOf(trip);
    expect(profile.facts).toMatchObject({ need: 'travelOn' });
    expect(profile.facts['needScore']).toBeCloseTo(0.9, 12);
    expect(origins.need).toMatchObject({ fact: 'trip.QX7R2M.1.flightStatus', at: TOLD });
    expect(inputOf({}).profile.facts).toMatchObject({ needScore: 0 });
    expect(inputOf({}).profile.facts).not.toHaveProperty('need');
  });

  it('are on the screen as the rules see them, and not of what a role may not see', () => {
    const lens = { pending: () => false, hash: () => null };
    const see = (row: ProfileRow) =>
      customerView({ row, events, contacts: [], lens, pendingEvent: () => false, now: NOW }).needs;
    const complaint: Record<string, [Json, string, string]> = {
      'case.C1.status': ['open', 'crm', TOLD],
      'case.C1.kind': ['complaint', 'crm', TOLD],
    };
    const seen = see(rowOf({ ...trip, ...complaint }));
    expect(seen.map(({ need }) => need)).toEqual(['travelOn', 'recovery', 'shelter']);
    expect(seen[0]).toMatchObject({ evidence: [{ event: 'e-status' }] });
    expect(see(rowOf(trip)).map(({ need }) => need)).toEqual(['travelOn', 'shelter']);
  });
});
