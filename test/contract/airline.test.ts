import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import type { Loose } from './core-process.ts';
import {
  at,
  booked,
  DAY,
  digits,
  factOf,
  flightStatus,
  fresh,
  HOUR,
  identify,
  seatChanged,
  segmentOf,
  station,
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
    expect(before[`case.${one}.status`]).toEqual(expect.any(String));
    expect(before[`case.${two}.status`]).toBe(before[`case.${one}.status`]);
    await core.send(track('Case Resolved', { caseId: one, topic: 'delay', text: 'voucher' }, by(userId, 4)));
    const after = await valuesOf(userId);
    expect(after[`case.${one}.status`]).not.toBe(before[`case.${one}.status`]);
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

describe('[airline scopes] who is in a scope', () => {
  const scopesOf = (client: Client, id: string) => [...(client.profile(id)?.scopes ?? [])].sort();
  const idOf = async (userId: string): Promise<string> => (await core.profile('userId', userId)).id;

  it('[airline scopes] station: a segment departs from or arrives there', async () => {
    const [from, to, elsewhere] = [station(), station(), station()];
    const wanted = [from, to, elsewhere].map((code) => `station:${code}`);
    const client = await world.client({ wanted });
    await client.ready();
    const journey = trip({ from, to });
    await core.send(booked(journey));
    const id = await idOf(journey.userId);
    await client.until(() => client.profile(id), 'the profile');
    expect(scopesOf(client, id)).toEqual([`station:${from}`, `station:${to}`].sort());
  });

  it('[airline scopes] station: a cancelled booking leaves, a cancelled flight stays', async () => {
    const from = station();
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const [stays, leaves] = [trip({ from }), trip({ from })];
    for (const journey of [stays, leaves]) await core.send(booked(journey, by(journey.userId, 1)));
    const [staying, leaving] = [await idOf(stays.userId), await idOf(leaves.userId)];
    await client.until(() => client.profile(staying) && client.profile(leaving), 'both profiles');
    await core.send(track('Booking Cancelled', { booking: leaves.booking }, { userId: leaves.userId }));
    await client.until(() => !client.profile(leaving), 'the cancelled booking leaving');
    await core.send(flightStatus(stays, 'cancelled'));
    await client.seesFact(staying, factOf(stays, 'flightStatus'), 'cancelled');
    expect(scopesOf(client, staying)).toEqual([`station:${from}`]);
  });

  it('[airline scopes] station: not outside 12 h ago to 48 h ahead', async () => {
    const [from, to] = [station(), station()];
    const journeys = [
      trip({ from, to, inMs: 60 * HOUR }),
      trip({ from, to, inMs: -40 * HOUR }),
      trip({ from, to, inMs: 47 * HOUR, arrives: at(60 * HOUR) }),
      trip({ from, to, inMs: -2 * DAY, arrives: at(-11 * HOUR) }),
    ];
    for (const journey of journeys) await core.send(booked(journey));
    const client = await world.client({ wanted: [`station:${from}`, `station:${to}`] });
    await client.ready();
    const ids = await Promise.all(journeys.map((journey) => idOf(journey.userId)));
    expect(ids.map((id) => scopesOf(client, id))).toEqual([[], [], [`station:${from}`], [`station:${to}`]]);
  });

  it('[airline scopes] flight: the passengers of flight and date', async () => {
    const journey = trip();
    const scope = `flight:${journey.flight}/${journey.date}`;
    await core.send(booked(journey));
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    expect(scopesOf(client, await idOf(journey.userId))).toEqual([scope]);
    expect(client.replica.inScope(scope).filter((held) => held.table === 'profile')).toHaveLength(1);
  });

  it('[airline scopes] queue: an open contact, its profile and its timeline; all leave when it has ended', async () => {
    const queue = `support-${fresh().toLowerCase()}`;
    const scope = `queue:${queue}`;
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    const userId = fresh('u');
    await core.send(identify(userId, { tier: 'Gold' }));
    const id = await idOf(userId);
    const contact = { id: randomUUID(), kind: 'call', queue, identity: { type: 'userId', value: userId } };
    const tell = async (state: string, minutesAgo: number) => {
      const answer = await core.post('/v1/contacts', { ...contact, state, at: at(-minutesAgo * 60_000) });
      expect(answer.status, answer.text).toBe(200);
    };
    await tell('waiting', 3);
    await client.until(() => client.replica.get('contact', contact.id), 'the contact');
    await client.until(() => client.profile(id), 'the profile');
    await tell('active', 2);
    await client.until(
      () => client.replica.get('contact', contact.id)?.row.state === 'active',
      'the active contact',
    );
    await tell('ended', 1);
    await client.until(() => !client.replica.get('contact', contact.id), 'the contact leaving');
    await client.until(() => !client.profile(id), 'the profile leaving');
    expect(JSON.stringify(await core.events(id))).toContain(contact.id);
  });

  it('[airline scopes] station: an open contact there counts too', async () => {
    const code = station();
    const client = await world.client({ wanted: [`station:${code}`] });
    await client.ready();
    const userId = fresh('u');
    await core.send(identify(userId, { tier: 'Gold' }));
    const identity = { type: 'userId', value: userId };
    const contact = {
      id: randomUUID(),
      kind: 'visit',
      state: 'active',
      queue: 'counter',
      station: code,
      identity,
    };
    expect((await core.post('/v1/contacts', { ...contact, at: at(0) })).status).toBe(200);
    const id = await idOf(userId);
    await client.until(
      () => client.profile(id) && client.replica.get('contact', contact.id),
      'profile and contact',
    );
    expect(scopesOf(client, id)).toEqual([`station:${code}`]);
  });

  it('[wire Rows] the last 50 events of at most 30 days belong to the scopes, older ones are read over HTTP', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const marks = Array.from({ length: 60 }, (_, index) =>
      track('Seen', { mark: index }, { userId: journey.userId, timestamp: at(-HOUR + index * 1000) }),
    );
    const old = track('Seen', { mark: 'old' }, { userId: journey.userId, timestamp: at(-31 * DAY) });
    await core.batch([...marks, old]);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    expect(client.replica.inScope(`station:${from}`).filter((held) => held.table === 'event')).toHaveLength(
      50,
    );
    const id = await idOf(journey.userId);
    expect((await core.events(id, '?limit=100')).events).toHaveLength(62);
  });
});
