/** [C10] [S40] The socket of a real core under hostile consoles: each at most loses its own connection. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import * as fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { ASK_CODES, BYE_REASONS, CONNECT_CODES, HELLO_CODES, PUSH_CODES } from '../../src/protocol/codes.ts';
import { Client } from '../contract/client.ts';
import { anyJson, INPUTS, JUNK, mutated, PATIENCE, SEED } from './material.ts';
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

type Message = { event: string; args: unknown[] };

function messages(profileId: string): fc.Arbitrary<Message> {
  const hello = {
    proto: 'kairos-sync/1',
    schemaHash: '',
    clientId: 'fuzz',
    conn: 'c',
    epoch: '',
    cursor: 0,
    chain: '',
    proof: '',
    mask: '',
    active: ['station:FRA'],
    wanted: ['station:FRA'],
    lmidAck: 0,
    outboxDepth: 0,
  };
  const note = {
    mid: 1,
    id: 'i1',
    name: 'add-note',
    ver: 1,
    args: { profileId, text: 'x' },
    base: [{ table: 'profile', id: profileId, fact: 'tier', hash: null }],
    at: new Date().toISOString(),
  };
  const seat = {
    ...note,
    mid: 2,
    id: 'i2',
    name: 'change-seat',
    args: { profileId, booking: 'QX7R2M', segment: 1, seat: '1A' },
  };
  const outcome = {
    ...note,
    mid: 3,
    id: 'i3',
    name: 'record-outcome',
    args: { profileId, decisionId: 'd', outcome: 'positive' },
  };
  const samples: [string, unknown[]][] = [
    ['hello', [hello]],
    ['push', [{ commands: [note, seat, outcome] }, { commands: [note] }]],
    ['ack', [{ n: 1 }, { n: 5 }]],
    ['sub', [{ wanted: ['station:FRA', `profile:${profileId}`] }]],
    ['auth', [{ token: target.core.consoleToken }]],
    ['find', [{ type: 'booking', value: 'QX7R2M', purpose: 'x' }]],
    ['compare', [{ scope: 'station:FRA', at: 1, sums: Array.from({ length: 256 }, () => '0'.repeat(16)) }]],
    ['repair', [{ scope: 'station:FRA', buckets: [1, 2] }]],
    ['presence', [{ profileId, state: 'viewing' }]],
    ['wiped', [{ id: 'w', pending: 0 }]],
  ];
  const known = fc
    .constantFrom(...samples)
    .chain(([event, payloads]) => mutated(payloads).map((payload) => ({ event, args: [payload] })));
  const name = fc.oneof(
    fc.constantFrom(
      ...samples.map(([event]) => event),
      'frame',
      'bye',
      'wipe',
      '__proto__',
      'constructor',
      'disconnecting',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const binary = fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes));
  const wild = fc.record({
    event: name,
    args: fc.array(
      fc.oneof(
        anyJson,
        binary,
        binary.map((b) => ({ commands: [b], wanted: b })),
      ),
      { maxLength: 3 },
    ),
  });
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: wild });
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

function expectReply(event: string, reply: unknown): void {
  const text = JSON.stringify(reply);
  expectClean(target, text, event);
  const refused = (reply as { refused?: { code: string } }).refused;
  if (refused) expect(CODES.has(refused.code), text).toBe(true);
  if (event === 'hello') {
    const { type, code } = reply as { type: string; code?: string };
    expect(['welcome', 'refused', 'upgrade'], text).toContain(type);
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
      const message = messages(profileId);
      const rounds = Math.max(8, Math.ceil(INPUTS / perConnection));
      for (let round = 0; round < rounds; round += 1) {
        const all = fc.sample(message, { seed: SEED + round, numRuns: perConnection });
        const socket = await open(await target.token(`fuzz-${round >> 6}`));
        if (round % 4 > 0) {
          const hello = { proto: 'kairos-sync/1', clientId: `fuzz-${round}`, wanted: ['station:FRA'] };
          const reply: { type: string } = await socket.emitWithAck('hello', hello);
          expect(reply.type).toBe('welcome');
        }
        // The others acknowledge nothing of what they get, but go on sending.
        if (round % 2 > 0) socket.on('frame', ({ n }: { n: number }) => socket.emit('ack', { n }));
        await bombard(socket, all);
        socket.close();
        if (round % 50 === 49) await unharmed(good);
      }
      await unharmed(good);
    },
    PATIENCE,
  );

  it('[C10] frames replayed, reordered, doubled and from another life of the console change nothing twice', async () => {
    const profileId = await passenger();
    const good = await witness();
    const socket = await open(await target.token('replay'));
    const hello = { proto: 'kairos-sync/1', clientId: 'replay', wanted: ['station:FRA'] };
    expect(await socket.emitWithAck('hello', hello)).toMatchObject({ type: 'welcome' });
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
      expect(await socket.emitWithAck('hello', hello)).toMatchObject({ type: 'welcome' });
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
      replies.push(await socket.emitWithAck('hello', { ...hello, clientId: `many-${index}` }));
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
          rawSession(enter, fc.sample(frame, { seed: SEED + round + n, numRuns: 8 })),
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

/** A masked frame of a websocket client; `kind` is the first byte. */
function wsFrame(kind: number, payload: Buffer): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const size =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([
    Buffer.from([kind]),
    size,
    mask,
    payload.map((byte, n) => byte ^ (mask[n % 4] as number)),
  ]);
}

/** Upgrades by hand, enters the namespace, sends the frames and a close; answers what came until the core ended it. */
function rawSession(enter: Buffer, frames: Buffer[]): Promise<string> {
  const { hostname, port } = new URL(target.core.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    let step = 0;
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.on('data', (part) => {
      answer += part.toString('latin1');
      if (step === 0 && answer.includes('"sid"')) {
        step = 1;
        socket.write(enter);
      }
      if (step !== 1 || !answer.includes('40/sync,')) return;
      step = 2;
      for (const frame of frames) socket.write(frame);
      socket.end(wsFrame(0x88, Buffer.from([3, 232])));
    });
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  });
}
