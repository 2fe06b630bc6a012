import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attachSync, type Sync } from './attach.ts';
import { World } from './test-world.ts';

const FRA = 'station:FRA';
const open: Socket[] = [];
let world: World;
let http: Server;
let sync: Sync;

beforeEach(async () => {
  world = new World();
  world.commit(world.profile('P1', [FRA], { name: 'Jürgen \u{1f600}' }));
  http = createServer();
  sync = attachSync(http, { ...world.hub.deps, clock: Date.now, now: Date.now });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.close();
  await sync.close();
});

const token = (subject = 'anna') =>
  world.hub.deps.tokens.issue({ subject, role: 'operator', scopes: ['station:*'], ttlSeconds: 10 ** 9 });

function connect(auth: object, path = '/sync', extra: object = {}): Socket {
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;
  const socket = io(url, { transports: ['websocket'], auth, forceNew: true, reconnection: false, ...extra });
  open.push(socket);
  return socket;
}

type Row = { facts: { text: { value: string } } };

const once = (socket: Socket, event: string) =>
  new Promise<unknown[]>((done) => socket.once(event, (...args: unknown[]) => done(args)));

describe('[S40] the socket', () => {
  it('sends frames and snapshots that a plain client reads', async () => {
    const socket = connect({ token: await token() });
    const snap = new Promise<{ rows: object[] }>((done) =>
      socket.on('snap', (head: { n: number }, body: { rows: object[]; end?: boolean }) => {
        socket.emit('ack', { n: head.n });
        if (body.rows.length > 0) done(body);
      }),
    );
    const hello = { proto: 'kairos-sync/1', clientId: 'c1', wanted: [FRA] };
    expect(await socket.emitWithAck('hello', hello)).toMatchObject({ type: 'welcome', granted: [FRA] });
    expect(JSON.stringify((await snap).rows)).toContain('Jürgen \u{1f600}');
  });

  it('sends messages of every length as a plain client reads them, whatever signs are in them', async () => {
    const texts = [
      '',
      'x',
      '\u{1f600}'.repeat(40),
      'ä'.repeat(10_000),
      'ß'.repeat(32_700),
      'é'.repeat(90_000),
    ];
    const socket = connect({ token: await token() });
    const seen = new Map<string, string>();
    // One after the other, so that each has a message of its own.
    const commitNext = () => {
      const i = seen.size;
      setImmediate(() => void world.commit(world.profile(`T${i}`, [FRA], { text: texts[i] })));
    };
    const all = new Promise<void>((done) => {
      socket.on('frame', (head: { n: number }, body: { ops: { id: string; row: Row }[] }) => {
        for (const { id, row } of body.ops) seen.set(id, row.facts.text.value);
        socket.emit('ack', { n: head.n });
        if (seen.size === texts.length) done();
        else if (body.ops.length > 0) commitNext();
      });
      socket.on('snap', (head: { n: number }, body: { end?: boolean }) => {
        socket.emit('ack', { n: head.n });
        if (body.end) commitNext();
      });
    });
    await socket.emitWithAck('hello', { proto: 'kairos-sync/1', clientId: 'c1', wanted: [FRA] });
    await all;
    expect([...seen.entries()].sort()).toEqual(texts.map((text, i) => [`T${i}`, text]));
  });

  it('refuses a bad token with its code, a foreign namespace, and whoever names an origin', async () => {
    for (const [auth, code] of [
      [{}, 'token_missing'],
      [{ token: 'x' }, 'token_invalid'],
      [{ token: { a: 1 } }, 'token_invalid'],
    ] as const) {
      const [error] = (await once(connect(auth), 'connect_error')) as [{ data: { code: string } }];
      expect(error.data.code).toBe(code);
    }
    await once(connect({ token: await token() }, '/'), 'connect_error');
    const page = connect({ token: await token() }, '/sync', {
      extraHeaders: { origin: 'https://example.org' },
    });
    await once(page, 'connect_error');
  });

  it('[C10] survives whatever comes, and answers the next hello', async () => {
    const events = [
      'hello',
      'push',
      'ack',
      'sub',
      'auth',
      'find',
      'compare',
      'repair',
      'presence',
      'wiped',
      'nothing',
    ];
    const message = fc.tuple(
      fc.constantFrom(...events),
      fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 3 }),
    );
    for (const [greeted, seed] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const socket = connect({ token: await token(`fuzz-${seed}`) });
      if (greeted)
        await socket.emitWithAck('hello', { proto: 'kairos-sync/1', clientId: `f${seed}`, wanted: [FRA] });
      for (const [event, args] of fc.sample(message, { seed, numRuns: 400 }))
        socket.emit(event, ...args, () => 0);
      for (const binary of [Buffer.from('x'), { commands: [Buffer.from('x')] }]) socket.emit('push', binary);
      await new Promise((done) => setImmediate(done));
    }
    const after = connect({ token: await token('after') });
    const hello = { proto: 'kairos-sync/1', clientId: 'after', wanted: [FRA] };
    expect(await after.emitWithAck('hello', hello)).toMatchObject({ type: 'welcome' });
    expect(world.errors).toEqual([]);
  });

  it('[C6] sends a flood away', async () => {
    const socket = connect({ token: await token() });
    await socket.emitWithAck('hello', { proto: 'kairos-sync/1', clientId: 'c1', wanted: [] });
    const bye = once(socket, 'bye');
    for (let i = 0; i < 9_000; i++) socket.emit('presence', { profileId: 'P1', state: 'viewing' });
    expect((await bye)[0]).toMatchObject({ reason: 'busy' });
  });
});
