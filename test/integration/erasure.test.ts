import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import { auditFaults } from '../../src/core/audit/chain.ts';
import { AuditStore } from '../../src/core/store/audit.ts';
import { openFile } from '../../src/replica/store/open.ts';
import { until, Whole } from '../builders/whole.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a door answers is judged by expectations, not by types
type Loose = any;

let whole: Whole;
let supervisor: string;
beforeEach(async () => {
  whole = new Whole();
  const nobody = { kind: 'smtp', channel: 'email', url: 'smtp://127.0.0.1:9', from: 'Kairos <a@b.example>' };
  mkdirSync(whole.path('core'));
  writeFileSync(join(whole.path('core'), 'destinations.json'), JSON.stringify({ destinations: [nobody] }));
  await whole.startCore();
  supervisor = await whole.tokenOf('supervisor');
  await whole.holdNobodyOut();
});
afterEach(() => whole.close());

async function ask(
  path: string,
  body?: object,
  token = supervisor,
): Promise<{ status: number; json: Loose }> {
  const answer = await fetch(whole.core.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: await answer.json() };
}

const erase = (userId: string) =>
  ask('/v1/erasures', { identity: { type: 'userId', value: userId }, reason: 'asked for' });

/** Everything that says who somebody is or what he said: none of it stands anywhere else. */
const TRACES = {
  userId: 'user-erwin',
  anonymousId: 'device-of-erwin',
  firstName: 'Erwinfirst',
  lastName: 'Erwinlast',
  email: 'erwin@gone.example',
  phone: '15550001234',
  loyaltyNumber: 'FF99887766',
  booking: 'ERWIN7',
  page: 'erwin-was-here',
  caseText: 'Erwin lost a red suitcase',
  note: 'Erwin prefers the quiet row',
  seat: 'ERWINSEAT',
  refused: 'erwin-refused-trait',
};

