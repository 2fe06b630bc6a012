import { describe, expect, it } from 'vitest';
import { Client, ConnectRefused } from './client.ts';
import type { Welcome } from './messages.ts';
import { booked, fresh, HOUR, identify, station, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

/** Opens without a welcome and answers the code that the core refused with. */
async function refusal(token: string): Promise<string> {
  const client = new Client({ url: core.url, token });
  const error = await client.open().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  client.close();
  expect(error, 'the connection was made').toBeInstanceOf(ConnectRefused);
  return (error as ConnectRefused).code;
}

describe('[wire Connect] who may connect', () => {
  it('[wire Connect] token_missing, token_invalid, token_expired, station_revoked', async () => {
    expect(await refusal('')).toBe('token_missing');
    expect(await refusal('nonsense')).toBe('token_invalid');
    expect(await refusal(`${core.started.consoleToken}x`)).toBe('token_invalid');
    const subject = fresh('op');
    const token = await core.token({ subject });
    await core.dev('revoke', { subject });
    expect(await refusal(token)).toBe('station_revoked');
    const again = await core.token({ subject });
    const client = new Client({ url: core.url, token: again });
    await client.open();
    client.close();
  });

  it('[C1] tokens signed by nobody are token_invalid', async () => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = encode({ sub: 'anna', role: 'supervisor', scopes: ['profile:*'], exp: 4_102_444_800 });
    expect(await refusal(`${encode({ alg: 'none' })}.${claims}.`)).toBe('token_invalid');
    expect(await refusal(`${encode({ alg: 'HS256', typ: 'JWT' })}.${claims}.AAAA`)).toBe('token_invalid');
  });

  it('[wire Connect] a token that is not renewed in time ends in bye token_expired, nothing is dropped', async () => {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const client = await world.client({ wanted: [`station:${from}`], ttlSeconds: 4 });
    await client.ready();
    const rows = client.replica.rows.size;
    await client.until(() => client.closed, 'the core closing');
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'token_expired' })]);
    expect(client.replica.rows.size).toBe(rows);
    expect(await refusal(client.token)).toBe('token_expired');
  });
});

