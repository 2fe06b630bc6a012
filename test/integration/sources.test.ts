/** Systems that are asked and misbehave, over real HTTP (docs/spec/connectors.md). */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { databaseOf } from '../nodes/own-database.ts';
import { askCore, type Loose, steady, until as untilTrue } from './own-core.ts';
import { type Answer, catalogueServer, crmServer, type Rest, shopServer } from './rest.ts';

const SHAPES = join(import.meta.dirname, '../../docs/connectors');
const START = Date.parse('2026-11-24T10:00:00Z');
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const EVERY = 5 * MINUTE;

let dataDir: string;
let core: Core;
let chief: string;
let crm: Rest;
let flights: Rest;
let shop: Rest;
let seconds: number;
let said: string[];

async function open(): Promise<void> {
  core = await createCore({
    ...{ dataDir, database: await databaseOf(dataDir), port: 0, dev: true },
    ...{ now: () => START, random: steady(seconds), logger: (line) => said.push(line) },
  });
  await to(seconds);
  const wish = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'], ttlSeconds: 30 * 24 * HOUR };
  chief = (await ask('POST', '/dev/token', wish)).token;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'kairos-sources-'));
  [crm, flights, shop] = await Promise.all([crmServer(), catalogueServer(), shopServer()]);
  [seconds, said] = [0, []];
  const source = (name: string, path: string, { port }: Rest, shape: string) => ({
    ...{ name, url: `http://127.0.0.1:${port}/${path}`, headers: { authorization: 'Bearer key' }, shape },
  });
  const sources = [
    source('crm', 'customers', crm, 'crm.json'),
    source('flights', 'flights', flights, 'catalogue.json'),
    source('shop', 'orders', shop, 'purchases.json'),
  ];
  writeFileSync(join(dataDir, 'sources.json'), JSON.stringify({ sources }));
  for (const { shape } of sources) copyFileSync(join(SHAPES, shape), join(dataDir, shape));
});

