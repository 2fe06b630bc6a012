import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { hash, type Json } from './hash.ts';
import type { Base, Command, PushAck } from './messages.ts';
import { booked, factOf, fresh, seatChanged, station, type Trip, trip, useCore } from './world.ts';

const world = useCore();
const { core } = world;

/** A booked passenger at a station of their own, and a console there. */
async function desk() {
  const from = station();
  const journey = trip({ from });
  await core.send(booked(journey));
  const { id } = await core.profile('userId', journey.userId);
  const client = await world.client({ wanted: [`station:${from}`] });
  await client.ready();
  return { client, journey, id, from };
}
const base = (id: string, fact: string, value: Json | undefined): Base => ({
  table: 'profile',
  id,
  fact,
  hash: value === undefined ? null : hash(value),
});
const seatArgs = (profileId: string, journey: Trip, seat: string) => ({
  profileId,
  booking: journey.booking,
  segment: 1,
  seat,
});
/** Acknowledgement with `retryMs` asks to wait that long; the next push honours it. */
async function pushPatiently(client: Client, commands: Command[]): Promise<PushAck> {
  const ack = await client.push(commands);
  if (ack.retryMs) await new Promise((done) => setTimeout(done, ack.retryMs));
  return ack;
}
const notesOf = async (id: string, text: string) =>
  (await core.events(id, '?limit=100')).events.filter((event) => JSON.stringify(event).includes(text)).length;

describe('[R6] places and identities of commands', () => {
  it('[R6] a command is executed once, its result comes with the frame that holds its effect', async () => {
    const { client, id, journey } = await desk();
    const seat = factOf(journey, 'seat');
    const command = client.command('change-seat', seatArgs(id, journey, '14C'), [base(id, seat, '12A')]);
    expect(await client.push([command])).toEqual({ lmid: 1 });
    expect(await client.result(command.id)).toMatchObject({ 0: 1, 1: command.id, 2: 'applied', 3: '' });
    expect(client.fact(id, seat)).toMatchObject({ value: '14C', source: 'console' });
    expect(Math.abs(Date.parse(client.fact(id, seat)?.at as string) - Date.now())).toBeLessThan(30_000);
    const frame = client.log.find((entry) => entry.head.results?.some((result) => result[1] === command.id));
    expect(frame?.head.lmid).toBe(1);
    expect(frame?.body.ops.some((op) => op.table === 'profile' && op.id === id)).toBe(true);
  });

  it('[R6] a mid that was executed with the same id is already done', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const command = client.command('add-note', { profileId: id, text });
    expect(await client.push([command])).toEqual({ lmid: 1 });
    expect(await client.push([command])).toEqual({ lmid: 1 });
    expect(await notesOf(id, text)).toBe(1);
  });

  it('[R6] a mid that was executed with another id: fork, what stands before it is executed', async () => {
    const { client, id } = await desk();
    const note = () => client.command('add-note', { profileId: id, text: fresh('note') });
    const [one, two] = [note(), note()];
    await client.push([one]);
    const other = { ...note(), mid: 1 };
    expect(await client.push([other])).toEqual({ lmid: 1, fork: 1 });
    expect(await client.push([one, two])).toEqual({ lmid: 2 });
    expect(await notesOf(id, (other.args as { text: string }).text)).toBe(0);
  });

  it('[R6] a gap: what stands before it is executed, what stands behind it is not', async () => {
    const { client, id } = await desk();
    const texts = [fresh('note'), fresh('note'), fresh('note')] as const;
    const [one, , three] = texts.map((text) => client.command('add-note', { profileId: id, text }));
    expect(await client.push([one, three])).toEqual({ lmid: 1, gap: 2 });
    expect([await notesOf(id, texts[0]), await notesOf(id, texts[2])]).toEqual([1, 0]);
    expect(await client.push([{ ...(three as Command), mid: 9 }])).toEqual({ lmid: 1, gap: 2 });
  });

  it('[R6] a known id with the same payload copies its result; with another one it is id_reused', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const one = client.command('add-note', { profileId: id, text });
    await client.push([one]);
    const copy = { ...one, mid: client.nextMid++ };
    const changed = { ...one, mid: client.nextMid++, args: { profileId: id, text: fresh('note') } };
    expect(await client.push([copy, changed])).toEqual({ lmid: 3 });
    await client.until(() => client.replica.results.length === 3, 'three results');
    expect(client.replica.results.map((result) => [result[0], result[2], result[3]])).toEqual([
      [1, 'applied', ''],
      [2, 'applied', ''],
      [3, 'rejected', 'id_reused'],
    ]);
    expect(await notesOf(id, text)).toBe(1);
  });

  it('[R6] the id of another subject is id_reused, and tells nothing', async () => {
    const { client, id, from } = await desk();
    const one = client.command('add-note', { profileId: id, text: fresh('note') });
    await client.push([one]);
    const other = await world.client({ wanted: [`station:${from}`] });
    await other.ready();
    await other.push([{ ...one, mid: 1 }]);
    expect(await other.result(one.id)).toMatchObject({ 2: 'rejected', 3: 'id_reused' });
  });

  it('[R6] the same subject on another client: a known id is copied, nothing happens twice', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const one = client.command('add-note', { profileId: id, text });
    await client.push([one]);
    const moved = new Client({ url: core.url, token: client.token });
    await moved.connect();
    await moved.push([{ ...one, mid: 1 }]);
    expect(await moved.result(one.id)).toMatchObject({ 0: 1, 2: 'applied' });
    moved.close();
    moved.throwFault();
    expect(await notesOf(id, text)).toBe(1);
  });

  it('[R6] what was acknowledged survives SIGKILL, with its result and lmid', async () => {
    const { client, id } = await desk();
    const texts = Array.from({ length: 20 }, () => fresh('note'));
    const commands = texts.map((text) => client.command('add-note', { profileId: id, text }));
    client.acking = false;
    expect(await client.push(commands)).toEqual({ lmid: 20 });
    await core.restart('SIGKILL');
    await client.until(() => client.closed, 'the connection breaking');
    await world.renew(client);
    client.acking = true;
    const welcome = await client.connect({ lmidAck: 0 });
    expect(welcome).toMatchObject({ lmid: 20, reset: false });
    expect(welcome.ids).toEqual(commands.map((command) => [command.mid, command.id]));
    expect(await client.push(commands)).toEqual({ lmid: 20 });
    for (const text of texts) expect(await notesOf(id, text)).toBe(1);
  }, 60_000);
});