describe('[R1] hello', () => {
  it('[R1] the first hello of a new console', async () => {
    const from = station();
    const client = await world.client({ wanted: [`station:${from}`] });
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: true, reason: 'new', lmid: 0, ids: [], idsFrom: 1 });
    expect(welcome).toMatchObject({ granted: [`station:${from}`], denied: [] });
    expect(welcome.epoch).not.toBe('');
    expect(Math.abs(Date.parse(welcome.serverTime) - Date.now())).toBeLessThan(60_000);
    expect(Date.parse(welcome.leaseUntil)).toBeGreaterThan(Date.now() + HOUR);
    await client.until(() => client.hasAll(welcome.granted), 'the snapshot');
  });

  it('[R1] absent fields count as those of a first hello, except proto and clientId', async () => {
    const client = await world.client();
    await client.open();
    const absent = Object.fromEntries(Object.keys(client.helloFields()).map((field) => [field, undefined]));
    const reply = await client.hello({ ...absent, proto: 'kairos-sync/1', clientId: client.clientId });
    expect(reply).toMatchObject({ type: 'welcome', reset: true, reason: 'new', granted: [], denied: [] });
  });

  it.each<[string, Record<string, unknown>]>([
    ['no clientId', { clientId: undefined }],
    ['no proto', { proto: undefined }],
    ['a cursor that is a text', { cursor: '7' }],
    ['a cursor below 0', { cursor: -1 }],
    ['a cursor that is no integer', { cursor: 1.5 }],
    ['wanted that is a text', { wanted: 'station:FRA' }],
    ['wanted with a number', { wanted: [7] }],
    ['an epoch that is an object', { epoch: {} }],
    ['lmidAck that is a text', { lmidAck: '0' }],
    ['more than 1,000 scopes', { wanted: Array.from({ length: 1001 }, (_, n) => `station:${n}`) }],
  ])('[R1] hello_invalid and closed: %s', async (_, fields) => {
    const client = await world.client();
    await client.open();
    const reply = await client.hello(fields);
    expect(reply).toMatchObject({ type: 'refused', code: 'hello_invalid', message: expect.any(String) });
    await client.until(() => client.closed, 'the core closing');
  });

  it('[R1] a hello that is no object is refused too, and harms nobody', async () => {
    const client = await world.client();
    await client.open();
    const reply = await client.ask('hello', 'hello');
    expect(reply).toMatchObject({ type: 'refused', code: 'hello_invalid' });
    const other = await world.client();
    await other.connect();
  });

  it('[R1] an unknown protocol version is answered with upgrade, then closed', async () => {
    const client = await world.client();
    await client.open();
    const reply = await client.hello({ proto: 'kairos-sync/99' });
    expect(reply).toMatchObject({ type: 'upgrade', min: expect.any(Number), max: expect.any(Number) });
    expect((reply as { max: number }).max).toBe(1);
    await client.until(() => client.closed, 'the core closing');
  });

  it('[R1] everything before hello is ignored', async () => {
    const userId = fresh('u');
    await core.send(identify(userId, { tier: 'Gold' }));
    const { id: profileId } = await core.profile('userId', userId);
    const client = await world.client();
    await client.open();
    const command = client.command('add-note', { profileId, text: 'too early' });
    let answered = false;
    client.emit('push', { commands: [command] }, () => {
      answered = true;
    });
    client.emit('sub', { wanted: ['station:FRA'] }, () => {
      answered = true;
    });
    client.emit('ack', { n: 7 });
    const welcome = (await client.hello()) as Welcome;
    expect(welcome).toMatchObject({ type: 'welcome', lmid: 0, granted: [] });
    expect(answered).toBe(false);
    expect(JSON.stringify(await core.events(profileId))).not.toContain('too early');
  });

  it('[R1] a second hello on a connection is ignored', async () => {
    const client = await world.client();
    await client.connect();
    let answered = false;
    client.emit('hello', client.helloFields(), () => {
      answered = true;
    });
    await client.flush();
    expect(answered).toBe(false);
    expect(client.closed).toBe(false);
  });

  it('[R1] a clientId is bound to the subject of its first hello', async () => {
    const first = await world.client();
    await first.connect();
    const other = await world.client({ clientId: first.clientId });
    await other.open();
    expect(await other.hello()).toMatchObject({ type: 'refused', code: 'client_of_other' });
    await other.until(() => other.closed, 'the core closing');
    await first.flush();
    expect(first.byes).toEqual([]);
  });

  it('[R1] the newest hello wins: the older connection gets bye replaced, by the new conn', async () => {
    const client = await world.client();
    await client.connect();
    const again = new Client({ url: core.url, token: client.token, clientId: client.clientId });
    await again.connect();
    await client.until(() => client.closed, 'the older connection closing');
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'replaced', by: again.conn })]);
    await again.flush();
    again.close();
    again.throwFault();
  });

  it('[wire Connect] a subject has at most 100 clients', async () => {
    const subject = fresh('many');
    for (let n = 0; n < 100; n += 1) {
      const client = await world.client({ subject });
      await client.connect();
      client.close();
    }
    const oneMore = await world.client({ subject });
    await oneMore.open();
    expect(await oneMore.hello()).toMatchObject({ type: 'refused', code: 'too_many_clients' });
    await oneMore.until(() => oneMore.closed, 'the core closing');
  }, 60_000);

  it('[R1] kairos-sync/1 is all that a client of its own needs: schemaHash "" is always served', async () => {
    const client = await world.client({ wanted: [`station:${station()}`] });
    const first = await client.ready();
    expect(first.schemaHash).not.toBe('');
    client.close();
    expect(await client.connect({ schemaHash: '' })).toMatchObject({ reset: false });
    client.close();
    expect(await client.connect({ schemaHash: first.schemaHash })).toMatchObject({ reset: false });
    client.close();
    expect(await client.connect({ schemaHash: 'of-another-age' })).toMatchObject({
      reset: true,
      reason: 'schema',
    });
  });
});
