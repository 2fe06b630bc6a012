/**
 * A real core that takes events over HTTP from many at once and sends what they are occasions for, and is killed again
 * and again meanwhile. `KAIROS_FAULTS_CUSTOMERS` and `KAIROS_FAULTS_KILLS` for the long run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Intent } from '../../src/core/intents/intent.ts';
import { chance } from '../../src/demo/random.ts';
import { type HookServer, hookServer } from '../integration/receivers.ts';
import { type Program, startCore } from './core-program.ts';

const CUSTOMERS = Number(process.env['KAIROS_FAULTS_CUSTOMERS'] ?? 48);
const KILLS = Number(process.env['KAIROS_FAULTS_KILLS'] ?? 5);
const LATE_KILLS = Math.max(2, Math.floor(KILLS / 5));
/** Customers of one flight; the last of each eight has complained and has no seat. */
const ABOARD = 8;
const SENDERS = 12;
const HOUR_MS = 3_600_000;
const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

const data = mkdtempSync(join(tmpdir(), 'core-intents-load-'));
const luck = chance('intents under load');
let app: HookServer;
let email: HookServer;
/** The one that runs; a new one comes as soon as the one before has died. */
let program: Promise<Program>;
let offsetSeconds = 0;
let isEnding = false;

async function start(): Promise<Program> {
  const running = await startCore(data);
  void running.gone.then(() => {
    if (!isEnding) program = start();
  });
  // A core that starts anew has the clock of this machine.
  if (offsetSeconds !== 0) await post(running, '/dev/clock', { offsetSeconds });
  return running;
}

