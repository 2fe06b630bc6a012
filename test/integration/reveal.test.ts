/** [C3] A masked value is shown for a reason: audited first, told to the one who asked, and on no disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/bridge/connect.ts';
import type { CustomerView } from '../../src/bridge/views.ts';
import { until, Whole } from '../builders/whole.ts';
import { askCore } from './own-core.ts';

const whole = new Whole();
const PHONE = '+4915155544332';
const EMAIL = 'anna@reveal.example';
const REASON = 'calls back about the bag';
let bridge: Bridge;
let view: CustomerView;
const lines: string[] = [];

async function tokenOf(role: string, scopes = ['station:FRA']): Promise<string> {
  return ((await whole.post('/dev/token', { subject: `the ${role}`, role, scopes })) as { token: string })
    .token;
}

const folder = () => whole.path('reveal');
const onDisk = (text: string) =>
  readdirSync(folder()).some((name) => readFileSync(join(folder(), name)).includes(text));
const identity = (type: string) => view.identities.find((one) => one.type === type);
const tagOf = (type: string) => identity(type)?.tag ?? '';
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'told',
    (error: { code: string }) => error.code,
  );

beforeAll(async () => {
  await whole.startCore();
  await whole.passenger('u1', 'QX7R2M');
  await whole.event('identify', { userId: 'u1', traits: { phone: PHONE, email: EMAIL } });
  await whole.passenger('u2', 'ZZ7R2M', { from: 'MUC' });
  const replica = await whole.replica(
    {
      ...{ operator: 'reveal', role: 'restricted', token: await tokenOf('restricted') },
      ...{ keys: { replica: null, outbox: null }, protection: 'unprotected' },
    },
    { log: (line) => lines.push(line) },
  );
  bridge = whole.window(replica);
  await until(bridge, 'status', {}, (status) => status.connection === 'live' && status.profiles === 1);
  const { hits } = await bridge.call('search', { text: 'QX7R2M', limit: 1 });
  const profileId = hits[0]?.profileId ?? '';
  view = (await until(bridge, 'customer', { profileId }, (one) => one !== null)) as CustomerView;
});
afterAll(() => whole.close());

describe('[C3] a reveal', () => {
  it('tells the value of a mask until a time, and puts it on no disk and into no log', async () => {
    const profileId = view.profileId;
    const before = Date.now();
    const phone = await bridge.call('reveal', {
      profileId,
      name: 'phone',
      tag: tagOf('phone'),
      reason: REASON,
    });
    expect(phone.value).toBe(PHONE);
    expect(Date.parse(phone.until) - before).toBeGreaterThan(50_000);
    expect(Date.parse(phone.until) - Date.now()).toBeLessThanOrEqual(60_000);
    const email = await bridge.call('reveal', {
      profileId,
      name: 'email',
      tag: tagOf('email'),
      reason: REASON,
    });
    expect(email.value).toBe(EMAIL);
    const said = [...lines, ...whole.said].join('\n');
    for (const value of [PHONE.slice(1), EMAIL]) {
      expect(onDisk(value)).toBe(false);
      expect(said).not.toContain(value);
    }
    const again = await until(bridge, 'customer', { profileId }, (one) => one !== null);
    expect(JSON.stringify(again)).not.toContain(PHONE);
  });

  it('is in the audit with its reason and without the value', async () => {
    const supervisor = await tokenOf('supervisor');
    const { entries } = await askCore(whole.core, 'GET', '/v1/audit', undefined, supervisor);
    const reveals = entries.filter((one: { what: string }) => one.what === 'reveal');
    expect(reveals).toMatchObject([
      { subject: 'the restricted', detail: { profile: view.profileId, name: 'email', reason: REASON } },
      { subject: 'the restricted', detail: { profile: view.profileId, name: 'phone', reason: REASON } },
    ]);
    expect(JSON.stringify(entries)).not.toContain(PHONE);
  });

  it('needs a reason, the mask that is there, and a customer within reach', async () => {
    const profileId = view.profileId;
    const wish = { profileId, name: 'phone', tag: tagOf('phone'), reason: REASON };
    const refused = async (change: object, code: string) =>
      expect(await codeOf(bridge.call('reveal', { ...wish, ...change })), code).toBe(code);
    await refused({ tag: '0'.repeat(32) }, 'changed');
    await refused({ name: 'tier' }, 'changed');
    await refused({ name: '__proto__' }, 'changed');
    await refused({ profileId: 'nobody' }, 'not_found');
    const { profile } = await askCore(
      whole.core,
      'GET',
      '/v1/profiles/by/userId/u2',
      undefined,
      whole.core.consoleToken,
    );
    await refused({ profileId: profile.id }, 'not_found');
    const token = await tokenOf('restricted');
    expect(
      (await askCore(whole.core, 'POST', '/v1/reveals', { ...wish, reason: ' x ' }, token)).error.code,
    ).toBe('malformed');
    for (const role of ['kiosk', 'operator', 'supervisor'])
      expect((await askCore(whole.core, 'POST', '/v1/reveals', wish, await tokenOf(role))).error.code).toBe(
        'forbidden',
      );
  });

  it('is for one customer after the other: ten a minute', async () => {
    whole.ahead = 120_000;
    const token = await tokenOf('restricted');
    const wish = { profileId: view.profileId, name: 'phone', tag: tagOf('phone'), reason: REASON };
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1)
      statuses.push((await askCore(whole.core, 'POST', '/v1/reveals', wish, token)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
  });
});
