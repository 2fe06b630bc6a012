import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Core, createCore } from '../../src/core/core.ts';
import { DATABASE_FILE } from '../../src/core/store/database.ts';
import { IMAGE_FILE } from '../../src/core/store/shared/realm.ts';
import { databaseOf } from '../nodes/own-database.ts';
import { askCore, type Loose, steady } from './own-core.ts';
import { type HookServer, hookServer, type MailServer, mailServer } from './receivers.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
/** A Tuesday, eleven o'clock in Berlin. */
const START = Date.parse('2026-11-24T10:00:00Z');
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const FLIGHT = { flight: 'LH400', date: '2026-11-24', from: 'FRA', to: 'JFK' };

let dataDir: string;
let core: Core;
let app: HookServer;
let sms: HookServer;
let mail: MailServer;
let seconds: number;
let said: string[];

const iso = (offset = seconds) => new Date(START + offset * 1000).toISOString();

function configure(more: object[] = []): void {
  const hook = (channel: string, url: string) => ({ kind: 'webhook', channel, url, secret: SECRET });
  const destinations = [
    { ...hook('app', app.url), class: 'instant' },
    { ...hook('sms', sms.url), class: 'seconds', facts: ['phone'] },
    { kind: 'smtp', channel: 'email', url: mail.url, from: 'Kairos <hello@air.example>' },
    ...more,
  ];
  writeFileSync(join(dataDir, 'destinations.json'), JSON.stringify({ destinations }));
}

async function open(): Promise<void> {
  core = await createCore({
    dataDir,
    database: await databaseOf(dataDir),
    port: 0,
    dev: true,
    now: () => START,
    random: steady(seconds),
    logger: (line) => said.push(line),
  });
  await to(seconds);
}

const ask = (method: string, path: string, body?: unknown, token?: string): Promise<Loose> =>
  askCore(core, method, path, body, token);

/** What the core's log has of a decision, as a second reader of its file sees it. */
function outcomes(decision: string): string[] {
  const file = [DATABASE_FILE, IMAGE_FILE].map((name) => join(dataDir, name)).find(existsSync) as string;
  const db = new Database(file, { readonly: true });
  try {
    return db
      .prepare<[string], string>('SELECT outcome FROM outcome WHERE decision = ?')
      .pluck()
      .all(decision);
  } finally {
    db.close();
  }
}

/** Moves the core's clock; it then has looked at what happened and handed over what is due. */
async function to(offset: number): Promise<void> {
  seconds = offset;
  await ask('POST', '/dev/clock', { offsetSeconds: offset });
}

async function event(userId: string, name: string, properties: object = {}): Promise<void> {
  const body = { userId, event: name, properties, timestamp: iso(), context: { app: { name: 'dcs' } } };
  expect((await ask('POST', '/v1/track', body)).status).toBe(200);
  await to(seconds);
}

async function flight(properties: object): Promise<void> {
  const anonymousId = 'flight/LH400/2026-11-24/FRA';
  const body = {
    anonymousId,
    event: 'Flight Status',
    properties: { ...FLIGHT, ...properties },
    timestamp: iso(),
  };
  expect((await ask('POST', '/v1/track', { ...body, context: { app: { name: 'ops' } } })).status).toBe(200);
  await to(seconds);
}

async function customer(userId: string, traits: object = {}): Promise<string> {
  const all = { ...TRAITS, email: `${userId}@example.org`, phone: '+491701234567', ...traits };
  await ask('POST', '/v1/identify', {
    userId,
    traits: all,
    timestamp: iso(),
    context: { app: { name: 'crm' } },
  });
  return (await ask('GET', `/v1/profiles/by/userId/${userId}`, undefined, core.consoleToken)).profile.id;
}

const TRAITS = {
  firstName: 'Anna',
  language: 'de',
  tier: 'Senator',
  zone: 'Europe/Berlin',
  consents: { marketing: true, service: true },
};

