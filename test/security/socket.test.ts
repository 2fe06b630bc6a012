/** [C10] [S40] The socket of a real core under hostile consoles: each at most loses its own connection. */
import * as fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { ASK_CODES, BYE_REASONS, CONNECT_CODES, HELLO_CODES, PUSH_CODES } from '../../src/protocol/codes.ts';
import { Client } from '../contract/client.ts';
import { INPUTS, JUNK, PATIENCE, SEED } from './material.ts';
import { type Message, messages } from './messages.ts';
import { rawSession, wsFrame } from './raw.ts';
import { expectClean, JSON_TYPE, useTarget } from './target.ts';

const target = useTarget();
const sockets: Socket[] = [];
const clients: Client[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const client of clients.splice(0)) client.close();
});

const CODES: ReadonlySet<string> = new Set(
  [CONNECT_CODES, HELLO_CODES, PUSH_CODES, ASK_CODES].flatMap((table) => Object.keys(table)),
);

function open(token: string, namespace = '/sync'): Promise<Socket> {
  const socket = io(target.core.url + namespace, {
    transports: ['websocket'],
    auth: { token },
    forceNew: true,
    reconnection: false,
  });
  sockets.push(socket);
  socket.on('bye', (bye: { reason: string }) => expect(BYE_REASONS).toContain(bye.reason));
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** A console that behaves, and must not notice anything of the others. */
async function witness(): Promise<Client> {
  const client = new Client({
    url: target.core.url,
    token: await target.token('witness'),
    wanted: ['station:FRA'],
  });
  clients.push(client);
  await client.ready();
  return client;
}

/** The answer to a hello; a core with much to do asks for another one later. */
async function greeted(socket: Socket, hello: object): Promise<{ type: string; code?: string }> {
  for (;;) {
    const reply = await socket.emitWithAck('hello', hello);
    if (reply.type !== 'wait') return reply;
    await new Promise((resolve) => setTimeout(resolve, reply.ms));
  }
}

async function unharmed(client: Client): Promise<void> {
  await target.lives();
  await client.flush();
  client.throwFault();
  expect(client.byes).toEqual([]);
}

async function send(type: string, event: object): Promise<void> {
  const answer = await fetch(`${target.core.url}/v1/${type}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, authorization: target.basic },
    body: JSON.stringify({ timestamp: new Date().toISOString(), ...event }),
  });
  expect(answer.status).toBe(200);
}

/** A customer at FRA, so that there is something to read, change and spoil. */
async function passenger(): Promise<string> {
  const departs = new Date(Date.now() + 4 * 3_600_000).toISOString();
  const segment = {
    segment: 1,
    flight: 'LH400',
    date: departs.slice(0, 10),
    from: 'FRA',
    to: 'JFK',
    departs,
    seat: '12A',
    status: 'confirmed',
  };
  await send('identify', { userId: 'flyer', traits: { firstName: 'Anna', phone: '+4915112345670' } });
  await send('track', {
    userId: 'flyer',
    event: 'Booking Created',
    properties: { booking: 'QX7R2M', segments: [segment] },
  });
  const answer = await fetch(`${target.core.url}/v1/profiles/by/userId/flyer`, {
    headers: { authorization: `Bearer ${target.core.consoleToken}` },
  });
  return ((await answer.json()) as { profile: { id: string } }).profile.id;
}

/** Names that a client library keeps to itself and throws at. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

/** How often each event was answered, by its outcome. */
const answered = new Map<string, number>();

function expectReply(event: string, reply: unknown): void {
  const text = JSON.stringify(reply);
  expectClean(target, text, event);
  const refused = (reply as { refused?: { code: string } }).refused;
  const outcome = `${event} ${refused ? refused.code : 'done'}`;
  answered.set(outcome, (answered.get(outcome) ?? 0) + 1);
  if (refused) expect(CODES.has(refused.code), text).toBe(true);
  if (event === 'hello') {
    const { type, code } = reply as { type: string; code?: string };
    expect(['welcome', 'wait', 'refused', 'upgrade'], text).toContain(type);
    if (type === 'refused') expect(CODES.has(code ?? ''), text).toBe(true);
  }
}

/** Sends all on one connection and waits until they have been looked at, or the core has had enough. */
async function bombard(socket: Socket, all: Message[]): Promise<void> {
  const problems: unknown[] = [];
  for (const { event, args } of all) {
    if (RESERVED.has(event)) continue;
    socket.emit(event, ...args, (reply: unknown) => {
      try {
        expectReply(event, reply);
      } catch (error) {
        problems.push(error);
      }
    });
  }
  if (socket.connected)
    await new Promise<void>((resolve) => {
      socket.once('disconnect', () => resolve());
      // A hello is answered at any time but after another; this one tells that the others were read.
      socket.io.engine.once('heartbeat', () => resolve());
      socket.emit('find', { type: 'x', value: 'x', purpose: 'x' }, () => resolve());
      socket.emit('hello', { proto: 'kairos-sync/1' }, () => resolve());
    });
  if (problems.length > 0) throw problems[0];
}

describe('[S40] the socket', () => {
  it(
    '[C10] any message before and after welcome ends at most its own connection',
    async () => {
      const profileId = await passenger();
      const good = await witness();
      const perConnection = 40;
      const message = messages(profileId, target.core.consoleToken);
      const rounds = Math.max(8, Math.ceil(INPUTS / perConnection));
      for (let round = 0; round < rounds; round += 1) {
        const all = fc.sample(message, { seed: SEED + round, numRuns: perConnection });
        const socket = await open(await target.token(`fuzz-${round >> 6}`));
        if (round % 4 > 0) {
          const hello = { proto: 'kairos-sync/1', clientId: `fuzz-${round}`, wanted: ['station:FRA'] };
          const reply = await greeted(socket, hello);
          expect(reply.type).toBe('welcome');
        }
        // The others acknowledge nothing of what they get, but go on sending.
        if (round % 2 > 0) socket.on('frame', ({ n }: { n: number }) => socket.emit('ack', { n }));
        await bombard(socket, all);
        socket.close();
        if (round % 50 === 49) await unharmed(good);
      }
      for (const outcome of [
        'push done',
        'push push_unreadable',
        'sub done',
        'sub malformed',
        'find malformed',
        'compare done',
      ])
        expect(answered.get(outcome) ?? 0, `${outcome} ${JSON.stringify([...answered])}`).toBeGreaterThan(0);
      await unharmed(good);
    },
    PATIENCE,
  );

  it('[C10] frames replayed, reordered, doubled and from another life of the console change nothing twice', async () => {
    const profileId = await passenger();
    const good = await witness();
    const socket = await open(await target.token('replay'));
    const hello = { proto: 'kairos-sync/1', clientId: 'replay', wanted: ['station:FRA'] };
    expect(await greeted(socket, hello)).toMatchObject({ type: 'welcome' });
    const command = (mid: number) => ({
      mid,
      id: `replayed-${mid}`,
      name: 'add-note',
      ver: 1,
      args: { profileId, text: `note ${mid}` },
      base: [],
      at: new Date().toISOString(),
    });
    const push = (...mids: number[]) => socket.emitWithAck('push', { commands: mids.map(command) });
    expect(await push(2)).toMatchObject({ lmid: 0, gap: 1 });
    expect(await push(1, 2)).toMatchObject({ lmid: 2 });
    for (let again = 0; again < 20; again += 1) expect(await push(1, 2)).toMatchObject({ lmid: 2 });
    expect(await push(2, 1)).toMatchObject({ refused: { code: 'push_not_ascending' } });
    for (const n of [1, 1, 0, -1, 99, 2 ** 52, 1]) socket.emit('ack', { n });
    const pages = await fetch(`${target.core.url}/v1/profiles/${profileId}/events?limit=100`, {
      headers: { authorization: `Bearer ${target.core.consoleToken}` },
    });
    const { events } = (await pages.json()) as { events: { id: string; type: string }[] };
    const notes = events.filter(({ id }) => id.startsWith('replayed-')).map(({ id }) => id);
    expect(notes.sort()).toEqual(['replayed-1', 'replayed-2']);
    await unharmed(good);
  });

  it('[C6] huge, deep and wide payloads are refused or cost their sender the connection', async () => {
    const profileId = await passenger();
    const good = await witness();
    const deep = (n: number) => JSON.parse(`${'['.repeat(n)}${']'.repeat(n)}`) as unknown;
    const push = (args: unknown) => ({
      commands: [
        { mid: 1, id: 'big', name: 'add-note', ver: 1, args, base: [], at: new Date().toISOString() },
      ],
    });
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`k${n}`, n]));
    const payloads: Message[] = [
      { event: 'push', args: [push({ profileId, text: 'x'.repeat(100_000) })] },
      { event: 'push', args: [push(wide)] },
      { event: 'push', args: [push({ profileId, text: deep(1_000) })] },
      { event: 'push', args: [push({ profileId, text: 'x', more: deep(2_500) })] },
      { event: 'push', args: [deep(2_500)] },
      {
        event: 'push',
        args: [{ commands: Array.from({ length: 51 }, (_, n) => ({ ...push({}).commands[0], mid: n + 1 })) }],
      },
      { event: 'sub', args: [{ wanted: Array.from({ length: 100_000 }, (_, n) => `station:${n}`) }] },
      { event: 'sub', args: [{ wanted: deep(2_500) }] },
      { event: 'find', args: [{ type: 'booking', value: 'x'.repeat(1_000_000), purpose: 'x' }] },
      { event: 'compare', args: [{ scope: 'station:FRA', at: 0, sums: deep(2_500) }] },
      { event: 'auth', args: [{ token: 'x'.repeat(1_000_000) }] },
      { event: 'presence', args: [{ profileId: 'x'.repeat(1_000_000), state: 'viewing' }] },
      { event: 'push', args: ['x'.repeat(3_000_000)] },
    ];
    for (const [index, payload] of payloads.entries()) {
      const socket = await open(await target.token('huge'));
      const hello = { proto: 'kairos-sync/1', clientId: `huge-${index}`, wanted: ['station:FRA'] };
      expect(await greeted(socket, hello)).toMatchObject({ type: 'welcome' });
      await bombard(socket, [payload]);
      socket.close();
    }
    await unharmed(good);
  });

  it('[C1] [C6] no token, any token, another namespace and two hundred connections at once', async () => {
    const good = await witness();
    for (const junk of JUNK) {
      const refused = await open(junk as string).then(
        () => 'connected',
        (error: Error & { data?: { code: string } }) => error.data?.code ?? '',
      );
      expect(Object.keys(CONNECT_CODES), JSON.stringify(junk)).toContain(refused);
    }
    const token = await target.token('many');
    for (const namespace of ['/', '/sync2', '/sync/../admin', '/__proto__'])
      await expect(open(token, namespace)).rejects.toThrow();
    const all = await Promise.all(Array.from({ length: 200 }, () => open(token)));
    const hello = { proto: 'kairos-sync/1', wanted: ['station:FRA'] };
    const replies: { type: string; code?: string }[] = [];
    for (const [index, socket] of all.entries())
      replies.push(await greeted(socket, { ...hello, clientId: `many-${index}` }));
    expect(replies.filter(({ type }) => type === 'welcome')).toHaveLength(100);
    expect(replies.filter(({ code }) => code === 'too_many_clients')).toHaveLength(100);
    for (const socket of all) socket.close();
    await unharmed(good);
  });

  it(
    '[C10] broken frames of websocket, engine and socket.io end their connection only',
    async () => {
      const good = await witness();
      const token = await target.token('raw');
      const enter = wsFrame(0x81, Buffer.from(`40/sync,${JSON.stringify({ token })}`));
      const packet = fc.oneof(
        fc.constantFrom(
          '42/sync,["hello"]',
          '42/sync,[]',
          '42/sync,{}',
          '42/sync,["hello",{"proto"',
          '42/other,["hello",{}]',
          '42/sync,1["__proto__",{}]',
          '43/sync,99["x"]',
          '44/sync,"x"',
          '45/sync,9-["x",{"_placeholder":true,"num":0}]',
          '451-/sync,["push",{"_placeholder":true,"num":7}]',
          '41/sync,',
          '40/sync,{}',
          '40',
          '1',
          '3probe',
          '5',
          '9',
          '4',
          '49x',
          `42/sync,["hello",${'['.repeat(5_000)}`,
        ),
        fc.string({ maxLength: 30 }),
        fc.string({ maxLength: 30 }).map((rest) => `42/sync,${rest}`),
        fc.string({ unit: 'binary', maxLength: 30 }),
      );
      const frame = fc.oneof(
        { weight: 4, arbitrary: packet.map((text) => wsFrame(0x81, Buffer.from(text))) },
        {
          weight: 1,
          arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => wsFrame(0x82, Buffer.from(bytes))),
        },
        {
          weight: 1,
          arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        },
        {
          weight: 1,
          arbitrary: fc
            .constantFrom(0x01, 0x80, 0x83, 0xc1, 0x89, 0x8a, 0x88)
            .map((kind) => wsFrame(kind, Buffer.from('x'))),
        },
      );
      const rounds = Math.max(40, Math.ceil(INPUTS / 20));
      for (let round = 0; round < rounds; round += 10) {
        const each = Array.from({ length: 10 }, (_, n) =>
          rawSession(target.core.url, enter, fc.sample(frame, { seed: SEED + round + n, numRuns: 8 })),
        );
        for (const text of await Promise.all(each)) {
          expect(text).toContain('40/sync,{"sid"');
          expectClean(target, text, 'raw');
        }
      }
      await unharmed(good);
    },
    PATIENCE,
  );
});
