/** Feeds to partners who misbehave, over real HTTP (docs/spec/connectors.md). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { databaseOf } from '../nodes/own-database.ts';
import { askCore, type Loose, steady, until as untilTrue } from './own-core.ts';
import { type Hook, type HookServer, hookServer } from './receivers.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const START = Date.parse('2026-11-24T10:00:00Z');
const MINUTE = 60;
const HOUR = 60 * MINUTE;

let dataDir: string;
let core: Core;
let chief: string;
let crm: HookServer;
let shop: HookServer;
let seconds: number;
let said: string[];
let sent: number;

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
  dataDir = mkdtempSync(join(tmpdir(), 'kairos-feeds-'));
  [crm, shop] = await Promise.all([hookServer(), hookServer()]);
  [seconds, said, sent] = [0, [], 0];
  const events = { 'Preference Changed': ['name', 'value'], 'Order Completed': [] };
  const feeds = [
    { name: 'crm', url: crm.url, secret: SECRET, events, facts: ['email'] },
    { name: 'shop', url: shop.url, secret: SECRET, events },
  ];
  writeFileSync(join(dataDir, 'feeds.json'), JSON.stringify({ feeds }));
  // [F4] What comes as soon as the core takes anything is told: nothing is waited for here.
  await open();
});

afterEach(async () => {
  await core.close();
  await Promise.all([crm.close(), shop.close()].map((closed) => closed.catch(() => undefined)));
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown, token?: string): Promise<Loose> =>
  askCore(core, method, path, body, token);

async function to(offset: number): Promise<void> {
  seconds = offset;
  await ask('POST', '/dev/clock', { offsetSeconds: offset });
}

const until = (holds: () => Promise<boolean> | boolean): Promise<void> =>
  untilTrue(holds, async () => `${JSON.stringify(await allFeeds())} ${said.join()}`);

const allFeeds = async (): Promise<Loose[]> => (await ask('GET', '/v1/feeds', undefined, chief)).feeds;
const feed = async (name: string): Promise<Loose> => (await allFeeds()).find((one) => one.name === name);
const isAtEnd = async () => (await allFeeds()).every(({ behind, waiting }) => behind === 0 && waiting === 0);
const dead = async (name: string): Promise<Loose[]> =>
  (await ask('GET', `/v1/feeds/${name}/dead-letters`, undefined, chief)).messages;

/** So many preferences, one after the other; they are numbered through the test. */
async function prefer(count: number, userId = 'u1'): Promise<void> {
  for (let i = 0; i < count; i++, sent++) {
    const properties = { name: 'seat', value: sent, secret: 'no partner is told' };
    const body = { userId, event: 'Preference Changed', messageId: `m${sent}`, properties };
    expect((await ask('POST', '/v1/track', body)).status).toBe(200);
  }
}

const idOf = ({ headers }: Hook): string => String(headers['webhook-id']);
const dataOf = ({ body }: Hook): Loose => JSON.parse(body).data;
const numberOf = (hook: Hook): number => dataOf(hook).properties.value;
/** What a receiver keeps that drops what it has: each message once, in the order of its first arrival. */
const kept = ({ hooks }: HookServer): number[] => [
  ...new Map([...hooks].reverse().map((hook) => [idOf(hook), numberOf(hook)])).values(),
];
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);
const refuse = (status: number) => (response: ServerResponse) => void response.writeHead(status).end();

it('[F1] [F2] tells what its contract names, signed, and nothing beside it', async () => {
  const traits = { email: 'anna@example.org', firstName: 'Anna' };
  await ask('POST', '/v1/identify', { userId: 'u1', traits });
  await prefer(1);
  await ask('POST', '/v1/track', { userId: 'u1', event: 'Something Else', properties: { name: 'x' } });
  await Promise.all([crm.until(1), shop.until(1)]);
  await until(isAtEnd);
  const [hook] = crm.hooks as [Hook];
  const headers = Object.fromEntries(
    Object.entries(hook.headers).map(([name, value]) => [name, String(value)]),
  );
  const { profile } = await ask('GET', '/v1/profiles/by/userId/u1', undefined, chief);
  expect(new Webhook(SECRET).verify(hook.body, headers)).toEqual({
    type: 'event.recorded',
    timestamp: expect.any(String),
    data: {
      ...{ cursor: expect.any(Number), event: 'm0', profile: profile.id, type: 'track' },
      ...{ name: 'Preference Changed', at: expect.any(String), source: expect.any(String) },
      ...{ properties: { name: 'seat', value: 0 }, customer: { email: 'anna@example.org' } },
    },
  });
  expect(dataOf(shop.hooks[0] as Hook).customer).toEqual({});
  expect([crm.hooks.length, shop.hooks.length]).toEqual([1, 1]);
});

