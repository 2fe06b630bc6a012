import { randomUUID } from 'node:crypto';
import { Analytics } from '@segment/analytics-node';
import { describe, expect, it } from 'vitest';
import {
  at,
  booked,
  DAY,
  type Event,
  factOf,
  fresh,
  HOUR,
  identify,
  seatChanged,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

const factsOf = async (userId: string) => (await core.profile('userId', userId)).facts;
const preference = (userId: string, name: string, value: unknown, more: Record<string, unknown> = {}) =>
  track('Preference Changed', { name, value }, { userId, ...more });
/** A time close to another: within the seconds that a request may take. */
function near(iso: string, expected: number) {
  expect(
    Math.abs(Date.parse(iso) - expected),
    `${iso} is not near ${new Date(expected).toISOString()}`,
  ).toBeLessThan(20_000);
}

describe('[doors events] endpoints', () => {
  it('[doors events] a 200 says success and the next read sees the event', async () => {
    const userId = fresh('u');
    const answer = await core.post('/v1/identify', identify(userId, { tier: 'Senator', language: 'de' }));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({ success: true });
    const facts = await factsOf(userId);
    expect(facts.tier).toMatchObject({ value: 'Senator' });
    expect(facts.language).toMatchObject({ value: 'de' });
  });

  it.each(['track', 'identify', 'page', 'screen', 'group', 'alias'])(
    '[doors events] POST /v1/%s',
    async (type) => {
      const userId = fresh('u');
      const event = {
        type,
        messageId: randomUUID(),
        userId,
        event: 'Something Unknown',
        name: 'Home',
        previousId: fresh('a'),
        groupId: fresh('g'),
        properties: { mark: `mark-${userId}` },
        traits: { mark: `mark-${userId}` },
      };
      const answer = await core.post(`/v1/${type}`, event);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json).toEqual({ success: true });
      const profile = await core.profile('userId', userId);
      expect(profile.identities).toContainEqual({ type: 'userId', value: userId });
    },
  );

  it('[doors events] the write key may stand in the body', async () => {
    const userId = fresh('u');
    const body = JSON.stringify({ ...identify(userId, { tier: 'Gold' }), writeKey: core.started.writeKey });
    const answer = await core.http('POST', '/v1/identify', {
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status, answer.text).toBe(200);
    expect((await factsOf(userId)).tier.value).toBe('Gold');
  });

  it('[doors events] also in the body of a batch, as the browser library sends it', async () => {
    const userId = fresh('u');
    const body = {
      batch: [identify(userId, { tier: 'Gold' })],
      sentAt: at(0),
      writeKey: core.started.writeKey,
    };
    const answer = await core.http('POST', '/v1/batch', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status, answer.text).toBe(200);
    expect((await factsOf(userId)).tier.value).toBe('Gold');
  });

  it('[doors events] an empty batch is 200', async () => {
    const answer = await core.post('/v1/batch', { batch: [], sentAt: at(0) });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.success).toBe(true);
  });

  it('[doors events] the source of a fact is context.app.name, else context.library.name', async () => {
    const [one, two] = [fresh('u'), fresh('u')];
    const context = { library: { name: 'crm-lib', version: '1' } };
    await core.send(identify(one, { tier: 'Gold' }, { context: { ...context, app: { name: 'crm' } } }));
    await core.send(identify(two, { tier: 'Gold' }, { context }));
    expect((await factsOf(one)).tier.source).toBe('crm');
    expect((await factsOf(two)).tier.source).toBe('crm-lib');
  });

  it('[doors events] unknown events and properties are kept in the timeline', async () => {
    const userId = fresh('u');
    await core.send(track('Lounge Entered', { lounge: 'B-West-77' }, { userId }));
    const { id } = await core.profile('userId', userId);
    expect(JSON.stringify(await core.events(id))).toContain('B-West-77');
  });

  it('[doors events] the Segment SDK for Node works as it is', async () => {
    const userId = fresh('u');
    const analytics = new Analytics({ writeKey: core.started.writeKey, host: core.url, flushAt: 5 });
    const failures: unknown[] = [];
    analytics.on('error', (error) => failures.push(error));
    analytics.identify({ userId, traits: { tier: 'Senator' } });
    analytics.track({ userId, event: 'Preference Changed', properties: { name: 'meal', value: 'vegan' } });
    analytics.page({ userId, name: 'Home' });
    await analytics.closeAndFlush();
    expect(failures).toEqual([]);
    const facts = await factsOf(userId);
    expect(facts.tier.value).toBe('Senator');
    expect(facts['preference.meal'].value).toBe('vegan');
    expect(facts.tier.source).toBe('@segment/analytics-node');
  });
});

