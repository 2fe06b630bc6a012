/** Corners of the rules where frames in parts, several connections, lost ids and odd values meet. */
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { hash, type Json } from './hash.ts';
import {
  booked,
  factOf,
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
const idOf = async (userId: string): Promise<string> => (await core.profile('userId', userId)).id;

/** A flight whose rows need more than the credit of 1 MB. */
async function heavyFlight(from: string): Promise<Trip[]> {
  const flight = trip({ from });
  const remark = { name: 'remark', value: 'x'.repeat(6000) };
  const trips = Array.from({ length: 300 }, () => ({ ...flight, userId: fresh('u'), booking: fresh('B') }));
  const events = trips.flatMap((journey) => [
    booked(journey, { timestamp: new Date(Date.now() - 60_000).toISOString() }),
    track('Preference Changed', remark, { userId: journey.userId }),
  ]);
  for (let start = 0; start < events.length; start += 100) await core.batch(events.slice(start, start + 100));
  return trips;
}

/** A console that was away while a heavy flight was booked, stalled in the middle of its catch-up. */
async function stalled() {
  const from = station();
  const scope = `station:${from}`;
  const subject = fresh('op');
  const client = await world.client({ subject, wanted: [scope] });
  await client.ready();
  client.close();
  const trips = await heavyFlight(from);
  client.acking = false;
  await client.connect();
  await client.until(() => client.log.at(-1)?.body.part !== undefined, 'a part');
  await client.flush();
  expect(client.log.at(-1)?.body.parts, 'the catch-up fits into the credit').toBeUndefined();
  return { client, scope, trips, subject, from };
}
/** Lets a stalled console go on. */
function resume(client: Client): void {
  client.acking = true;
  client.ack();
}
async function sameAsFresh(client: Client): Promise<void> {
  const other = await world.client({ wanted: [...client.replica.active] });
  await other.ready();
  expect(client.picture()).toEqual(other.picture());
}

describe('[R16] between the parts of a frame', () => {
  it('[R16] rows changed meanwhile are repeated, those that left are deleted', async () => {
    const { client, trips } = await stalled();
    const [changed, left] = [trips.slice(0, 150), trips.slice(150, 200)];
    await core.batch(changed.map((journey) => seatChanged(journey, '40K')));
    await core.batch(left.map(({ userId, booking }) => track('Booking Cancelled', { booking }, { userId })));
    resume(client);
    const id = await idOf(trips[149]?.userId as string);
    await client.seesFact(id, factOf(trips[149] as Trip, 'seat'), '40K');
    await client.flush();
    await sameAsFresh(client);
  }, 60_000);

  it('[R16] a scope given up between the parts is dropped in the last one, also if it is wanted again', async () => {
    const { client, scope, trips } = await stalled();
    await client.sub([]);
    await client.sub([scope]);
    const mark = client.log.length;
    resume(client);
    await client.until(() => client.log.slice(mark).some((entry) => entry.body.end), 'the new snapshot');
    const after = client.log.slice(mark);
    const last = after.find((entry) => entry.body.parts !== undefined);
    expect(last?.head.drop).toEqual([scope]);
    expect(after.findIndex((entry) => entry.kind === 'snap')).toBeGreaterThan(after.indexOf(last as never));
    expect(client.profile(await idOf(trips[0]?.userId as string))).toBeDefined();
    await sameAsFresh(client);
  }, 60_000);

  it('[R16] a scope given up for good between the parts leaves nothing', async () => {
    const { client, scope } = await stalled();
    await client.sub([]);
    resume(client);
    await client.until(() => !client.replica.active.has(scope), 'the drop');
    await client.flush();
    expect(client.replica.rows.size).toBe(0);
  }, 60_000);

  it('[wire Connect] revoked between the parts: no last frame, bye and the end', async () => {
    const { client, subject } = await stalled();
    const mark = client.log.length;
    await core.dev('revoke', { subject });
    await client.until(() => client.closed, 'the core closing');
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'station_revoked' })]);
    expect(client.log.slice(mark)).toEqual([]);
  }, 60_000);

  it('[R5] a lost connection between the parts: the cursor has not moved, the next one brings all', async () => {
    const { client, scope } = await stalled();
    const { cursor } = client.replica;
    client.close();
    expect(client.replica.cursor).toBe(cursor);
    client.acking = true;
    expect(await client.connect()).toMatchObject({ reset: false });
    await client.until(() => client.replica.inScope(scope).length > 600, 'everything');
    await client.flush();
    await sameAsFresh(client);
  }, 60_000);
});

