/** What a browser may do at the core's doors, asked as a browser asks. The browser itself: test/e2e/web.e2e.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addKey } from '../../src/core/admin/keys.ts';
import { type Core, createCore } from '../../src/core/core.ts';

const SHOP = 'https://shop.example';
const folder = mkdtempSync(join(tmpdir(), 'pages-'));
let core: Core;

beforeAll(async () => {
  const origins = ['http://127.0.0.1:8080', SHOP];
  core = await createCore({ dataDir: folder, port: 0, dev: false, origins });
});
afterAll(async () => {
  await core.close();
  rmSync(folder, { recursive: true, force: true });
});

const key = () => `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
const preflight = (path: string, origin: string) =>
  fetch(core.url + path, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
const send = (path: string, origin: string | null, body: object) =>
  fetch(core.url + path, {
    method: 'POST',
    headers: { authorization: key(), 'content-type': 'text/plain', ...(origin !== null && { origin }) },
    body: JSON.stringify(body),
  });
const seen = async (userId: string) =>
  (
    await fetch(`${core.url}/v1/profiles/by/userId/${userId}`, {
      headers: { authorization: `Bearer ${core.consoleToken}` },
    })
  ).status;

describe('web pages', () => {
  it('[WEB1] a page of a configured origin may ask, send by the short names, and read the answer', async () => {
    for (const path of ['/v1/t', '/v1/track', '/v1/b', '/v1/batch', '/v1/i', '/v1/p']) {
      const asked = await preflight(path, SHOP);
      expect([asked.status, asked.headers.get('access-control-allow-origin')], path).toEqual([204, SHOP]);
      expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
    }
    const answer = await send('/v1/i', SHOP, { userId: 'p1', traits: { firstName: 'Pia' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('vary')).toBe('Origin');
    expect(await seen('p1')).toBe(200);
    // A page reads errors too, and how long it should wait.
    const bad = await send('/v1/t', SHOP, { userId: 'p1' });
    expect([bad.status, bad.headers.get('access-control-allow-origin')]).toEqual([400, SHOP]);
    expect(bad.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('[WEB2] a page from elsewhere is refused and nothing is taken; a server is not asked for an origin', async () => {
    for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'null']) {
      expect((await preflight('/v1/t', origin)).status).toBe(403);
      const refused = await send('/v1/i', origin, { userId: 'p2', traits: { firstName: 'Eve' } });
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect(await seen('p2')).toBe(404);
    const served = await send('/v1/i', null, { userId: 'p3', traits: { firstName: 'Sam' } });
    expect([served.status, served.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });

  it('[WEB1] no other door answers a page', async () => {
    for (const path of ['/v1/profiles/by/userId/p1', '/v1/decide', '/v1/contacts', '/metrics'])
      expect((await preflight(path, SHOP)).headers.get('access-control-allow-origin'), path).toBeNull();
  });

  it('[WEB2] the browser library is the source web, unless the page names itself', async () => {
    const library = { name: 'analytics.js', version: 'npm:next-1.84.3' };
    await send('/v1/i', SHOP, { userId: 'p4', traits: { language: 'de' }, context: { library } });
    await send('/v1/i', SHOP, {
      ...{ userId: 'p5', traits: { language: 'de' } },
      context: { library, app: { name: 'shop' } },
    });
    const source = async (userId: string) => {
      const answer = await fetch(`${core.url}/v1/profiles/by/userId/${userId}`, {
        headers: { authorization: `Bearer ${core.consoleToken}` },
      });
      return ((await answer.json()) as { profile: { facts: { language: { source: string } } } }).profile.facts
        .language.source;
    };
    expect([await source('p4'), await source('p5')]).toEqual(['web', 'shop']);
  });

  it('[WEB4] with the key of a page nobody speaks for the airline’s systems, whatever he names himself', async () => {
    const { writeKey } = await addKey({ dataDir: folder, database: undefined }, 'shop', Date.now(), true);
    const ask = (path: string, body: object, by: string | null = writeKey) => {
      const headers = new Headers({ 'content-type': 'application/json' });
      if (by !== null) headers.set('authorization', `Basic ${btoa(`${by}:`)}`);
      return fetch(core.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    await expect.poll(async () => (await ask('/v1/t', { userId: 'p6', event: 'X' })).status).toBe(200);
    const context = { app: { name: 'dcs' } };
    const day = new Date().toISOString();
    const flight = { flight: 'LH400', date: day.slice(0, 10), from: 'FRA', status: 'cancelled' };
    const events: [object, boolean][] = [
      [{ type: 'identify', traits: { language: 'de' } }, true],
      [{ type: 'track', event: 'Order Completed', properties: { sku: 'bag' } }, true],
      [{ type: 'track', event: 'Consent Changed', properties: { name: 'sms', value: true } }, true],
      [{ type: 'track', event: 'Booking Cancelled', properties: { booking: 'QX7R2M' } }, false],
      [{ type: 'track', event: ' Checked In ', properties: { booking: 'QX7R2M', segment: 1 } }, false],
      [{ type: 'track', event: 'Case Resolved', properties: { caseId: 'C1' } }, false],
      [{ type: 'track', event: 'Flight Status', properties: flight }, false],
      [{ type: 'track', event: 'X', anonymousId: `flight/LH400/${flight.date}/FRA` }, false],
    ];
    const batch = events.map(([event]) => ({ userId: 'p6', context, timestamp: day, ...event }));
    const answer = await ask('/v1/batch', { batch });
    const { rejected } = (await answer.json()) as { rejected: { index: number; code: string }[] };
    const refused = events.flatMap(([, isTaken], index) => (isTaken ? [] : [index]));
    expect(rejected.map(({ index }) => index)).toEqual(refused);
    expect(new Set(rejected.map(({ code }) => code))).toEqual(new Set(['forbidden']));
    const read = await fetch(`${core.url}/v1/profiles/by/userId/p6`, {
      headers: { authorization: `Bearer ${core.consoleToken}` },
    });
    expect(await read.json()).toMatchObject({ profile: { facts: { language: { source: 'web' } } } });
    const call = { id: 'k', kind: 'call', state: 'ringing', queue: 'q', at: day };
    const outcome = { decisionId: 'd', outcome: 'positive', at: day };
    expect([
      (await ask('/v1/contacts', call)).status,
      (await ask('/v1/contacts', { ...call, writeKey }, null)).status,
      (await ask('/v1/outcomes', outcome)).status,
      (await ask('/v1/contacts', call, core.writeKey)).status,
    ]).toEqual([403, 403, 403, 200]);
  });

  it('[WEB1] what is no origin stops the start', async () => {
    for (const origin of ['shop.example', 'https://shop.example/', 'https://shop.example/cart', '*'])
      await expect(
        createCore({ dataDir: folder, port: 0, dev: false, origins: [origin] }),
        origin,
      ).rejects.toThrow('--origin');
  });
});
