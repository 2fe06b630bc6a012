/** Audiences that go out by a partner's feed, and what warehouses fetch (docs/spec/connectors.md). */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportTo } from '../../src/cli/export/run.ts';
import { type Core, createCore } from '../../src/core/core.ts';
import { databaseOf } from '../nodes/own-database.ts';
import { askCore, type Loose, until as untilTrue } from './own-core.ts';
import { type HookServer, hookServer } from './receivers.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const GOLD = {
  any: [
    { fact: 'tier', op: 'in', value: ['gold', 'platinum'] },
    { fact: 'points', op: 'gte', value: 900 },
  ],
};

let dataDir: string;
let core: Core;
let chief: string;
let ads: HookServer;

async function open(when: object = GOLD): Promise<void> {
  const audiences = [
    { name: 'best', when },
    { name: 'anyone', when: {}, consent: null },
  ];
  writeFileSync(join(dataDir, 'audiences.json'), JSON.stringify({ audiences }));
  core = await createCore({ dataDir, database: await databaseOf(dataDir), port: 0, dev: true });
  const wish = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'], ttlSeconds: 3600 };
  chief = (await ask('POST', '/dev/token', wish)).token;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'kairos-audiences-'));
  ads = await hookServer();
  const events = { 'Audience Entered': ['audience'], 'Audience Left': ['audience'] };
  const feed = {
    name: 'ads',
    url: ads.url,
    secret: SECRET,
    events,
    hashed: ['email', 'phone'],
    audiences: ['best'],
  };
  writeFileSync(join(dataDir, 'feeds.json'), JSON.stringify({ feeds: [feed] }));
  await open();
});
afterEach(async () => {
  await core.close();
  await ads.close().catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = (method: string, path: string, body?: unknown, token?: string): Promise<Loose> =>
  askCore(core, method, path, body, token);
const get = (path: string): Promise<Loose> => ask('GET', path, undefined, chief);
const identify = (userId: string, traits: object): Promise<Loose> =>
  ask('POST', '/v1/identify', { userId, traits });
const told = (): Loose[] =>
  ads.hooks.map(({ body }) => {
    const { name, properties, customer } = JSON.parse(body).data;
    return { name, ...properties, ...customer };
  });
const until = (holds: () => Promise<boolean> | boolean): Promise<void> =>
  untilTrue(holds, async () => JSON.stringify([await get('/v1/audiences'), await get('/v1/feeds'), told()]));
const audience = async (name = 'best'): Promise<Loose> =>
  (await get('/v1/audiences')).audiences.find((one: Loose) => one.name === name);
const isSettled = async (): Promise<boolean> => {
  const [feed] = (await get('/v1/feeds')).feeds;
  return feed.behind === 0 && (await audience()).state === 'ready';
};

const ANNA = {
  email: 'Anna@Example.org',
  phone: '+49 170 1234567',
  tier: 'gold',
  consents: { marketing: true },
};
const HASHED = { emailSha256: sha('anna@example.org'), phoneSha256: sha('+491701234567') };

describe('audiences', () => {
  it('[AU1] [AU4] who enters or leaves by what happens goes out by the feed, hashed and nothing beside it', async () => {
    await identify('anna', ANNA);
    await identify('ben', { tier: 'none', consents: { marketing: true } });
    await ads.until(1);
    expect(told()).toEqual([{ name: 'Audience Entered', audience: 'best', ...HASHED }]);
    expect(ads.hooks[0]?.body).not.toMatch(/Anna|example\.org|1234567/u);
    // What changes nothing of the rule tells nothing; a number counts as well as a text.
    await identify('anna', { language: 'de' });
    await identify('ben', { points: 950 });
    await ads.until(2);
    await identify('anna', { tier: 'none' });
    await ads.until(3);
    await until(isSettled);
    expect(told().map(({ name }) => name)).toEqual(['Audience Entered', 'Audience Entered', 'Audience Left']);
    expect(await audience()).toMatchObject({ members: 1, entered: 2, left: 1 });
    expect(await audience('anyone')).toMatchObject({ members: 2, consent: null });
    const { profile } = await get('/v1/profiles/by/userId/anna');
    const { events } = await get(`/v1/profiles/${profile.id}/events`);
    expect(
      events.filter(({ name }: Loose) => name.startsWith('Audience ')).map(({ source }: Loose) => source),
    ).toEqual([...['kairos', 'kairos', 'kairos']]);
  });

  it('[AU2] nobody is in without the consent, and taking it back is leaving', async () => {
    await identify('anna', { ...ANNA, consents: {} });
    await until(async () => (await audience('anyone')).members === 1);
    expect((await audience()).members).toBe(0);
    await identify('anna', { consents: { marketing: true } });
    await ads.until(1);
    await identify('anna', { consents: { marketing: false } });
    await ads.until(2);
    expect(told()).toMatchObject([{ name: 'Audience Entered' }, { name: 'Audience Left', ...HASHED }]);
  });

  it('[AU3] who has left before it could be told is not told to be in', async () => {
    ads.answer = (response) => void response.writeHead(503).end();
    await identify('anna', ANNA);
    await ads.until(1);
    await identify('anna', { consents: { marketing: false } });
    await until(async () => (await audience()).left === 1);
    ads.hooks.splice(0);
    ads.answer = (response) => void response.writeHead(200).end();
    await ads.until(1);
    await until(isSettled);
    expect(told().map(({ name }) => name)).toEqual(['Audience Left']);
  });

  it('[AU5] a new rule looks at everybody, also after a start; the same rule looks at nobody again', async () => {
    for (let i = 0; i < 5; i++)
      await identify(`u${i}`, { tier: 'gold', points: i * 300, consents: { marketing: true } });
    await until(async () => (await audience()).members === 5);
    await until(isSettled);
    await core.close();
    await open();
    await until(isSettled);
    expect(await audience()).toMatchObject({ members: 5, entered: 5 });
    await core.close();
    await open({ fact: 'points', op: 'gte', value: 600 });
    await until(async () => (await audience()).members === 3);
    await until(isSettled);
    expect(await audience()).toMatchObject({ entered: 5, left: 2 });
    expect(told().filter(({ name }) => name === 'Audience Left')).toHaveLength(2);
  });

  it('[AU6] two who turn out to be one are one in it, and an erased customer is in none', async () => {
    await ask('POST', '/v1/identify', { anonymousId: 'a1', traits: ANNA });
    await until(async () => (await audience()).members === 1);
    await identify('anna', { firstName: 'Anna' });
    await ask('POST', '/v1/alias', { userId: 'anna', previousId: 'a1' });
    await ask('POST', '/v1/identify', { userId: 'anna', anonymousId: 'a1', traits: {} });
    await until(async () => (await audience('anyone')).members === 1 && (await audience()).members === 1);
    const identity = { type: 'userId', value: 'anna' };
    expect((await ask('POST', '/v1/erasures', { identity, reason: 'asked for it' }, chief)).status).toBe(200);
    expect(await audience()).toMatchObject({ members: 0 });
    expect((await get('/v1/audiences/best/members')).members).toEqual([]);
  });

  it('[AU1] a rule that is none stops nothing else and is said', async () => {
    await core.close();
    const said: string[] = [];
    const audiences = [{ name: 'best', when: { fact: 'tier', op: 'like', value: 'g%' } }];
    writeFileSync(join(dataDir, 'audiences.json'), JSON.stringify({ audiences }));
    core = await createCore({ dataDir, port: 0, dev: true, logger: (line) => said.push(line) });
    expect(said.join()).toContain('audiences.json: best');
    expect((await identify('anna', ANNA)).status).toBe(200);
  });
});

describe('export', () => {
  const order = (what: 'events' | 'profiles' | `audience/${string}`, format: 'jsonl' | 'parquet') => ({
    ...{ what, format, folder: join(dataDir, 'out', format), url: core.url, token: chief },
  });
  const lines = (files: string[]): Loose[] =>
    files.flatMap((file) =>
      readFileSync(join(dataDir, 'out', 'jsonl', file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );

  it('[EX1] events come once, in order, from where the last run ended', async () => {
    await identify('anna', { ...ANNA, tier: 'none' });
    // That she entered an audience is an event too, and comes a moment later.
    await until(async () => (await audience('anyone')).members === 1);
    const first = await exportTo(order('events', 'jsonl'));
    expect(lines(first.files).filter(({ type }) => type === 'identify')).toMatchObject([
      { name: 'identify', source: 'unknown', properties: { tier: 'none' } },
    ]);
    await ask('POST', '/v1/track', { userId: 'anna', event: 'Order Completed', properties: { total: 40 } });
    const second = await exportTo(order('events', 'jsonl'));
    expect(lines(second.files).map(({ name }) => name)).toContain('Order Completed');
    expect((await exportTo(order('events', 'jsonl'))).files).toEqual([]);
    const all = lines(readdirSync(join(dataDir, 'out', 'jsonl')).filter((name) => name.endsWith('.jsonl')));
    expect(new Set(all.map(({ event }) => event)).size).toBe(all.length);
    const cursors = all.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
  });

  it('[EX1] where the last event that was told has gone, everything is told again', async () => {
    await identify('anna', {});
    await until(async () => (await audience('anyone')).members === 1);
    await exportTo(order('events', 'jsonl'));
    const identity = { type: 'userId', value: 'anna' };
    await ask('POST', '/v1/erasures', { identity, reason: 'asked for it' }, chief);
    await identify('ben', {});
    const after = await exportTo(order('events', 'jsonl'));
    expect(after.again).toBe(true);
    expect(lines(after.files).map(({ type }) => type)).toContain('identify');
    expect((await exportTo(order('events', 'jsonl'))).again).toBe(false);
  });

  it('[EX2] all customers first, then who changed or has gone', async () => {
    for (let i = 0; i < 3; i++) await identify(`u${i}`, { points: i });
    const first = await exportTo(order('profiles', 'jsonl'));
    expect(
      lines(first.files)
        .map(({ facts }) => facts.points.value)
        .sort(),
    ).toEqual([0, 1, 2]);
    await identify('u1', { points: 70 });
    const identity = { type: 'userId', value: 'u2' };
    await ask('POST', '/v1/erasures', { identity, reason: 'asked for it' }, chief);
    const second = lines((await exportTo(order('profiles', 'jsonl'))).files);
    expect(second.filter(({ removed }) => removed)).toHaveLength(1);
    expect(second.flatMap(({ facts }) => facts?.points.value ?? [])).toEqual([70]);
    expect((await exportTo(order('profiles', 'jsonl'))).rows).toBe(0);
  });

  it('[EX3] Parquet says the same as JSON lines', async () => {
    await identify('anna', ANNA);
    await until(async () => (await audience()).members === 1 && (await isSettled()));
    for (const what of ['events', 'profiles', 'audience/best'] as const) {
      const rows = lines((await exportTo(order(what, 'jsonl'))).files);
      const { files } = await exportTo(order(what, 'parquet'));
      const read = await Promise.all(
        files.map(async (name) =>
          parquetReadObjects({ file: await asyncBufferFromFile(join(dataDir, 'out', 'parquet', name)) }),
        ),
      );
      const same = read
        .flat()
        .map((row) =>
          Object.fromEntries(
            Object.entries(row).map(([name, value]) => [
              name,
              typeof value === 'bigint'
                ? Number(value)
                : /^[[{]/u.test(String(value))
                  ? JSON.parse(String(value))
                  : value,
            ]),
          ),
        );
      expect(same, what).toEqual(rows);
      expect(rows.length, what).toBeGreaterThan(0);
    }
    expect((await get('/v1/audiences/best/members')).members).toMatchObject([HASHED]);
  });

  it('[EX1] is for supervisors, in the audit, and takes no cursor that is not its own', async () => {
    const wish = { subject: 'op', role: 'operator', scopes: ['profile:*'], ttlSeconds: 3600 };
    const { token } = await ask('POST', '/dev/token', wish);
    for (const path of [
      '/v1/export/events',
      '/v1/export/profiles',
      '/v1/audiences',
      '/v1/audiences/best/members',
    ])
      expect((await ask('GET', path, undefined, token)).status, path).toBe(403);
    for (const what of ['events', 'profiles'])
      expect((await get(`/v1/export/${what}?after=nonsense`)).status, what).toBe(400);
    await get('/v1/export/events');
    const { entries } = await get('/v1/audit?limit=200');
    expect(entries.filter(({ what }: Loose) => what === 'export').length).toBeGreaterThan(0);
  });
});
