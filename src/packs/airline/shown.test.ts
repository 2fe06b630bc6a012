import { describe, expect, it } from 'vitest';
import { applyCommand, applyEvent, type FoldState, newState } from '../../domain/fold/state.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { faultOf } from './kinds.ts';
import { scopesOf } from './scopes.ts';
import { shownFacts } from './shown.ts';
import { flightWritesOf, writesOf } from './vocabulary.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

class Customer {
  readonly state = newState();
  readonly flights = new Map<string, FoldState>();
  private serial = 0;

  /** `minute`: when it happened, counted from an hour ago. */
  said(minute: number, name: string, properties: JsonObject, type = 'track'): this {
    const event = { type, name, properties };
    expect(faultOf(event)).toBeNull();
    applyEvent(this.state, this.stamp(minute), 'app', writesOf(event));
    return this;
  }

  flight(minute: number, properties: JsonObject): this {
    const key = 'LH400/2026-11-21/FRA';
    const state = this.flights.get(key) ?? newState();
    this.flights.set(key, state);
    const all = { flight: 'LH400', date: '2026-11-21', from: 'FRA', ...properties };
    applyEvent(
      state,
      this.stamp(minute),
      'ops',
      flightWritesOf({ type: 'track', name: 'Flight Status', properties: all }),
    );
    return this;
  }

  commanded(minute: number, facts: { [name: string]: Json }): this {
    applyCommand(this.state, this.stamp(minute), 'console', ++this.serial, Object.entries(facts));
    return this;
  }

  private stamp(minute: number) {
    return { at: NOW - 3_600_000 + minute * 60_000, priority: 50, id: `m${++this.serial}` };
  }

  shown(now = NOW) {
    return shownFacts(this.state, (key) => this.flights.get(key), now);
  }

  values(prefix: string, now = NOW): { [name: string]: Json } {
    const found = [...this.shown(now).facts].filter(([name]) => name.startsWith(prefix));
    return Object.fromEntries(found.map(([name, fact]) => [name.slice(prefix.length), fact.value]));
  }

  scopes(now = NOW): string[] {
    return scopesOf('P', this.shown(now).segments, [], [], now).scopes.filter(
      (scope) => scope !== 'profile:P',
    );
  }
}

const FLIGHT = {
  flight: 'LH400',
  date: '2026-11-21',
  from: 'FRA',
  to: 'JFK',
  departs: '2026-11-21T13:00:00Z',
};
const booking = (...segments: JsonObject[]): JsonObject => ({ booking: 'qx7r2m', segments });

describe('booking lists', () => {
  it('removes the segments that a change does not list, also for what comes late', () => {
    const customer = new Customer()
      .said(10, 'Booking Changed', booking({ segment: 1 }))
      .said(1, 'Booking Created', booking({ segment: 1, seat: '1A' }, { segment: 2, seat: '2A' }))
      .said(5, 'Seat Changed', { booking: 'QX7R2M', segment: 2, seat: '3C' })
      .said(20, 'Checked In', { booking: 'QX7R2M', segment: 2, seat: '4D' });
    expect(customer.values('trip.QX7R2M.')).toEqual({ '1.seat': '1A', '1.status': 'confirmed' });
    expect(customer.values('booking.QX7R2M.')).toEqual({ segments: [1], status: 'confirmed' });
  });

  it('does not bring back what was said before the segment was once left out', () => {
    const customer = new Customer()
      .said(1, 'Booking Created', booking({ segment: 1 }, { segment: 2, seat: '2A' }))
      .said(10, 'Booking Changed', booking({ segment: 1 }))
      .said(20, 'Booking Changed', booking({ segment: 1 }, { segment: 2, cabin: 'C' }));
    expect(customer.values('trip.QX7R2M.2.')).toEqual({ cabin: 'C', status: 'confirmed' });
  });

  it('shows any segment of a booking that was never listed', () => {
    const customer = new Customer().said(1, 'Seat Changed', { booking: 'QX7R2M', segment: 3, seat: '9F' });
    expect(customer.values('trip.QX7R2M.')).toEqual({ '3.seat': '9F' });
  });
});

describe('status of a segment', () => {
  it('is cancelled by a cancellation that overtakes its booking', () => {
    const customer = new Customer()
      .said(10, 'Booking Cancelled', { booking: 'QX7R2M' })
      .said(1, 'Booking Created', booking({ segment: 1, status: 'confirmed', ...FLIGHT }));
    expect(customer.values('trip.QX7R2M.1.').status).toBe('cancelled');
    expect(customer.scopes()).toEqual([]);
  });

  it('stays checked in through a change, and is confirmed again when the cancelled booking is', () => {
    const customer = new Customer()
      .said(1, 'Booking Created', booking({ segment: 1 }))
      .said(2, 'Checked In', { booking: 'QX7R2M', segment: 1 })
      .said(3, 'Booking Changed', booking({ segment: 1 }));
    expect(customer.values('trip.QX7R2M.1.').status).toBe('checked in');
    customer
      .said(4, 'Booking Cancelled', { booking: 'QX7R2M' })
      .said(5, 'Booking Changed', booking({ segment: 1 }));
    expect(customer.values('trip.QX7R2M.1.').status).toBe('confirmed');
  });
});

