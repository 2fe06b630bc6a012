import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Core, createCore } from '../core.ts';
import { KEPT, retentionOf } from './retention.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a door answers is judged by expectations, not by types
type Loose = any;

const START = Date.parse('2026-11-27T10:00:00Z');
const DAY = 86_400;

let dataDir: string;
let core: Core;
let said: string[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'retention-'));
  said = [];
});
afterEach(async () => {
  await core.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(setting?: string): Promise<void> {
  if (setting !== undefined) writeFileSync(join(dataDir, 'retention.json'), setting);
  core = await createCore({
    dataDir,
    port: 0,
    dev: true,
    now: () => START,
    logger: (line) => said.push(line),
  });
}

async function post(path: string, body: object, authorization = ''): Promise<Loose> {
  const answer = await fetch(core.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  });
  return answer.json();
}

const day = (n: number) => new Date(START + n * DAY * 1000).toISOString();

async function event(type: string, body: object): Promise<void> {
  const key = `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
  expect(await post(`/v1/${type}`, body, key)).toEqual({ success: true });
}

async function get(path: string): Promise<Loose> {
  const wish = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'] };
  const { token } = await post('/dev/token', wish);
  return (await fetch(core.url + path, { headers: { authorization: `Bearer ${token}` } })).json();
}

/** Resolves when retention was applied at that day. */
async function toDay(n: number): Promise<Loose> {
  await post('/dev/clock', { offsetSeconds: n * DAY });
  await expect
    .poll(async () => Date.parse((await get('/v1/retention')).appliedAt), { timeout: 10_000 })
    .toBeGreaterThanOrEqual(START + n * DAY * 1000);
  return get('/v1/retention');
}

const isKept = async (type: string, value: string) =>
  'profile' in (await get(`/v1/profiles/by/${type}/${value}`));

describe('retention', () => {
  it('[C5] erases and cuts nothing unless an administrator has set it', async () => {
    await start();
    await event('identify', { userId: 'u1', traits: { firstName: 'Anna' }, timestamp: day(0) });
    await event('page', { anonymousId: 'a1', timestamp: day(0) });
    const { days, gone } = await toDay(4_000);
    expect(days).toMatchObject(KEPT);
    expect(Object.values(KEPT)).toEqual([null, null, null, null]);
    expect(gone).toEqual({});
    expect([await isKept('userId', 'u1'), await isKept('anonymousId', 'a1')]).toEqual([true, true]);
    expect((await get('/v1/audit')).head.cut).toBe(0);
  });

  it('[C5] erases whom nothing was heard of for as long as is set, each kind by its own time, and cuts the audit', async () => {
    await start('{"customers": 100, "anonymous": 10, "audit": 50, "alarms": null}');
    for (const userId of ['quiet', 'heard', 'travels'])
      await event('identify', { userId, timestamp: day(0) });
    await event('page', { anonymousId: 'browser', timestamp: day(0) });
    const departs = day(140);
    const segment = {
      segment: 1,
      flight: 'LH400',
      date: departs.slice(0, 10),
      from: 'FRA',
      to: 'JFK',
      departs,
    };
    const properties = { booking: 'QX7R2M', segments: [{ ...segment, status: 'confirmed' }] };
    await event('track', { userId: 'travels', event: 'Booking Created', properties, timestamp: day(0) });
    await get('/v1/profiles/by/userId/quiet');
    expect((await toDay(9)).gone).toEqual({});
    expect(await isKept('anonymousId', 'browser')).toBe(true);
    expect((await toDay(20)).gone).toMatchObject({ anonymous: 1 });
    expect(await isKept('anonymousId', 'browser')).toBe(false);
    await event('page', { userId: 'heard', timestamp: day(20) });
    const { gone } = await toDay(110);
    expect(gone).toMatchObject({ anonymous: 1, customers: 1 });
    expect(gone.audit).toBeGreaterThan(0);
    const kept = await Promise.all(['quiet', 'heard', 'travels'].map((userId) => isKept('userId', userId)));
    expect(kept).toEqual([false, true, true]);
    const { erasures } = await get('/v1/erasures');
    expect(erasures.map((one: Loose) => [one.by, one.reason])).toEqual([
      ['retention', 'nothing new for 100 days'],
      ['retention', 'nothing new for 10 days'],
    ]);
    // Model and file are swept after the round.
    await expect
      .poll(async () => (await get('/v1/erasures')).erasures.map((one: Loose) => one.rewritten))
      .toEqual([true, true]);
  });

  it('[C5] a mistake in the file is said, and nothing goes by it', async () => {
    await start('{"customers": 1, "visitors": 1}');
    expect(said.join('\n')).toMatch(/retention\.json: there is no kind visitors/u);
    await event('identify', { userId: 'u1', timestamp: day(0) });
    await toDay(1_000);
    expect(await isKept('userId', 'u1')).toBe(true);
  });

  it('reads days, and names what is wrong', async () => {
    await start();
    expect(retentionOf('{"alarms": 7}')).toEqual({ ...KEPT, alarms: 7 });
    for (const text of ['{"alarms": 0}', '{"alarms": 1.5}', '{"alarms": "7"}', '{"alarms": 40000}'])
      expect(() => retentionOf(text)).toThrow('alarms must be a whole number of days');
    expect(() => retentionOf('[]')).toThrow('an object');
    expect(() => retentionOf('{')).toThrow('retention.json: it is not JSON');
  });
});