async function booked(
  userId: string,
  departs = '2026-11-24T21:55:00+01:00',
  arrives = '2026-11-25T06:30:00+01:00',
) {
  const segment = {
    segment: 1,
    ...FLIGHT,
    departs,
    arrives,
    cabin: 'economy',
    seat: '12A',
    status: 'confirmed',
  };
  await event(userId, 'Booking Created', { booking: `B${userId.toUpperCase()}`, segments: [segment] });
}

async function intentsOf(profileId: string): Promise<Loose[]> {
  return (await ask('GET', `/v1/profiles/${profileId}/intents`, undefined, core.consoleToken)).intents;
}

async function timeline(profileId: string): Promise<Loose[]> {
  return (await ask('GET', `/v1/profiles/${profileId}/events`, undefined, core.consoleToken)).events;
}

/** Resolves when an intent of the profile is as expected; the test's own timeout says when it never is. */
async function settled(profileId: string, state: string): Promise<Loose> {
  for (;;) {
    const found = (await intentsOf(profileId)).find((intent) => intent.state === state);
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function supervisor(): Promise<string> {
  return (await ask('POST', '/dev/token', { subject: 'chief', role: 'supervisor', scopes: ['profile:*'] }))
    .token;
}

const data = (hook: { body: string }): Loose => JSON.parse(hook.body).data;

beforeEach(async () => {
  [app, sms, mail] = [await hookServer(), await hookServer(), await mailServer()];
  dataDir = mkdtempSync(join(tmpdir(), 'core-intents-'));
  seconds = 0;
  said = [];
  configure();
  await open();
});

afterEach(async () => {
  await core.close();
  await Promise.all([app.close(), sms.close(), mail.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});

describe('right time', () => {
  it('[T10] [T12] [T15] [T18] tells of a cancellation at once, by night too, signed and only with what the contract names', async () => {
    await core.close();
    const hook = { kind: 'webhook', channel: 'sms', url: sms.url, secret: SECRET, facts: ['phone'] };
    writeFileSync(join(dataDir, 'destinations.json'), JSON.stringify({ destinations: [hook] }));
    await open();
    // Ten in the evening where she lives, in a class that collects for a minute.
    await to(11 * HOUR);
    const id = await customer('anna');
    await booked('anna');
    await flight({ status: 'cancelled' });
    await sms.until(1);
    const [sent] = sms.hooks as [Loose];
    expect(new Webhook(SECRET).verify(sent.body, sent.headers)).toMatchObject({
      type: 'action.due',
      data: {
        ...{ action: 'cancellation-notice', lane: 0, language: 'de', profile: id },
        customer: { phone: '+491701234567' },
      },
    });
    expect(data(sent).text).toContain('annulliert');
    expect(sent.body).not.toContain('anna@example.org');
    const intent = await settled(id, 'sent');
    expect(intent).toMatchObject({ trigger: 'disruption', lane: 0, attempts: 1, error: null });
    expect(sent.headers['webhook-id']).toBe(intent.id);
    // [T22] Presented, so that silence counts.
    expect(outcomes(intent.decisionId)).toEqual(['presented']);
    // A line of the timeline, once.
    const lines = (await timeline(id)).filter(({ name }) => name === 'Message Sent');
    expect(lines).toMatchObject([
      {
        source: 'kairos',
        properties: { channel: 'sms', action: 'cancellation-notice', decisionId: intent.decisionId },
      },
    ]);
    await flight({ status: 'cancelled', reason: 'weather' });
    expect(sms.hooks).toHaveLength(1);
  });

  it('[T2] [T5] [T21] writes an hour after a cart was left, never after the purchase or where the consent was withdrawn', async () => {
    const [anna, bert, cora] = [await customer('anna'), await customer('bert'), await customer('cora')];
    await booked('cora', '2026-11-28T10:00:00+01:00', '2026-11-28T19:00:00+01:00');
    await event('cora', 'Checkout Started');
    await booked('anna', '2026-11-28T10:00:00+01:00', '2026-11-28T19:00:00+01:00');
    await booked('bert', '2026-11-28T10:00:00+01:00', '2026-11-28T19:00:00+01:00');
    await event('anna', 'Checkout Started');
    await event('bert', 'Checkout Started');
    const waiting = (await intentsOf(anna)).find(({ trigger }) => trigger === 'cart');
    expect(waiting).toMatchObject({
      state: 'waiting',
      why: 'delay',
      channel: 'email',
      until: iso(60 * MINUTE),
    });
    await to(60 * MINUTE - 1);
    expect(mail.mails).toEqual([]);
    await event('bert', 'Order Completed');
    expect((await intentsOf(bert)).find(({ trigger }) => trigger === 'cart')).toMatchObject({
      state: 'cancelled',
      why: 'event Order Completed',
    });
    // Withdrawn is cancelled by the time that the withdrawal is answered.
    await event('cora', 'Consent Changed', { name: 'marketing', value: false });
    expect((await intentsOf(cora)).find(({ trigger }) => trigger === 'cart')).toMatchObject({
      state: 'cancelled',
      why: 'consent',
    });
    await to(60 * MINUTE);
    await mail.until(1);
    expect(mail.mails[0]).toMatchObject({
      from: 'hello@air.example',
      to: ['anna@example.org'],
      user: 'kairos',
    });
    await settled(anna, 'sent');
    await to(3 * HOUR);
    expect(mail.mails.map((one) => one.to[0])).toEqual(['anna@example.org']);
  });

  it('[T13] keeps an offer for the next visit in the app, and shows it once', async () => {
    const id = await customer('anna');
    await booked('anna', '2026-11-28T10:00:00+01:00', '2026-11-28T19:00:00+01:00');
    expect(await intentsOf(id)).toMatchObject([
      { state: 'parked', why: 'presence', channel: 'app', trigger: 'booking' },
    ]);
    await to(5 * HOUR);
    expect(app.hooks).toEqual([]);
    const screen = { userId: 'anna', name: 'Home', timestamp: iso(), context: { app: { name: 'app' } } };
    await ask('POST', '/v1/screen', screen);
    await to(seconds);
    await app.until(1);
    expect(data(app.hooks[0] as Loose)).toMatchObject({ channel: 'app', profile: id });
    await settled(id, 'sent');
    await ask('POST', '/v1/screen', { ...screen, name: 'Trips' });
    await to(seconds + 1);
    expect(app.hooks).toHaveLength(1);
  });

  it('[T24] takes a stage of the lifecycle that has begun for an occasion, and every channel knows it at once', async () => {
    const id = await customer('ben', { tier: 'Member' });
    const open = async (channel: string) => {
      const body = { profileId: id, channel, mode: 'respond' };
      const record = await ask('POST', '/v1/decide', body, core.consoleToken);
      return record.candidates.find(({ action }: Loose) => action === 'first-trip').stage as string;
    };
    expect(await open('web')).toBe('applicable');
    // A purchase makes a new customer of him: the very next contact knows it, on whichever channel.
    await booked('ben', '2026-11-28T10:00:00+01:00', '2026-11-28T19:00:00+01:00');
    const told = (await intentsOf(id)).filter(({ trigger }) => trigger === 'lifecycle');
    for (const channel of ['web', 'phone', 'counter'])
      expect(['open', 'lane']).toContain(await open(channel));
    // Something more important is said first: that occasion has gone by.
    expect(told).toEqual([]);
    // Nobody asks for it, and no event: after a year without a trip he is gone, and is asked back, once.
    await to(Date.parse('2027-11-28T19:00:30+01:00') / 1000 - START / 1000);
    const back = { state: 'parked', channel: 'app', action: 'win-back', trigger: 'lifecycle' };
    const chief = await supervisor();
    const waiting = async () =>
      (await ask('GET', `/v1/profiles/${id}/intents`, undefined, chief)).intents.filter(
        ({ state }: Loose) => state === 'parked',
      );
    expect(await waiting()).toMatchObject([back]);
    const traits = { lastName: 'Ott' };
    await ask('POST', '/v1/identify', { userId: 'ben', traits, timestamp: iso() });
    await to(seconds + 60);
    expect(await waiting()).toMatchObject([back]);
  });

  it('[T14] holds an offer until enough is known of the customer', async () => {
    const id = await customer('anna', { language: null, tier: null });
    await event('anna', 'Complaint Opened', { caseId: 'C7', topic: 'delay', text: 'late' });
    expect(await intentsOf(id)).toMatchObject([{ state: 'held', why: 'completeness', action: 'apology' }]);
    await to(3 * HOUR);
    expect(mail.mails).toEqual([]);
    await customer('anna');
    await to(seconds);
    await to(seconds + MINUTE);
    await mail.until(1);
    expect(await settled(id, 'sent')).toMatchObject({ action: 'apology' });
  });

  it('[A15] [T16] a partner that never answers changes nothing for the others, and not how soon a profile has what was said', async () => {
    sms.answer = () => undefined;
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => customer(name)));
    const plan = (profileId: string, channel: string, action: string) =>
      ask('POST', '/v1/intents', { profileId, channel, action }, core.consoleToken);
    for (const name of ['a', 'b', 'c']) await booked(name);
    await flight({ status: 'delayed', departs: '2026-11-24T23:55:00+01:00' });
    await app.until(3);
    for (const id of ids) await settled(id, 'sent');
    for (const id of ids) expect((await plan(id, 'sms', 'keep-informed')).status).toBe(200);
    await to(seconds + 1);
    await sms.until(3);
    // [A15] The profile has no class and no queue: what is acknowledged is in it, whatever waits for a partner.
    const body = { userId: 'a', traits: { lastName: 'Ott' }, timestamp: iso() };
    expect((await ask('POST', '/v1/identify', body)).status).toBe(200);
    const { profile } = await ask('GET', '/v1/profiles/by/userId/a', undefined, core.consoleToken);
    expect(profile.facts.lastName.value).toBe('Ott');
    // Nobody answers there; the other channels go on.
    expect((await plan(ids[0] as string, 'email', 'check-in')).status).toBe(200);
    await to(seconds + MINUTE);
    await mail.until(1);
    expect(mail.mails[0]?.text).toContain('Message-ID: <');
  });

  it('[T15] has a place for the operational lane where a partner keeps all others waiting', async () => {
    await core.close();
    const hook = {
      kind: 'webhook',
      channel: 'sms',
      url: sms.url,
      secret: SECRET,
      class: 'instant',
      facts: ['phone'],
    };
    writeFileSync(join(dataDir, 'destinations.json'), JSON.stringify({ destinations: [hook] }));
    await open();
    sms.answer = () => undefined;
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) {
      const profileId = await customer(name);
      await event(name, 'Complaint Opened', { caseId: 'C1', topic: 'bag', text: 'gone' });
      const wish = { profileId, channel: 'sms', action: 'keep-informed' };
      expect((await ask('POST', '/v1/intents', wish, core.consoleToken)).status).toBe(200);
    }
    await to(seconds);
    await sms.until(7);
    const last = await customer('z');
    await booked('z');
    await flight({ status: 'cancelled' });
    await sms.until(8);
    expect(sms.hooks.map((one) => data(one).lane)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
    expect(data(sms.hooks[7] as Loose)).toMatchObject({ profile: last, action: 'cancellation-notice' });
  });

  it('[T9] gives up on a refusal, keeps it as a dead letter and sends it again under the same key', async () => {
    app.answer = (response) => response.writeHead(400).end('no such customer');
    const id = await customer('anna');
    await booked('anna');
    await flight({ status: 'cancelled' });
    const dead = await settled(id, 'failed');
    expect(dead).toMatchObject({ error: 'HTTP 400', sentAt: null });
    expect((await ask('GET', '/v1/dead-letters', undefined, core.consoleToken)).status).toBe(403);
    const token = await supervisor();
    expect((await ask('GET', '/v1/dead-letters', undefined, token)).intents).toMatchObject([{ id: dead.id }]);
    app.answer = (response) => response.writeHead(204).end();
    expect(await ask('POST', `/v1/dead-letters/${dead.id}/resend`, {}, token)).toMatchObject({
      status: 200,
      intent: { state: 'waiting', why: 'resend' },
    });
    await to(seconds);
    expect(await settled(id, 'sent')).toMatchObject({ id: dead.id });
    expect(app.hooks.map(({ headers }) => headers['webhook-id'])).toEqual([dead.id, dead.id]);
    expect((await ask('GET', '/v1/dead-letters', undefined, token)).intents).toEqual([]);
  });

  it('[T9] tries again after a pause, and not where the state has changed meanwhile', async () => {
    app.answer = (response) => response.writeHead(503).end();
    const id = await customer('anna');
    await booked('anna');
    await flight({ status: 'cancelled' });
    await app.until(1);
    let intent: Loose;
    do [intent] = await intentsOf(id);
    while (intent.why !== 'retry');
    expect(intent).toMatchObject({ state: 'claimed', error: 'HTTP 503', attempts: 1 });
    await flight({ status: 'scheduled' });
    app.answer = (response) => response.writeHead(200).end();
    await to(seconds + HOUR);
    expect((await intentsOf(id))[0]).toMatchObject({ state: 'cancelled', why: 'applicable' });
    expect(app.hooks).toHaveLength(1);
  });

  it('[T17] sends what is due in the same minute over one connection, takes a refused address as final, and makes no second address of one', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `u${i}`);
    const hostile = new Map([
      ['h0', 'v@x.example\r\nBcc: evil@x.example'],
      ['h1', 'v@x.example, evil@x.example'],
      ['h2', 'v@x.example>\r\nRCPT TO:<evil@x.example'],
    ]);
    const ids: string[] = [];
    for (const name of [...hostile.keys(), ...names]) {
      const email = hostile.get(name) ?? `${name}@example.org`;
      ids.push(await customer(name, { email, firstName: 'Eve\r\nBcc: evil@x.example' }));
      await event(name, 'Case Opened', { caseId: 'C1', topic: 'bag' });
      const body = { profileId: ids.at(-1), channel: 'email', action: 'case-follow-up' };
      expect((await ask('POST', '/v1/intents', body, core.consoleToken)).status).toBe(200);
    }
    await to(MINUTE);
    await mail.until(12);
    expect(mail.connections).toBeLessThanOrEqual(2);
    expect(new Set(mail.mails.map(({ to: [address] }) => address)).size).toBe(12);
    mail.refuse = 550;
    const gone = await customer('gone');
    await event('gone', 'Case Opened', { caseId: 'C1', topic: 'bag' });
    await ask(
      'POST',
      '/v1/intents',
      { profileId: gone, channel: 'email', action: 'case-follow-up' },
      core.consoleToken,
    );
    await to(3 * MINUTE);
    expect(await settled(gone, 'failed')).toMatchObject({ error: 'SMTP 550', attempts: 1 });
    const headers = mail.mails.map(({ to: all, text }) => [all, text.split(/\r?\n\r?\n/u, 1)]);
    expect(JSON.stringify(headers)).not.toMatch(/evil|bcc/iu);
    expect(headers).toHaveLength(12);
  });

  it('[T7] decides again what became due while the core was down', async () => {
    const id = await customer('anna');
    await event('anna', 'Complaint Opened', { caseId: 'C7', topic: 'delay', text: 'late' });
    const [before] = await intentsOf(id);
    expect(before).toMatchObject({ state: 'waiting', action: 'apology', until: iso(30 * MINUTE) });
    await core.close();
    seconds = 2 * HOUR;
    await open();
    await mail.until(1);
    const sent = await settled(id, 'sent');
    expect(sent).toMatchObject({ id: before.id, action: 'apology' });
    expect(sent.decisionId).not.toBe(before.decisionId);
    expect(mail.mails[0]?.text).toContain(`Message-ID: <${before.id}@air.example>`);
  });

  it('[T19] says nothing secret and starts without a bad file of destinations', async () => {
    await core.close();
    configure([{ kind: 'webhook', channel: 'web', url: 'http://partner.example/hook', secret: SECRET }]);
    await open();
    expect(said.join('\n')).toContain('destinations.json is not in order: destinations.3.url');
    expect(said.join('\n')).not.toContain(SECRET);
    await customer('anna');
    const refused = await ask('POST', '/v1/intents', { profileId: 'x', channel: 'email' }, core.consoleToken);
    expect(refused).toMatchObject({ status: 422, error: { code: 'refused' } });
  });

  it('[T19] tells no password and no address when a mail server is not there', async () => {
    await core.close();
    const port = await unusedPort();
    const url = `smtp://kairos:s3cret!pass@127.0.0.1:${port}`;
    const destinations = [{ kind: 'smtp', channel: 'email', url, from: 'a@air.example' }];
    writeFileSync(join(dataDir, 'destinations.json'), JSON.stringify({ destinations }));
    await open();
    const id = await customer('anna');
    await event('anna', 'Case Opened', { caseId: 'C1', topic: 'bag' });
    await ask(
      'POST',
      '/v1/intents',
      { profileId: id, channel: 'email', action: 'case-follow-up' },
      core.consoleToken,
    );
    await to(MINUTE);
    let intent: Loose;
    do [intent] = await intentsOf(id);
    while (intent.why !== 'retry');
    expect(intent.error).toMatch(/^SMTP E[A-Z]+$/u);
    expect(JSON.stringify([said, await intentsOf(id)])).not.toMatch(/s3cret|anna@example/u);
  });

  it('[T20] schedules what an operator wishes, says why it waits, and takes it back', async () => {
    const id = await customer('anna');
    await event('anna', 'Case Opened', { caseId: 'C1', topic: 'bag' });
    const at = iso(9 * HOUR);
    const wish = { profileId: id, channel: 'email', action: 'case-follow-up', at };
    const planned = await ask('POST', '/v1/intents', wish, core.consoleToken);
    expect(planned.intent).toMatchObject({ state: 'waiting', why: 'later', until: at, trigger: 'operator' });
    const night = await ask('POST', '/v1/intents', { ...wish, at: iso(12 * HOUR) }, core.consoleToken);
    expect(night.intent).toMatchObject({ why: 'quiet', until: '2026-11-25T07:00:00.000Z' });
    // The later wish replaces the earlier one: the customer is told once.
    expect((await intentsOf(id)).map(({ state, why }) => `${state} ${why}`).sort()).toEqual([
      'cancelled replaced',
      'waiting quiet',
    ]);
    expect(await ask('POST', `/v1/intents/${night.intent.id}/cancel`, {}, core.consoleToken)).toMatchObject({
      intent: { state: 'cancelled', why: 'operator', until: null },
    });
    expect((await ask('POST', `/v1/intents/${night.intent.id}/cancel`, {}, core.consoleToken)).status).toBe(
      422,
    );
    const wrong = await ask('POST', '/v1/intents', { ...wish, action: 'paid-upgrade' }, core.consoleToken);
    expect(wrong).toMatchObject({ status: 422, error: { message: expect.stringContaining('applicable') } });
    const stranger = (await ask('POST', '/dev/token', { subject: 's', scopes: ['station:MUC'] })).token;
    expect((await ask('GET', `/v1/profiles/${id}/intents`, undefined, stranger)).status).toBe(404);
    expect((await ask('POST', `/v1/intents/${planned.intent.id}/cancel`, {}, stranger)).status).toBe(404);
    expect((await ask('POST', '/v1/intents', wish, stranger)).status).toBe(404);
    const kiosk = { subject: 'k', role: 'kiosk', scopes: ['profile:*'] };
    const { token } = await ask('POST', '/dev/token', kiosk);
    expect((await ask('POST', '/v1/intents', wish, token)).status).toBe(403);
    expect((await ask('POST', '/v1/intents', wish)).status).toBe(401);
  });

  it('[A17] [A21] [T1] joins what happens while a message waits: of six occasions one message, about the state as it is then', async () => {
    const id = await customer('anna');
    for (const [i, topic] of ['delay', 'bag', 'seat', 'meal', 'crew', 'refund'].entries()) {
      await to(i * 5 * MINUTE);
      await event('anna', 'Complaint Opened', { caseId: `C${i}`, topic, text: 'late' });
    }
    expect(await intentsOf(id)).toMatchObject([
      { state: 'waiting', action: 'apology', until: iso(30 * MINUTE) },
    ]);
    await customer('anna', { language: 'en' });
    await to(30 * MINUTE);
    await mail.until(1);
    await settled(id, 'sent');
    await to(2 * HOUR);
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]?.text).toContain('Content-Language: en');
    // [A17] What that class has cost, and one that has sent nothing.
    const metrics = await (await fetch(`${core.url}/metrics`)).text();
    const cost = (name: string, of: string): number =>
      Number(
        new RegExp(`^kairos_send_${name}_total\\{class="${of}"\\} (\\S+)$`, 'mu').exec(metrics)?.[1] ?? 0,
      );
    expect(cost('bytes', 'minutes')).toBeGreaterThan(100);
    expect(cost('work_seconds', 'minutes')).toBeGreaterThan(0);
    expect(cost('bytes', 'instant')).toBe(0);
  });

  it('[T11] plans for what happened right before it was stopped, and only from the first destination on', async () => {
    await core.close();
    writeFileSync(join(dataDir, 'destinations.json'), JSON.stringify({ destinations: [] }));
    const fresh = mkdtempSync(join(tmpdir(), 'core-intents-'));
    core = await createCore({
      dataDir: fresh,
      database: await databaseOf(fresh),
      port: 0,
      dev: true,
      now: () => START,
      logger: (line) => said.push(line),
    });
    const id = await customer('early');
    await event('early', 'Complaint Opened', { caseId: 'C1', topic: 'delay', text: 'x' });
    await core.close();
    const kept = dataDir;
    dataDir = fresh;
    configure();
    await open();
    expect(await intentsOf(id)).toEqual([]);
    await event('early', 'Complaint Opened', { caseId: 'C2', topic: 'delay', text: 'x' });
    expect(await intentsOf(id)).toMatchObject([{ action: 'apology' }]);
    rmSync(kept, { recursive: true, force: true });
  });

  it('[T6] counts what was sent to a profile that is one with this one since', async () => {
    await customer('anna');
    await to(MINUTE);
    const guest = { anonymousId: 'web-1', timestamp: iso() };
    await ask('POST', '/v1/identify', { ...guest, traits: { ...TRAITS, email: 'a@example.org' } });
    const route = { flight: 'LH1', date: '2026-12-05', from: 'FRA', to: 'MUC' };
    const times = { departs: '2026-12-05T10:00:00+01:00', arrives: '2026-12-05T11:00:00+01:00' };
    const segments = [{ segment: 1, ...route, ...times, cabin: 'economy', status: 'confirmed' }];
    const properties = { booking: 'BGUEST', segments };
    await ask('POST', '/v1/track', { ...guest, event: 'Booking Created', properties });
    const find = async (type: string, value: string) =>
      (await ask('GET', `/v1/profiles/by/${type}/${value}`, undefined, core.consoleToken)).profile.id;
    const wish = { channel: 'email', action: 'loyalty-enrolment' };
    const id = await find('anonymousId', 'web-1');
    expect((await ask('POST', '/v1/intents', { ...wish, profileId: id }, core.consoleToken)).status).toBe(
      200,
    );
    await to(2 * HOUR);
    await mail.until(1);
    await settled(id, 'sent');
    await ask('POST', '/v1/identify', { userId: 'anna', anonymousId: 'web-1', traits: {}, timestamp: iso() });
    const anna = await find('userId', 'anna');
    expect(anna).not.toBe(id);
    // Half a day later it is no longer settled; the cap of thirty days still holds.
    await to(20 * HOUR);
    const again = await ask('POST', '/v1/intents', { ...wish, profileId: anna }, core.consoleToken);
    expect(again).toMatchObject({ status: 422, error: { message: 'Now in its way: cap.' } });
  });

  it('[T12] joins what came of a message to its decision', async () => {
    const id = await customer('anna');
    await booked('anna');
    await flight({ status: 'cancelled' });
    const { decisionId } = await settled(id, 'sent');
    const outcome = { decisionId, outcome: 'positive', at: iso() };
    expect((await ask('POST', '/v1/outcomes', outcome)).status).toBe(200);
    expect((await timeline(id)).map(({ type }) => type)).toContain('outcome');
  });
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
