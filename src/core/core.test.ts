import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseOf } from '../../test/nodes/own-database.ts';
import { type Core, createCore } from './core.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'core-doors-'));
let core: Core;
const said: string[] = [];

beforeAll(async () => {
  const database = await databaseOf(dataDir);
  core = await createCore({ dataDir, database, port: 0, dev: true, logger: (line) => said.push(line) });
}, 30_000);
afterAll(() => core.close());

const basic = () => `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(core.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: basic(), 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    json: (await answer.json()) as Record<string, never>,
  };
}

const bearer = () => ({ authorization: `Bearer ${core.consoleToken}` });
const profile = (type: string, value: string) =>
  ask(`/v1/profiles/by/${type}/${encodeURIComponent(value)}`, undefined, bearer());

describe('doors', () => {
  it('[A11] shows an acknowledged event to the next read', async () => {
    for (let i = 0; i < 20; i++) {
      await ask('/v1/identify', {
        userId: 'reader',
        traits: { tier: `t${i}` },
        timestamp: new Date(1e12 + i).toISOString(),
      });
      const { json } = await profile('userId', 'reader');
      expect(json).toMatchObject({ profile: { facts: { tier: { value: `t${i}` } } } });
    }
  });

  it('[A12] shows what one channel changed to every other, whatever the customer is known by there', async () => {
    const context = (name: string) => ({ context: { app: { name } } });
    const traits = { phone: '+49 170 5550123', loyaltyNumber: '992003', ticket: '2201234567890' };
    await ask('/v1/identify', { userId: 'everywhere', traits, ...context('crm') });
    const segment = { segment: 1, flight: 'LH400', date: '2026-11-28', from: 'FRA', to: 'JFK', seat: '12A' };
    const track = (event: string, properties: object, app: string) =>
      ask('/v1/track', { userId: 'everywhere', event, properties, ...context(app) });
    await track('Booking Created', { booking: 'E7ERYW', segments: [segment] }, 'crs');
    await track('Seat Changed', { booking: 'E7ERYW', segment: 1, seat: '14C' }, 'app');
    const names = { userId: 'everywhere', booking: 'e7eryw', ...traits };
    for (const [type, value] of Object.entries(names))
      expect((await profile(type, value)).json, type).toMatchObject({
        profile: { facts: { 'trip.E7ERYW.1.seat': { value: '14C', source: 'app' } } },
      });
  });

  it('[A24] counts how long each event took to be durable and readable, in the metrics', async () => {
    const figure = async (name: string) => {
      const text = await (await fetch(`${core.url}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'mu').exec(text)?.[1]);
    };
    const before = [await figure('kairos_ingest_seconds_count'), await figure('kairos_ingest_seconds_sum')];
    await ask('/v1/track', { userId: 'timed', event: 'Seat Looked At' });
    expect(await figure('kairos_ingest_seconds_count')).toBe((before[0] as number) + 1);
    expect(await figure('kairos_ingest_seconds_sum')).toBeGreaterThan(before[1] as number);
  });

  it('keeps the neighbours of an event that would make its profile too large', async () => {
    const big = (name: string) => ({
      type: 'track',
      event: 'Preference Changed',
      userId: 'big',
      properties: { name, value: 'x'.repeat(30_000) },
    });
    const batch = [
      ...Array.from({ length: 8 }, (_, i) => big(`p${i}`)),
      { type: 'identify', userId: 'small' },
    ];
    const { json } = await ask('/v1/batch', { batch });
    expect(json).toMatchObject({
      success: true,
      rejected: [{ code: 'row_too_large' }, { code: 'row_too_large' }],
    });
    expect((await profile('userId', 'small')).status).toBe(200);
    const { status, json: single } = await ask('/v1/track', big('p9'));
    expect([status, single]).toMatchObject([400, { error: { code: 'row_too_large', retry: false } }]);
  });

  it('answers in one form whatever is wrong', async () => {
    const table: [string, unknown, Record<string, string>, number, string][] = [
      ['/v1/track', '{', {}, 400, 'bad_json'],
      ['/v1/batch', {}, {}, 400, 'malformed'],
      ['/v1/track', { userId: 'u', event: 'E' }, { authorization: 'Basic bm8=' }, 401, 'write_key_invalid'],
      ['/v1/profiles/by/userId/nobody', undefined, bearer(), 404, 'not_found'],
      ['/v1/profiles/by/userId/nobody', undefined, {}, 401, 'token_invalid'],
      ['/v1/track', undefined, {}, 405, 'method_not_allowed'],
      ['/v1/nothing', {}, {}, 404, 'not_found'],
      ['/v1/rejected', undefined, bearer(), 403, 'forbidden'],
      ['/dev/revoke', { subject: 'x' }, { origin: 'http://evil.example' }, 403, 'forbidden'],
      ['/v1/track', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'wrong_type'],
      ['/v1/track', '{}', { 'content-encoding': 'gzip' }, 415, 'wrong_type'],
      ['/v1/batch', { batch: ['x'.repeat(600_000)] }, {}, 413, 'body_too_large'],
    ];
    for (const [path, body, headers, status, code] of table) {
      const answer = await ask(path, body, headers);
      expect([path, answer.status, answer.json]).toMatchObject([
        path,
        status,
        { error: { code, retry: false } },
      ]);
    }
  });

  it('shows a supervisor why events were refused', async () => {
    await ask('/v1/batch', { batch: [{ type: 'track', messageId: 'bad1', userId: 'u' }] });
    const { json } = await ask('/dev/token', { subject: 'chief', role: 'supervisor', scopes: [] });
    const answer = await ask('/v1/rejected', undefined, { authorization: `Bearer ${String(json.token)}` });
    expect(answer.json).toMatchObject({
      rejected: expect.arrayContaining([
        expect.objectContaining({ messageId: 'bad1', code: 'event_missing' }),
      ]),
    });
  });

  it('makes a profile of an unknown caller and finds him again', async () => {
    const contact = {
      id: 'c1',
      kind: 'call',
      queue: 'support-de',
      identity: { type: 'phone', value: '+49 170 7654321' },
    };
    const start = Date.now() - 60_000;
    const at = (s: number) => new Date(start + s * 1000).toISOString();
    expect((await ask('/v1/contacts', { ...contact, state: 'ringing', at: at(0) })).status).toBe(200);
    expect((await ask('/v1/contacts', { ...contact, state: 'active', at: at(2) })).status).toBe(200);
    expect((await ask('/v1/contacts', { ...contact, state: 'waiting', at: at(1) })).status).toBe(200);
    const { json } = await profile('phone', '+491707654321');
    expect(json).toMatchObject({ contacts: [{ id: 'c1', state: 'active', since: at(0) }] });
    const { id } = (json as never as { profile: { id: string } }).profile;
    const { json: page } = await ask(`/v1/profiles/${id}/events?limit=2`, undefined, bearer());
    expect(page).toMatchObject({ events: [{ name: 'Contact active' }, { name: 'Contact waiting' }] });
    const { json: rest } = await ask(
      `/v1/profiles/${id}/events?before=${String(page.next)}`,
      undefined,
      bearer(),
    );
    expect(rest).toEqual({ events: [expect.objectContaining({ name: 'Contact ringing' })] });
  });

  it('lets an unknown caller become the user that he turns out to be', async () => {
    await ask('/v1/identify', { userId: 'known', traits: { firstName: 'Kim' } });
    const at = (s: number) => new Date(Date.now() - 60_000 + s * 1000).toISOString();
    const call = { id: 'c2', kind: 'call', queue: 'support-en' };
    const phone = { type: 'phone', value: '+44 20 7946 0991' };
    await ask('/v1/contacts', { ...call, state: 'ringing', identity: phone, at: at(0) });
    await ask('/v1/contacts', {
      ...call,
      state: 'active',
      identity: { type: 'userId', value: 'known' },
      at: at(1),
    });
    const { json: byPhone } = await profile('phone', '+442079460991');
    const { json: byUser } = await profile('userId', 'known');
    expect(byPhone).toEqual({ ...byUser, seq: expect.any(Number) });
    expect(byUser).toMatchObject({
      profile: { facts: { firstName: { value: 'Kim' } } },
      contacts: [{ id: 'c2' }],
    });
    await ask('/v1/contacts', { ...call, state: 'ended', at: at(2) });
    expect((await profile('userId', 'known')).json).toMatchObject({ contacts: [] });
  });

  it('unites by alias, and sends lost ids to the survivor', async () => {
    await ask('/v1/track', { anonymousId: 'dev-9', event: 'Rebooking Viewed' });
    const { json: before } = await profile('anonymousId', 'dev-9');
    await ask('/v1/identify', { userId: 'alias-9', traits: { firstName: 'Lu' } });
    const { json: user } = await profile('userId', 'alias-9');
    await ask('/v1/alias', { userId: 'alias-9', previousId: 'dev-9' });
    const { json: after } = await profile('userId', 'alias-9');
    const idOf = (json: unknown) => (json as { profile: { id: string } }).profile.id;
    expect(idOf(after)).toBe(idOf(before));
    expect(idOf((await profile('profile', idOf(user))).json)).toBe(idOf(before));
    expect(after).toMatchObject({ profile: { facts: { 'now.activity': { value: 'Rebooking Viewed' } } } });
  });

  it('decides, and joins the outcome by the id', async () => {
    await ask('/v1/identify', { userId: 'decided', traits: { language: 'de' } });
    const wish = { identity: { type: 'userId', value: 'decided' }, channel: 'counter', mode: 'respond' };
    const { status, json } = await ask('/v1/decide', wish, bearer());
    expect([status, json]).toMatchObject([200, { id: expect.any(String), hash: expect.any(String) }]);
    const outcome = { decisionId: json.id, outcome: 'presented', at: new Date().toISOString() };
    expect((await ask('/v1/outcomes', outcome, bearer())).status).toBe(200);
    expect((await ask('/v1/outcomes', { ...outcome, decisionId: 'none' }, bearer())).status).toBe(404);
  });

  it('leaves the store free when its port is taken', async () => {
    const other = { dataDir: mkdtempSync(join(tmpdir(), 'core-port-')), dev: false };
    await expect(createCore({ ...other, port: Number(new URL(core.url).port) })).rejects.toThrow(
      'EADDRINUSE',
    );
    const second = await createCore({ ...other, port: 0 });
    expect((await fetch(`${second.url}/dev/alarms`)).status).toBe(404);
    await second.close();
  });

  it('[C8] a core without --dev takes neither the keys nor the tokens of its starts in development', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'core-trial-'));
    const trial = await createCore({ dataDir: dir, port: 0, dev: true });
    await trial.close();
    const real = await createCore({ dataDir: dir, port: 0, dev: false, keyless: true });
    const track = (key: string) =>
      fetch(`${real.url}/v1/track`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
        body: JSON.stringify({ userId: 'u', event: 'E' }),
      });
    const me = (token: string) =>
      fetch(`${real.url}/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    try {
      expect((await track(trial.writeKey)).status).toBe(401);
      expect((await me(trial.consoleToken)).status).toBe(401);
      expect((await me(await real.issueConsoleToken())).status).toBe(200);
      expect(real.writeKey).toBe('');
    } finally {
      await real.close();
    }
  });

  it('[C8] says nothing unexpected and no secret', () => {
    expect(said.join('\n')).toBe('');
  });
});
