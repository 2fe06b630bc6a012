import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import {
  booked,
  digits,
  factOf,
  fresh,
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

describe('[R4] sub', () => {
  it('[R4] a scope given up is named in drop, one taken up gets a snapshot', async () => {
    const [one, two] = [station(), station()];
    await core.send(booked(trip({ from: one })));
    await core.send(booked(trip({ from: two })));
    const client = await world.client({ wanted: [`station:${one}`] });
    await client.ready();
    const mark = client.log.length;
    expect(await client.sub([`station:${two}`])).toEqual({ granted: [`station:${two}`], denied: [] });
    await client.until(() => client.hasAll([`station:${two}`]), 'the new scope');
    await client.until(() => !client.replica.active.has(`station:${one}`), 'the drop');
    expect(client.log.slice(mark).flatMap((entry) => entry.head.drop ?? [])).toEqual([`station:${one}`]);
    expect(client.replica.inScope(`station:${one}`)).toEqual([]);
    await sameAsFresh(client);
  });

  it('[R4] given up and wanted again at once: first the drop, then a new snapshot', async () => {
    const from = station();
    const scope = `station:${from}`;
    const journey = trip({ from });
    await core.send(booked(journey));
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    const mark = client.log.length;
    await Promise.all([client.sub([]), client.sub([scope])]);
    await core.send(seatChanged(journey, '14C'));
    await client.seesFact(await idOf(journey), factOf(journey, 'seat'), '14C');
    const kinds = client.log.slice(mark).filter((entry) => entry.kind === 'snap' || entry.head.drop?.length);
    if (kinds.some((entry) => entry.kind === 'snap')) expect(kinds[0]?.kind).toBe('frame');
    expect(client.replica.active.has(scope)).toBe(true);
    await sameAsFresh(client);
  });

  it('[R4] a scope given up in the middle of its snapshot is dropped and never becomes active', async () => {
    const from = station();
    const scope = `station:${from}`;
    await fullFlight(330, from);
    const client = await world.client({ wanted: [scope] });
    await client.connect();
    await client.sub([]);
    await client.until(() => client.log.some((entry) => entry.head.drop?.includes(scope)), 'the drop');
    await client.flush();
    expect([...client.replica.active]).toEqual([]);
    expect(client.replica.rows.size).toBe(0);
  }, 60_000);

  it('[wire Messages] a scope that the token does not grant is denied, without an effect', async () => {
    const [mine, other] = [station(), station()];
    const client = await world.client({
      scopes: [`station:${mine}`, 'queue:support-*'],
      wanted: [`station:${mine}`],
    });
    await client.ready();
    const wanted = [`station:${mine}`, `station:${other}`, 'queue:support-de', 'queue:vip', 'nonsense'];
    const answer = await client.sub(wanted);
    expect(answer.granted.sort()).toEqual(['queue:support-de', `station:${mine}`].sort());
    expect(answer.denied.sort()).toEqual(['nonsense', 'queue:vip', `station:${other}`].sort());
    await client.until(() => client.hasAll(answer.granted), 'the granted scopes');
    expect([...client.replica.active].sort()).toEqual(answer.granted.sort());
  });

  it('[R4] many scopes at once', async () => {
    const codes = Array.from({ length: 6 }, () => station());
    for (const [index, from] of codes.entries()) {
      await core.send(booked(trip({ from, to: codes[(index + 1) % 6] as string })));
    }
    const client = await world.client({ wanted: codes.map((code) => `station:${code}`) });
    await client.ready();
    expect([...client.replica.rows.values()].filter((held) => held.table === 'profile')).toHaveLength(6);
    await sameAsFresh(client);
  });
});

describe('[wire Flow] credit', () => {
  it('[I7] a console that does not acknowledge gets at most 8 messages, then one frame with the latest state', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const id = await idOf(journey);
    const [slow, quick] = [
      await world.client({ wanted: [`station:${from}`] }),
      await world.client({ wanted: [`station:${from}`] }),
    ];
    await slow.ready();
    await quick.ready();
    await slow.flush();
    slow.acking = false;
    const mark = slow.log.length;
    for (let row = 1; row <= 30; row += 1) {
      await core.send(seatChanged(journey, `${row}A`));
      await quick.seesFact(id, factOf(journey, 'seat'), `${row}A`);
    }
    await slow.flush();
    const unacknowledged = slow.log.length - mark;
    expect(unacknowledged).toBeGreaterThan(0);
    expect(unacknowledged).toBeLessThanOrEqual(8);
    slow.acking = true;
    slow.ack();
    await slow.seesFact(id, factOf(journey, 'seat'), '30A');
    const rest = slow.log.slice(mark + unacknowledged);
    expect(rest.flatMap((entry) => entry.body.ops).filter((op) => op.table === 'profile')).toHaveLength(1);
    expect(slow.picture()).toEqual(quick.picture());
  });
});

