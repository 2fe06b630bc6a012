/** Role x scope x field x path: whatever leaves the core for a role holds nothing that the specification keeps from it. */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportAudit } from '../../src/core/admin/audit.ts';
import { ROLES, type Role } from '../../src/domain/role.ts';
import { until, Whole } from '../builders/whole.ts';
import { Client } from '../contract/client.ts';
import { type Canary, Customer, KEPT_FROM } from './matrix/canaries.ts';
import {
  atTheDoors,
  DOORS,
  filesOf,
  type Gathered,
  type Known,
  onTheDesktop,
  overTheWire,
  TAKE_ONLY,
} from './matrix/paths.ts';

/** Here, elsewhere, and one whose only name is an address. */
const here = new Customer('aaa');
const away = new Customer('bbb');
const nameless = new Customer('ccc');
const whole = new Whole();
const known = new Map<Customer, Known>();
const gathered = new Map<Role, Gathered>();

async function tokenOf(subject: string, role: Role, scopes: string[]): Promise<string> {
  return ((await whole.post('/dev/token', { subject, role, scopes })) as { token: string }).token;
}

async function ask(path: string, token: string): Promise<{ profile: { id: string } }> {
  const answer = await fetch(whole.core.url + path, { headers: { authorization: `Bearer ${token}` } });
  return (await answer.json()) as { profile: { id: string } };
}

/** All that can be known of him: every event of the vocabulary, a trip, a contact, a note, a decision. */
async function told(customer: Customer, airport: string): Promise<void> {
  const userId = `zq${customer.mark}user`;
  const booking = `ZQ${customer.mark.toUpperCase()}7`;
  await whole.passenger(userId, booking, { from: airport, to: airport === 'FRA' ? 'JFK' : 'MUC' });
  for (const { type, ...event } of customer.events)
    await (type === 'identify'
      ? whole.event('identify', { userId, traits: event.properties })
      : whole.event('track', { userId, ...event }));
  const value = (from: string) => {
    const traits = customer.events[0]?.properties as { [name: string]: string };
    return traits[from] as string;
  };
  const { profile } = await ask(`/v1/profiles/by/userId/${userId}`, whole.core.consoleToken);
  const names = ['email', 'phone', 'loyaltyNumber', 'ticket'] as const;
  known.set(customer, {
    ...{ id: profile.id, userId, booking, profile: profile.id },
    identities: [
      ...[['userId', userId] as const, ['booking', booking] as const, ['profile', profile.id] as const],
      ...names.map((name) => [name, value(name)] as const),
      ...(customer === here ? [['userId', 'zqcccuser'] as const] : []),
    ],
  });
  await whole.event('contacts', {
    ...{ id: `call-${customer.mark}`, kind: 'call', state: 'waiting', queue: 'support', station: airport },
    ...{ identity: { type: 'phone', value: value('phone') }, at: new Date().toISOString() },
  });
  await served(customer, profile.id);
}

async function served(customer: Customer, profileId: string): Promise<void> {
  const client = new Client({ url: whole.core.url, token: whole.core.consoleToken, wanted: [] });
  await client.connect();
  const text = `${customer.add('note text', 'text', 'plain')} ${customer.add('note contact', 'email', 'contact')}`;
  expect(await client.run('add-note', { profileId, text })).toMatchObject({ 2: 'applied' });
  const record = {
    inputs: { email: customer.add('decision email', 'email', 'contact'), tier: 'Gold' },
    evidence: [{ fact: 'phone', value: customer.add('decision phone', 'phone', 'contact') }],
  };
  expect(await client.run('record-decision', { profileId, record })).toMatchObject({ 2: 'applied' });
  client.close();
}

/** What each path brought of what the role may not see, and of anybody who is not in its scopes. */
const leaks = (text: string, role: Role): string[] =>
  [...[here, nameless].flatMap(({ canaries }) => canaries.filter(KEPT_FROM[role])), ...away.canaries]
    .filter((canary) => holds(text, canary))
    .map(({ from, text: value }) => `${from}: ${value}`);
const holds = (text: string, canary: Canary) => text.toLowerCase().includes(canary.text);
const some = (text: string, which: (canary: Canary) => boolean) =>
  here.canaries.some((canary) => which(canary) && holds(text, canary));

beforeAll(async () => {
  await whole.startCore();
  await told(here, 'FRA');
  await told(away, 'MUC');
  await whole.passenger('zqcccuser', 'ZQCCC7');
  const name = `${nameless.add('name', 'email', 'contact')}@leak.example`;
  await whole.event('identify', { userId: 'zqcccuser', traits: { name } });
  for (const role of ROLES) gathered.set(role, await gather(role));
}, 120_000);
afterAll(() => whole.close());

