import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import {
  booked,
  digits,
  factOf,
  flightStatus,
  fresh,
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
const idOf = async (journey: Trip): Promise<string> => (await core.profile('userId', journey.userId)).id;

/** Books several passengers on one flight from a station, with enough facts to make rows of a real size. */
async function fullFlight(count: number, from: string): Promise<Trip[]> {
  const flight = trip({ from, flight: `LH${digits(4)}` });
  const trips = Array.from({ length: count }, () => ({ ...flight, userId: fresh('u'), booking: fresh('B') }));
  const events = trips.flatMap((journey) => [
    booked(journey),
    track('Preference Changed', { name: 'remark', value: 'x'.repeat(900) }, { userId: journey.userId }),
  ]);
  for (let start = 0; start < events.length; start += 200) await core.batch(events.slice(start, start + 200));
  return trips;
}

/** A console and a fresh one with the same scopes must hold the same rows. */
async function sameAsFresh(client: Client): Promise<void> {
  const other = await world.client({ wanted: [...client.replica.active] });
  await other.ready();
  await client
    .until(() => JSON.stringify(client.picture()) === JSON.stringify(other.picture()), 'equal rows')
    .catch(() => undefined);
  expect(client.picture()).toEqual(other.picture());
}

describe('[R4] snapshots', () => {
  it('[R4] a scope becomes active with the end of its snapshot; its rows are those of the read API', async () => {
    const from = station();
    const journeys = [trip({ from }), trip({ from }), trip()];
    for (const journey of journeys) await core.send(booked(journey));
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const profiles = [...client.replica.rows.values()].filter((held) => held.table === 'profile');
    expect(profiles).toHaveLength(2);
    for (const journey of journeys.slice(0, 2)) {
      const profile = await core.profile('userId', journey.userId);
      expect(client.profile(profile.id)?.row).toEqual(profile);
    }
    const events = client.replica.inScope(`station:${from}`).filter((held) => held.table === 'event');
    expect(events).toHaveLength(2);
  });

  it('[R4] large scopes come in parts of at most 256 KB', async () => {
    const from = station();
    await fullFlight(330, from);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const parts = client.log.filter((entry) => entry.kind === 'snap');
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.filter((entry) => entry.body.end)).toHaveLength(1);
    expect(client.replica.inScope(`station:${from}`).filter((held) => held.table === 'profile')).toHaveLength(
      330,
    );
  }, 60_000);

  it('[R4] changes during a snapshot are in it or in the frames after it', async () => {
    const from = station();
    const trips = await fullFlight(330, from);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.connect();
    const changes = trips.slice(0, 40).map((journey) => core.send(seatChanged(journey, '33K')));
    const leaving = trips
      .slice(40, 60)
      .map((journey) =>
        core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId })),
      );
    await Promise.all([...changes, ...leaving]);
    await client.until(() => client.hasAll(client.wanted), 'the snapshot');
    const [changed, left] = [await idOf(trips[39] as Trip), await idOf(trips[59] as Trip)];
    await client.seesFact(changed, factOf(trips[39] as Trip, 'seat'), '33K');
    await client.until(() => !client.profile(left), 'the row that left');
    await sameAsFresh(client);
  }, 60_000);

  it('[wire Rows] bundles are in every scope', async () => {
    const [one, two] = [station(), station()];
    const client = await world.client({ wanted: [`station:${one}`, `station:${two}`] });
    await client.ready();
    const bundles = [...client.replica.rows.values()].filter((held) => held.table === 'bundle');
    expect(bundles.length).toBeGreaterThan(0);
    for (const bundle of bundles) expect([...bundle.scopes].sort()).toEqual(client.wanted.sort());
  });

  it('[wire Divergence] sums come with the first frame after the end and agree', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    for (const seat of ['14C', '15D', '16E']) {
      await core.send(seatChanged(journey, seat));
      await client.seesFact(await idOf(journey), factOf(journey, 'seat'), seat);
    }
    expect(client.replica.sumsChecked.get(`station:${from}`), 'at most once a minute').toBe(1);
  });
});

