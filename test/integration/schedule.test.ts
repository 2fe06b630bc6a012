/** From the card to the customer who is not here: a console plans a message, also offline, and takes it back. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import { until, Whole } from '../builders/whole.ts';
import { type HookServer, hookServer } from './receivers.ts';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

let whole: Whole;
let app: HookServer;
let bridge: Bridge;
let profileId: string;

beforeEach(async () => {
  whole = new Whole();
  app = await hookServer();
  mkdirSync(whole.path('core'), { recursive: true });
  const hook = { kind: 'webhook', channel: 'app', url: app.url, secret: SECRET, class: 'instant' };
  writeFileSync(join(whole.path('core'), 'destinations.json'), JSON.stringify({ destinations: [hook] }));
  await whole.startCore();
  await whole.holdNobodyOut();
  await whole.passenger('u1', 'QX7R2M');
  bridge = whole.window(await whole.replica());
  const found = (await read('/v1/profiles/by/userId/u1')) as { profile: { id: string } };
  profileId = found.profile.id;
});
afterEach(async () => {
  await whole.close();
  await app.close();
});

type Intent = { state: string; why: string; trigger: string; action: string; channel: string };

async function read(path: string): Promise<unknown> {
  const answer = await fetch(whole.core.url + path, {
    headers: { authorization: `Bearer ${whole.core.consoleToken}` },
  });
  return answer.json();
}

/** Those that a person wished; the booking is an occasion of its own. */
async function intents(): Promise<Intent[]> {
  const { intents: all } = (await read(`/v1/profiles/${profileId}/intents`)) as { intents: Intent[] };
  return all.filter(({ trigger }) => trigger === 'operator');
}

const suggested = () =>
  until(bridge, 'suggestion', { profileId }, (value) => value?.primary?.later != null).then(
    (value) => value as NonNullable<typeof value>,
  );

const schedule = (change: object) =>
  bridge.call('enqueue', {
    name: 'schedule-action',
    profileId,
    args: { profileId, action: 'check-in', channel: 'app', approach: 'plain', ...change },
    seen: [],
  });
const settled = (id: string) =>
  until(bridge, 'outbox', {}, ({ settled: done }) =>
    done.some((one) => one.id === id && one.state === 'applied'),
  );
const refused = (id: string) =>
  until(bridge, 'outbox', {}, ({ needsYou }) => needsYou.some((one) => one.id === id));
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe('[T23] a console plans a message for later', () => {
  it('by one answer to the card, without the core, and it is sent once when the core is back', async () => {
    const { decisionId, primary } = await suggested();
    expect(primary?.later).toMatchObject({ channel: 'app' });
    await whole.core.close();
    await bridge.call('answer', {
      decisionId: decisionId as string,
      profileId,
      answer: 'schedule',
      seen: [],
    });
    const { onTheWay } = await until(bridge, 'outbox', {}, ({ onTheWay: some }) => some.length > 0);
    expect(onTheWay.map(({ name }) => name)).toContain('schedule-action');
    expect(app.hooks).toEqual([]);
    await whole.startCore();
    await app.until(1);
    const { data } = JSON.parse(app.hooks[0]?.body ?? '');
    expect(data).toMatchObject({ action: primary?.action, channel: 'app' });
    expect(await intents()).toMatchObject([{ trigger: 'operator', action: primary?.action }]);
    // What is planned is not suggested meanwhile.
    await until(bridge, 'suggestion', { profileId }, (now) => now?.primary?.action !== primary?.action);
    expect(app.hooks).toHaveLength(1);
  });

  it('not before its time, and takes it back by another command', async () => {
    await suggested();
    const { id } = await schedule({ notBefore: inAnHour() });
    await settled(id);
    expect(await intents()).toMatchObject([{ state: 'waiting', why: 'later', action: 'check-in' }]);
    const back = await bridge.call('enqueue', {
      name: 'cancel-scheduled',
      profileId,
      args: { profileId, scheduleId: id },
      seen: [],
    });
    await settled(back.id);
    expect(await intents()).toMatchObject([{ state: 'cancelled', why: 'operator' }]);
    expect(app.hooks).toEqual([]);
  });

  it('takes an unsent wish back as any other, and nothing is planned', async () => {
    await suggested();
    await whole.core.close();
    const { id } = await schedule({ notBefore: inAnHour() });
    expect(await bridge.call('undo', { id })).toEqual({ undone: true });
    await whole.startCore();
    await until(bridge, 'status', {}, ({ connection }) => connection === 'live');
    expect(await intents()).toEqual([]);
  });

  it('is refused with its reason where it cannot be sent, and then nothing of it has happened', async () => {
    await suggested();
    const noChannel = await schedule({ channel: 'sms' });
    expect((await refused(noChannel.id)).needsYou[0]?.code).toBe('no_destination');
    const tooLate = await schedule({ bestUntil: '2020-01-01T00:00:00Z' });
    const late = await refused(tooLate.id);
    expect(late.needsYou.find((one) => one.id === tooLate.id)?.code).toBe('too_late');
    const other = await schedule({ action: 'hotel-voucher', approach: 'warm' });
    const impossible = await refused(other.id);
    expect(impossible.needsYou.find((one) => one.id === other.id)?.code).toBe('not_possible');
    expect(await intents()).toEqual([]);
    const card = await until(bridge, 'customer', { profileId }, (view) => view !== null);
    expect(card?.timeline.filter(({ type }) => type === 'schedule')).toEqual([]);
  });
});
