import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import {
  at,
  booked,
  DAY,
  factOf,
  flightStatus,
  fresh,
  HOUR,
  identify,
  station,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

const by = (userId: string, minutesAgo = 0) => ({ userId, timestamp: at(-minutesAgo * 60_000) });

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

  it('[airline scopes] opened: a customer that somebody there looks at', async () => {
    const code = station();
    const journey = trip({ from: code, inMs: 80 * HOUR });
    await core.send(booked(journey));
    const scope = `opened:${code}`;
    const client = await world.client({ wanted: [scope, `station:${code}`] });
    await client.ready();
    const id = await idOf(journey.userId);
    const found = await client.find('booking', journey.booking);
    expect(found.found?.map((entry) => entry.id)).toEqual([id]);
    await client.sub([...client.wanted, `profile:${id}`]);
    await client.until(() => client.hasAll([`profile:${id}`]), 'the customer');
    client.emit('presence', { profileId: id, state: 'viewing' });
    await client.until(() => scopesOf(client, id).includes(scope), 'the customer opened there');
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
