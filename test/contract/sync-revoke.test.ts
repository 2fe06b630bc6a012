import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client, ConnectRefused } from './client.ts';
import { ALL_SCOPES } from './core-process.ts';
import type { Json } from './hash.ts';
import type { HelloReply } from './messages.ts';
import {
  booked,
  digits,
  factOf,
  fresh,
  identify,
  seatChanged,
  station,
  track,
  trip,
  useCore,
} from './world.ts';

const world = useCore();
const { core } = world;

/** A customer with personal data, a note and a case, expected at a station. */
async function customer(from = station()) {
  const journey = trip({ from });
  const secrets = {
    email: `${fresh('m').toLowerCase()}@example.org`,
    phone: `+4915${digits(9)}`,
    loyaltyNumber: digits(12),
  };
  const caseId = fresh('C');
  await core.send(identify(journey.userId, { firstName: 'Anna', lastName: 'Weber', ...secrets }));
  await core.send(booked(journey));
  await core.send(track('Case Opened', { caseId, topic: 'bag', text: 'x' }, { userId: journey.userId }));
  const { id } = await core.profile('userId', journey.userId);
  return { journey, secrets, caseId, id: id as string, from, scope: `station:${from}` };
}

describe('[wire Connect] revoke', () => {
  it('[wire Connect] a last frame drops all scopes, then bye station_revoked, then closed', async () => {
    const { scope } = await customer();
    const subject = fresh('op');
    const other = `station:${station()}`;
    const client = await world.client({ subject, wanted: [scope, other] });
    await client.ready();
    await core.dev('revoke', { subject });
    await client.until(() => client.closed, 'the core closing');
    expect([...(client.log.at(-1)?.head.drop ?? [])].sort()).toEqual([scope, other].sort());
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'station_revoked' })]);
    expect(client.replica.rows.size).toBe(0);
    const again = new Client({ url: core.url, token: client.token });
    await expect(again.open()).rejects.toEqual(new ConnectRefused('station_revoked'));
    client.token = await core.token({ subject });
    await client.connect();
  });

  it('[wire Connect] revoked without credit left: no last frame, but bye and the end', async () => {
    const { scope, journey } = await customer();
    const subject = fresh('op');
    const client = await world.client({ subject, wanted: [scope] });
    const other = await world.client({ wanted: [scope] });
    await client.ready();
    await other.ready();
    client.acking = false;
    const { id } = await core.profile('userId', journey.userId);
    for (let row = 1; row <= 10; row += 1) {
      await core.send(seatChanged(journey, `${row}A`));
      await other.seesFact(id, factOf(journey, 'seat'), `${row}A`);
    }
    await core.dev('revoke', { subject });
    await client.until(() => client.closed, 'the core closing');
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'station_revoked' })]);
  });

  it('[wire Connect] another subject goes on', async () => {
    const { scope, journey, id } = await customer();
    const subject = fresh('op');
    const [gone, stays] = [
      await world.client({ subject, wanted: [scope] }),
      await world.client({ wanted: [scope] }),
    ];
    await gone.ready();
    await stays.ready();
    await core.dev('revoke', { subject });
    await gone.until(() => gone.closed, 'the core closing');
    await core.send(seatChanged(journey, '14C'));
    await stays.seesFact(id, factOf(journey, 'seat'), '14C');
    expect(stays.byes).toEqual([]);
  });
});

