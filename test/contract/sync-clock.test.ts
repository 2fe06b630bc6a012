/** What ends by itself: the core's clock is moved by hand, back to now after each test. */
import { afterEach, describe, expect, it } from 'vitest';
import { at, booked, DAY, fresh, HOUR, identify, station, track, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

const LONG = 300 * 24 * 3600;
const clock = (offsetMs: number) => core.dev('clock', { offsetSeconds: Math.round(offsetMs / 1000) });
const idOf = async (userId: string): Promise<string> => {
  const token = await core.token({ ttlSeconds: LONG });
  return (await core.profile('userId', userId, token)).id;
};

afterEach(() => clock(0));

describe('[wire State] what is kept how long', () => {
  it('[wire Rows] the grant of find ends 12 h after the last hello or sub that wanted it', async () => {
    const phone = `+4915112${Date.now() % 1_000_000}`;
    const userId = fresh('u');
    await core.send(identify(userId, { phone }));
    const scope = `profile:${await idOf(userId)}`;
    const client = await world.client({ scopes: [`station:${station()}`], ttlSeconds: LONG });
    await client.connect();
    expect(await client.sub([scope])).toEqual({ granted: [], denied: [scope] });
    expect((await client.find('phone', phone)).found).toHaveLength(1);
    expect(await client.sub([scope])).toEqual({ granted: [scope], denied: [] });
    await client.until(() => client.hasAll([scope]), 'the customer');
    client.close();
    for (const [hours, granted] of [
      [11, [scope]],
      [22, [scope]],
      [35, []],
    ] as const) {
      await clock(hours * HOUR);
      expect((await client.connect()).granted, `after ${hours} h`).toEqual(granted);
      await client.until(
        () => client.log.at(-1)?.head.n === client.lastN && client.lastN > 0,
        'the first frame',
      );
      client.close();
    }
    expect(client.replica.rows.size).toBe(0);
  });

  it('[wire Rows] an event leaves the scopes after 30 days and is still read over HTTP', async () => {
    const from = station();
    const journey = trip({ from, inMs: 40 * HOUR });
    await core.send(booked(journey));
    const old = track('Seen', { mark: 'old-event' }, { userId: journey.userId, timestamp: at(-29.5 * DAY) });
    await core.send(old);
    const client = await world.client({ wanted: [`station:${from}`], ttlSeconds: LONG });
    await client.ready();
    const holds = () => JSON.stringify(client.picture()).includes('old-event');
    expect(holds()).toBe(true);
    await clock(DAY);
    await client.until(() => !holds(), 'the old event leaving');
    const token = await core.token({ ttlSeconds: LONG });
    expect(JSON.stringify(await core.events(await idOf(journey.userId), '', token))).toContain('old-event');
  });

  it('[R6] a mid whose row was cut is already done, and a known id is copied, 45 days later', async () => {
    const userId = fresh('u');
    await core.send(identify(userId, { tier: 'Gold' }));
    const profileId = await idOf(userId);
    const client = await world.client({ ttlSeconds: LONG });
    await client.connect();
    const text = fresh('note');
    const command = client.command('add-note', { profileId, text });
    expect(await client.push([command])).toEqual({ lmid: 1 });
    await client.result(command.id);
    client.close();
    await clock(20 * DAY);
    expect(await client.connect()).toMatchObject({ lmid: 1 });
    client.close();
    await clock(45 * DAY);
    expect(await client.connect()).toMatchObject({ lmid: 1 });
    expect(await client.push([command])).toEqual({ lmid: 1 });
    expect(await client.push([{ ...command, mid: 2 }])).toEqual({ lmid: 2 });
    await client.until(() => client.replica.results.length === 2, 'the copied result');
    expect(client.replica.results[1]).toMatchObject({ 0: 2, 1: command.id, 2: 'applied' });
    const token = await core.token({ ttlSeconds: LONG });
    const { events } = await core.events(profileId, '?limit=100', token);
    expect(events.filter((event) => JSON.stringify(event).includes(text))).toHaveLength(1);
  });

  it('[wire Connect] clients that were not seen for 30 days are forgotten and make room', async () => {
    const subject = fresh('many');
    const first = await world.client({ subject, ttlSeconds: LONG });
    await first.connect();
    await first.push([first.command('nothing', {})]);
    first.close();
    for (let n = 1; n < 100; n += 1) {
      const client = await world.client({ subject, ttlSeconds: LONG });
      await client.connect();
      client.close();
    }
    await clock(31 * DAY);
    const late = await world.client({ subject, ttlSeconds: LONG });
    expect(await late.connect()).toMatchObject({ lmid: 0 });
    const again = await first.connect();
    expect(again.lmid, 'a forgotten client starts again at 0').toBe(0);
  }, 60_000);

  it('[doors development] the clock moves tokens too, not the timeouts of sockets', async () => {
    const client = await world.client({ ttlSeconds: 3600 });
    await client.connect();
    await clock(2 * HOUR);
    const answer = await core.get('/v1/profiles/by/userId/nobody', client.token);
    expect(answer.status).toBe(401);
    const fresher = await world.client({ ttlSeconds: 3600 });
    expect(Date.parse((await fresher.connect()).serverTime)).toBeGreaterThan(Date.now() + HOUR);
  });
});