afterEach(async () => {
  await core.close();
  await Promise.all([crm, flights, shop].map((server) => server.close()));
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown, token?: string): Promise<Loose> =>
  askCore(core, method, path, body, token);

async function to(offset: number): Promise<void> {
  seconds = offset;
  await ask('POST', '/dev/clock', { offsetSeconds: offset });
}

const until = (holds: () => Promise<boolean> | boolean): Promise<void> =>
  untilTrue(holds, async () => `${JSON.stringify(await sources())} ${said.join()}`);

const sources = async (): Promise<Loose[]> => (await ask('GET', '/v1/sources', undefined, chief)).sources;
const source = async (name: string): Promise<Loose> => (await sources()).find((one) => one.name === name);
/** Its run that was due at this moment of the clock has come to its end. */
const ended = (name: string) =>
  until(async () => (await source(name)).endedAt === new Date(START + seconds * 1000).toISOString());
const profile = async (userId: string): Promise<Loose> =>
  (await ask('GET', `/v1/profiles/by/userId/${userId}`, undefined, chief)).profile;
const fact = async (userId: string, name: string): Promise<unknown> =>
  (await profile(userId))?.facts[name]?.value;
const eventsOf = async (userId: string): Promise<Loose[]> => {
  const { id } = await profile(userId);
  return (await ask('GET', `/v1/profiles/${id}/events?limit=200`, undefined, chief)).events;
};

const iso = (offset: number) => new Date(START + offset * 1000).toISOString();
const customer = (n: number, updated: number, more: object = {}) => ({
  ...{ id: `c${n}`, updated_at: iso(updated), name: { first: `Name ${n}`, last: 'Wood' } },
  ...{ contact: { email: `c${n}@example.org` }, status: 'Gold', consents: { marketing: 'yes' }, ...more },
});
const order = (n: number, user: number, ordered: number) => ({
  ...{
    order: `o${n}`,
    customer: `c${user}`,
    ordered: iso(ordered),
    total: '19.90',
    currency: 'EUR',
    lines: [],
  },
});
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

it('[P1] three systems and three ways of paging make one customer, and no line of code', async () => {
  crm.items = range(25).map((n) => customer(n, -HOUR + n));
  shop.items = range(15).map((n) => order(n, 3, -2 * HOUR + n));
  const flight = { number: 'LH400', date: '2026-11-24', from: 'FRA', to: 'JFK', status: 'scheduled' };
  const others = range(12).map((n) => ({ ...flight, number: `LH${n + 1}`, changed: iso(-HOUR + n) }));
  flights.items = [...others, { ...flight, gate: 'B44', changed: iso(-HOUR) }];
  await open();
  await Promise.all([ended('crm'), ended('flights'), ended('shop')]);
  const segment = {
    segment: 1,
    flight: 'LH400',
    date: '2026-11-24',
    from: 'FRA',
    to: 'JFK',
    status: 'confirmed',
  };
  const properties = {
    booking: 'ABC123',
    segments: [{ ...segment, departs: iso(5 * HOUR), arrives: iso(9 * HOUR) }],
  };
  await ask('POST', '/v1/track', { userId: 'c3', event: 'Booking Created', properties });
  const { facts } = await profile('c3');
  expect(facts).toMatchObject({
    ...{ email: { value: 'c3@example.org', source: 'crm' }, tier: { value: 'Gold' } },
    'trip.ABC123.1.gate': { value: 'B44', source: 'ops' },
  });
  const names = (await eventsOf('c3')).map(({ name }) => name);
  expect(names.filter((name) => name === 'Order Completed')).toHaveLength(15);
  expect(await source('crm')).toMatchObject({ state: 'ok', taken: 25, refused: 0, since: iso(-HOUR + 24) });
  expect(crm.asked.map(({ url }) => url.searchParams.get('cursor'))).toEqual([null, '1', '2']);
  expect(flights.asked.map(({ url }) => url.searchParams.get('at'))).toEqual([null, '1']);
  expect(shop.asked.map(({ url }) => url.searchParams.get('page'))).toEqual(['1', '2', '3']);
  expect(crm.asked.every(({ authorization }) => authorization === 'Bearer key')).toBe(true);
});

it('[P2] is asked again on time, only for what changed since, with an overlap that changes nothing', async () => {
  crm.items = range(25).map((n) => customer(n, -HOUR + n));
  await open();
  await ended('crm');
  crm.items.push(customer(3, MINUTE, { status: 'Senator' }));
  crm.asked.splice(0);
  await to(EVERY - 1);
  expect(crm.asked).toEqual([]);
  await to(EVERY);
  await ended('crm');
  expect(crm.asked.map(({ url }) => url.searchParams.get('updated_since'))).toEqual([
    ...[iso(-HOUR + 24 - EVERY), iso(-HOUR + 24 - EVERY), iso(-HOUR + 24 - EVERY)],
  ]);
  expect(await fact('c3', 'tier')).toBe('Senator');
  expect(await eventsOf('c3')).toHaveLength(2);
  expect(await source('crm')).toMatchObject({ since: iso(MINUTE) });
});

it('[P3] [P4] slow, broken, half, doubled and in the wrong order: nothing is lost or doubled', async () => {
  crm.items = range(35).map((n) => customer(n, -HOUR + n));
  const older = customer(3, -2 * HOUR, { status: 'Blue' });
  const status =
    (code: number, headers = {}): Answer =>
    (response) =>
      void response.writeHead(code, headers).end();
  const half: Answer = (response, body) => {
    const text = JSON.stringify(body());
    response.writeHead(200, { 'content-length': text.length });
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  };
  /** As a server without a length does, so that the end looks like one. */
  const cutOff: Answer = (response, body) => {
    const text = JSON.stringify(body());
    response.socket?.end(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${text.slice(0, text.length - 9)}`);
  };
  const html: Answer = (response) => void response.writeHead(200).end('<html>Maintenance</html>');
  const rude: Answer = (response) => void response.socket?.destroy();
  /** The items of a page twice, the last first, and one of them as it was long ago behind it. */
  const doubled: Answer = (response, body) => {
    const answer = body() as { data: object[] };
    const data = [...[...answer.data].reverse(), ...answer.data, older];
    response.writeHead(200).end(JSON.stringify({ ...answer, data }));
  };
  crm.faults.push(
    status(500),
    half,
    doubled,
    cutOff,
    rude,
    status(503, { 'retry-after': '60' }),
    html,
    doubled,
  );
  await open();
  for (let minute = 0; minute < 30 && crm.faults.length > 0; minute++) {
    const before = crm.asked.length;
    await until(async () => crm.asked.length > before || (await source('crm')).dueAt > iso(seconds));
    await to(seconds + MINUTE);
  }
  await until(async () => (await source('crm')).endedAt !== null);
  expect(crm.faults).toEqual([]);
  for (const n of range(35)) expect(await fact(`c${n}`, 'firstName')).toBe(`Name ${n}`);
  expect(await fact('c3', 'tier')).toBe('Gold');
  expect(await eventsOf('c3')).toHaveLength(2);
  expect(await eventsOf('c4')).toHaveLength(1);
});

it('[P4] one that is down for an hour is read where it was left, others meanwhile as ever', async () => {
  crm.items = range(45).map((n) => customer(n, -HOUR + n));
  shop.items = [order(0, 1, -HOUR)];
  const held: ServerResponse[] = [];
  const answers = (response: ServerResponse, body: () => object) => response.end(JSON.stringify(body()));
  // Two pages, and then none: first without an answer, then without a server.
  crm.faults.push(answers, answers, (response) => void held.push(response));
  await open();
  await until(() => held.length === 1);
  await ended('shop');
  const { port } = crm;
  await core.close();
  await crm.close();
  await open();
  for (let minutes = 5; minutes <= 60; minutes += 5) {
    shop.items.push(order(minutes, 1, minutes * MINUTE));
    await to(minutes * MINUTE);
    await ended('shop');
  }
  await until(async () => (await source('crm')).failures > 4);
  expect(await source('crm')).toMatchObject({
    state: 'failing',
    error: 'no answer (ECONNREFUSED)',
    taken: 20,
  });
  const { items } = crm;
  crm = await crmServer(port);
  crm.items = items;
  await to(2 * HOUR);
  await ended('crm');
  expect(crm.asked.map(({ url }) => url.searchParams.get('cursor'))).toEqual(['2', '3', '4']);
  for (const n of range(45)) expect(await fact(`c${n}`, 'firstName')).toBe(`Name ${n}`);
  expect((await eventsOf('c1')).filter(({ name }) => name === 'Order Completed')).toHaveLength(13);
});

it('[P3] a bad item keeps its neighbours and is listed with its reason', async () => {
  const unsound = [
    { id: 'c7', updated_at: 'yesterday' },
    { updated_at: iso(0) },
    'no object',
    customer(8, -HOUR),
  ];
  crm.items = unsound as object[];
  await open();
  await ended('crm');
  expect(await source('crm')).toMatchObject({ taken: 1, refused: 3, state: 'ok' });
  expect(await fact('c8', 'tier')).toBe('Gold');
});

it('[P2] [P4] a key is carried nowhere else, and paging that does not end is left', async () => {
  flights.faults.push(
    (response) =>
      void response.end(
        JSON.stringify({ flights: [], links: { next: `http://127.0.0.1:${shop.port}/steal` } }),
      ),
  );
  const same = JSON.stringify({ data: [customer(1, -HOUR)], paging: { next: 'again' } });
  crm.faults.push(...range(2).map((): Answer => (response) => void response.end(same)));
  await open();
  await until(async () => (await source('flights')).failures === 1 && (await source('crm')).failures === 1);
  expect(await source('flights')).toMatchObject({ error: 'the next page is somewhere else' });
  expect(await source('crm')).toMatchObject({ error: 'the same page came again', isUnderWay: false });
  expect(shop.asked.filter(({ url }) => url.pathname === '/steal')).toEqual([]);
});

it('[P5] a supervisor has one asked now, from a time on; others may not', async () => {
  crm.items = range(5).map((n) => customer(n, -HOUR + n));
  await open();
  await ended('crm');
  crm.asked.splice(0);
  const run = '/v1/sources/crm/run';
  expect(await ask('POST', run, { since: iso(-2 * HOUR) }, chief)).toMatchObject({ status: 200 });
  await until(() => crm.asked.length === 1);
  expect(crm.asked[0]?.url.searchParams.get('updated_since')).toBe(iso(-2 * HOUR - EVERY));
  expect((await ask('POST', run, { since: 'then' }, chief)).status).toBe(400);
  expect((await ask('POST', '/v1/sources/nobody/run', {}, chief)).status).toBe(404);
  const wish = { subject: 'anna', role: 'operator', scopes: ['profile:*'], ttlSeconds: HOUR };
  const { token } = await ask('POST', '/dev/token', wish);
  expect((await ask('POST', run, {}, token)).status).toBe(403);
  expect((await ask('GET', '/v1/sources', undefined, token)).status).toBe(403);
});