async function post({ started }: Program, path: string, body: object): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${started.writeKey}:`).toString('base64')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  try {
    const answer = await fetch(started.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Sends until it is acknowledged, as a source does: the same messageId every time. */
async function acknowledged(path: string, body: object): Promise<void> {
  for (;;) {
    const running = await program;
    if (await post(running, path, body)) return;
    if (running.child.killed) await running.gone;
  }
}

/** Calls for a kill every so often, by what happens and not by a clock: acknowledgements and deliveries are counted. */
class Killer {
  deaths = 0;
  private left: number;
  private readonly most: number;
  private readonly every: number;

  constructor(most: number, happenings: number) {
    this.most = most;
    this.every = Math.max(1, Math.floor(happenings / most));
    this.left = this.next();
  }

  happened(): void {
    if (--this.left > 0 || this.deaths >= this.most) return;
    this.left = this.next();
    this.deaths += 1;
    if (KILLS > 10) process.stderr.write(`kill ${this.deaths} of ${this.most}\n`);
    void program.then(({ child }) => child.kill('SIGKILL'));
  }

  private next(): number {
    return luck.int(1, this.every);
  }
}

type Step = { path: string; body: object };

const source = (name: string) => ({ context: { app: { name } } });

/** What happens at one flight, each step after the one before; a list in a step happens at once. */
function story(flight: number): Step[][] {
  const [departs, arrives] = [20, 29].map((hours) => new Date(Date.now() + hours * HOUR_MS).toISOString());
  const leg = {
    flight: `LH${flight}`,
    date: departs?.slice(0, 10),
    from: 'FRA',
    to: 'JFK',
    departs,
    arrives,
  };
  const users = Array.from({ length: ABOARD }, (_, i) => `u${flight * ABOARD + i}`);
  const track = (who: object, messageId: string, event: string, properties: object): Step => ({
    path: '/v1/track',
    body: { ...who, messageId, event, properties, ...source('ops') },
  });
  const traits = {
    firstName: 'Anna',
    language: 'de',
    tier: 'Senator',
    zone: 'Europe/Berlin',
    consents: { service: true },
  };
  const identify = (userId: string): Step => ({
    path: '/v1/identify',
    body: {
      ...{ userId, messageId: `i/${userId}`, ...source('crm') },
      traits: { ...traits, email: `${userId}@example.org` },
    },
  });
  const segment = { ...leg, segment: 1, cabin: 'economy', status: 'confirmed' };
  const first = (userId: string): Step =>
    isComplaining(userId)
      ? track({ userId }, `c/${userId}`, 'Complaint Opened', { caseId: userId, topic: 'delay', text: 'late' })
      : track({ userId }, `b/${userId}`, 'Booking Created', { booking: `BK${userId}`, segments: [segment] });
  const anonymousId = `flight/${leg.flight}/${leg.date}/FRA`;
  const cancelled = track({ anonymousId }, `f/${flight}`, 'Flight Status', { ...leg, status: 'cancelled' });
  return [users.map(identify), users.map(first), [cancelled]];
}

const isComplaining = (userId: string) => Number(userId.slice(1)) % ABOARD === ABOARD - 1;

async function tell(killer: Killer): Promise<void> {
  const flights = Array.from({ length: Math.ceil(CUSTOMERS / ABOARD) }, (_, i) => i);
  const sender = async () => {
    for (let flight = flights.shift(); flight !== undefined; flight = flights.shift())
      for (const steps of story(flight))
        await Promise.all(
          steps.map(({ path, body }) => acknowledged(path, body).then(() => killer.happened())),
        );
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** Looked at from outside, because asking the core would make it write. */
function intents(trigger: string): Intent[] {
  const db = new Database(join(data, 'core.db'), { readonly: true });
  try {
    const rows = db.prepare<[], string>('SELECT json FROM intent ORDER BY id').pluck().all();
    return rows.map((json) => JSON.parse(json) as Intent).filter((intent) => intent.trigger === trigger);
  } finally {
    db.close();
  }
}

/** Nothing of a core that has anything to do stands still for so long. */
const AT_REST_MS = 60_000;

/** Resolves when there are so many of a trigger and each is as it is to be. @throws where all stands still before that */
async function until(
  trigger: string,
  count: number,
  isThere: (intent: Intent) => boolean,
): Promise<Intent[]> {
  let seen = '';
  for (let changed = Date.now(); Date.now() - changed < AT_REST_MS; ) {
    await program;
    const all = intents(trigger);
    if (all.length >= count && all.every(isThere)) return all;
    const states = JSON.stringify(all.map(({ state, why }) => `${state} ${why}`));
    if (states !== seen) changed = Date.now();
    seen = states;
    await new Promise((next) => setTimeout(next, 20));
  }
  throw new Error(`of ${count} for ${trigger} there are at rest ${seen}`);
}

/** What a receiver was told, by key: the decisions that came under it. */
function received(hooks: HookServer['hooks']): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>();
  for (const { body, headers } of hooks) {
    const key = String(headers['webhook-id']);
    const { decision } = JSON.parse(body).data as { decision: string };
    keys.set(key, (keys.get(key) ?? new Set()).add(decision));
  }
  return keys;
}

/** How often a customer's timeline has each intent as sent. */
async function linesOf(profile: string): Promise<string[]> {
  const { started } = await program;
  const headers = { authorization: `Bearer ${started.consoleToken}` };
  const answer = await fetch(`${started.url}/v1/profiles/${profile}/events`, { headers });
  const { events } = (await answer.json()) as {
    events: { name: string; properties: { intentId: string } }[];
  };
  return events.filter(({ name }) => name === 'Message Sent').map(({ properties }) => properties.intentId);
}

/** Each was sent, under one key, with one content, and stands in its customer's timeline once. */
async function expectOnce(sent: Intent[], hooks: HookServer['hooks']): Promise<void> {
  const keys = received(hooks);
  for (const { id, decision, profile } of sent) {
    expect(keys.get(id)).toEqual(new Set([decision]));
    expect((await linesOf(profile)).filter((one) => one === id)).toHaveLength(1);
  }
  const others = [...keys.keys()].filter((key) => !sent.some(({ id }) => id === key));
  expect(others).toEqual([]);
  expect(new Set(sent.map(({ profile }) => profile)).size).toBe(sent.length);
}

const isSent = ({ state }: Intent) => state === 'sent';
/** Two customers in a hundred are held out, by chance; nothing but what is operational is sent to them. */
const isHeldOut = ({ state, why }: Intent) => state === 'cancelled' && why === 'holdout';

beforeAll(async () => {
  [app, email] = await Promise.all([hookServer(), hookServer()]);
  const hook = (channel: string, { url }: HookServer) => ({
    ...{ kind: 'webhook', channel, url, secret: SECRET, class: 'instant' },
  });
  const destinations = [hook('app', app), hook('email', email)];
  writeFileSync(join(data, 'destinations.json'), JSON.stringify({ destinations }));
  program = start();
  await program;
});
afterAll(async () => {
  isEnding = true;
  const { child, gone } = await program;
  child.kill('SIGTERM');
  await gone;
  await Promise.all([app.close(), email.close()]);
  rmSync(data, { recursive: true, force: true });
});

/** The next noon in UTC that is two hours away: nobody sleeps in Berlin, and what waited 30 minutes is late. */
function untilNoon(): number {
  const noon = new Date();
  noon.setUTCHours(12, 0, 0, 0);
  while (noon.getTime() < Date.now() + 2 * HOUR_MS) noon.setUTCDate(noon.getUTCDate() + 1);
  return Math.round((noon.getTime() - Date.now()) / 1000);
}

describe('intents under load', () => {
  it(`[T7] [T9] [T11] none is lost and none is fired twice: ${CUSTOMERS} customers, ${KILLS} and ${LATE_KILLS} kills`, {
    timeout: 3_600_000,
  }, async () => {
    const flights = Math.ceil(CUSTOMERS / ABOARD);
    const aboard = flights * (ABOARD - 1);
    const killer = new Killer(KILLS, flights * (2 * ABOARD + 1) + aboard);
    app.answer = (response) => {
      killer.happened();
      response.writeHead(200).end();
    };
    await tell(killer);
    const disrupted = await until('disruption', aboard, isSent);
    expect(disrupted).toHaveLength(aboard);
    await expectOnce(disrupted, app.hooks);

    const isWaiting = (intent: Intent) => intent.state === 'waiting' || isHeldOut(intent);
    const complained = await until('complaint', flights, isWaiting);
    expect(complained).toHaveLength(flights);
    const lateKiller = new Killer(LATE_KILLS, flights);
    email.answer = (response) => {
      lateKiller.happened();
      response.writeHead(200).end();
    };
    // What came due while no core ran.
    const { child, gone } = await program;
    offsetSeconds = untilNoon();
    child.kill('SIGKILL');
    await gone;
    const late = await until('complaint', flights, (intent) => isSent(intent) || isHeldOut(intent));
    offsetSeconds = 0;
    const last = await program;
    last.child.kill('SIGKILL');
    await last.gone;
    const before = new Map(complained.map(({ id, decision }) => [id, decision]));
    expect(late.map(({ id }) => id)).toEqual([...before.keys()]);
    for (const { id, decision } of late.filter(isSent)) expect(decision).not.toBe(before.get(id));
    expect(late.filter(isSent).length).toBeGreaterThan(flights / 2);
    await expectOnce(late.filter(isSent), email.hooks);

    expect(killer.deaths).toBe(KILLS);
    expect(lateKiller.deaths).toBeGreaterThan(0);
    const twice = app.hooks.length + email.hooks.length - disrupted.length - late.filter(isSent).length;
    const deaths = killer.deaths + lateKiller.deaths + 2;
    process.stderr.write(
      `${deaths} kills; ${disrupted.length} sent at once, ${late.length} late; ${twice} came again under the same key\n`,
    );
  });

  it('[A7] [T9] a letter for in seven days survives kills, waits for its time and is sent once', {
    timeout: 120_000,
  }, async () => {
    const ask = async (path: string, body: object, token: string): Promise<Record<string, string>> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const url = (await program).started.url + path;
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Record<string, string>;
    };
    const killed = async () => {
      const { child, gone } = await program;
      child.kill('SIGKILL');
      await gone;
      return program;
    };
    const chief = { subject: 'chief', role: 'supervisor', scopes: ['profile:*'] };
    const { token = '' } = await ask('/dev/token', chief, '');
    await ask('/v1/steering', { holdout: 0 }, token);
    const userId = 'in-a-week';
    const day = (days: number) => new Date(Date.now() + days * 24 * HOUR_MS).toISOString();
    const leg = { flight: 'LH7', date: day(20).slice(0, 10), from: 'FRA', to: 'MUC', departs: day(20) };
    const segments = [{ ...leg, arrives: day(20.05), segment: 1, cabin: 'economy', status: 'confirmed' }];
    const traits = {
      ...{ firstName: 'Anna', language: 'de', tier: 'Member', zone: 'Europe/Berlin', loyaltyNumber: 'LW7' },
      ...{ email: 'week@example.org', consents: { service: true, marketing: true } },
    };
    await acknowledged('/v1/identify', { userId, messageId: 'i/week', traits, ...source('crm') });
    const properties = { booking: 'BKWEEK', segments };
    const event = 'Booking Created';
    await acknowledged('/v1/track', { userId, messageId: 'b/week', event, properties, ...source('crs') });
    const due = Date.now() + untilNoon() * 1000 + 7 * 24 * HOUR_MS;
    const identity = { type: 'userId', value: userId };
    const wish = { identity, channel: 'email', action: 'first-trip', at: new Date(due).toISOString() };
    await ask('/v1/intents', wish, token);
    const others = email.hooks.length;
    const clockAt = (ms: number) => Math.round((ms - Date.now()) / 1000);
    offsetSeconds = clockAt(due - 60_000);
    await killed();
    expect((await until('operator', 1, ({ state }) => state === 'waiting'))[0]?.fireAt).toBe(due);
    expect(email.hooks).toHaveLength(others);
    offsetSeconds = clockAt(due + 1_000);
    await post(await program, '/dev/clock', { offsetSeconds });
    await email.until(others + 1);
    // Perhaps before it is marked: then it comes again, under its key.
    await killed();
    const sent = await until('operator', 1, isSent);
    await post(await program, '/dev/clock', { offsetSeconds: clockAt(due + 24 * HOUR_MS) });
    expect(intents('operator')).toEqual(sent);
    // The token for looking was made at the clock of this machine.
    offsetSeconds = 0;
    await killed();
    await expectOnce(sent, email.hooks.slice(others));
  });
});