describe('[C5] wipe', () => {
  it.each(['replica', 'all'])(
    '[wire Messages] wipe %s of a connected console: receipt, closed, hello as a new one',
    async (mode) => {
      const { scope } = await customer();
      const subject = fresh('op');
      const client = await world.client({ subject, wanted: [scope] });
      await client.ready();
      const { id } = await core.dev('wipe', { subject, mode });
      await client.until(() => client.closed, 'the core closing after the receipt');
      expect(client.wipes).toEqual([{ id, mode }]);
      expect(client.replica.rows.size).toBe(0);
      if (mode === 'all') client.clientId = randomUUID();
      expect(await client.connect()).toMatchObject({ reset: true, reason: 'new' });
      await client.until(() => client.hasAll([scope]), 'the snapshot');
    },
  );

  it('[wire Messages] wipe told in the answer to hello, until the receipt was given', async () => {
    const subject = fresh('op');
    const client = await world.client({ subject });
    await client.connect();
    client.close();
    const { id } = await core.dev('wipe', { subject, mode: 'replica' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await client.open();
      expect((await client.hello()) as HelloReply).toEqual({ type: 'wipe', id, mode: 'replica' });
      if (attempt === 0) client.close();
    }
    client.emit('wiped', { id, pending: 0 });
    await client.until(() => client.closed, 'the core closing after the receipt');
    expect(await client.connect({ epoch: '', cursor: 0 })).toMatchObject({ reset: true, reason: 'new' });
  });

  it('[wire Messages] each clientId of the subject gives its own receipt, over a restart of the core too', async () => {
    const subject = fresh('op');
    const [here, away, later] = [
      await world.client({ subject }),
      await world.client({ subject }),
      await world.client({ subject }),
    ];
    await away.connect();
    away.close();
    await here.connect();
    const { id } = await core.dev('wipe', { subject, mode: 'replica' });
    await here.until(() => here.closed, 'the core closing after the receipt');
    await core.restart('SIGKILL');
    for (const client of [here, away, later]) await world.renew(client);
    expect(await here.connect(), 'its receipt is kept').toMatchObject({ type: 'welcome' });
    expect(await later.connect(), 'a clientId of afterwards').toMatchObject({ type: 'welcome' });
    await away.open();
    expect(await away.hello()).toEqual({ type: 'wipe', id, mode: 'replica' });
    away.emit('wiped', { id, pending: 0 });
    await away.until(() => away.closed, 'the core closing after the receipt');
    expect(await away.connect({ epoch: '', cursor: 0 })).toMatchObject({ reason: 'new' });
  }, 60_000);

  it('[wire Messages] entries that were lost with a wipe raise an alarm', async () => {
    const subject = fresh('op');
    const client = await world.client({ subject });
    await client.connect();
    client.pending = 3;
    const before = (await core.alarms()).length;
    const { id } = await core.dev('wipe', { subject, mode: 'all' });
    await client.until(() => client.closed, 'the core closing');
    const alarms = await core.alarms();
    expect(alarms.length).toBe(before + 1);
    expect(JSON.stringify(alarms)).toContain(id);
  });
});

describe('[C5] the erasure of a customer', () => {
  async function erase(profileId: string): Promise<{ id: string; open: number }> {
    const chief = await core.token({ role: 'supervisor' });
    const { json } = await core.ask('/v1/erasures', { profileId, reason: 'asked for' }, chief);
    return json.erasure;
  }
  async function stillOpen(id: string): Promise<Json[]> {
    const chief = await core.token({ role: 'supervisor' });
    const { erasures } = (await core.get('/v1/erasures', chief)).json;
    type Receipts = { id: string; receipts: { clientId: string; done: string | null }[] };
    const { receipts } = erasures.find((one: Receipts) => one.id === id) as Receipts;
    return receipts.flatMap(({ clientId, done }) => (done === null ? [clientId] : []));
  }

  it('[wire Messages] is owed by every console, at once or at its next hello, and by a copy of a disk', async () => {
    const { scope, id: profileId } = await customer();
    const [here, away] = [await world.client({ wanted: [scope] }), await world.client({ wanted: [scope] })];
    await away.ready();
    const { replica } = away;
    const { epoch, cursor, chain, proof, mask } = replica;
    away.close();
    await here.ready();
    const { id } = await erase(profileId);
    const order = { id, mode: 'replica', profiles: [profileId] };
    await here.until(() => here.closed, 'the core closing after the receipt');
    expect(here.wipes).toEqual([order]);
    expect(await stillOpen(id)).toContain(away.clientId);
    await expect.poll(() => stillOpen(id)).not.toContain(here.clientId);
    await away.open();
    expect(await away.hello()).toEqual({ type: 'wipe', ...order });
    away.emit('wiped', { id, pending: 0 });
    await away.until(() => away.closed, 'the core closing after the receipt');
    await expect.poll(() => stillOpen(id)).not.toContain(away.clientId);
    expect(await away.connect({ epoch: '', cursor: 0 })).toMatchObject({ reason: 'new' });
    await away.until(() => away.hasAll([scope]), 'the snapshot');
    expect([...replica.rows.keys()].filter((key) => key.includes(profileId))).toEqual([]);
    const copy = await world.client({ wanted: [scope] });
    await copy.open();
    expect(await copy.hello({ epoch, cursor, chain, proof, mask })).toEqual({ type: 'wipe', ...order });
    const fresh = await world.client({ wanted: [scope] });
    expect(await fresh.connect()).toMatchObject({ reason: 'new' });
  });
});

describe('[C10] hostile messages', () => {
  const junk: Json[] = [
    null,
    7,
    'x',
    [],
    {},
    [[]],
    { n: -1 },
    { n: 'x' },
    { n: 1e9 },
    { commands: {} },
    { scope: {}, at: 'x', sums: 'y' },
  ];
  const names = [
    'ack',
    'sub',
    'auth',
    'find',
    'compare',
    'repair',
    'presence',
    'wiped',
    'push',
    'hello',
    'frame',
    'x',
  ];

  it('[C10] none of them ends the core or another console', async () => {
    const { journey, id, scope } = await customer();
    const good = await world.client({ wanted: [scope], scopes: ALL_SCOPES });
    await good.ready();
    for (const name of names) {
      const bad = await world.client({ wanted: [scope] });
      await bad.connect();
      for (const payload of junk) bad.emit(name, payload);
      bad.emit(name, undefined);
      await bad.until(() => bad.closed || bad.log.length > 0, 'any life');
      bad.close();
    }
    await core.send(seatChanged(journey, '14C'));
    await good.seesFact(id, factOf(journey, 'seat'), '14C');
    expect((await core.http('GET', '/healthz')).status).toBe(200);
  });
});
