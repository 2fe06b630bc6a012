/** A service that scores customers, over real HTTP, misbehaving too (docs/spec/connectors.md "Scores"). */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { databaseOf } from '../nodes/own-database.ts';
import { askCore, type Loose, steady, until as untilTrue } from './own-core.ts';

const START = Date.parse('2026-11-24T10:00:00Z');
const HOUR = 3_600;

/** Says of everybody how many points he has, as a share of 1,000. */
class Service {
  asked: Loose[] = [];
  /** Instead of answering, as long as it is there. */
  fault: ((response: ServerResponse) => void) | null = null;
  private server: Server | null = null;
  private port = 0;

  async open(): Promise<this> {
    this.server = createServer((request, response) => void this.take(request, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const body = JSON.parse(text) as Loose;
    this.asked.push({ body, authorization: request.headers.authorization });
    if (this.fault) return this.fault(response);
    if (body.facts.tier === 'unknown') return void response.writeHead(422).end();
    response.end(JSON.stringify({ result: { churn: (body.facts.points ?? 0) / 1000 } }));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/score`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(null));
    this.server = null;
  }
}

let dataDir: string;
let core: Core;
let chief: string;
let service: Service;
let seconds: number;
let said: string[];

async function open(): Promise<void> {
  core = await createCore({
    ...{ dataDir, database: await databaseOf(dataDir), port: 0, dev: true },
    ...{ now: () => START, random: steady(seconds), logger: (line) => said.push(line) },
  });
  await to(seconds);
  const wish = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'], ttlSeconds: 24 * HOUR };
  chief = (await ask('POST', '/dev/token', wish)).token;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'kairos-scores-'));
  [seconds, said] = [0, []];
  service = await new Service().open();
  const model = {
    ...{ name: 'churn-model', url: service.url, headers: { authorization: 'Bearer m' } },
    ...{ facts: ['points', 'tier'], scores: { churn: 'result.churn' }, timeoutMs: 1_000 },
  };
  writeFileSync(join(dataDir, 'models.json'), JSON.stringify({ models: [model] }));
  const when = { fact: 'score.churn', op: 'gte', value: 0.7 };
  const audiences = [{ name: 'leaving', when, consent: null }];
  writeFileSync(join(dataDir, 'audiences.json'), JSON.stringify({ audiences }));
  await open();
});

afterEach(async () => {
  await core.close();
  await service.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown, token?: string): Promise<Loose> =>
  askCore(core, method, path, body, token);

async function to(offset: number): Promise<void> {
  seconds = offset;
  await ask('POST', '/dev/clock', { offsetSeconds: offset });
}

const scorer = async (): Promise<Loose> => (await ask('GET', '/v1/scorers', undefined, chief)).scorers[0];
const until = (holds: () => Promise<boolean> | boolean): Promise<void> =>
  untilTrue(holds, async () => `${JSON.stringify(await scorer())} ${said.join()}`);
const customer = (userId: string, traits: object) => ask('POST', '/v1/identify', { userId, traits });
const profile = async (userId: string): Promise<Loose> =>
  (await ask('GET', `/v1/profiles/by/userId/${userId}`, undefined, chief)).profile;
const scoreOf = async (userId: string) => (await profile(userId)).facts['score.churn'];
const isScored = async (userId: string, value: number) => (await scoreOf(userId))?.value === value;

it('[MS1] [MS2] [MS5] everybody is scored as he changes, by what the contract names, and the score is a fact like others', async () => {
  await customer('u1', { points: 200, email: 'anna@example.org' });
  await until(() => isScored('u1', 0.2));
  expect(service.asked[0]).toEqual({ body: { facts: { points: 200 } }, authorization: 'Bearer m' });
  expect(await scoreOf('u1')).toMatchObject({ source: 'churn-model' });
  await to(1);
  await customer('u1', { points: 900 });
  await until(() => isScored('u1', 0.9));
  // Rules read it: who may leave enters the audience.
  await until(async () => (await ask('GET', '/v1/audiences', undefined, chief)).audiences[0].members === 1);
  await until(async () => (await scorer()).behind === 0);
  const { length } = service.asked;
  // What it is not told of changes nothing, and the score itself asks nobody again.
  await customer('u1', { lastName: 'Weber' });
  await customer('u2', { points: 1 });
  await until(() => isScored('u2', 0.001));
  await until(async () => (await scorer()).behind === 0);
  expect(service.asked.length).toBe(length + 1);
  expect(await scorer()).toMatchObject({ state: 'ok', asked: length + 1, written: 3, scores: ['churn'] });
  const { id } = await profile('u1');
  const { events } = await ask('GET', `/v1/profiles/${id}/events`, undefined, chief);
  expect(events.map(({ name }: Loose) => name)).not.toContain('Customer Scored');
});

it('[MS3] [MS4] a service that is slow, broken, half, senseless or away holds nobody up, and everybody is scored when it is back', async () => {
  await customer('u0', { points: 100 });
  await until(() => isScored('u0', 0.1));
  const silent: ServerResponse[] = [];
  const faults: ((response: ServerResponse) => void)[] = [
    (response) => void silent.push(response),
    (response) => void response.writeHead(500).end(),
    (response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
    (response) => void response.writeHead(302, { location: service.url }).end(),
    (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"result"');
      response.destroy();
    },
    (response) => void response.end('{"result":'),
    (response) => void response.end('{"result":{"churn":"much"}}'),
    (response) => void response.end('x'.repeat(100_000)),
  ];
  for (const [i, fault] of faults.entries()) {
    service.fault = fault;
    const { failures } = await scorer();
    expect((await customer(`u${i + 1}`, { points: i })).status).toBe(200);
    const decided = { identity: { type: 'userId', value: 'u0' }, channel: 'web', mode: 'respond' };
    expect((await ask('POST', '/v1/decide', decided, chief)).status).toBe(200);
    await to(seconds + 120);
    await until(async () => (await scorer()).failures > failures);
  }
  expect(await scorer()).toMatchObject({ state: 'failing', error: 'the answer is larger than 64 KB' });
  await service.close();
  await customer('u9', { points: 9 });
  await to(seconds + 120);
  await until(async () => (await scorer()).error === 'no answer (ECONNREFUSED)');
  // A start in between changes nothing.
  await core.close();
  await open();
  service.fault = null;
  await service.open();
  // A loaded machine may be slow once more: then its next rest has to end, too.
  await until(async () => {
    await to(seconds + 120);
    return (await scorer()).behind === 0;
  });
  for (let i = 1; i <= 9; i++) expect((await scoreOf(`u${i}`)).value).toBe(i === 9 ? 0.009 : (i - 1) / 1000);
  expect(await scorer()).toMatchObject({ state: 'ok', failures: 0 });
});

it('[MS4] of whom alone it will not say anything the others are scored, and he is counted', async () => {
  await customer('u1', { points: 1, tier: 'unknown' });
  await customer('u2', { points: 500 });
  await until(() => isScored('u2', 0.5));
  await until(async () => (await scorer()).refused === 1);
  expect(await scoreOf('u1')).toBeUndefined();
  expect(await scorer()).toMatchObject({ state: 'ok', error: 'HTTP 422' });
});

it('[MS6] is for supervisors', async () => {
  const wish = { subject: 'anna', role: 'operator', scopes: ['profile:*'], ttlSeconds: 3600 };
  const { token } = await ask('POST', '/dev/token', wish);
  expect((await ask('GET', '/v1/scorers', undefined, token)).status).toBe(403);
});
