import { describe, expect, it } from 'vitest';
import type { EventRow } from '../../../domain/event.ts';
import type { Json } from '../../../domain/json.ts';
import type { ProfileRow } from '../../../domain/profile.ts';
import { customerView } from './customer.ts';

const NOW = Date.parse('2026-11-21T18:00:00Z');
const at = '2026-11-21T17:50:00.000Z';

function rowOf(facts: { [name: string]: Json }): ProfileRow {
  const entries = Object.entries(facts).map(([name, value]) => [name, { value, source: 'dcs', at }]);
  return {
    id: 'P1',
    identities: [{ type: 'phone', masked: '******12', tag: 't' }],
    facts: Object.fromEntries(entries),
  };
}

const lens = { pending: (name: string) => name === 'trip.QX7R2M.2.seat', hash: (name: string) => `#${name}` };

const ROW = rowOf({
  firstName: 'Anna',
  lastName: 'Weber',
  tier: 'Senator',
  language: 'de',
  'booking.QX7R2M.status': 'confirmed',
  'trip.QX7R2M.1.flight': 'LH100',
  'trip.QX7R2M.1.date': '2026-11-21',
  'trip.QX7R2M.1.from': 'MUC',
  'trip.QX7R2M.1.to': 'FRA',
  'trip.QX7R2M.1.departs': '2026-11-21T17:30:00+01:00',
  'trip.QX7R2M.1.arrives': '2026-11-21T21:30:00+01:00',
  'trip.QX7R2M.2.flight': 'LH400',
  'trip.QX7R2M.2.date': '2026-11-21',
  'trip.QX7R2M.2.from': 'FRA',
  'trip.QX7R2M.2.to': 'JFK',
  'trip.QX7R2M.2.departs': '2026-11-21T21:55:00+01:00',
  'trip.QX7R2M.2.arrives': '2026-11-22T05:00:00+01:00',
  'trip.QX7R2M.2.seat': '14C',
  'trip.QX7R2M.2.gate': 'B42',
  'bag.0220.status': 'not loaded',
  'case.C.1.status': 'open',
  'case.C.1.kind': 'complaint',
  'consent.sms': true,
  'segment.frequent-flyer': true,
  shoeSize: 38,
});

const gateEvent: EventRow = {
  id: 'e1',
  profileId: 'P1',
  type: 'track',
  name: 'Flight Status',
  at: '2026-11-21T16:00:00.000Z',
  source: 'dcs',
  properties: { flight: 'LH400', date: '2026-11-21', from: 'FRA', gate: 'A1' },
};

const view = (row: ProfileRow, events: EventRow[] = []) =>
  customerView({ row, events, contacts: [], lens, pendingEvent: (id) => id === 'mine', now: NOW });

describe('customerView', () => {
  it('lays a customer out with the segment in trouble first', () => {
    const card = view(ROW, [gateEvent]);
    expect(card.name).toBe('Anna Weber');
    expect(card.identities).toEqual([{ type: 'phone', value: '******12', masked: true, tag: 't' }]);
    expect(card.alerts.map((alert) => alert.kind).sort()).toEqual(['bag', 'complaint', 'connection', 'gate']);
    expect(card.alerts.find((alert) => alert.kind === 'gate')?.params).toMatchObject({
      gate: 'B42',
      was: 'A1',
    });
    expect(card.alerts.find((alert) => alert.kind === 'connection')?.params).toMatchObject({
      minutes: 25,
      flight: 'LH400',
    });
    expect(card.next).toBe(card.trips[0]?.segments[0]);
    expect(card.next).toMatchObject({ segment: '2', from: { name: 'Frankfurt', zone: 'Europe/Berlin' } });
    expect(card.next?.fields.seat).toMatchObject({
      value: '14C',
      pending: true,
      hash: '#trip.QX7R2M.2.seat',
    });
    expect(card.cases).toMatchObject([{ caseId: 'C.1' }]);
    expect(card.others.map((fact) => fact.name)).toEqual(['shoeSize']);
  });

  it('raises no alert for a flight that is long over or a booking that was cancelled', () => {
    const cancelled = rowOf({ 'trip.B.1.flightStatus': 'cancelled', 'trip.B.1.status': 'cancelled' });
    expect(view(cancelled).alerts).toEqual([]);
    const over = rowOf({ 'trip.B.1.flightStatus': 'delayed', 'trip.B.1.arrives': '2026-11-20T12:00:00Z' });
    expect(view(over).alerts).toEqual([]);
    const now = rowOf({ 'trip.B.1.flightStatus': 'cancelled', 'trip.B.1.arrives': '2026-11-21T20:00:00Z' });
    expect(view(now).alerts).toMatchObject([{ kind: 'cancelled', severity: 'critical' }]);
  });

  it('says of a delay when the flight was to leave, as the booking told it', () => {
    const delayed = rowOf({
      'trip.B.1.flight': 'LH1',
      'trip.B.1.flightStatus': 'delayed',
      'trip.B.1.departs': '2026-11-21T20:00:00Z',
    });
    const booked = (departs: string): EventRow => ({
      ...gateEvent,
      name: 'Booking Created',
      properties: { booking: 'b', segments: [{ segment: 1, flight: 'LH1', departs }] },
    });
    const was = (event: EventRow[]) => view(delayed, event).alerts[0]?.params.was;
    expect(was([booked('2026-11-21T19:00:00Z')])).toBe('2026-11-21T19:00:00Z');
    expect(was([booked('2026-11-21T21:00:00+01:00')])).toBeNull();
    expect(was([])).toBeNull();
  });

  it('names somebody without a name by an identity', () => {
    expect(view({ id: 'P2', identities: [{ type: 'userId', value: 'u9' }], facts: {} }).name).toBe('u9');
    expect(view({ id: 'P2', identities: [], facts: {} }).name).toBe('P2');
  });
});
