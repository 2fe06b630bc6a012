/** What a core tells of itself, and that the dashboard asks for nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { Client } from '../contract/client.ts';
import { askCore } from './own-core.ts';

const DASHBOARD = join(import.meta.dirname, '../../docs/dashboards/kairos.json');
const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
let core: Core;

beforeAll(async () => {
  const feed = {
    name: 'crm',
    url: 'http://127.0.0.1:1/',
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    events: { 'Order Completed': [] },
    facts: [],
  };
  writeFileSync(join(folder, 'feeds.json'), JSON.stringify({ feeds: [feed] }));
  core = await createCore({ dataDir: folder, port: 0, dev: true });
});
afterAll(async () => {
  await core.close();
  rmSync(folder, { recursive: true, force: true });
});

const metrics = async () => (await fetch(`${core.url}/metrics`)).text();

describe('metrics', () => {
  it('[MT1] every request counts under its door, never under what stands in its address', async () => {
    await askCore(core, 'POST', '/v1/track', { userId: 'secret-user', event: 'Preference Changed' });
    await askCore(core, 'GET', '/v1/profiles/by/userId/secret-user', undefined, core.consoleToken);
    await askCore(core, 'GET', '/nowhere/secret-user');
    const text = await metrics();
    const counted = (route: string, status: number, method = 'GET') =>
      text.includes(
        `http_server_request_duration_seconds_count{http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"} 1`,
      );
    expect(counted('/v1/track', 200, 'POST')).toBe(true);
    expect(counted('/v1/profiles/by/:identityType/:value', 200)).toBe(true);
    expect(counted('', 404)).toBe(true);
    expect(text).not.toContain('secret-user');
  });

  it('[MT3] tells what consoles hold back and how far behind they are, and nothing that names one', async () => {
    const console = new Client({ url: core.url, token: core.consoleToken, wanted: ['station:FRA'] });
    await console.open();
    const hello = await console.hello({ outboxDepth: 7, clientId: 'secret-console' });
    expect(hello.type).toBe('welcome');
    const text = await metrics();
    for (const line of [
      ...['kairos_console_unsent_commands 7', 'kairos_consoles_with_unsent 1'],
      ...['kairos_consoles_by_schema{schema="none"} 1', 'kairos_consoles_by_schema{schema="current"} 0'],
    ])
      expect(text).toContain(`${line}\n`);
    const seconds = Number(/^kairos_console_unsent_seconds (\S+)$/mu.exec(text)?.[1]);
    expect(seconds).toBeGreaterThan(0);
    expect(text).not.toContain('secret-console');
    console.close();
  });

  it('[MT2] the dashboard asks for metrics that a core tells, and for all that are its own', async () => {
    const text = await metrics();
    const told = new Set([...text.matchAll(/^# TYPE (\S+)/gmu)].map(([, name]) => name as string));
    const board = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const asked = new Set(
      board.panels
        .flatMap(({ targets = [] }) => targets)
        .flatMap(({ expr }) => [...expr.matchAll(/\b(?:kairos|http|process|nodejs)_\w+/gu)])
        .map(([name]) => name.replace(/_(?:bucket|count|sum)$/u, ''))
        .filter((name) => !/^http_(?:route|response|request)/u.test(name)),
    );
    expect([...asked].filter((name) => !told.has(name))).toEqual([]);
    expect([...told].filter((name) => /^(?:kairos|http)_/u.test(name) && !asked.has(name))).toEqual([]);
    expect(text).toContain('kairos_feed_behind{feed="crm"} 0');
  });
});