describe('[wire Flow] credit during a snapshot', () => {
  it('[I7] at most 8 messages and 1 MB are unacknowledged; with acknowledgements it goes on', async () => {
    const from = station();
    const flight = trip({ from });
    const remark = { name: 'remark', value: 'x'.repeat(6000) };
    const events = Array.from({ length: 320 }, () => ({
      ...flight,
      userId: fresh('u'),
      booking: fresh('B'),
    })).flatMap((journey) => [
      booked(journey),
      track('Preference Changed', remark, { userId: journey.userId }),
    ]);
    for (let start = 0; start < events.length; start += 100)
      await core.batch(events.slice(start, start + 100));
    const client = await world.client({ wanted: [`station:${from}`] });
    client.acking = false;
    await client.connect();
    await client.flush();
    await core.send(seatChanged(flight, '1A'));
    await client.flush();
    const sent = client.log.map((entry) => Buffer.byteLength(JSON.stringify([entry.head, entry.body])));
    expect(sent.length).toBeLessThanOrEqual(8);
    expect(sent.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(1024 * 1024);
    expect(client.replica.active.size, 'a scope of 2 MB cannot be complete').toBe(0);
    client.acking = true;
    client.ack();
    await client.until(() => client.hasAll(client.wanted), 'the whole snapshot');
    const profiles = client.replica.inScope(`station:${from}`).filter((held) => held.table === 'profile');
    expect(profiles).toHaveLength(320);
  }, 60_000);

  it('[R4] a scope that is wanted twice is granted and sent once', async () => {
    const scope = `station:${station()}`;
    const client = await world.client({ wanted: [scope, scope] });
    await client.ready();
    await client.flush();
    expect(client.log.filter((entry) => entry.kind === 'snap' && entry.body.end)).toHaveLength(1);
  });
});

describe('[wire Divergence] compare and repair', () => {
  async function console() {
    const from = station();
    for (let n = 0; n < 8; n += 1) await core.send(booked(trip({ from })));
    const scope = `station:${from}`;
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    return { client, scope, from };
  }

  it('[wire Divergence] equal rows differ in no bucket', async () => {
    const { client, scope } = await console();
    const answer = await client.ask('compare', {
      scope,
      at: client.replica.cursor,
      sums: client.sums(scope),
    });
    expect(answer).toEqual({ differs: [] });
  });

  it('[wire Divergence] a scope that is not active is refused', async () => {
    const { client, scope } = await console();
    const sums = client.sums(scope);
    const request = { scope: 'station:XXX', at: client.replica.cursor, sums };
    expect(await client.ask('compare', request)).toMatchObject({ refused: { code: 'scope' } });
  });

  it('[wire Divergence] a lost row is found by its bucket and repaired; the next repair has to wait', async () => {
    const { client, scope } = await console();
    const victim = client.replica.inScope(scope).find((held) => held.table === 'profile');
    const whole = client.picture();
    client.replica.rows.delete(`profile/${victim?.id}`);
    const compare = { scope, at: client.replica.cursor, sums: client.sums(scope) };
    const { differs } = (await client.ask('compare', compare)) as { differs: number[] };
    expect(differs).toHaveLength(1);
    expect(await client.ask('repair', { scope, buckets: differs })).toEqual({ ok: true });
    await client.until(() => client.profile(victim?.id as string), 'the lost row');
    expect(client.picture()).toEqual(whole);
    const again = await client.ask('repair', { scope, buckets: differs });
    expect(again).toMatchObject({ refused: { code: expect.stringMatching(/^(rate|busy)$/) } });
    expect((await core.alarms()).some((alarm) => /diverg/i.test(alarm.kind))).toBe(true);
  });
});
