import { afterEach, describe, expect, it } from 'vitest';
import { at, booked, DAY, factOf, fresh, HOUR, station, track, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

/** Moves the core's clock; tokens must outlive it. */
const clock = (offsetMs: number) => core.dev('clock', { offsetSeconds: Math.round(offsetMs / 1000) });
const LONG = 300 * 24 * 3600;
const idOf = async (userId: string): Promise<string> => {
  const token = await core.token({ ttlSeconds: LONG });
  return (await core.profile('userId', userId, token)).id;
};

afterEach(() => clock(0));

describe('[airline scopes] membership follows the clock, as ordinary commits', () => {
  it('[airline scopes] a segment enters 48 h ahead and leaves after 12 h', async () => {
    const [from, to] = [station(), station()];
    const scope = `station:${from}`;
    const journey = trip({ from, to, inMs: 60 * HOUR });
    await core.send(booked(journey));
    const id = await idOf(journey.userId);
    const client = await world.client({ wanted: [scope], ttlSeconds: LONG });
    await client.ready();
    expect(client.profile(id)).toBeUndefined();
    await clock(13 * HOUR);
    await client.until(() => client.profile(id), 'the profile entering');
    const { v } = client.profile(id) as { v: number };
    expect(v).toBe(client.replica.cursor);
    await clock(71 * HOUR);
    await client.flush();
    expect(client.profile(id)).toBeDefined();
    await clock(73 * HOUR);
    await client.until(() => !client.profile(id), 'the profile leaving');
    const last = client.log.at(-1);
    expect(last?.body.ops).toContainEqual(
      expect.objectContaining({ table: 'profile', id, scopes: [], row: null }),
    );
  });

  it('[airline scopes] /dev/clock answers when memberships are up to date', async () => {
    const from = station();
    const journey = trip({ from, inMs: 60 * HOUR });
    await core.send(booked(journey));
    const id = await idOf(journey.userId);
    await clock(13 * HOUR);
    const client = await world.client({ wanted: [`station:${from}`], ttlSeconds: LONG });
    await client.ready();
    expect(client.profile(id)).toBeDefined();
  });

  it('[wire Rows] the facts of a trip, case or bag go 30 days after it ended, the others stay', async () => {
    const from = station();
    const journey = trip({ from, inMs: HOUR });
    const caseId = fresh('C');
    await core.send(booked(journey));
    await core.send(
      track(
        'Case Opened',
        { caseId, topic: 'bag', text: 'x' },
        { userId: journey.userId, timestamp: at(-2000) },
      ),
    );
    await core.send(
      track(
        'Case Resolved',
        { caseId, topic: 'bag', text: 'x' },
        { userId: journey.userId, timestamp: at(-1000) },
      ),
    );
    await core.send(
      track('Preference Changed', { name: 'meal', value: 'vegan' }, { userId: journey.userId }),
    );
    const names = async () => {
      const token = await core.token({ ttlSeconds: LONG });
      return Object.keys((await core.profile('userId', journey.userId, token)).facts);
    };
    await clock(29 * DAY);
    expect(await names()).toEqual(expect.arrayContaining([factOf(journey, 'seat'), `case.${caseId}.status`]));
    await clock(32 * DAY);
    const left = await names();
    expect(left.filter((name) => /^(trip|case|bag)\./.test(name))).toEqual([]);
    expect(left).toContain('preference.meal');
  });

  it('[doors events] a fact that has gone does not come back by an older event', async () => {
    const journey = trip({ inMs: HOUR });
    await core.send(booked(journey));
    await clock(32 * DAY);
    const token = await core.token({ ttlSeconds: LONG });
    await core.send(
      track('Preference Changed', { name: 'meal', value: 'vegan' }, { userId: journey.userId }),
    );
    const { facts } = await core.profile('userId', journey.userId, token);
    expect(Object.keys(facts).filter((name) => name.startsWith('trip.'))).toEqual([]);
    expect(facts['preference.meal'].value).toBe('vegan');
  });
});