async function gather(role: Role): Promise<Gathered> {
  const token = await tokenOf(`the ${role}`, role, ['station:FRA', 'opened:FRA']);
  const customer = known.get(here) as Known;
  const news = () =>
    whole.event('identify', {
      userId: customer.userId,
      traits: { email: here.events[0]?.properties.email, tier: role },
    });
  const { url } = whole.core;

  return new Map([
    ...(await overTheWire(url, token, customer, news)),
    ...(await onTheDesktop(
      whole,
      { role, token: await tokenOf(`matrix-${role}`, role, ['station:FRA', 'opened:FRA']) },
      customer,
    )),
    ['doors', await atTheDoors(url, token, customer)],
    ['doors about somebody elsewhere', await atTheDoors(url, token, known.get(away) as Known)],
  ]);
}

const PATHS = [
  'hello',
  'snapshot',
  'frames',
  'find',
  'conflict',
  'window',
  'search',
  'replica file while at work',
  'replica file',
  'log of the console',
  'doors',
  'doors about somebody elsewhere',
];
/** Where a role that sees all finds all: a path that brought nothing would prove nothing. */
const RICH = ['snapshot', 'window', 'replica file', 'doors'];

describe('[C2] [C3] what leaves the core', () => {
  it('every text of the vocabulary is known to this test, and every door that answers a console', async () => {
    expect([here, away].flatMap(({ missing }) => missing)).toEqual([]);
    const { paths } = (await (await fetch(`${whole.core.url}/openapi.json`)).json()) as {
      paths: { [path: string]: object };
    };
    const doors = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(doors.filter((door) => !(door in DOORS) && !TAKE_ONLY.test(door))).toEqual([]);
    expect(Object.keys(DOORS).filter((door) => !doors.includes(door))).toEqual([]);
  });

  describe.each(ROLES)('for the role %s', (role) => {
    it.each(PATHS)('%s', (path) => {
      const text = gathered.get(role)?.get(path) as string;
      expect(text).toBeTypeOf('string');
      expect(leaks(text, role)).toEqual([]);
      if (role === 'kiosk') expect(text).not.toMatch(/"(?:case|segment)\.(?!zqany)/u);
      if (!RICH.includes(path)) return;
      expect(some(text, ({ contact, ofCase }) => !contact && !ofCase)).toBe(true);
      expect(some(text, ({ contact }) => contact)).toBe(role === 'operator' || role === 'supervisor');
      expect(some(text, ({ ofCase, contact }) => ofCase && !contact)).toBe(role !== 'kiosk');
    });
  });

  it('neither the log of the core nor its audit holds a value of a customer', async () => {
    const file = openSync(whole.path('audit.jsonl'), 'wx');
    await exportAudit({ dataDir: whole.path('core'), database: undefined }, file);
    closeSync(file);
    const audit = readFileSync(whole.path('audit.jsonl'), 'utf8');
    expect(audit.split('\n').length).toBeGreaterThan(20);
    for (const text of [audit, whole.said.join('\n')])
      expect(
        [here, away, nameless].flatMap(({ canaries }) => canaries).filter((canary) => holds(text, canary)),
      ).toEqual([]);
  });
});

describe('[C2] a scope that is taken away', () => {
  it('is gone from the disk at the next contact, byte by byte', async () => {
    const scopes = ['station:FRA', 'station:MUC'];
    const config = {
      operator: 'narrowed',
      keys: { replica: null, outbox: null },
      protection: 'unprotected' as const,
      wanted: scopes,
    };
    const first = await whole.replica({ ...config, token: await tokenOf('narrowed', 'operator', scopes) });
    await until(whole.window(first), 'status', {}, (view) => view.connection === 'live');
    const folder = whole.path('narrowed');
    const on = (customer: Customer) =>
      customer.canaries.filter((canary) => holds(filesOf(folder), canary)).length;
    expect([on(here), on(away)].every((count) => count > 10)).toBe(true);
    await whole.stopReplica(first);
    const second = await whole.replica({
      ...config,
      token: await tokenOf('narrowed', 'operator', ['station:FRA']),
    });
    await until(whole.window(second), 'status', {}, (view) => view.connection === 'live');
    await expect.poll(() => on(away), { timeout: 20_000 }).toBe(0);
    expect(on(here)).toBeGreaterThan(10);
    await whole.stopReplica(second);
    expect(on(away)).toBe(0);
  });
});
