import { describe, expect, it } from 'vitest';
import type { Loose } from './core-process.ts';
import {
  at,
  booked,
  digits,
  factOf,
  flightStatus,
  fresh,
  HOUR,
  identify,
  seatChanged,
  segmentOf,
  type Trip,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

const factsOf = async (userId: string) => (await core.profile('userId', userId)).facts;
const valuesOf = async (userId: string): Promise<Record<string, unknown>> =>
  Object.fromEntries(Object.entries<Loose>(await factsOf(userId)).map(([name, fact]) => [name, fact.value]));
const by = (userId: string, minutesAgo = 0) => ({ userId, timestamp: at(-minutesAgo * 60_000) });

describe('[airline vocabulary] what a customer is', () => {
  it('[airline vocabulary] identify: traits and consents become facts', async () => {
    const userId = fresh('u');
    const traits = {
      firstName: 'Anna',
      lastName: 'Weber',
      name: 'Anna Weber',
      email: `${userId.toLowerCase()}@example.org`,
      phone: `+4915${digits(9)}`,
      language: 'de',
      zone: 'Europe/Berlin',
      loyaltyNumber: fresh('LN'),
      ticket: `220${digits(10)}`,
      tier: 'Senator',
    };
    await core.send(
      identify(userId, { ...traits, consents: { service: true, marketing: false, sms: true } }),
    );
    const values = await valuesOf(userId);
    expect(values).toMatchObject(traits);
    expect(values).toMatchObject({
      'consent.service': true,
      'consent.marketing': false,
      'consent.sms': true,
    });
    expect(values).not.toHaveProperty('consent.phone');
  });

  it('[airline vocabulary] Preference Changed and Consent Changed', async () => {
    const userId = fresh('u');
    await core.send(track('Preference Changed', { name: 'meal', value: 'vegan' }, by(userId)));
    await core.send(track('Consent Changed', { name: 'marketing', value: true }, by(userId, 5)));
    await core.send(track('Consent Changed', { name: 'marketing', value: false }, by(userId, 4)));
    expect(await valuesOf(userId)).toMatchObject({ 'preference.meal': 'vegan', 'consent.marketing': false });
  });

  it('[airline vocabulary] what the customer is doing now', async () => {
    const userId = fresh('u');
    await core.send(track('Rebooking Viewed', { booking: 'QX7R2M', options: [] }, by(userId)));
    expect(await factsOf(userId)).toHaveProperty(['now.activity', 'value']);
  });

  it('[airline vocabulary] cases open and are resolved', async () => {
    const userId = fresh('u');
    const [one, two] = [fresh('C'), fresh('C')];
    await core.send(track('Complaint Opened', { caseId: one, topic: 'delay', text: 'late' }, by(userId, 5)));
    await core.send(track('Case Opened', { caseId: two, topic: 'bag', text: 'lost' }, by(userId, 5)));
    const before = await valuesOf(userId);
    expect(before[`case.${one}.status`]).toBe('open');
    expect(before[`case.${two}.status`]).toBe(before[`case.${one}.status`]);
    await core.send(track('Case Resolved', { caseId: one, topic: 'delay', text: 'voucher' }, by(userId, 4)));
    const after = await valuesOf(userId);
    expect(after[`case.${one}.status`]).toBe('resolved');
    expect(after[`case.${two}.status`]).toBe(before[`case.${two}.status`]);
  });

  it.each([
    [
      'Checkout Started',
      { order_id: 'O1', value: 30, currency: 'EUR', products: [{ product_id: 'P', quantity: 1 }] },
    ],
    [
      'Order Completed',
      { order_id: 'O1', total: 30, currency: 'EUR', products: [{ product_id: 'P', quantity: 1 }] },
    ],
    ['Message Sent', { channel: 'email', action: 'voucher', decisionId: 'D1' }],
    ['Message Opened', { channel: 'email', action: 'voucher', decisionId: 'D1' }],
    ['Message Clicked', { channel: 'email', action: 'voucher', decisionId: 'D1' }],
    ['Call Started', { phone: '+4969123456', queue: 'support-de', contactId: 'K1' }],
    ['Call Ended', { phone: '+4969123456', queue: 'support-de', contactId: 'K1' }],
  ])('[airline vocabulary] %s joins the timeline', async (event, properties) => {
    const userId = fresh('u');
    await core.send(track(event, properties, by(userId)));
    const { id } = await core.profile('userId', userId);
    expect(JSON.stringify(await core.events(id))).toContain(event);
  });
});

describe('[airline vocabulary] trips', () => {
  it('[airline vocabulary] Booking Created: each field of a segment is a fact', async () => {
    const journey = trip();
    await core.send(booked(journey));
    const values = await valuesOf(journey.userId);
    for (const field of ['flight', 'date', 'from', 'to', 'seat'] as const) {
      expect(values[factOf(journey, field)], field).toBe(journey[field]);
    }
    for (const field of ['departs', 'arrives'] as const) {
      expect(Date.parse(String(values[factOf(journey, field)])), field).toBe(Date.parse(journey[field]));
    }
    expect(values[factOf(journey, 'cabin')]).toBe('economy');
    expect(values[factOf(journey, 'status')]).toBe('confirmed');
    expect(values[`booking.${journey.booking}.status`]).toBe('confirmed');
    expect(values[`booking.${journey.booking}.segments`]).toEqual([1]);
  });

  it('[airline vocabulary] Booking Changed removes the segments that it does not list', async () => {
    const journey = trip();
    const second = { ...trip({ inMs: 20 * HOUR }), from: 'JFK', to: 'BOS' };
    const segments = [segmentOf(journey), segmentOf(second, 2)];
    await core.send(track('Booking Created', { booking: journey.booking, segments }, by(journey.userId, 9)));
    expect(await valuesOf(journey.userId)).toHaveProperty([`trip.${journey.booking}.2.flight`]);
    const left = [{ ...segmentOf(journey), seat: '20A' }];
    await core.send(
      track('Booking Changed', { booking: journey.booking, segments: left }, by(journey.userId, 8)),
    );
    const values = await valuesOf(journey.userId);
    expect(values[factOf(journey, 'seat')]).toBe('20A');
    expect(Object.keys(values).filter((name) => name.startsWith(`trip.${journey.booking}.2.`))).toEqual([]);
    expect(values[`booking.${journey.booking}.segments`]).toEqual([1]);
  });

  it('[airline vocabulary] Booking Changed that arrives before its Booking Created still removes', async () => {
    const journey = trip();
    const segments = [segmentOf(journey), segmentOf(trip({ inMs: 20 * HOUR }), 2)];
    const changed = { booking: journey.booking, segments: segments.slice(0, 1) };
    await core.send(track('Booking Changed', changed, by(journey.userId, 8)));
    await core.send(track('Booking Created', { booking: journey.booking, segments }, by(journey.userId, 9)));
    const values = await valuesOf(journey.userId);
    expect(Object.keys(values).filter((name) => name.startsWith(`trip.${journey.booking}.2.`))).toEqual([]);
    expect(values[factOf(journey, 'flight')]).toBe(journey.flight);
  });

  it('[airline vocabulary] Booking Cancelled cancels every segment', async () => {
    const journey = trip();
    await core.send(booked(journey, by(journey.userId, 9)));
    await core.send(track('Booking Cancelled', { booking: journey.booking }, by(journey.userId, 8)));
    const values = await valuesOf(journey.userId);
    expect(values[factOf(journey, 'status')]).toBe('cancelled');
    expect(values[`booking.${journey.booking}.status`]).toBe('cancelled');
  });

  it('[airline vocabulary] a cancellation that overtakes its booking still cancels it', async () => {
    const journey = trip();
    await core.send(track('Booking Cancelled', { booking: journey.booking }, by(journey.userId, 8)));
    await core.send(booked(journey, by(journey.userId, 9)));
    const values = await valuesOf(journey.userId);
    expect(values[factOf(journey, 'status')]).toBe('cancelled');
    expect(values[factOf(journey, 'flight')]).toBe(journey.flight);
  });

  it('[airline vocabulary] Seat Changed, Checked In, Boarded', async () => {
    const journey = trip();
    const seat = factOf(journey, 'seat');
    const status = factOf(journey, 'status');
    await core.send(booked(journey, by(journey.userId, 9)));
    await core.send(seatChanged(journey, '14C', by(journey.userId, 8)));
    expect((await valuesOf(journey.userId))[seat]).toBe('14C');
    const properties = { booking: journey.booking, segment: 1, sequence: 42 };
    await core.send(track('Checked In', { ...properties, seat: '15D' }, by(journey.userId, 7)));
    expect(await valuesOf(journey.userId)).toMatchObject({ [seat]: '15D', [status]: 'checked in' });
    await core.send(track('Boarded', { ...properties, seat: '15D' }, by(journey.userId, 6)));
    expect(await valuesOf(journey.userId)).toMatchObject({ [seat]: '15D', [status]: 'boarded' });
  });

  it('[airline vocabulary] bags', async () => {
    const journey = trip();
    const tag = digits(10);
    await core.send(booked(journey, by(journey.userId, 9)));
    const accepted = { booking: journey.booking, tag, weightKg: 21.5 };
    await core.send(track('Bag Accepted', accepted, by(journey.userId, 8)));
    expect((await valuesOf(journey.userId))[`bag.${tag}.status`]).toBe('accepted');
    await core.send(track('Bag Status', { tag, status: 'not loaded' }, by(journey.userId, 7)));
    expect((await valuesOf(journey.userId))[`bag.${tag}.status`]).toBe('not loaded');
    const answer = await core.post('/v1/track', track('Bag Status', { tag, status: 7 }, by(journey.userId)));
    expect(answer.status).toBe(400);
  });
});

describe('[airline vocabulary] flights', () => {
  const same = (journey: Trip): Trip => ({ ...journey, userId: fresh('u'), booking: fresh('B') });

  it('[airline vocabulary] Flight Status is folded into every affected profile', async () => {
    const one = trip();
    const two = same(one);
    const stranger = trip();
    for (const journey of [one, two, stranger]) await core.send(booked(journey));
    const departs = at(6 * HOUR);
    await core.send(flightStatus(one, 'delayed', { departs, gate: 'B42', reason: 'crew' }));
    for (const journey of [one, two]) {
      const values = await valuesOf(journey.userId);
      expect(values[factOf(journey, 'flightStatus')]).toBe('delayed');
      expect(values[factOf(journey, 'gate')]).toBe('B42');
      expect(Date.parse(String(values[factOf(journey, 'departs')]))).toBe(Date.parse(departs));
      expect(values[factOf(journey, 'status')], 'the booking’s own status').toBe('confirmed');
    }
    expect((await valuesOf(stranger.userId))[factOf(stranger, 'flightStatus')]).not.toBe('delayed');
  });

  it('[airline vocabulary] a booking that arrives later gets it too', async () => {
    const journey = trip();
    await core.send(flightStatus(journey, 'cancelled', { reason: 'storm' }, { timestamp: at(-60_000) }));
    await core.send(booked(journey));
    expect((await valuesOf(journey.userId))[factOf(journey, 'flightStatus')]).toBe('cancelled');
  });

  it('[airline vocabulary] the order of flight and booking does not matter', async () => {
    const one = trip();
    const two = same(one);
    const gate = flightStatus(
      one,
      'delayed',
      { gate: 'A1', departs: at(5 * HOUR) },
      { timestamp: at(-5 * 60_000) },
    );
    const later = flightStatus(one, 'cancelled', {}, { timestamp: at(-3 * 60_000) });
    const timestamp = at(-4 * 60_000);
    await core.send(booked(one, { timestamp }));
    await core.send(later);
    await core.send(gate);
    await core.send(booked(two, { timestamp }));
    const picture = async (journey: Trip) =>
      Object.entries<Loose>(await factsOf(journey.userId))
        .filter(([name]) => name.startsWith('trip.'))
        .map(([name, { value, source, at: when }]) => [
          name.replace(journey.booking, 'B'),
          value,
          source,
          when,
        ])
        .sort();
    expect(await picture(two)).toEqual(await picture(one));
    expect((await valuesOf(one.userId))[factOf(one, 'flightStatus')]).toBe('cancelled');
  });

  it('[airline vocabulary] a booking that moved to another flight follows that one', async () => {
    const journey = trip();
    const moved = { ...journey, flight: `LH${digits(4)}` };
    await core.send(booked(journey, by(journey.userId, 9)));
    const properties = { booking: journey.booking, segments: [segmentOf(moved)] };
    await core.send(track('Booking Changed', properties, by(journey.userId, 8)));
    await core.send(flightStatus(journey, 'cancelled', {}, { timestamp: at(-7 * 60_000) }));
    await core.send(flightStatus(moved, 'delayed', {}, { timestamp: at(-6 * 60_000) }));
    const values = await valuesOf(journey.userId);
    expect(values[factOf(journey, 'flight')]).toBe(moved.flight);
    expect(values[factOf(journey, 'flightStatus')]).toBe('delayed');
  });
});