describe('[R7] outcomes', () => {
  it('[R7] a push is refused whole: push_not_ascending, push_too_large, push_unreadable', async () => {
    const { client, id } = await desk();
    const note = (mid: number, text = 'refused note') => ({
      ...client.command('add-note', { profileId: id, text }),
      mid,
    });
    const refused = async (commands: unknown) => (await client.ask('push', { commands })) as PushAck;
    expect(await refused([note(1), note(1)])).toMatchObject({ refused: { code: 'push_not_ascending' } });
    expect(await refused([note(2), note(1)])).toMatchObject({ refused: { code: 'push_not_ascending' } });
    const many = Array.from({ length: 51 }, (_, index) => note(index + 1));
    expect(await refused(many)).toMatchObject({ refused: { code: 'push_too_large' } });
    const heavy = [note(1, 'x'.repeat(35_000)), note(2, 'x'.repeat(35_000))];
    expect(await refused(heavy)).toMatchObject({ refused: { code: 'push_too_large' } });
    for (const commands of [
      'all',
      null,
      [7],
      [{ ...note(1), mid: 'one' }],
      [{ ...note(1), id: undefined }],
    ]) {
      expect(await refused(commands), JSON.stringify(commands)).toMatchObject({
        lmid: 0,
        refused: { code: 'push_unreadable' },
      });
    }
    expect(await notesOf(id, 'refused note')).toBe(0);
    client.nextMid = 1;
    expect(await client.run('add-note', { profileId: id, text: 'accepted' })).toMatchObject({ 2: 'applied' });
  });

  it('[R7] a command above 48 KB or with bad args is rejected, those behind it are executed', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const commands = [
      client.command('add-note', { profileId: id, text: 'x'.repeat(50_000) }),
      client.command('add-note', { profileId: id, text: 7 }),
      client.command('add-note', {}),
      client.command('add-note', { profileId: id, text }),
    ];
    expect(await client.push(commands)).toEqual({ lmid: 4 });
    await client.result(commands[3]?.id as string);
    expect(client.replica.results.map((result) => [result[2], result[3]])).toEqual([
      ['rejected', 'too_large'],
      ['rejected', 'args'],
      ['rejected', 'args'],
      ['applied', ''],
    ]);
  });

  it('[R7] an unknown command or version is parked, those behind it are executed', async () => {
    const { client, id } = await desk();
    const commands = [
      client.command('teleport', { profileId: id }),
      { ...client.command('add-note', { profileId: id, text: 'x' }), ver: 99 },
      client.command('add-note', { profileId: id, text: fresh('note') }),
    ];
    expect(await client.push(commands)).toEqual({ lmid: 3 });
    await client.result(commands[2]?.id as string);
    expect(client.replica.results.map((result) => [result[2], result[3]])).toEqual([
      ['parked', 'unknown_command'],
      ['parked', 'unknown_version'],
      ['applied', ''],
    ]);
  });

  it('[R7] an unexpected failure does not advance; the commands behind are not tried; later it works', async () => {
    const { client, id } = await desk();
    const texts = [fresh('note'), fresh('note')] as const;
    const commands = texts.map((text) => client.command('add-note', { profileId: id, text }));
    await core.dev('fail', { command: 'add-note', times: 1 });
    const ack = await pushPatiently(client, commands);
    expect(ack).toEqual({ lmid: 0, retryMs: expect.any(Number) });
    expect([await notesOf(id, texts[0]), await notesOf(id, texts[1])]).toEqual([0, 0]);
    expect(await client.push(commands)).toEqual({ lmid: 2 });
    expect([await notesOf(id, texts[0]), await notesOf(id, texts[1])]).toEqual([1, 1]);
  });

  it('[R7] the fifth unexpected failure is parked, with an alarm, and the next one goes on', async () => {
    const { client, id } = await desk();
    const command = client.command('set-preference', { profileId: id, name: 'meal', value: 'fish' });
    await core.dev('fail', { command: 'set-preference', times: 5 });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      expect(await pushPatiently(client, [command]), `attempt ${attempt}`).toEqual({
        lmid: 0,
        retryMs: expect.any(Number),
      });
    }
    expect(await client.push([command])).toMatchObject({ lmid: 1 });
    expect(await client.result(command.id)).toMatchObject({ 2: 'parked', 3: 'failed' });
    expect((await core.alarms()).some((alarm) => /park/i.test(alarm.kind))).toBe(true);
    expect(await client.run('set-preference', { profileId: id, name: 'meal', value: 'vegan' })).toMatchObject(
      {
        2: 'applied',
      },
    );
  });

  it('[R7] attempts are counted durably, also over the death of the process', async () => {
    const { client, id } = await desk();
    const command = client.command('add-note', { profileId: id, text: 'poison' });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await core.dev('fail', { command: 'add-note', times: 1 });
      expect(await pushPatiently(client, [command])).toEqual({ lmid: 0, retryMs: expect.any(Number) });
      if (attempt !== 2) continue;
      await core.restart('SIGKILL');
      await client.until(() => client.closed, 'the connection breaking');
      await world.renew(client);
      await client.connect();
    }
    await core.dev('fail', { command: 'add-note', times: 1 });
    await client.push([command]);
    expect(await client.result(command.id)).toMatchObject({ 2: 'parked', 3: 'failed' });
  }, 60_000);

  it('[R13] results that do not fit into one head of 64 KB go out in further frames, lowest first', async () => {
    const { client, id, journey } = await desk();
    await core.send(seatChanged(journey, `long-${'x'.repeat(6000)}`));
    const fact = factOf(journey, 'seat');
    const commands = Array.from({ length: 40 }, (_, n) =>
      client.command('change-seat', seatArgs(id, journey, `${n}A`), [base(id, fact, 'never so')]),
    );
    expect(await client.push(commands)).toEqual({ lmid: 40 });
    await client.until(() => client.replica.results.length === 40, 'forty results');
    expect(new Set(client.replica.results.map((result) => result[3]))).toEqual(new Set(['stale']));
    expect(client.lmidAck).toBe(40);
    client.close();
    await client.connect({ lmidAck: 0 });
    await client.until(() => client.replica.results.length === 80, 'forty results again');
    const heads = client.log.slice(-20).filter((entry) => entry.head.results?.length);
    expect(heads.length).toBeGreaterThan(1);
  });

  it('[R7] every push is acknowledged, in order of arrival', async () => {
    const { client, id } = await desk();
    const order: number[] = [];
    const commands = [1, 2, 3, 4].map(() => client.command('add-note', { profileId: id, text: 'x' }));
    const acks = commands.map((command, index) =>
      client.push([command]).then((ack) => {
        order.push(index);
        return ack;
      }),
    );
    expect(await Promise.all(acks)).toEqual([{ lmid: 1 }, { lmid: 2 }, { lmid: 3 }, { lmid: 4 }]);
    expect(order).toEqual([0, 1, 2, 3]);
  });
});
