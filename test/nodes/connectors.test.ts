/**
 * A partner and a system that misbehave in every way, two nodes that could serve them, and each node killed in the middle: nothing is
 * lost or doubled, and another partner notices nothing (docs/spec/connectors.md).
 */
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Core, type Loose } from '../contract/core-process.ts';
import { type Hook, type HookServer, hookServer } from '../integration/receivers.ts';
import { type Rest, shopServer } from '../integration/rest.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { until } from './site.ts';

const SHAPES = join(import.meta.dirname, '../../docs/connectors');
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const EVENTS = 60;
const ORDERS = 45;
const MINUTE = 60;

let postgres: Postgres;
let crm: HookServer;
let shop: HookServer;
let orders: Rest;
let nodes: [Core, Core];
/** How far the clocks of both nodes are ahead, s. */
let ahead = 0;

const configured = (dir: string): void => {
  const events = { 'Preference Changed': ['value'], 'Audience Entered': ['audience'] };
  const feeds = [
    { name: 'crm', url: crm.url, secret: SECRET, events },
    { name: 'shop', url: shop.url, secret: SECRET, events },
  ];
  const gold = { name: 'gold', when: { fact: 'tier', op: 'eq', value: 'gold' } };
  const url = `http://127.0.0.1:${orders.port}/orders`;
  const sources = [
    { name: 'orders', url, headers: { authorization: 'Bearer key' }, shape: 'purchases.json' },
  ];
  for (const [name, content] of Object.entries({ feeds, audiences: [gold], sources }))
    writeFileSync(join(dir, `${name}.json`), JSON.stringify({ [name]: content }));
  copyFileSync(join(SHAPES, 'purchases.json'), join(dir, 'purchases.json'));
};

beforeAll(async () => {
  [crm, shop, orders] = [await hookServer(), await hookServer(), await shopServer()];
  postgres = await startPostgres();
  const node = () => {
    const dir = mkdtempSync(join(tmpdir(), 'kairos-partners-'));
    configured(dir);
    return new Core(dir, postgres.url).start();
  };
  nodes = [await node(), await node()];
}, 120_000);

afterAll(async () => {
  for (const core of nodes) await core.dispose();
  await postgres.stop();
  await Promise.all([crm, shop, orders].map((server) => server.close()));
});

const numberOf = ({ body }: Hook): unknown => {
  const { name, properties, profile } = JSON.parse(body).data;
  return name === 'Audience Entered' ? `in/${profile}` : properties.value;
};
const idOf = ({ headers }: Hook): string => String(headers['webhook-id']);
/** What a receiver keeps that drops what it has. */
const kept = (hooks: Hook[]): unknown[] => [
  ...new Map(hooks.map((one) => [idOf(one), numberOf(one)])).values(),
];

/** What `crm` has answered with 200 and heard to the end: the rest did not count for him. */
const taken: Hook[] = [];
const unanswered: ServerResponse[] = [];
let asked = 0;

/** Slow, broken, half an answer, too often, taken and the answer lost, and now and then as it should be. */
function misbehave(response: ServerResponse, hook: Hook): void {
  const turn = asked++ % 6;
  if (turn === 0) unanswered.push(response);
  else if (turn === 1) response.writeHead(500).end();
  else if (turn === 2)
    response.socket?.write('HTTP/1.1 200 OK\r\nContent-Le', () => response.socket?.destroy());
  else if (turn === 3) response.writeHead(429, { 'retry-after': '1' }).end();
  else if (turn === 4) {
    taken.push(hook);
    response.socket?.destroy();
  } else {
    taken.push(hook);
    response.writeHead(200).end();
  }
}

function behave(response: ServerResponse, hook: Hook): void {
  taken.push(hook);
  response.writeHead(200).end();
}