/** Everything that can be kept of a customer. @returns his id */
async function erwin(): Promise<string> {
  const { userId, anonymousId } = TRACES;
  await whole.event('page', { anonymousId, properties: { path: TRACES.page } });
  await whole.passenger(userId, TRACES.booking, { seat: TRACES.seat });
  const { firstName, lastName, email, loyaltyNumber } = TRACES;
  const traits = { firstName, lastName, email, phone: `+${TRACES.phone}`, loyaltyNumber };
  const consents = { service: true, email: true };
  // Wherever it is noon: a wish that would wait for the end of quiet hours is one too late.
  const east = 12 - new Date().getUTCHours();
  const zone = `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
  await whole.event('identify', { userId, anonymousId, traits: { ...traits, zone, consents } });
  const properties = { caseId: 'C1', topic: 'bag', text: TRACES.caseText };
  await whole.event('track', { userId, event: 'Case Opened', properties });
  const refused = { type: 'track', userId, event: 7, properties: { trait: TRACES.refused } };
  await whole.batch([refused]);
  for (const [id, states] of Object.entries({ 'call-1': ['waiting', 'ended'], 'call-2': ['waiting'] }))
    for (const state of states)
      await whole.event('contacts', {
        ...{ id, kind: 'call', state, queue: 'support', at: new Date().toISOString() },
        identity: { type: 'phone', value: `+${TRACES.phone}` },
      });
  const { json } = await ask(`/v1/profiles/by/userId/${userId}`);
  const profileId = json.profile.id;
  const at = new Date(Date.now() + 3_600_000).toISOString();
  const wish = { profileId, channel: 'email', action: 'case-follow-up', at };
  expect(await ask('/v1/intents', wish)).toMatchObject({
    status: 200,
    json: { intent: { state: 'waiting' } },
  });
  return profileId;
}

/** A note, a refused change of seat, and an answer to a suggestion. */
async function served(bridge: Bridge, profileId: string): Promise<void> {
  const view = await until(bridge, 'customer', { profileId }, (value) => value?.next != null);
  const note = { name: 'add-note', profileId, args: { text: TRACES.note }, seen: [] };
  await bridge.call('enqueue', note);
  const seat = { fact: view?.next?.fields.seat?.name ?? '', hash: 'seen-otherwise' };
  const args = { booking: TRACES.booking, segment: 1, seat: '1A' };
  await bridge.call('enqueue', { name: 'change-seat', profileId, args, seen: [seat] });
  await until(bridge, 'outbox', {}, ({ needsYou }) => needsYou[0]?.conflict[0]?.theirs === TRACES.seat);
  await declines(bridge, profileId, 1);
}

/** @param labels how many the model has afterwards */
async function declines(bridge: Bridge, profileId: string, labels: number): Promise<void> {
  const suggestion = await until(bridge, 'suggestion', { profileId }, (value) => value?.primary != null);
  const decisionId = suggestion?.decisionId as string;
  const answer = { decisionId, profileId, answer: 'decline' as const, reason: 'price', seen: [] };
  await bridge.call('answer', answer);
  await expect.poll(async () => (await ask('/v1/model')).json.labels).toBe(labels);
}

/** The traces that stand in a file of a folder, byte by byte. */
function tracesIn(folder: string, traces: Record<string, string>): string[] {
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  return Object.keys(traces).filter((name) => files.some((bytes) => bytes.includes(traces[name] as string)));
}

/** The core's own file, or its image of the database that nodes share. */
const fileOf = (folder: string) => readdirSync(folder).find((name) => name.endsWith('.db')) as string;

const auditOfCore = () => {
  const db = new Database(join(whole.path('core'), fileOf(whole.path('core'))), { readonly: true });
  const trail = new AuditStore(db);
  const faults = auditFaults(trail.entries(), trail.head());
  db.close();
  return faults;
};

describe('[C5] erasure at the core', () => {
  it('[C5] leaves no byte of a customer in the files, whatever was kept of him, and the audit is whole', async () => {
    const profileId = await erwin();
    await whole.passenger('user-other', 'OTHER1');
    const replica = await whole.replica();
    await served(whole.window(replica), profileId);
    await whole.stopReplica(replica);
    expect(tracesIn(whole.path('core'), TRACES)).toEqual(Object.keys(TRACES));
    const { status, json } = await erase(TRACES.userId);
    expect(status).toBe(200);
    expect(json.erasure).toMatchObject({
      rewritten: true,
      open: 1,
      profiles: expect.arrayContaining([profileId]),
    });
    const counts = {
      event: 11,
      outcome: 1,
      contact: 2,
      rejected: 1,
      detailed_command: 1,
    };
    expect(json.erasure.counts).toMatchObject(counts);
    // The planner may have planned more by itself.
    for (const kind of ['intent', 'decision']) expect(json.erasure.counts[kind]).toBeGreaterThanOrEqual(1);
    expect(tracesIn(whole.path('core'), TRACES)).toEqual([]);
    expect((await ask(`/v1/profiles/by/userId/${TRACES.userId}`)).status).toBe(404);
    expect((await ask(`/v1/exports/${profileId}`)).status).toBe(404);
    expect((await ask('/v1/profiles/by/userId/user-other')).status).toBe(200);
    expect((await ask('/v1/model')).json.labels).toBe(0);
    expect(auditOfCore()).toEqual([]);
  });

  it('[C5] leaves to others what is theirs too, and names him to nobody', async () => {
    await erwin();
    const { loyaltyNumber, booking, userId } = TRACES;
    await whole.event('identify', { userId: 'user-other', traits: { firstName: 'Otto', loyaltyNumber } });
    await whole.passenger('user-third', booking);
    const other = async () => (await ask('/v1/profiles/by/userId/user-other')).json.profile;
    const flag = (await other()).facts['segment.possible-duplicate'];
    expect(flag.value).toEqual([userId]);
    expect((await ask(`/v1/profiles/by/booking/${booking}`)).json.candidates).toHaveLength(2);
    expect((await erase(userId)).status).toBe(200);
    expect((await other()).facts).toMatchObject({ loyaltyNumber: { value: loyaltyNumber } });
    expect((await other()).facts['segment.possible-duplicate']).toBeUndefined();
    const found = async (type: string, value: string) =>
      (await ask(`/v1/profiles/by/${type}/${value}`)).json.profile?.facts.firstName.value;
    expect(await found('loyaltyNumber', loyaltyNumber)).toBe('Otto');
    expect(await found('booking', booking)).toBe('Anna');
    const { loyaltyNumber: _, booking: __, ...own } = TRACES;
    expect(tracesIn(whole.path('core'), own)).toEqual([]);
    await whole.event('identify', { userId: 'user-third', traits: { loyaltyNumber } });
    expect((await other()).facts['segment.possible-duplicate'].value).toEqual(['user-third']);
  });

  it('[C5] an event that is sent again changes nothing, also after a start; a new one begins anew', async () => {
    const event = { userId: 'user-erwin', messageId: 'said-once', traits: { firstName: 'Erwinfirst' } };
    const status = async () => (await ask('/v1/profiles/by/userId/user-erwin')).status;
    await whole.event('identify', event);
    const { id } = (await ask('/v1/profiles/by/userId/user-erwin')).json.profile;
    await erase('user-erwin');
    await whole.event('identify', event);
    expect(await status()).toBe(404);
    await whole.core.close();
    await whole.startCore();
    await whole.event('identify', event);
    expect(await status()).toBe(404);
    await whole.event('identify', { ...event, messageId: 'said-later' });
    expect((await ask('/v1/profiles/by/userId/user-erwin')).json.profile.id).not.toBe(id);
  });

  it('[C5] takes what was one with him, and the model as if he had never answered', async () => {
    await whole.passenger('user-stays', 'STAYS1');
    const replica = await whole.replica();
    const bridge = whole.window(replica);
    const stays = (await ask('/v1/profiles/by/userId/user-stays')).json.profile.id;
    await declines(bridge, stays, 1);
    const hash = (await ask('/v1/model/rebuild', {})).json.hash;
    await whole.event('page', { anonymousId: 'device-1', properties: { path: TRACES.page } });
    await whole.passenger('user-erwin', 'ERWIN7');
    await whole.event('identify', { userId: 'user-erwin', anonymousId: 'device-1' });
    const { id } = (await ask('/v1/profiles/by/userId/user-erwin')).json.profile;
    await declines(bridge, id, 2);
    expect((await ask('/v1/model/rebuild', {})).json.hash).not.toBe(hash);
    await whole.stopReplica(replica);
    const { json } = await erase('user-erwin');
    expect(json.erasure.profiles).toEqual([id, expect.any(String)]);
    expect((await ask('/v1/model')).json).toMatchObject({ labels: 1, hash });
    await whole.core.close();
    await whole.startCore();
    expect((await ask('/v1/model')).json).toMatchObject({ labels: 1, hash });
    expect(tracesIn(whole.path('core'), { page: TRACES.page, booking: 'ERWIN7' })).toEqual([]);
  });
});

const keysOf = (text: string) => {
  const key = createHash('sha256').update(text).digest('hex');
  return { replica: key, outbox: key };
};

/** A station of an operator with keys of its own; a wipe destroys the replica's for another. */
async function stationOf(operator: string) {
  const wish = { subject: operator, role: 'operator', scopes: ['station:*', 'profile:*', 'queue:*'] };
  const { token } = (await whole.post('/dev/token', wish)) as { token: string };
  const station = { keys: keysOf(operator), answers: [] as string[], start };
  const destroyKeys = async () => {
    station.keys = { ...station.keys, replica: keysOf(`${operator}, again`).replica };
    return station.keys;
  };
  async function start(coreUrl = whole.core.url) {
    const replica = await whole.replica({ operator, token, keys: station.keys, coreUrl }, { destroyKeys });
    const { runner } = replica.parts;
    const dispatch = runner.dispatch.bind(runner);
    runner.dispatch = (input) => {
      if (input.type === 'hello-reply') station.answers.push(input.reply.type);
      dispatch(input);
    };
    return { replica, bridge: whole.window(replica) };
  }
  return station;
}

/** The traces that stand in the pages of a closed console's files, free ones and what is between rows too. */
function tracesAt(operator: string, keys: { replica: string; outbox: string }, traces: object): string[] {
  const plain = whole.path(`${operator}-plain`);
  rmSync(plain, { recursive: true, force: true });
  cpSync(whole.path(operator), plain, { recursive: true });
  const names = readdirSync(plain).filter((name) => name.endsWith('.db'));
  expect(names).toHaveLength(2);
  const pages = names.map((name) =>
    decrypted(join(plain, name), name.startsWith('replica') ? keys.replica : keys.outbox),
  );
  const found = (text: string) => pages.some((bytes) => bytes.includes(text));
  return Object.entries(traces).flatMap(([name, text]) =>
    found(text) || found(text.toLowerCase()) ? [name] : [],
  );
}

/** Rewrites a file page by page without its cipher. */
function decrypted(path: string, key: string): Buffer {
  const db = openFile(path, key);
  db.pragma('journal_mode = DELETE');
  db.pragma("rekey = ''");
  db.close();
  return readFileSync(path);
}

const { phone, anonymousId: _a, page: _p, refused: _r, ...AT_CONSOLES } = TRACES;
const CONSOLE_TRACES = { ...AT_CONSOLES, backwards: [...phone].reverse().join('') };
const note = (text: string, profileId: string) => ({
  ...{ name: 'add-note', profileId, args: { text } },
  seen: [],
});

describe('[C5] erasure at three consoles, one of them off', () => {
  it('takes this customer from replica and outbox and nobody else; each gives its receipt', async () => {
    await whole.passenger('user-other', 'OTHER1');
    const profileId = await erwin();
    const other = (await ask('/v1/profiles/by/userId/user-other')).json.profile.id;
    const stations = [await stationOf('op-1'), await stationOf('op-2'), await stationOf('op-3')] as const;
    const [one, two, off] = [await stations[0].start(), await stations[1].start(), await stations[2].start()];
    await served(one.bridge, profileId);
    await one.bridge.call('enqueue', note('Otto likes windows', other));
    const draft = { name: 'add-note', about: null };
    await two.bridge.call('draft', { ...draft, profileId, answers: { text: TRACES.note } });
    await two.bridge.call('draft', { ...draft, profileId: other, answers: { text: 'half a word' } });
    for (const { bridge } of [one, two, off]) {
      await until(bridge, 'customer', { profileId: other }, (view) => says(view, 'Otto likes windows'));
      await until(bridge, 'customer', { profileId }, (view) => says(view, TRACES.note));
    }
    await whole.stopReplica(off.replica);
    const alone = await stations[2].start('http://127.0.0.1:9');
    for (const id of [profileId, other]) await alone.bridge.call('enqueue', note('Written alone', id));
    await whole.stopReplica(alone.replica);
    expect(tracesAt('op-3', stations[2].keys, CONSOLE_TRACES)).toEqual(Object.keys(CONSOLE_TRACES));

    const { json } = await erase(TRACES.userId);
    const receipts = async () => (await ask('/v1/erasures')).json.erasures[0].receipts;
    const given = async () => (await receipts()).flatMap((r: Loose) => (r.done === null ? [] : [r.subject]));
    await expect.poll(given).toEqual(expect.arrayContaining(['op-1', 'op-2']));
    expect(await given()).toHaveLength(2);
    const again = await stations[2].start();
    await expect.poll(given).toHaveLength(3);
    expect(stations[2].answers.slice(0, 2)).toEqual(['welcome', 'wipe']);
    for (const { replica, bridge } of [one, two, again]) {
      await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
      await until(bridge, 'customer', { profileId }, (view) => view === null);
      await until(bridge, 'customer', { profileId: other }, (view) => says(view, 'Written alone'));
      await whole.stopReplica(replica);
    }
    const lost = (await receipts()).map(({ subject, pending }: Loose) => [subject, pending]);
    expect(Object.fromEntries(lost)).toEqual({ 'op-1': 0, 'op-2': 0, 'op-3': 1 });
    for (const [i, { keys }] of stations.entries()) {
      const name = `op-${i + 1}`;
      expect([name, tracesAt(name, keys, { ...CONSOLE_TRACES, profileId })]).toEqual([name, []]);
      expect(() => tracesAt(name, keysOf(name), {})).toThrow('not a database');
    }
    expect(tracesAt('op-1', stations[0].keys, { settled: 'Otto likes windows' })).toEqual(['settled']);
    expect(tracesAt('op-2', stations[1].keys, { draft: 'half a word' })).toEqual(['draft']);
    expect(json.erasure.profiles).toContain(profileId);
  });
});

const says = (view: { timeline: { pending: boolean; properties: object }[] } | null, text: string) =>
  view?.timeline.some((line) => !line.pending && JSON.stringify(line.properties).includes(text)) ?? false;

describe('[C5] an access request', () => {
  it('tells everything that is known of a customer, who saw it, and is audited', async () => {
    const profileId = await erwin();
    const replica = await whole.replica();
    await served(whole.window(replica), profileId);
    const { status, json } = await ask(`/v1/exports/${profileId}`);
    expect(status).toBe(200);
    const { refused: _, phone, ...told } = TRACES;
    for (const text of Object.values({ ...told, phone: `+${phone}` }))
      expect(JSON.stringify(json)).toContain(text);
    expect(json).toMatchObject({
      profileIds: [profileId, expect.any(String)],
      contacts: [{ id: 'call-1', state: 'ended' }, { id: 'call-2' }],
      outcomes: [{ outcome: 'customer-declined', reason: 'price' }],
      plannedMessages: expect.arrayContaining([expect.objectContaining({ action: 'case-follow-up' })]),
      keptFor: { customers: null, timeline: 30 },
    });
    expect(json.events).toHaveLength(11);
    expect(json.decisions.map((one: Loose) => one.id)).toContain(json.outcomes[0].decision);
    const seen = json.whoSawOrChanged.map((one: Loose) => [one.subject, one.what]);
    expect(seen).toContainEqual(['console', 'command']);
    expect(seen).toContainEqual(['the supervisor', 'read']);
    expect(seen.at(-1)).toEqual(['the supervisor', 'export']);
  });
});

describe('[C2] the doors of erasure, access requests, audit and retention', () => {
  it('are for supervisors, and for customers whom they may reach', async () => {
    const profileId = await erwin();
    const wish = { profileId, reason: 'asked for' };
    const doors: [path: string, body?: object][] = [
      ['/v1/erasures', wish],
      ['/v1/erasures'],
      [`/v1/exports/${profileId}`],
      ['/v1/audit'],
      ['/v1/retention'],
    ];
    for (const role of ['operator', 'restricted', 'kiosk'] as const) {
      const token = await whole.tokenOf(role);
      for (const [path, body] of doors)
        expect([role, path, (await ask(path, body, token)).status]).toEqual([role, path, 403]);
    }
    for (const [path, body] of doors) expect((await ask(path, body, '')).status).toBe(401);
    const elsewhere = { subject: 'far', role: 'supervisor', scopes: ['station:XXX'] };
    const { token } = (await whole.post('/dev/token', elsewhere)) as { token: string };
    expect((await ask('/v1/erasures', wish, token)).status).toBe(404);
    expect((await ask(`/v1/exports/${profileId}`, undefined, token)).status).toBe(404);
    expect((await ask('/v1/erasures', { profileId })).status).toBe(400);
    expect((await ask('/v1/erasures', { profileId: 'nobody', reason: 'x' })).status).toBe(404);
    expect((await ask(`/v1/profiles/by/userId/${TRACES.userId}`)).status).toBe(200);
    for (const [path] of doors.slice(1)) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  });

  it('[C4] the audit is read in pages, each entry with its hash; a read of it is an entry', async () => {
    for (let n = 0; n < 130; n++) await ask('/v1/profiles/by/userId/nobody');
    const first = (await ask('/v1/audit')).json;
    expect(first.entries).toHaveLength(100);
    expect(first.entries[0]).toMatchObject({ n: first.head.n, hash: first.head.hash, what: 'read audit' });
    const second = (await ask(`/v1/audit?before=${first.next}`)).json;
    expect(second.entries[0].n).toBe(first.next - 1);
    expect(second.entries.at(-1).n).toBe(1);
    expect(second.next).toBeUndefined();
    expect((await ask('/v1/audit?before=x')).status).toBe(400);
  });
});