it('[F3] [F4] a partner who is down for an hour gets everything afterwards; the other notices nothing', async () => {
  const port = Number(new URL(crm.url).port);
  await prefer(2);
  await crm.until(2);
  await until(isAtEnd);
  const before = crm.hooks;
  await crm.close();
  for (let minute = 1; minute <= 60; minute += 3) {
    await to(minute * MINUTE);
    await prefer(2);
    await shop.until(sent);
  }
  await until(async () => (await feed('crm')).failures > 3);
  expect(await feed('crm')).toMatchObject({
    ...{ state: 'failing', waiting: 0, deadLetters: 0, error: 'no answer (ECONNREFUSED)' },
    behind: 40,
  });
  expect(await feed('shop')).toMatchObject({ state: 'ok', failures: 0 });
  // A start in between changes nothing.
  await core.close();
  crm = await hookServer(port);
  await open();
  await to(HOUR + MINUTE);
  await until(isAtEnd);
  expect(await feed('crm')).toMatchObject({ state: 'ok', deadLetters: 0, delivered: 42 });
  expect(sorted([...before, ...crm.hooks].map(numberOf))).toEqual(range(42));
  expect(sorted(kept(shop))).toEqual(range(42));
});

it('[F3] a partner who does not answer keeps nobody else waiting', async () => {
  const held: ServerResponse[] = [];
  crm.answer = (response) => void held.push(response);
  await prefer(20);
  await shop.until(20);
  await until(async () => (await feed('shop')).behind === 0);
  // As many as he has places, and no more.
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(8);
  crm.answer = (response) => response.writeHead(200).end();
  for (const response of held) response.writeHead(200).end();
  await until(isAtEnd);
  expect(sorted(crm.hooks.map(numberOf))).toEqual(range(20));
});

it('[F3] half an answer is none: the message comes again under its id', async () => {
  let broken = 0;
  crm.answer = (response) => {
    if (broken++ >= 3) return void response.writeHead(200).end();
    response.socket?.write('HTTP/1.1 200 OK\r\nContent-Le', () => response.socket?.destroy());
  };
  await prefer(1);
  for (let i = 1; i <= 3; i++) {
    await crm.until(i);
    await until(async () => (await feed('crm')).failures === i);
    await to(i * MINUTE);
  }
  await until(isAtEnd);
  expect(new Set(crm.hooks.map(idOf)).size).toBe(1);
  expect(crm.hooks).toHaveLength(4);
});

it('[F5] a message that alone fails is tried again by itself, given up in the end, and sent again on a word', async () => {
  crm.answer = (response, hook) => response.writeHead(numberOf(hook) === 1 ? 500 : 200).end();
  // Together, so that it is seen that the partner is not away.
  const events = range(3).map((value) => ({
    ...{ type: 'track', userId: 'u1', event: 'Preference Changed', messageId: `m${value}` },
    properties: { name: 'seat', value },
  }));
  await ask('POST', '/v1/batch', { batch: events });
  await until(async () => (await feed('crm')).waiting === 1);
  expect(sorted(kept(crm))).toEqual([0, 1, 2]);
  const attempts = () => crm.hooks.filter((hook) => numberOf(hook) === 1).length;
  for (let hour = 1; (await feed('crm')).deadLetters === 0; hour++) {
    const next = attempts() + 1;
    await to(hour * 7 * HOUR);
    await until(async () => attempts() === next && (await feed('crm')).failures > 0);
    await until(async () => (await feed('crm')).deadLetters === 1 || attempts() < 8);
  }
  expect(attempts()).toBe(8);
  const [letter] = await dead('crm');
  expect(letter).toMatchObject({ attempts: 8, error: 'HTTP 500' });
  crm.answer = refuse(200);
  const again = `/v1/feeds/crm/dead-letters/${letter.id}/resend`;
  expect((await ask('POST', again, {}, chief)).status).toBe(200);
  await to(seconds + MINUTE);
  await until(async () => (await isAtEnd()) && attempts() === 9);
  expect(await dead('crm')).toEqual([]);
  expect(new Set(crm.hooks.filter((hook) => numberOf(hook) === 1).map(idOf))).toEqual(new Set([letter.id]));
  expect((await ask('POST', again, {}, chief)).status).toBe(404);
});

it('[F5] a message that is refused for what it says is a dead letter at once, a closed door is none', async () => {
  crm.answer = refuse(422);
  await prefer(1);
  await until(async () => (await feed('crm')).deadLetters === 1);
  crm.answer = refuse(401);
  await prefer(1);
  await until(async () => (await feed('crm')).error === 'HTTP 401');
  expect(await feed('crm')).toMatchObject({ deadLetters: 1, behind: 1, state: 'failing' });
  crm.answer = refuse(200);
  await to(MINUTE);
  await until(isAtEnd);
  expect(await feed('crm')).toMatchObject({ deadLetters: 1, behind: 0, delivered: 1 });
});