/** Time goes on at both nodes; one that is just starting begins at its own. */
async function later(seconds: number): Promise<void> {
  ahead += seconds;
  await Promise.all(nodes.map((core) => core.dev('clock', { offsetSeconds: ahead }).catch(() => undefined)));
}

const chief = (): Promise<string> =>
  nodes[0].token({ subject: 'chief', role: 'supervisor', scopes: ['profile:*'] });
const told = async (path: string): Promise<Loose> => (await nodes[0].get(path, await chief())).json;

async function work(from: number): Promise<void> {
  for (let i = from; i < from + EVENTS / 3; i++) {
    const event = {
      ...{ type: 'track', userId: `u${i % 6}`, event: 'Preference Changed', messageId: `m${i}` },
      properties: { name: 'seat', value: i },
    };
    await until(() => nodes[i % 2 === 0 ? 0 : 1].send(event).then(() => true), 'an event to be accepted');
  }
}

it('[F3] [F4] [P3] [P4] [AU1] each node is killed while partner and system misbehave: all is told and asked once', async () => {
  orders.items = Array.from({ length: ORDERS }, (_, n) => ({
    ...{ order: `o${n}`, customer: `u${n % 6}`, ordered: new Date(Date.now() - 60_000 + n).toISOString() },
    ...{ total: '19.90', currency: 'EUR', lines: [] },
  }));
  orders.faults.push(
    (response) => void response.writeHead(500).end(),
    (response, body) => void response.end(JSON.stringify(body())),
    (response) => void response.socket?.destroy(),
    (response, body) => void response.end(JSON.stringify(body()).slice(0, 99)),
  );
  crm.answer = misbehave;
  for (let i = 0; i < 6; i++)
    await nodes[0].send({
      type: 'identify',
      userId: `u${i}`,
      traits: { tier: 'gold', consents: { marketing: true } },
    });
  await work(0);
  for (const [i, core] of nodes.entries()) {
    const before = asked;
    await until(async () => {
      await later(MINUTE);
      return asked > before + 6;
    }, 'a partner who is asked');
    await core.restart('SIGKILL');
    await later(0);
    await work((EVENTS / 3) * (i + 1));
  }
  const all = [...Array.from({ length: EVENTS }, (_, i) => i), ...(await members())];
  // The other partner has everything although the first takes next to nothing.
  await until(async () => kept(shop.hooks).length === all.length, 'the other partner to have everything');
  crm.answer = behave;
  for (const response of unanswered) response.destroy();
  await until(async () => {
    await later(10 * MINUTE);
    const { feeds } = await told('/v1/feeds');
    return feeds.every(({ behind, waiting }: Loose) => behind === 0 && waiting === 0);
  }, 'feeds that are at the end');
  for (const hooks of [taken, shop.hooks]) expect(new Set(kept(hooks))).toEqual(new Set(all));
  for (const hooks of [taken, shop.hooks]) expect(kept(hooks)).toHaveLength(all.length);
  const { feeds } = await told('/v1/feeds');
  expect(feeds.map(({ deadLetters }: Loose) => deadLetters)).toEqual([0, 0]);
  await until(async () => (await told('/v1/sources')).sources[0].endedAt !== null, 'a run to end');
  expect(orders.faults).toEqual([]);
  const bought = [];
  for (let i = 0; i < 6; i++) {
    const { id } = await nodes[1].profile('userId', `u${i}`);
    const { events } = await nodes[1].events(id, '?limit=200');
    bought.push(...events.filter(({ name }) => name === 'Order Completed').map((one) => one.id));
  }
  expect(bought.sort()).toEqual(Array.from({ length: ORDERS }, (_, n) => `order/o${n}`).sort());
}, 240_000);

/** Of the audience, as the feed names who has entered. */
async function members(): Promise<string[]> {
  const all = async () => (await told('/v1/audiences/gold/members')).members as { profile: string }[];
  await until(async () => (await all()).length === 6, 'six members');
  return (await all()).map(({ profile }) => `in/${profile}`);
}
