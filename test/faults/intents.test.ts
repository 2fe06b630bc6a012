import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HookServer, hookServer } from '../integration/receivers.ts';
import { type Started, startCore } from './core-program.ts';

/** A real core that is killed around everything that it writes for an intent, and a receiver that counts. */

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const MOST_POINTS = 60;

const data = mkdtempSync(join(tmpdir(), 'core-intents-kill-'));
let receiver: HookServer;
let child: ChildProcess;
let core: Started;
let gone: Promise<unknown>;
let starts = 0;

async function start(): Promise<void> {
  starts += 1;
  ({ child, started: core, gone } = await startCore(data, ['durable.cjs', 'arm.cjs']));
}

/** Resolves when the process knows at which point it is to die; one that died meanwhile is started again for it. */
async function arm(point: number): Promise<void> {
  for (;;) {
    const armed = once(child, 'message').then(() => true);
    if (!isDead()) child.send(point, () => undefined);
    if (await Promise.race([armed, gone.then(() => false)])) return;
    await start();
  }
}

const isDead = () => child.exitCode !== null || child.signalCode !== null;

/** Sends until it is acknowledged, whatever happens to the core; the same messageId every time. */
async function event(userId: string | null, id: string, name: string, properties: object): Promise<void> {
  const who = userId === null ? { anonymousId: `flight/${id}` } : { userId };
  const body = JSON.stringify({
    ...who,
    messageId: id,
    event: name,
    properties,
    context: { app: { name: 'ops' } },
  });
  for (;;) {
    try {
      const authorization = `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`;
      const headers = { authorization, 'content-type': 'application/json' };
      const answer = await fetch(`${core.url}/v1/track`, { method: 'POST', headers, body });
      if (answer.status === 200) return;
    } catch {
      await gone;
      await start();
    }
  }
}

function flightOf(round: number) {
  const departs = new Date(Date.now() + 20 * 3_600_000);
  const arrives = new Date(Date.now() + 29 * 3_600_000);
  return {
    ...{ flight: `LH${round}`, date: departs.toISOString().slice(0, 10), from: 'FRA', to: 'JFK' },
    ...{ departs: departs.toISOString(), arrives: arrives.toISOString() },
  };
}

/** Of the notices; looked at from outside, because asking the core would make it write. */
function states(): string[] {
  const db = new Database(join(data, 'core.db'), { readonly: true });
  try {
    return (
      db.prepare('SELECT state FROM intent WHERE lane = 0 ORDER BY id').all() as { state: string }[]
    ).map(({ state }) => state);
  } finally {
    db.close();
  }
}

const isSettled = (count: number) => {
  const all = states();
  return all.length >= count && all.every((state) => state === 'sent');
};

/** Runs on until all is sent, starting the core again when it dies. */
async function through(count: number): Promise<void> {
  while (!isSettled(count) || isDead()) {
    if (isDead()) await start();
    await new Promise((next) => setTimeout(next, 5));
  }
}

async function messagesSent(userId: string): Promise<number> {
  const headers = { authorization: `Bearer ${core.consoleToken}` };
  const found = await fetch(`${core.url}/v1/profiles/by/userId/${userId}`, { headers });
  const { profile } = (await found.json()) as { profile: { id: string } };
  const answer = await fetch(`${core.url}/v1/profiles/${profile.id}/events`, { headers });
  const { events } = (await answer.json()) as { events: { name: string }[] };
  return events.filter(({ name }) => name === 'Message Sent').length;
}

/** Webhook ids that came for each decision's profile. */
function received(): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  for (const { body, headers } of receiver.hooks) {
    const { profile } = JSON.parse(body).data as { profile: string };
    ids.set(profile, (ids.get(profile) ?? new Set()).add(String(headers['webhook-id'])));
  }
  return ids;
}

beforeAll(async () => {
  receiver = await hookServer();
  const destination = {
    kind: 'webhook',
    channel: 'app',
    url: receiver.url,
    secret: SECRET,
    class: 'instant',
  };
  writeFileSync(join(data, 'destinations.json'), JSON.stringify({ destinations: [destination] }));
  await start();
});
afterAll(async () => {
  child.kill('SIGTERM');
  await gone;
  await receiver.close();
  rmSync(data, { recursive: true, force: true });
});

async function round(number: number, point: number, onHook?: () => void): Promise<boolean> {
  const userId = `u${number}`;
  const flight = flightOf(number);
  const segment = { ...flight, segment: 1, cabin: 'economy', status: 'confirmed' };
  await event(userId, `b${number}`, 'Booking Created', { booking: `BK${number}`, segments: [segment] });
  receiver.answer = (response) => {
    onHook?.();
    if (!response.destroyed) response.writeHead(200).end();
  };
  const before = starts;
  if (point > 0) await arm(point);
  const id = `${flight.flight}/${flight.date}/FRA`;
  await event(null, id, 'Flight Status', { ...flight, status: 'cancelled' });
  await through(number);
  await arm(0);
  const died = starts > before;
  expect(await messagesSent(userId)).toBe(1);
  return died;
}

describe('an intent', () => {
  it('[T9] [T11] is lost nowhere and arrives under one key, killed before and after each durable write and on delivery', async () => {
    let number = 1;
    let died = 0;
    for (let point = 1; point <= MOST_POINTS; point++) {
      if (!(await round(number++, point))) break;
      died += 1;
    }
    // Event, plan, claim and mark, before and after each.
    expect(died).toBeGreaterThanOrEqual(8);
    expect(died).toBeLessThan(MOST_POINTS);
    for (let once = 0; once < 3; once++) {
      let killed = false;
      const onHook = () => {
        if (killed) return;
        killed = true;
        child.kill('SIGKILL');
      };
      expect(await round(number++, 0, onHook)).toBe(true);
    }
    const ids = received();
    expect(ids.size).toBe(number - 1);
    for (const keys of ids.values()) expect(keys.size).toBe(1);
    // Some came twice, under the same key: that is what the key is for.
    expect(receiver.hooks.length).toBeGreaterThan(ids.size);
    expect(states().length).toBe(number - 1);
  }, 600_000);
});