describe('flights', () => {
  it('gives the later word of segment and flight, and leaves the passenger of a cancelled flight at the counter', () => {
    const customer = new Customer()
      .flight(5, { status: 'delayed', departs: '2026-11-21T14:00:00Z', gate: 'A1' })
      .said(10, 'Booking Created', booking({ segment: 1, ...FLIGHT }))
      .flight(20, { status: 'cancelled', gate: null });
    expect(customer.values('trip.QX7R2M.1.')).toMatchObject({
      departs: FLIGHT.departs,
      flightStatus: 'cancelled',
    });
    expect(customer.values('trip.QX7R2M.1.')).not.toHaveProperty('gate');
    expect(customer.scopes()).toEqual(['flight:LH400/2026-11-21', 'station:FRA']);
    expect(customer.values('segment.')).toMatchObject({ disrupted: true, 'flight-cancelled': true });
  });

  it('tells who was rebooked onto a flight what is known of it', () => {
    const customer = new Customer()
      .said(1, 'Booking Created', booking({ segment: 1, ...FLIGHT, flight: 'LH1' }))
      .flight(5, { status: 'scheduled', departs: '2026-11-21T15:00:00Z' })
      .commanded(10, { 'trip.QX7R2M.1.flight': 'LH400', 'trip.QX7R2M.1.departs': null });
    expect(customer.values('trip.QX7R2M.1.').departs).toBe('2026-11-21T15:00:00Z');
    customer.commanded(11, { 'trip.QX7R2M.1.flight': 'LH402', 'trip.QX7R2M.1.departs': null });
    expect(customer.values('trip.QX7R2M.1.')).not.toHaveProperty('departs');
    expect(customer.scopes()).toContain('station:FRA');
  });
});

describe('time', () => {
  it('lets the facts of trips, cases and bags go 30 days after their end', () => {
    const customer = new Customer()
      .said(1, 'Booking Created', booking({ segment: 1, ...FLIGHT }))
      .said(2, 'Bag Accepted', { booking: 'QX7R2M', tag: '0220' })
      .said(3, 'Complaint Opened', { caseId: 'C.1', topic: 'seat' })
      .said(4, 'Case Resolved', { caseId: 'C.1' })
      .said(5, 'identify', { tier: 'Senator' }, 'identify');
    const end = Date.parse(FLIGHT.departs) + 30 * 86_400_000;
    expect(Object.keys(customer.values('case.'))).toEqual(['C.1.status', 'C.1.kind', 'C.1.topic']);
    expect(customer.shown().next).toBeLessThan(end);
    expect(customer.shown(end).next).toBe(Date.parse(FLIGHT.departs) + 365 * 86_400_000);
    expect([...customer.shown(end).facts.keys()].sort()).toEqual([
      'segment.frequent-flyer',
      'segment.lifecycle',
      'tier',
    ]);
  });

  it('computes segments with the time of what made them true, and ends them by time alone', () => {
    const arrives = '2026-11-21T21:00:00Z';
    const customer = new Customer()
      .said(1, 'Booking Created', booking({ segment: 1, ...FLIGHT, arrives }))
      .said(2, 'Bag Status', { tag: '0220', status: 'not loaded' })
      .said(3, 'Case Opened', { caseId: 'C1' })
      .said(4, 'identify', { tier: 'Senator' }, 'identify');
    const standing = {
      'bag-not-loaded': true,
      'case-open': true,
      'frequent-flyer': true,
      lifecycle: 'loyal',
    };
    expect(customer.values('segment.')).toEqual({ ...standing, 'travelling-soon': true });
    expect(customer.shown().facts.get('segment.case-open')).toMatchObject({
      source: 'kairos',
      at: NOW - 57 * 60_000,
    });
    expect(customer.shown().next).toBe(Date.parse(FLIGHT.departs));
    const inTheAir = Date.parse(FLIGHT.departs);
    expect(customer.values('segment.', inTheAir)).toEqual({ ...standing, travelling: true });
    expect(customer.shown(inTheAir).next).toBe(Date.parse(arrives));
    expect(customer.values('segment.', Date.parse(arrives))).toEqual(standing);
  });

  it('computes the boundary at which a station begins and ends to hold a profile', () => {
    const customer = new Customer().said(1, 'Booking Created', booking({ segment: 1, ...FLIGHT }));
    const departs = Date.parse(FLIGHT.departs);
    const member = (now: number) => customer.scopes(now).includes('station:FRA');
    const hour = 3_600_000;
    expect([-48 * hour - 1, -48 * hour, 12 * hour, 12 * hour + 1].map((by) => member(departs + by))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const next = (now: number) => scopesOf('P', customer.shown(now).segments, [], [], now).next;
    expect(next(departs - 49 * hour)).toBe(departs - 48 * hour);
    expect(next(departs)).toBe(departs + 12 * hour + 1);
  });
});
