import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { hash, type Json } from './hash.ts';
import type { Base, Command, PushAck } from './messages.ts';
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
    expect(await client.result(command.id)).toMatchObject([1, command.id, 'applied', ''].slice(0, 4));
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
    const command = client.command('resolve-case', { profileId: id, caseId: fresh('C'), outcome: 'x' });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      await core.dev('fail', { command: 'resolve-case', times: 1 });
      expect(await pushPatiently(client, [command])).toEqual({ lmid: 0, retryMs: expect.any(Number) });
      if (attempt !== 2) continue;
      await core.restart('SIGKILL');
      await client.until(() => client.closed, 'the connection breaking');
      await world.renew(client);
      await client.connect();
    }
    await core.dev('fail', { command: 'resolve-case', times: 1 });
    await client.push([command]);
    expect(await client.result(command.id)).toMatchObject({ 2: 'parked', 3: 'failed' });
  }, 60_000);

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

describe('[R8] what the operator saw', () => {
  it('[R8] strict: seen what is there, applied; a null hash means that the fact was absent', async () => {
    const { client, id, journey } = await desk();
    const seat = factOf(journey, 'seat');
    expect(
      await client.run('change-seat', seatArgs(id, journey, '14C'), [base(id, seat, '12A')]),
    ).toMatchObject({
      2: 'applied',
      3: '',
    });
    await core.send(seatChanged(journey, null, { timestamp: new Date(Date.now() + 60_000).toISOString() }));
    await client.until(() => !client.fact(id, seat), 'the seat gone');
    const again = await client.run('change-seat', seatArgs(id, journey, '15D'), [base(id, seat, undefined)]);
    expect(again).toMatchObject({ 2: 'applied' });
  });

  it('[R8] strict: something else is there: conflict stale with theirs, source, at and by', async () => {
    const { client, id, journey, from } = await desk();
    const seat = factOf(journey, 'seat');
    await core.send(seatChanged(journey, '20A', { context: { app: { name: 'app' } } }));
    const args = seatArgs(id, journey, '14C');
    const [, , status, code, detail] = await client.run('change-seat', args, [base(id, seat, '12A')]);
    expect([status, code]).toEqual(['conflict', 'stale']);
    const theirs = { fact: seat, theirs: '20A', source: 'app', at: expect.any(String) };
    expect(detail).toMatchObject({ facts: [theirs], by: expect.anything() });
    await client.seesFact(id, seat, '20A');
    const colleague = await world.client({ wanted: [`station:${from}`] });
    await colleague.ready();
    await colleague.run('change-seat', args, [base(id, seat, '20A')]);
    const second = await client.run('change-seat', seatArgs(id, journey, '9F'), [base(id, seat, '20A')]);
    expect(second[4]).toMatchObject({ facts: [{ fact: seat, theirs: '14C', source: 'console' }] });
  });

  it('[R8] strict: equal content is no conflict, whatever the version', async () => {
    const { client, id, journey } = await desk();
    const seat = factOf(journey, 'seat');
    await core.send(seatChanged(journey, '20A'));
    await core.send(seatChanged(journey, '12A', { timestamp: new Date(Date.now() + 1000).toISOString() }));
    const result = await client.run('change-seat', seatArgs(id, journey, '14C'), [base(id, seat, '12A')]);
    expect(result).toMatchObject({ 2: 'applied', 3: '' });
  });

  it('[R8] strict: without the base of a strict fact base_missing; other entries are ignored', async () => {
    const { client, id, journey } = await desk();
    const args = seatArgs(id, journey, '14C');
    expect(await client.run('change-seat', args)).toMatchObject({ 2: 'rejected', 3: 'base_missing' });
    const other = base(id, 'tier', 'never so');
    expect(await client.run('change-seat', args, [other])).toMatchObject({ 3: 'base_missing' });
    const right = base(id, factOf(journey, 'seat'), '12A');
    expect(await client.run('change-seat', args, [other, right])).toMatchObject({ 2: 'applied', 3: '' });
  });

  it('[R8] rebook is strict in flight and flightStatus', async () => {
    const { client, id, journey } = await desk();
    const args = { profileId: id, booking: journey.booking, segment: 1, to: 'LH402' };
    const flight = base(id, factOf(journey, 'flight'), journey.flight);
    const status = base(id, factOf(journey, 'flightStatus'), undefined);
    const held = client.fact(id, factOf(journey, 'flightStatus'))?.value;
    const right = held === undefined ? status : base(id, factOf(journey, 'flightStatus'), held);
    expect(await client.run('rebook', args, [flight])).toMatchObject({ 3: 'base_missing' });
    const wrong = base(id, factOf(journey, 'flightStatus'), 'cancelled');
    expect(await client.run('rebook', args, [flight, wrong])).toMatchObject({ 2: 'conflict', 3: 'stale' });
    expect(await client.run('rebook', args, [flight, right])).toMatchObject({ 2: 'applied' });
    expect(JSON.stringify(client.profile(id)?.row)).toContain('LH402');
  });

  it('[R8] resolve-case is strict in the status of the case', async () => {
    const { client, id, journey } = await desk();
    const caseId = fresh('C');
    await core.send(track('Case Opened', { caseId, topic: 'bag', text: 'x' }, { userId: journey.userId }));
    const name = `case.${caseId}.status`;
    await client.until(() => client.fact(id, name), 'the case');
    const seen = client.fact(id, name)?.value as Json;
    const args = { profileId: id, caseId, outcome: 'voucher' };
    expect(await client.run('resolve-case', args, [base(id, name, 'never so')])).toMatchObject({
      3: 'stale',
    });
    expect(await client.run('resolve-case', args, [base(id, name, seen)])).toMatchObject({ 2: 'applied' });
    expect(client.fact(id, name)?.value).not.toBe(seen);
    expect(client.fact(id, name)?.source).toBe('console');
  });

  it('[R8] merge: the later commit wins; overwrote if base names the fact and the hash differs', async () => {
    const { client, id, journey } = await desk();
    const name = 'preference.meal';
    const set = (value: string, bases: Base[] = []) =>
      client.run('set-preference', { profileId: id, name: 'meal', value }, bases);
    expect(await set('vegan', [base(id, name, undefined)])).toMatchObject({ 2: 'applied', 3: '' });
    expect(await set('fish')).toMatchObject({ 2: 'applied', 3: '' });
    expect(await set('meat', [base(id, name, 'vegan')])).toMatchObject({ 2: 'applied', 3: 'overwrote' });
    expect(await set('none', [base(id, name, 'meat'), base(id, 'tier', 'x')])).toMatchObject({ 3: '' });
    await client.seesFact(id, name, 'none');
    const early = { userId: journey.userId, timestamp: new Date(Date.now() - 60_000).toISOString() };
    await core.send(track('Preference Changed', { name: 'meal', value: 'older' }, early));
    expect((await core.profile('userId', journey.userId)).facts[name].value).toBe('none');
  });

  it('[R8] commutative: notes, decisions and outcomes; an outcome waits for its record', async () => {
    const { client, id } = await desk();
    const decisionId = randomUUID();
    const text = fresh('note');
    const record = {
      id: decisionId,
      chosen: { action: 'voucher', channel: 'counter' },
      at: new Date().toISOString(),
    };
    const outcome = client.command('record-outcome', { profileId: id, decisionId, outcome: 'accepted' });
    const decision = client.command('record-decision', { profileId: id, record });
    const note = client.command('add-note', { profileId: id, text });
    expect(await client.push([outcome, decision, note])).toEqual({ lmid: 3 });
    await client.result(note.id);
    expect(client.replica.results.map((result) => result[2])).toEqual(['applied', 'applied', 'applied']);
    await client.until(
      () => client.replica.get('event', note.id),
      'the note as a row with the id of its command',
    );
    await client.until(() => client.replica.get('event', outcome.id), 'the outcome as a row');
    expect(JSON.stringify(client.replica.get('event', note.id)?.row)).toContain(text);
  });
});

