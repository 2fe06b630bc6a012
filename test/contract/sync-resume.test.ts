import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Client } from './client.ts';
import type { Command } from './messages.ts';
import { booked, factOf, fresh, seatChanged, station, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

describe('[R5] resume and reset', () => {
  async function withRows() {
    const from = station();
    const journey = trip({ from });
    await core.send(booked(journey));
    const { id } = await core.profile('userId', journey.userId);
    const client = await world.client({ wanted: [`station:${from}`] });
    await client.ready();
    return { client, journey, id, from };
  }

  it('[R5] a resume brings only what changed, in one frame from the cursor', async () => {
    const { client, journey, id, from } = await withRows();
    client.close();
    for (const seat of ['14C', '15D', '16E']) await core.send(seatChanged(journey, seat));
    const mark = client.log.length;
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: false, granted: [`station:${from}`] });
    await client.seesFact(id, factOf(journey, 'seat'), '16E');
    const arrived = client.log.slice(mark);
    expect(arrived.map((entry) => entry.kind)).toEqual(['frame']);
    expect(arrived[0]?.body.ops.filter((op) => op.table === 'profile')).toHaveLength(1);
  });

  it('[R3] a frame is due once after welcome, empty if need be', async () => {
    const { client } = await withRows();
    client.close();
    const mark = client.log.length;
    await client.connect();
    await client.until(() => client.log.length > mark, 'the first frame');
    expect(client.log[mark]?.kind).toBe('frame');
    const without = await world.client();
    await without.connect();
    await without.until(() => without.log.length === 1, 'the first frame without scopes');
    expect(without.log[0]).toMatchObject({ kind: 'frame', head: { n: 1 }, body: { ops: [] } });
  });

  it('[R5] a resumed scope that is no longer granted is dropped in the first frame', async () => {
    const [from, other] = [station(), station()];
    await core.send(booked(trip({ from })));
    await core.send(booked(trip({ from: other })));
    const subject = fresh('op');
    const client = await world.client({ subject, wanted: [`station:${from}`, `station:${other}`] });
    await client.ready();
    client.close();
    client.token = await core.token({ subject, scopes: [`station:${from}`] });
    const mark = client.log.length;
    expect(await client.connect()).toMatchObject({
      reset: false,
      granted: [`station:${from}`],
      denied: [`station:${other}`],
    });
    await client.until(() => client.log.length > mark, 'the first frame');
    expect(client.log[mark]?.head.drop).toEqual([`station:${other}`]);
    expect(client.replica.inScope(`station:${other}`)).toEqual([]);
    expect(client.replica.inScope(`station:${from}`).length).toBeGreaterThan(0);
  });

  it('[R5] wanted but not yet active scopes are snapshotted after a resume', async () => {
    const { client, from } = await withRows();
    const other = station();
    await core.send(booked(trip({ from: other })));
    client.close();
    client.wanted = [`station:${from}`, `station:${other}`];
    expect(await client.connect()).toMatchObject({ reset: false });
    await client.until(() => client.hasAll(client.wanted), 'both scopes');
    expect(client.replica.inScope(`station:${other}`).some((held) => held.table === 'profile')).toBe(true);
  });

  it.each<[string, string, (client: Client) => Record<string, unknown>]>([
    ['new', 'epoch ""', () => ({ epoch: '' })],
    ['epoch', 'another epoch', () => ({ epoch: randomUUID() })],
    ['future', 'a cursor ahead, proof not genuine', (client) => ({ cursor: client.replica.cursor + 1000 })],
    ['chain', 'another chain, proof not genuine', () => ({ chain: 'f00d' })],
    ['future', 'an invented proof', (client) => ({ cursor: client.replica.cursor + 9, proof: 'invented' })],
    ['mask', 'another mask', () => ({ mask: 'of-another-role' })],
    ['schema', 'another schema', () => ({ schemaHash: 'of-another-age' })],
  ])('[R5] reset with reason %s: %s; of this console alone', async (reason, _, change) => {
    const { client, from } = await withRows();
    const bystander = await world.client({ wanted: [`station:${from}`] });
    await bystander.ready();
    const alarms = (await core.alarms()).length;
    const { epoch } = client.replica;
    client.close();
    const welcome = await client.connect(change(client));
    expect(welcome).toMatchObject({ reset: true, reason, epoch });
    await client.until(() => client.hasAll(welcome.granted), 'the snapshot after the reset');
    await client.flush();
    const stale = [...client.replica.rows.values()].filter((held) => held.stale);
    expect(stale).toEqual([]);
    expect(client.replica.inScope(`station:${from}`).length).toBe(
      bystander.replica.inScope(`station:${from}`).length,
    );
    await bystander.flush();
    expect([bystander.resets, bystander.byes]).toEqual([[], []]);
    expect((await core.alarms()).length).toBe(alarms);
  });

  it('[R5] the first reason that holds is told', async () => {
    const { client } = await withRows();
    client.close();
    const all = { epoch: randomUUID(), cursor: 1_000_000, chain: 'x', mask: 'x', schemaHash: 'x' };
    expect(await client.connect(all)).toMatchObject({ reason: 'epoch' });
    client.close();
    expect(await client.connect({ ...all, epoch: client.replica.epoch })).toMatchObject({ reason: 'future' });
  });

  it('[R5] a reset console ends with the same rows as a new one', async () => {
    const { client, from, journey } = await withRows();
    client.close();
    await core.send(seatChanged(journey, '22F'));
    await core.send(booked(trip({ from })));
    await client.connect({ chain: 'f00d' });
    await client.until(() => client.hasAll(client.wanted), 'the snapshot');
    const other = await world.client({ wanted: [`station:${from}`] });
    await other.ready();
    expect(client.picture()).toEqual(other.picture());
  });

  it('[R6] welcome tells lmid, and the ids above lmidAck from idsFrom on', async () => {
    const { client, id: profileId } = await withRows();
    const commands: Command[] = [1, 2, 3].map((n) =>
      client.command('add-note', { profileId, text: `note ${n}` }),
    );
    expect(await client.push(commands)).toMatchObject({ lmid: 3 });
    for (const command of commands) await client.result(command.id);
    client.close();
    const ids = commands.map((command) => [command.mid, command.id]);
    expect(await client.connect({ lmidAck: 0 })).toMatchObject({ lmid: 3, ids, idsFrom: 1 });
    await client.until(() => client.replica.results.length === 6, 'the results again');
    client.close();
    expect(await client.connect({ lmidAck: 2 })).toMatchObject({ lmid: 3, ids: ids.slice(2), idsFrom: 3 });
    client.close();
    expect(await client.connect({ lmidAck: 3 })).toMatchObject({ lmid: 3, ids: [], idsFrom: 4 });
    client.close();
    expect(await client.connect({ lmidAck: 900 }), 'min(hello.lmidAck, lmid)').toMatchObject({
      ids: [],
      idsFrom: 4,
    });
  });

  it('[R5] /dev/cut: a console below the floor is reset with reason floor', async () => {
    const { client, from, journey } = await withRows();
    client.close();
    for (const seat of ['14C', '15D', '16E']) await core.send(seatChanged(journey, seat));
    const { floor } = await core.dev('cut', { keep: 1 });
    expect(floor).toBeGreaterThan(client.replica.cursor);
    const welcome = await client.connect();
    expect(welcome).toMatchObject({ reset: true, reason: 'floor' });
    await client.until(() => client.hasAll(welcome.granted), 'the snapshot');
    const other = await world.client({ wanted: [`station:${from}`] });
    await other.ready();
    expect(client.picture()).toEqual(other.picture());
  });

  it('[R3] a connection whose last `to` falls below the floor gets bye floor', async () => {
    const idle = await world.client({ wanted: [`station:${station()}`] });
    await idle.ready();
    const { journey } = await withRows();
    for (const seat of ['14C', '15D', '16E']) await core.send(seatChanged(journey, seat));
    expect((await core.dev('cut', { keep: 1 })).floor).toBeGreaterThan(idle.replica.cursor);
    await idle.until(() => idle.closed, 'the core closing');
    expect(idle.byes).toEqual([{ reason: 'floor', retryInMs: expect.any(Number) }]);
    expect(await idle.connect()).toMatchObject({ reset: true, reason: 'floor' });
  });
});