describe('[R1] several connections of one client', () => {
  it('[R1] of five at once exactly one stays, the others are told replaced', async () => {
    const first = await world.client();
    const all = Array.from({ length: 5 }, () => {
      return new Client({ url: core.url, token: first.token, clientId: first.clientId });
    });
    await Promise.all(all.map((client) => client.open()));
    const replies = await Promise.all(all.map((client) => client.hello().catch(() => undefined)));
    expect(replies.some((reply) => reply?.type === 'welcome')).toBe(true);
    await Promise.all(all.map((client) => client.flush().catch(() => undefined)));
    const open = all.filter((client) => !client.closed);
    expect(open).toHaveLength(1);
    const conns = all.map((client) => client.conn);
    for (const client of all.filter((one) => one.closed)) {
      expect(client.byes).toEqual([expect.objectContaining({ reason: 'replaced' })]);
      expect(conns.filter((conn) => conn !== client.conn)).toContain(client.byes[0]?.by);
    }
    await open[0]?.flush();
    open[0]?.close();
  }, 60_000);

  it('[R5] a scope that was active and is no longer wanted is dropped in the first frame', async () => {
    const scope = `station:${station()}`;
    const client = await world.client({ wanted: [scope] });
    await client.ready();
    client.close();
    client.wanted = [];
    expect(await client.connect()).toMatchObject({ reset: false, granted: [] });
    await client.until(() => !client.replica.active.has(scope), 'the drop');
    expect(client.log.at(-1)?.head).toMatchObject({ n: 1, drop: [scope] });
    expect(client.replica.rows.size).toBe(0);
  });

  it('[wire Messages] presence is told at most once a second and profile', async () => {
    const journey = trip({ from: station() });
    await core.send(booked(journey));
    const id = await idOf(journey.userId);
    const wanted = [`station:${journey.from}`];
    const [watching, viewing] = [await world.client({ wanted }), await world.client({ wanted })];
    await watching.ready();
    await viewing.ready();
    for (let n = 0; n < 20; n += 1)
      viewing.emit('presence', { profileId: id, state: n % 2 ? 'viewing' : 'editing' });
    await viewing.flush();
    await watching.until(() => watching.notices.length > 0, 'a notice');
    await watching.flush();
    expect(watching.notices.length).toBeLessThanOrEqual(2);
  });
});

describe('[R8] hashes of odd values', () => {
  const VALUES: Json[] = [
    'é\u2028😀"\\/\b',
    '\u0007',
    0.1,
    1e21,
    1e-7,
    -0,
    123456789012345680000,
    true,
    '',
    'Ω\u0301',
  ];

  it('[R8] a base hash over RFC 8785 is recognised for every kind of value', async () => {
    const journey = trip({ from: station() });
    await core.send(booked(journey));
    const id = await idOf(journey.userId);
    const client = await world.client({ wanted: [`station:${journey.from}`] });
    await client.ready();
    for (const [index, value] of VALUES.entries()) {
      const fact = `preference.p${index}`;
      await core.send(track('Preference Changed', { name: `p${index}`, value }, { userId: journey.userId }));
      await client.until(() => client.fact(id, fact), fact);
      const seen = [{ table: 'profile', id, fact, hash: hash(client.fact(id, fact)?.value) }];
      const args = { profileId: id, name: `p${index}`, value: 'new' };
      expect((await client.run('set-preference', args, seen)).slice(2, 4), JSON.stringify(value)).toEqual([
        'applied',
        '',
      ]);
      const blind = await client.run('set-preference', { ...args, value: 'newer' }, seen);
      expect(blind.slice(2, 4), JSON.stringify(value)).toEqual(['applied', 'overwrote']);
    }
  });

  it('[wire Rows] a scope of the lost id is taken for the survivor’s', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(track('Seen', {}, { anonymousId }));
    await core.send(identify(userId, { tier: 'Gold' }));
    const [survivor, lost] = [
      (await core.profile('anonymousId', anonymousId)).id as string,
      await idOf(userId),
    ];
    const client = await world.client({ wanted: [`profile:${lost}`] });
    await client.ready();
    await core.send({ type: 'alias', userId, previousId: anonymousId });
    await client.until(() => client.fact(survivor, 'tier')?.value === 'Gold', 'the survivor');
    await client.until(() => !client.profile(lost), 'the lost row leaving');
    expect([...(client.profile(survivor)?.scopes ?? [])]).toEqual([`profile:${survivor}`]);
    const later = await world.client({ wanted: [`profile:${lost}`] });
    await later.connect();
    await later.until(
      () => later.fact(survivor, 'tier')?.value === 'Gold',
      'the survivor for a later console',
    );
    expect(later.profile(lost)).toBeUndefined();
  });

  it('[wire Rows] a base that names the lost id of two that became one is taken for the survivor', async () => {
    const anonymousId = fresh('a');
    const journey = trip({ from: station() });
    await core.send(track('Seen', {}, { anonymousId }));
    await core.send(booked(journey));
    const lost = await idOf(journey.userId);
    await core.send({ type: 'alias', userId: journey.userId, previousId: anonymousId });
    await core.send(identify(journey.userId, { tier: 'Gold' }));
    expect(await idOf(journey.userId)).not.toBe(lost);
    const client = await world.client();
    await client.connect();
    const args = { profileId: lost, booking: journey.booking, segment: 1, seat: '14C' };
    const base = (value: string) => [
      { table: 'profile', id: lost, fact: factOf(journey, 'seat'), hash: hash(value) },
    ];
    expect(await client.run('change-seat', args, base('never so'))).toMatchObject({
      2: 'conflict',
      3: 'stale',
    });
    expect(await client.run('change-seat', args, base('12A'))).toMatchObject({ 2: 'applied' });
    const { facts } = await core.profile('userId', journey.userId);
    expect(facts[factOf(journey, 'seat')].value).toBe('14C');
  });
});
