/** `npm run import` as a program: a file into a real core by its public door. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Core } from '../contract/core-process.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const MAPPING = {
  ...{ type: 'identify', userId: 'no', timestamp: 'since' },
  fields: { firstName: 'first', lastName: 'last', tier: 'tier', email: 'mail' },
};
const HEAD = 'no;first;last;tier;mail;since';

let core: Core;
let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  core = await new Core().start();
}, 90_000);
afterAll(() => core.dispose());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-import-'));
  writeFileSync(path('mapping.json'), JSON.stringify(MAPPING));
  return () => rmSync(folder, { recursive: true, force: true });
});

function start(...args: string[]): {
  child: ChildProcess;
  ended: Promise<{ code: number; out: string; said: string }>;
} {
  const env = { ...process.env, KAIROS_WRITE_KEY: core.started.writeKey };
  const child = spawn('npm', ['run', '-s', 'import', '--', ...args], { cwd: ROOT, env, detached: true });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code: Number(code), out, said })) };
}

const run = (...args: string[]) => start(...args).ended;
const table = (...more: string[]): string[] => [path('people.csv'), '--delimiter', ';', ...more];
const mapped = (...more: string[]) => table('--mapping', path('mapping.json'), '--url', core.url, ...more);
const people = (prefix: string, count: number): string =>
  [
    HEAD,
    ...Array.from(
      { length: count },
      (_, i) => `${prefix}${i};Anna;"Weber; ${i}";Gold;${prefix}${i}@x.example;2026-11-01`,
    ),
  ].join('\r\n');

describe('import', () => {
  it('[IM1] shows what rows would become, and sends nothing', async () => {
    writeFileSync(path('people.csv'), people('a', 3));
    const { code, out } = await run(...mapped('--preview'));
    expect(code).toBe(0);
    const found = JSON.parse(out);
    expect(found).toMatchObject({ looked: 3, bad: [], columns: HEAD.split(';') });
    expect(found.events[2]).toMatchObject({ userId: 'a2', traits: { lastName: 'Weber; 2' } });
    expect((await core.get('/v1/profiles/by/userId/a2')).json.profile ?? null).toBeNull();
    expect(existsSync(`${path('people.csv')}.import.json`)).toBe(false);
  });

  it('[IM2] [IM3] takes the good rows in and reports the bad ones with their reasons, its own and the core’s', async () => {
    const rows = people('b', 250).split('\r\n');
    rows[5] = ';Nobody;;;;';
    rows[7] = 'b6;too;few';
    rows[9] = `b8;Anna;Weber;Gold;not an address;soon`;
    rows[11] = `b10;Anna;Weber;Gold;${'x'.repeat(40_000)};2026-11-01`;
    writeFileSync(path('people.csv'), `\uFEFF${rows.join('\r\n')}`);
    const { code, out } = await run(...mapped());
    expect(JSON.parse(out)).toEqual({ rows: 250, accepted: 246, refused: 4 });
    expect(code).toBe(1);
    const bad = readFileSync(`${path('people.csv')}.bad.jsonl`, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(bad.map(({ row }) => row)).toEqual([5, 7, 9, 11]);
    expect(bad.map(({ code: reason }) => reason).slice(0, 3)).toEqual(['no_user', 'unreadable', 'value']);
    expect(bad[1].message).toBe('3 cells, not 6');
    const { facts } = await core.profile('userId', 'b249');
    expect(facts.lastName).toMatchObject({ value: 'Weber; 249', at: '2026-11-01T00:00:00.000Z' });
  });

  it('[IM4] goes on where it was killed, and nothing is there twice', async () => {
    writeFileSync(path('people.csv'), people('c', 6_000));
    const first = start(...mapped());
    while (!existsSync(`${path('people.csv')}.import.json`)) await new Promise((next) => setImmediate(next));
    process.kill(-(first.child.pid as number), 'SIGKILL');
    await first.ended;
    const { rows } = JSON.parse(readFileSync(`${path('people.csv')}.import.json`, 'utf8'));
    expect(rows).toBeLessThan(6_000);
    const second = await run(...mapped());
    expect(JSON.parse(second.out)).toEqual({ rows: 6_000, accepted: 6_000, refused: 0 });
    // Begun anew it changes nothing: the core knows each row.
    const { seq } = (await core.http('GET', '/healthz')).json;
    rmSync(`${path('people.csv')}.import.json`);
    expect(JSON.parse((await run(...mapped())).out)).toMatchObject({ accepted: 6_000 });
    expect((await core.http('GET', '/healthz')).json.seq).toBe(seq);
    const { id } = await core.profile('userId', 'c5999');
    expect((await core.events(id)).events).toHaveLength(1);
  }, 120_000);

  it('[IM5] takes Segment events a line as they are; a missing column, mapping or key is said before anything is sent', async () => {
    const lines = [
      JSON.stringify({ type: 'track', event: 'Purchase', userId: 'd1', properties: { total: 12 } }),
      'no json',
      JSON.stringify({ type: 'identify', userId: 'd1', traits: { firstName: 'Dora' } }),
    ];
    writeFileSync(path('events.jsonl'), lines.join('\n'));
    const { out } = await run(path('events.jsonl'), '--url', core.url);
    expect(JSON.parse(out)).toEqual({ rows: 3, accepted: 2, refused: 1 });
    expect((await core.profile('userId', 'd1')).facts.firstName.value).toBe('Dora');
    writeFileSync(path('people.csv'), 'no;first\n1;Anna\n');
    expect(await run(...mapped())).toMatchObject({
      code: 2,
      said: expect.stringContaining('the file has no since, last, tier, mail'),
    });
    expect(await run(...table('--url', core.url))).toMatchObject({
      code: 2,
      said: expect.stringContaining('--mapping'),
    });
    expect(await run(path('events.jsonl'), '--url', 'core.example')).toMatchObject({
      code: 2,
      said: expect.stringContaining('--url'),
    });
  });
});
