import { afterEach, describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import {
  at,
  booked,
  DAY,
  factOf,
  flightStatus,
  fresh,
  HOUR,
  station,
  type Trip,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

/** Moves the core's clock; tokens must outlive it. */
const clock = (offsetMs: number) => core.dev('clock', { offsetSeconds: Math.round(offsetMs / 1000) });
const LONG = 300 * 24 * 3600;
const idOf = async (userId: string): Promise<string> => {
  const token = await core.token({ ttlSeconds: LONG });
  return (await core.profile('userId', userId, token)).id;
};

/** The scopes of each traveller by their facts alone, at a time. */
async function membership(journeys: Trip[], now: number): Promise<string[][]> {
  const token = await core.token({ ttlSeconds: LONG });
  const near = (time: unknown) => {
    const ahead = Date.parse(String(time)) - now;
    return ahead >= -12 * HOUR && ahead <= 48 * HOUR;
  };
  return Promise.all(
    journeys.map(async (journey) => {
      const { facts } = await core.profile('userId', journey.userId, token);
      const value = (field: string) => facts[factOf(journey, field)]?.value;
      const scopes = new Set<string>();
      if (value('status') === 'cancelled') return [];
      if (near(value('departs'))) scopes.add(`station:${value('from')}`);
      if (near(value('arrives'))) scopes.add(`station:${value('to')}`);
      return [...scopes].sort();
    }),
  );
}
const byUser = (client: Client, userId: string) =>
  [...client.replica.rows.values()].find(
    ({ table, row }) => table === 'profile' && JSON.stringify(row.identities).includes(`"${userId}"`),
  );

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

  it('[airline scopes] step by step as a full look at the facts would say', async () => {
    const codes = [station(), station(), station()] as const;
    const journeys = Array.from({ length: 40 }, (_, n) => {
      const inMs = (((n * 37) % 160) - 70) * HOUR + (n + 1) * 60_000;
      return trip({ from: codes[n % 3], to: codes[(n + 1 + (n % 2)) % 3], inMs });
    });
    await core.batch(journeys.map((journey) => booked(journey, { timestamp: at(-100 * HOUR) })));
    const cancelled = journeys.filter((_, n) => n % 5 === 0);
    await core.batch(
      cancelled.map(({ userId, booking }) => track('Booking Cancelled', { booking }, { userId })),
    );
    const late = journeys.filter((_, n) => n % 7 === 0);
    for (const journey of late) {
      const delayed = Date.parse(journey.departs) + 9 * HOUR;
      await core.send(flightStatus(journey, 'delayed', { departs: new Date(delayed).toISOString() }));
    }
    const client = await world.client({ wanted: codes.map((code) => `station:${code}`), ttlSeconds: LONG });
    await client.ready();
    for (const hours of [0, 3, 11, 26, 49, 80]) {
      await clock(hours * HOUR);
      await client.flush();
      const expected = await membership(journeys, Date.now() + hours * HOUR);
      if (hours === 0) expect(expected.flat().length).toBeGreaterThan(15);
      const held = () => journeys.map(({ userId }) => [...(byUser(client, userId)?.scopes ?? [])].sort());
      await client
        .until(() => JSON.stringify(held()) === JSON.stringify(expected), `${hours} h`, 3000)
        .catch(() => 0);
      expect(held(), `${hours} h later`).toEqual(expected);
    }
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