describe('[doors events] time', () => {
  const fact = async (userId: string) => (await factsOf(userId))['preference.x'];

  it('[doors events] the time of a fact is the timestamp of its event', async () => {
    const userId = fresh('u');
    const timestamp = at(-2 * HOUR);
    await core.send(preference(userId, 'x', 1, { timestamp }));
    expect(Date.parse((await fact(userId)).at)).toBe(Date.parse(timestamp));
  });

  it('[doors events] a timestamp with an offset is the same instant', async () => {
    const userId = fresh('u');
    const instant = Math.floor(Date.now() / 1000) * 1000 - HOUR;
    const timestamp = `${new Date(instant + 2 * HOUR).toISOString().slice(0, 19)}+02:00`;
    await core.send(preference(userId, 'x', 1, { timestamp }));
    expect(Date.parse((await fact(userId)).at)).toBe(instant);
  });

  it('[doors events] without a timestamp it is the receipt', async () => {
    const userId = fresh('u');
    await core.send(preference(userId, 'x', 1, { timestamp: undefined }));
    near((await fact(userId)).at, Date.now());
  });

  it('[doors events] a clock wrong by more than five minutes is corrected by sentAt', async () => {
    const [early, late] = [fresh('u'), fresh('u')];
    await core.batch([preference(early, 'x', 1, { timestamp: at(-HOUR - 60_000) })], at(-HOUR));
    near((await fact(early)).at, Date.now() - 60_000);
    await core.batch([preference(late, 'x', 1, { timestamp: at(HOUR - 60_000) })], at(HOUR));
    near((await fact(late)).at, Date.now() - 60_000);
  });

  it('[doors events] sentAt within five minutes is latency and corrects nothing', async () => {
    const userId = fresh('u');
    const timestamp = at(-4 * 60_000);
    await core.batch([preference(userId, 'x', 1, { timestamp })], at(-3 * 60_000));
    expect(Date.parse((await fact(userId)).at)).toBe(Date.parse(timestamp));
  });

  it('[doors events] more than a day ahead counts as of the receipt, the original is kept on the event', async () => {
    const userId = fresh('u');
    await core.send(preference(userId, 'x', 1, { timestamp: '2999-01-02T03:04:05.000Z' }));
    near((await fact(userId)).at, Date.now());
    const { id } = await core.profile('userId', userId);
    expect(JSON.stringify(await core.events(id))).toContain('2999-01-02T03:04:05');
    await core.send(preference(userId, 'x', 2, { timestamp: at(60_000) }));
    expect((await fact(userId)).value).toBe(2);
  });

  it('[doors events] less than a day ahead counts as it is', async () => {
    const userId = fresh('u');
    await core.send(preference(userId, 'x', 'ahead', { timestamp: at(DAY / 2) }));
    await core.send(preference(userId, 'x', 'now'));
    expect((await fact(userId)).value).toBe('ahead');
  });

  it('[doors events] older than the fact: in the timeline, the fact unchanged', async () => {
    const userId = fresh('u');
    await core.send(preference(userId, 'x', 'newer', { timestamp: at(-HOUR) }));
    await core.send(preference(userId, 'x', 'older-one', { timestamp: at(-2 * HOUR) }));
    expect((await fact(userId)).value).toBe('newer');
    const { id } = await core.profile('userId', userId);
    expect(JSON.stringify(await core.events(id))).toContain('older-one');
  });

  it('[doors events] at equal times and sources the larger messageId wins, whatever the order', async () => {
    const [one, two] = [fresh('u'), fresh('u')];
    const timestamp = at(-HOUR);
    const pair = (userId: string): [Event, Event] => [
      preference(userId, 'x', 'small', { timestamp, messageId: `${userId}-a` }),
      preference(userId, 'x', 'large', { timestamp, messageId: `${userId}-b` }),
    ];
    for (const event of pair(one)) await core.send(event);
    for (const event of pair(two).reverse()) await core.send(event);
    expect([(await fact(one)).value, (await fact(two)).value]).toEqual(['large', 'large']);
  });

  it('[doors events] null deletes the fact as of that time', async () => {
    const userId = fresh('u');
    await core.send(identify(userId, { tier: 'Gold' }, { timestamp: at(-3 * HOUR) }));
    await core.send(identify(userId, { tier: null }, { timestamp: at(-4 * HOUR) }));
    expect((await factsOf(userId)).tier.value).toBe('Gold');
    await core.send(identify(userId, { tier: null }, { timestamp: at(-2 * HOUR) }));
    expect(await factsOf(userId)).not.toHaveProperty('tier');
    await core.send(identify(userId, { tier: 'Silver' }, { timestamp: at(-2.5 * HOUR) }));
    expect(await factsOf(userId)).not.toHaveProperty('tier');
    await core.send(identify(userId, { tier: 'Senator' }, { timestamp: at(-HOUR) }));
    expect((await factsOf(userId)).tier.value).toBe('Senator');
  });

  it('[doors events] null as a property deletes too', async () => {
    const journey = trip();
    await core.send(booked(journey, { timestamp: at(-HOUR) }));
    await core.send(seatChanged(journey, null));
    expect(await factsOf(journey.userId)).not.toHaveProperty(factOf(journey, 'seat'));
  });
});