describe('[R3] frames', () => {
  it('[R3] an event at the core is a frame with the row’s state and its timeline event', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const id = await idOf(journey);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const mark = client.log.length;
    await core.send(seatChanged(journey, '14C'));
    await client.seesFact(id, factOf(journey, 'seat'), '14C');
    const ops = client.log.slice(mark).flatMap((entry) => entry.body.ops);
    expect(ops.map((op) => op.table).sort()).toEqual(['event', 'profile']);
    for (const op of ops) expect(op.scopes).toEqual([`station:${from}`]);
    expect(client.profile(id)?.row).toEqual(await core.profile('userId', journey.userId));
  });

  it('[R3] nothing of other scopes arrives', async () => {
    const [from, other] = [station(), station()];
    const [mine, foreign] = [trip({ from }), trip({ from: other })];
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    await core.send(booked(foreign));
    await core.send(booked(mine));
    await client.until(() => client.replica.inScope(`station:${from}`).length > 2, 'my passenger');
    expect(JSON.stringify(client.log)).not.toContain(foreign.booking);
  });

  it('[R3] a row in two scopes names both, and one that it leaves is no longer named', async () => {
    const [from, to] = [station(), station()];
    const journey = trip({ from, to });
    const second = trip({ from: to, to: 'JFK', userId: journey.userId });
    const wanted = [`station:${from}`, `station:${to}`];
    await core.send(booked(journey));
    const id = await idOf(journey);
    const client = await world.client({ wanted });
    await client.ready();
    expect([...(client.profile(id)?.scopes ?? [])].sort()).toEqual([...wanted].sort());
    await core.send(booked(second));
    await core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId }));
    await client.until(() => client.profile(id)?.scopes.size === 1, 'one scope left');
    expect([...(client.profile(id)?.scopes ?? [])]).toEqual([`station:${to}`]);
    await sameAsFresh(client);
  });

  it('[R3] [] is sent for a row that left, with its timeline', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const held = client.replica.inScope(`station:${from}`).filter((row) => row.table !== 'bundle');
    await core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId }));
    await client.until(
      () => held.every((row) => !client.replica.get(row.table, row.id)),
      'all its rows leaving',
    );
    await sameAsFresh(client);
  });

  it('[wire Rows] two profiles that turn out to be one: the lost one’s row goes', async () => {
    const from = station();
    const journey = trip({ from });
    const anonymousId = fresh('a');
    const early = booked(journey, { userId: undefined, anonymousId });
    await core.send(early);
    await core.send(identify(journey.userId, { tier: 'Gold' }));
    const second = trip({ from, userId: journey.userId });
    await core.send(booked(second));
    const [older, younger] = [(await core.profile('anonymousId', anonymousId)).id, await idOf(journey)];
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    expect([client.profile(older), client.profile(younger)].every(Boolean)).toBe(true);
    await core.send({ type: 'alias', userId: journey.userId, previousId: anonymousId });
    await client.until(() => !client.profile(younger), 'the younger row leaving');
    await client.until(() => client.fact(older, 'tier')?.value === 'Gold', 'the older row with both’s facts');
    expect(client.fact(older, factOf(second, 'seat'))?.value).toBe('12A');
    await sameAsFresh(client);
  });

  it('[R16] a commit above 256 KB comes as parts of one frame, applied at the last', async () => {
    const from = station();
    const trips = await fullFlight(330, from);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    const mark = client.log.length;
    await core.send(flightStatus(trips[0] as Trip, 'cancelled', { gate: 'B42' }));
    const ids = await Promise.all(trips.map(idOf));
    const last = [ids.length - 1, trips.length - 1] as const;
    await client.seesFact(
      ids[last[0]] as string,
      factOf(trips[last[1]] as Trip, 'flightStatus'),
      'cancelled',
    );
    for (const [index, journey] of trips.entries()) {
      expect(client.fact(ids[index] as string, factOf(journey, 'gate'))?.value).toBe('B42');
    }
    const frames = client.log.slice(mark).filter((entry) => entry.kind === 'frame');
    expect(frames.some((entry) => entry.body.part !== undefined && entry.body.parts === undefined)).toBe(
      true,
    );
    await sameAsFresh(client);
  }, 60_000);

  it('[R16] a catch-up above 256 KB comes in parts too', async () => {
    const from = station();
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    client.close();
    const trips = await fullFlight(330, from);
    const mark = client.log.length;
    expect(await client.connect()).toMatchObject({ reset: false });
    const id = await idOf(trips[329] as Trip);
    await client.until(() => client.profile(id), 'the last passenger');
    await client.flush();
    const frames = client.log.slice(mark).filter((entry) => entry.kind === 'frame');
    expect(frames.some((entry) => entry.body.parts !== undefined)).toBe(true);
    await sameAsFresh(client);
  }, 60_000);

  it('[R16] a connection lost between the parts discards them', async () => {
    const from = station();
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    client.close();
    await fullFlight(330, from);
    const before = client.replica.cursor;
    await client.connect();
    await client.until(() => client.log.at(-1)?.body.part === 1 || client.replica.cursor > before, 'a part');
    client.close();
    await client.connect();
    await client.until(() => client.replica.inScope(`station:${from}`).length > 330, 'everything');
    await sameAsFresh(client);
  }, 60_000);
});
