import { describe, expect, it } from 'vitest';
import { copyOfStore } from '../nodes/own-database.ts';
import type { Client } from './client.ts';
import { booked, factOf, fresh, seatChanged, station, type Trip, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

async function desk() {
  const from = station();
  const journey = trip({ from });
  await core.send(booked(journey));
  const { id } = await core.profile('userId', journey.userId);
  const client = await world.client({ wanted: [`station:${from}`] });
  await client.ready();
  return { client, journey, id, from };
}

/** Copies the store of a stopped core, runs `work` on the core, and puts the copy back. */
async function loseTo(work: () => Promise<void>): Promise<void> {
  const port = Number(new URL(core.url).port);
  await core.kill('SIGTERM');
  const copy = await copyOfStore(core.dir);
  try {
    await core.start(port);
    await work();
    await core.kill('SIGKILL');
    await copy.putBack();
    await core.start(port);
  } finally {
    copy.discard();
  }
}

/** Moves a console ahead by `count` seat changes that the backup does not have. */
async function goAhead(client: Client, journey: Trip, id: string, count: number): Promise<void> {
  await world.renew(client);
  await client.connect();
  for (let row = 31; row < 31 + count; row += 1) await core.send(seatChanged(journey, `${row}A`));
  await client.seesFact(id, factOf(journey, 'seat'), `${30 + count}A`);
  client.close();
}

describe('[R5] a backup restored unannounced', () => {
  it('[R5] future with a genuine proof: a new epoch, an alarm, reset epoch for all others', async () => {
    const { client, journey, id } = await desk();
    client.close();
    await loseTo(() => goAhead(client, journey, id, 25));
    const other = await desk();
    const { epoch } = other.client.replica;
    expect(epoch).toBe(client.replica.epoch);
    const before = (await core.alarms()).length;
    const seq = other.client.replica.cursor;
    expect(seq, 'the restored core is behind this console').toBeLessThan(client.replica.cursor);
    await world.renew(client);
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: true, reason: 'future' });
    expect(welcome.epoch).not.toBe(epoch);
    expect(welcome.seq, 'seq goes on').toBeGreaterThanOrEqual(seq);
    await client.until(() => client.hasAll(welcome.granted), 'the snapshot');
    expect(client.fact(id, factOf(journey, 'seat'))?.value).toBe('12A');
    await other.client.until(() => other.client.closed, 'the other connection closing');
    expect(other.client.resets).toEqual(['epoch']);
    expect((await core.alarms()).length).toBe(before + 1);
    expect(await other.client.connect()).toMatchObject({
      reset: true,
      reason: 'epoch',
      epoch: welcome.epoch,
    });
  }, 120_000);

  it('[R5] chain with a genuine proof: the same, though the cursor is not ahead', async () => {
    const { client, journey, id } = await desk();
    client.close();
    await loseTo(() => goAhead(client, journey, id, 1));
    for (let row = 1; row <= 9; row += 1) await core.send(seatChanged(journey, `${row}B`));
    const { epoch } = client.replica;
    const before = (await core.alarms()).length;
    await world.renew(client);
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: true, reason: 'chain' });
    expect(welcome.epoch).not.toBe(epoch);
    expect((await core.alarms()).length).toBe(before + 1);
    await client.until(() => client.hasAll(welcome.granted), 'the snapshot');
    await client.until(() => client.fact(id, factOf(journey, 'seat')), 'the row');
  }, 120_000);

  it('[R5] the new epoch survives a restart', async () => {
    const { client } = await desk();
    const { epoch } = client.replica;
    client.close();
    await core.restart('SIGKILL');
    await world.renew(client);
    expect(await client.connect()).toMatchObject({ reset: false, epoch });
  }, 60_000);

  it('[wire Messages] SIGTERM says bye shutdown with a time to come back', async () => {
    const { client } = await desk();
    await core.restart('SIGTERM');
    await client.until(() => client.closed, 'the core closing');
    expect(client.byes).toEqual([{ reason: 'shutdown', retryInMs: expect.any(Number) }]);
  }, 60_000);

  it('[R13] what the restored core lost of a client’s commands is told by lmid, ids and gap', async () => {
    const { client, id } = await desk();
    expect(await client.run('add-note', { profileId: id, text: 'kept' })).toMatchObject({
      0: 1,
      2: 'applied',
    });
    client.close();
    const lost = fresh('note');
    let command = client.command('add-note', { profileId: id, text: lost });
    await loseTo(async () => {
      await world.renew(client);
      await client.connect();
      command = client.command('add-note', { profileId: id, text: lost });
      await client.push([command]);
      await client.result(command.id);
      client.close();
    });
    expect(command.mid).toBe(2);
    await world.renew(client);
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: true, lmid: 1, idsFrom: 1 });
    expect(welcome.ids.map((entry) => entry[0])).toEqual([1]);
    expect(await client.push([command])).toEqual({ lmid: 2 });
    expect(await client.result(command.id)).toMatchObject({ 0: 2, 2: 'applied' });
  }, 120_000);
});