describe('[doors events] the order of arrival does not matter', () => {
  const plan = trip({ flight: 'LH400', inMs: 5 * HOUR });

  /** What one customer's history looks like; `name` keeps the runs apart. */
  function history(name: string): Event[] {
    const when = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 8, minutes)).toISOString();
    const journey = { ...plan, userId: `user-${name}`, booking: `B${name}` };
    const anonymousId = `anon-${name}`;
    const events = [
      track('Preference Changed', { name: 'meal', value: 'vegan' }, { anonymousId, timestamp: when(1) }),
      identify(
        `user-${name}`,
        { tier: 'Gold', email: `${name}@example.org` },
        { anonymousId, timestamp: when(2) },
      ),
      booked(journey, { timestamp: when(3) }),
      seatChanged(journey, '14C', { timestamp: when(4) }),
      seatChanged(journey, '15D', { timestamp: when(5) }),
      identify(`user-${name}`, { tier: null }, { timestamp: when(6) }),
      track('Booking Cancelled', { booking: `B${name}` }, { userId: `user-${name}`, timestamp: when(7) }),
    ];
    return events.map((event, index) => ({ ...event, messageId: `m-${name}-${index}` }));
  }
  const ORDERS = [
    [0, 1, 2, 3, 4, 5, 6],
    [6, 5, 4, 3, 2, 1, 0],
    [3, 6, 0, 2, 5, 1, 4],
    [6, 0, 4, 3, 1, 5, 2],
    [2, 4, 6, 1, 3, 5, 0],
    [5, 3, 0, 6, 4, 2, 1],
  ];

  it('[doors events] every order and repetition gives an equal profile', async () => {
    const pictures: string[] = [];
    for (const order of ORDERS) {
      const name = fresh('P');
      const events = history(name);
      const arrival = order.map((index) => events[index] as Event);
      for (const event of arrival) await core.send(event);
      await core.batch([...arrival].reverse());
      const { facts, identities } = await core.profile('userId', `user-${name}`);
      const stable = [
        Object.entries(facts).sort(),
        identities.map((entry: object) => JSON.stringify(entry)).sort(),
      ];
      pictures.push(
        JSON.stringify(stable, null, 1).replaceAll(name, 'NAME').replaceAll(name.toLowerCase(), 'NAME'),
      );
    }
    expect(pictures[0]).toContain('trip.BNAME.1.seat');
    for (const picture of pictures) expect(picture).toBe(pictures[0]);
  });

  it('[doors events] the same in one batch', async () => {
    const [one, two] = [fresh('P'), fresh('P')];
    await core.batch(history(one));
    await core.batch(history(two).reverse());
    const facts = async (name: string) =>
      JSON.stringify(Object.entries((await core.profile('userId', `user-${name}`)).facts).sort())
        .replaceAll(name, 'NAME')
        .replaceAll(name.toLowerCase(), 'NAME');
    expect(await facts(two)).toBe(await facts(one));
  });
});
