/** The door's other side: a real core with a customer of its own whose data must not come out, and what it complains of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { LEAK } from './material.ts';

/** Stands in the data of somebody whom no test asks for. */
export const CANARY = 'Canary-Vogelsang-4711';
export const JSON_TYPE = { 'content-type': 'application/json' };

export type Target = {
  core: Core;
  folder: string;
  /** Everything that the core found unexpected; stays empty. */
  complaints: string[];
  basic: string;
  token(subject: string): Promise<string>;
  /** Sends one ordinary event and finds it again: the core lives and does its work. */
  lives(): Promise<void>;
};

/** Registers the life of a core with the test file. */
export function useTarget(): Target {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-security-'));
  let events = 0;
  const complaints: string[] = [];
  const target: Target = {
    core: undefined as unknown as Core,
    folder,
    complaints,
    basic: '',
    async token(subject) {
      const body = {
        subject,
        role: 'operator',
        scopes: ['station:*', 'flight:*', 'profile:*'],
        ttlSeconds: 3_600,
      };
      const answer = await post(target, '/dev/token', body, {});
      return ((await answer.json()) as { token: string }).token;
    },
    async lives() {
      const userId = `alive-${++events}`;
      const event = { userId, traits: { tier: 'Gold' }, timestamp: new Date().toISOString() };
      expect((await post(target, '/v1/identify', event)).status).toBe(200);
      const read = await fetch(`${target.core.url}/v1/profiles/by/userId/${userId}`, {
        headers: { authorization: `Bearer ${target.core.consoleToken}` },
      });
      expect(await read.json()).toMatchObject({ profile: { facts: { tier: { value: 'Gold' } } } });
      const health = await fetch(`${target.core.url}/healthz`);
      expect(await health.json()).toMatchObject({ status: 'ok', writable: true });
      expect(complaints).toEqual([]);
    },
  };
  beforeAll(async () => {
    const logger = (line: string) => void complaints.push(line);
    target.core = await createCore({ dataDir: folder, port: 0, dev: true, station: 'FRA', logger });
    target.basic = `Basic ${Buffer.from(`${target.core.writeKey}:`).toString('base64')}`;
    const traits = { lastName: CANARY, email: `${CANARY}@example.org`, phone: '+4915112345678' };
    expect((await post(target, '/v1/identify', { userId: 'canary', traits })).status).toBe(200);
  });
  afterAll(async () => {
    await target.core.close();
    rmSync(folder, { recursive: true, force: true });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
  return target;
}

function post(
  target: Target,
  path: string,
  body: unknown,
  headers?: Record<string, string>,
): Promise<Response> {
  return fetch(target.core.url + path, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...(headers ?? { authorization: target.basic }) },
    body: JSON.stringify(body),
  });
}

/** No stack, no SQL, nobody else's data and no secret. */
export function expectClean(target: Target, text: string, story: string): void {
  expect(text, story).not.toMatch(LEAK);
  for (const secret of [CANARY, target.core.writeKey, target.core.consoleToken])
    expect(text.includes(secret), `${story}: ${text.slice(0, 300)}`).toBe(false);
}