describe('[C2] who may do what', () => {
  it('[wire Commands] forbidden role: what a kiosk may not', async () => {
    const { id, from } = await desk();
    const kiosk = await world.client({ role: 'kiosk', wanted: [`station:${from}`] });
    await kiosk.ready();
    expect(await kiosk.run('add-note', { profileId: id, text: 'x' })).toMatchObject({
      2: 'forbidden',
      3: 'role',
    });
    const caseArgs = { profileId: id, caseId: 'C', outcome: 'x' };
    const caseBase = [base(id, 'case.C.status', undefined)];
    expect(await kiosk.run('resolve-case', caseArgs, caseBase)).toMatchObject({ 2: 'forbidden', 3: 'role' });
    const preference = { profileId: id, name: 'meal', value: 'vegan' };
    expect(await kiosk.run('set-preference', preference)).toMatchObject({ 2: 'applied' });
  });

  it('[wire Commands] forbidden scope, unless it was in the scope since the floor of the log', async () => {
    const { id, from, journey } = await desk();
    const note = { profileId: id, text: fresh('note') };
    const stranger = await world.client({ scopes: [`station:${station()}`] });
    await stranger.connect();
    expect(await stranger.run('add-note', note)).toMatchObject({ 2: 'forbidden', 3: 'scope' });
    expect(await notesOf(id, note.text)).toBe(0);
    await core.send(track('Booking Cancelled', { booking: journey.booking }, { userId: journey.userId }));
    const late = await world.client({ scopes: [`station:${from}`] });
    await late.connect();
    expect(await late.run('add-note', note)).toMatchObject({ 2: 'applied' });
  });

  it('[wire Results] unknown_profile', async () => {
    const { client } = await desk();
    const result = await client.run('add-note', { profileId: randomUUID(), text: 'x' });
    expect(result).toMatchObject({ 2: 'rejected', 3: 'unknown_profile' });
  });

  it('[wire Rows] a command that names the lost id of two that became one is taken for the survivor', async () => {
    const [userId, anonymousId] = [fresh('u'), fresh('a')];
    await core.send(track('Seen', {}, { anonymousId }));
    await core.send(identify(userId, { tier: 'Gold' }));
    const lost = (await core.profile('userId', userId)).id as string;
    await core.send({ type: 'alias', userId, previousId: anonymousId });
    const client = await world.client();
    await client.connect();
    const text = fresh('note');
    expect(await client.run('add-note', { profileId: lost, text })).toMatchObject({ 2: 'applied' });
    const survivor = (await core.profile('userId', userId)).id as string;
    expect(survivor).not.toBe(lost);
    expect(await notesOf(survivor, text)).toBe(1);
  });

  it('[C2] a conflict’s theirs is masked as the role sees it', async () => {
    const { journey, id, from } = await desk();
    const caseId = fresh('C');
    await core.send(track('Case Opened', { caseId, topic: 'x', text: 'x' }, { userId: journey.userId }));
    const restricted = await world.client({ role: 'restricted', wanted: [`station:${from}`] });
    await restricted.ready();
    const result = await restricted.run('change-seat', seatArgs(id, journey, '1A'), [
      base(id, factOf(journey, 'seat'), 'never so'),
    ]);
    expect(result[4]).toMatchObject({ facts: [{ theirs: '12A' }] });
  });

  it('[R1] after a newer hello the older connection’s push is not executed', async () => {
    const { client, id } = await desk();
    const text = fresh('note');
    const command = client.command('add-note', { profileId: id, text });
    const again = new Client({ url: core.url, token: client.token, clientId: client.clientId });
    await again.connect();
    client.emit('push', { commands: [command] });
    await client.until(() => client.closed, 'the older connection closing');
    await again.flush();
    expect(await notesOf(id, text)).toBe(0);
    again.close();
    again.throwFault();
  });
});
