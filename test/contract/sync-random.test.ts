/** I1 and I5 from outside: after any history a console holds exactly what a new one with its scopes gets. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import {
  at,
  booked,
  flightStatus,
  identify,
  seatChanged,
  station,
  type Trip,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

type Random = () => number;
/** mulberry32: a small seeded generator, so that a failing history can be run again. */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const pickNth = <T>(list: readonly T[], n: number): T => list[n % list.length] as T;

type Desk = { client: Client; role: string };
type Play = {
  random: Random;
  stations: string[];
  queue: string;
  trips: Trip[];
  desks: Desk[];
  ids: string[];
};

async function setUp(seed: number): Promise<Play> {
  const random = seeded(seed);
  const stations = [station(), station(), station()];
  const queue = `q-${seed}`;
  const flights = stations.map((from) => trip({ from, to: pick(random, stations) }));
  const trips = Array.from({ length: 12 }, () => {
    const { userId, booking } = trip();
    return { ...pick(random, flights), userId, booking };
  });
  for (const journey of trips) await core.send(booked(journey, { timestamp: at(-3_600_000) }));
  const ids = await Promise.all(
    trips.map(async ({ userId }) => (await core.profile('userId', userId)).id as string),
  );
  const desks: Desk[] = [];
  for (const role of ['operator', 'operator', 'restricted', 'kiosk']) {
    const client = await world.client({ role, wanted: scopes({ random, stations, queue }) });
    await client.connect();
    desks.push({ client, role });
  }
  return { random, stations, queue, trips, desks, ids };
}

function scopes({ random, stations, queue }: Pick<Play, 'random' | 'stations' | 'queue'>): string[] {
  const all = [...stations.map((code) => `station:${code}`), `queue:${queue}`];
  return all.filter(() => random() < 0.6);
}

/** Something happens to a customer. */
async function happen({ random, trips, queue, stations }: Play): Promise<void> {
  const journey = pick(random, trips);
  const { userId, booking } = journey;
  const acts: (() => Promise<unknown>)[] = [
    () => core.send(seatChanged(journey, `${Math.floor(random() * 40) + 1}A`)),
    () =>
      core.send(
        identify(userId, {
          phone: `+4915${Math.floor(random() * 9e8 + 1e8)}`,
          tier: pick(random, ['Gold', null]),
        }),
      ),
    () => core.send(flightStatus(journey, pick(random, ['scheduled', 'delayed', 'cancelled']))),
    () => core.send(track('Booking Cancelled', { booking }, { userId })),
    () => core.send(booked({ ...journey, from: pick(random, stations) }, { event: 'Booking Changed' })),
    () =>
      core.send(
        track('Case Opened', { caseId: `C${Math.floor(random() * 9)}`, topic: 'x', text: 'y' }, { userId }),
      ),
    () => core.send({ type: 'alias', userId, previousId: `anon-${booking}` }),
    () => core.send(track('Seen', { mark: random() }, { anonymousId: `anon-${booking}` })),
    () => contact(userId, booking, queue, pick(random, ['ringing', 'active', 'ended'])),
  ];
  await pick(random, acts)();
}

async function contact(userId: string, booking: string, queue: string, state: string): Promise<void> {
  const identity = { type: 'userId', value: userId };
  const answer = await core.post('/v1/contacts', {
    id: `K-${booking}`,
    kind: 'call',
    state,
    queue,
    identity,
    at: at(0),
  });
  expect(answer.status, answer.text).toBe(200);
}

/** Something happens to a console: it changes its scopes, loses its line, stalls, or writes. */
async function disturb(play: Play): Promise<void> {
  const { random, ids } = play;
  const { client, role } = pick(random, play.desks);
  if (client.closed) {
    client.wanted = random() < 0.3 ? scopes(play) : client.wanted;
    client.acking = true;
    await client.connect();
    return;
  }
  const acts: (() => unknown)[] = [
    () => client.sub(scopes(play)),
    () => client.close(),
    () => {
      client.acking = !client.acking;
      if (client.acking) client.ack();
    },
    () =>
      role === 'kiosk'
        ? undefined
        : client.push([
            client.command('add-note', { profileId: pick(random, ids), text: `note ${randomUUID()}` }),
          ]),
  ];
  await pick(random, acts)();
}

/** The core is killed in the middle of everything and comes back. */
async function outage({ desks, trips }: Play): Promise<void> {
  const acknowledged: string[] = [];
  const load = Array.from({ length: 60 }, async (_, n) => {
    const marked = { ...pickNth(trips, n), userId: `load-${n}-${randomUUID()}` };
    const answer = await core.post('/v1/track', seatChanged(marked, '1A')).catch(() => undefined);
    if (answer?.status === 200) acknowledged.push(marked.userId);
  });
  await Promise.race(load);
  await core.restart('SIGKILL');
  await Promise.all(load);
  expect(acknowledged.length).toBeGreaterThan(0);
  for (const userId of acknowledged)
    expect((await core.profile('userId', userId)).id).toEqual(expect.any(String));
  for (const { client } of desks) {
    await client.until(() => client.closed, 'the connection breaking');
    await world.renew(client);
  }
}

/** Every console catches up, and is compared with a new one. */
async function settle({ desks }: Play): Promise<void> {
  for (const { client, role } of desks) {
    client.acking = true;
    if (client.closed) await client.connect();
    else client.ack();
    const { replica } = client;
    const scopes = () => replica.active.size === replica.granted.size && client.hasAll([...replica.granted]);
    await client.until(scopes, 'exactly the granted scopes active');
    const fresh = await world.client({ role, wanted: [...client.replica.active] });
    await fresh.ready();
    const expected = JSON.stringify(fresh.picture());
    await client
      .until(() => JSON.stringify(client.picture()) === expected, 'equal rows', 5000)
      .catch(() => undefined);
    expect(client.replica.epoch, 'no crash may look like a restored backup').toBe(fresh.replica.epoch);
    const epochs = client.log.flatMap(({ kind, body }) => (kind === 'frame' ? [body.epoch] : []));
    expect(new Set(epochs)).toEqual(new Set([fresh.replica.epoch]));
    expect(client.picture(), `the rows of a ${role}`).toEqual(fresh.picture());
    fresh.close();
  }
}

describe('[I1] any history', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    '[I1] seed %i: at the end every console holds what a new one gets',
    async (seed) => {
      const play = await setUp(seed);
      for (let step = 0; step < 150; step += 1) {
        if (step === 75 && seed % 2 === 0) await outage(play);
        else if (play.random() < 0.7) await happen(play);
        else await disturb(play);
      }
      await settle(play);
    },
    60_000,
  );
});