it('[F7] all dead letters are sent again in one act, seen to its end, and the rest is discarded for a reason', async () => {
  crm.answer = refuse(422);
  await prefer(4);
  await until(async () => (await feed('crm')).deadLetters === 4);
  const first = new Map(crm.hooks.map((hook) => [numberOf(hook), idOf(hook)]));
  const letters = '/v1/feeds/crm/dead-letters';
  crm.answer = (response, hook) => refuse(numberOf(hook) === 2 ? 422 : 200)(response);
  const { order } = await ask('POST', `${letters}/resend`, {}, chief);
  expect(order).toMatchObject({ kind: 'resend', by: 'chief', total: 4, reason: null });
  // A start in between changes nothing: the order stands in the store.
  await core.close();
  await open();
  await until(async () => (await feed('crm')).order.open === 0);
  expect((await feed('crm')).order).toMatchObject({ total: 4, open: 0, failed: 1, done: 3 });
  expect((await dead('crm')).map(({ id }) => id)).toEqual([first.get(2)]);
  expect(new Set(crm.hooks.map(idOf))).toEqual(new Set(first.values()));
  expect((await ask('POST', `${letters}/discard`, { reason: ' ' }, chief)).status).toBe(400);
  expect((await ask('POST', `${letters}/discard`, { reason: 'a test of his' }, chief)).status).toBe(200);
  await until(async () => (await feed('crm')).deadLetters === 0);
  const report = { kind: 'discard', reason: 'a test of his', total: 1, open: 0, failed: 0, done: 1 };
  expect((await feed('crm')).order).toMatchObject(report);
  const { entries } = await ask('GET', '/v1/audit', undefined, chief);
  expect(entries.map(({ detail }: Loose) => detail)).toContainEqual({
    ...{ feed: 'crm', count: 1, reason: 'a test of his' },
  });
  expect(await feed('shop')).toMatchObject({ order: null });
});

it('[F7] one dead letter is discarded for a reason, and cannot be sent again', async () => {
  crm.answer = refuse(422);
  await prefer(2);
  await until(async () => (await feed('crm')).deadLetters === 2);
  const [letter, other] = await dead('crm');
  const one = `/v1/feeds/crm/dead-letters/${letter.id}`;
  expect((await ask('POST', `${one}/discard`, { reason: 'wrong address' }, chief)).status).toBe(200);
  expect((await dead('crm')).map(({ id }) => id)).toEqual([other.id]);
  expect((await ask('POST', `${one}/resend`, {}, chief)).status).toBe(404);
  expect((await ask('POST', `${one}/discard`, { reason: 'again' }, chief)).status).toBe(404);
});

it('[F4] is told again from a cursor, under the same ids', async () => {
  await prefer(5);
  await crm.until(5);
  await until(isAtEnd);
  const first = crm.hooks.splice(0);
  const { cursor } = dataOf(first.find((hook) => numberOf(hook) === 1) as Hook);
  expect((await ask('POST', '/v1/feeds/crm/replay', { after: cursor }, chief)).status).toBe(200);
  await crm.until(3);
  await until(isAtEnd);
  expect(sorted(crm.hooks.map(numberOf))).toEqual([2, 3, 4]);
  expect(crm.hooks.map(idOf).sort()).toEqual(
    first
      .filter((hook) => numberOf(hook) > 1)
      .map(idOf)
      .sort(),
  );
  expect(shop.hooks).toHaveLength(5);
  expect((await ask('POST', '/v1/feeds/crm/replay', { after: 10_000 }, chief)).status).toBe(422);
  expect((await ask('POST', '/v1/feeds/nobody/replay', { after: 0 }, chief)).status).toBe(404);
});

it('[F2] what was erased meanwhile is told to nobody, and what comes after it is not missed', async () => {
  crm.answer = refuse(503);
  await prefer(1, 'u1');
  await prefer(2, 'gone');
  await until(async () => (await feed('crm')).failures > 0 && shop.hooks.length === 3);
  const identity = { type: 'userId', value: 'gone' };
  expect((await ask('POST', '/v1/erasures', { identity, reason: 'asked for it' }, chief)).status).toBe(200);
  crm.hooks.splice(0);
  crm.answer = refuse(200);
  await prefer(1, 'u1');
  await to(MINUTE);
  await until(isAtEnd);
  expect(sorted(kept(crm))).toEqual([0, 3]);
  expect(sorted(kept(shop))).toEqual(range(4));
});

it('[F6] is for supervisors', async () => {
  const wish = { subject: 'anna', role: 'operator', scopes: ['profile:*'], ttlSeconds: 3600 };
  const { token } = await ask('POST', '/dev/token', wish);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/crm/dead-letters'],
    ['POST', '/crm/dead-letters/x/resend'],
    ['POST', '/crm/dead-letters/x/discard'],
    ['POST', '/crm/dead-letters/resend'],
    ['POST', '/crm/dead-letters/discard'],
    ['POST', '/crm/replay'],
  ] as const)
    expect(
      (await ask(method, `/v1/feeds${path}`, method === 'POST' ? { after: 0 } : undefined, token)).status,
    ).toBe(403);
});
