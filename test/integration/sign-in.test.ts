/** Signing in at a console's desk, with a real identity provider (oidc-provider) and a real core; its timers are the test's. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AUDIENCE, startProvider } from '../../scripts/oidc/provider.mjs';
import type { SignInState } from '../../src/bridge/shell.ts';
import { addAccount } from '../../src/core/admin/accounts.ts';
import { mappingOf } from '../../src/core/auth/mapping.ts';
import { type Core, createCore } from '../../src/core/core.ts';
import { coreDoors } from '../../src/main/sign-in/core-doors.ts';
import { openPeople } from '../../src/main/sign-in/people.ts';
import { giveBack, renew, signInByBrowser } from '../../src/main/sign-in/provider.ts';
import { SignIn } from '../../src/main/sign-in/sign-in.ts';
import { pressName, signInAt } from '../builders/system-browser.ts';

const KEY = 'k'.charCodeAt(0).toString(16).repeat(32);
const MINUTE = 60_000;
const LOCK_AFTER = 10 * MINUTE;
const TOKEN_SECONDS = 600;
const MAPPING = mappingOf(
  JSON.stringify({
    rules: [
      { claim: 'groups', value: 'supervisors', role: 'supervisor', grants: ['station:*'] },
      { claim: 'groups', value: 'counter', role: 'operator', grants: ['station:FRA'] },
    ],
  }),
);
const PEOPLE = {
  anna: { name: 'Anna Berger', groups: ['counter'] },
  bela: { name: 'Béla Kun', groups: ['counter'] },
  gast: { name: 'Guest', groups: ['canteen'] },
};
const PASSWORD = 'correct horse battery';

type Timer = { run: () => void; ms: number };
let folder: string;
let provider: Awaited<ReturnType<typeof startProvider>>;
let core: Core;
/** What the desk did: who took the replica, who left it, which tokens it was given. */
let did: string[];
let timers: Set<Timer>;
let ahead: number;
/** Addresses that the system's browser was asked to show. */
let shown: (url: string) => void;
let next: Promise<string>;

const nextShown = (): void => {
  next = new Promise((resolve) => {
    shown = resolve;
  });
};

beforeAll(async () => {
  provider = await startProvider({ people: PEOPLE, tokenSeconds: TOKEN_SECONDS });
  const store = { dataDir: mkdtempSync(join(tmpdir(), 'sign-in-core-')) };
  const options = {
    ...{ ...store, port: 0, dev: false },
    provider: { issuer: provider.issuer, audience: AUDIENCE, mapping: MAPPING },
  };
  // The store of accounts is made by the first start.
  await (await createCore(options)).close();
  await addAccount(
    store,
    { name: 'otto', role: 'restricted', grants: ['station:FRA'] },
    PASSWORD,
    Date.now(),
  );
  core = await createCore(options);
});
afterAll(async () => {
  await core.close();
  await provider.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  [did, timers, ahead] = [[], new Set(), 0];
  nextShown();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Away meanwhile; when it is back it has forgotten everybody, and has the same keys. */
async function withoutProvider(work: () => Promise<void>): Promise<void> {
  const port = Number(new URL(provider.issuer).port);
  await provider.close();
  await work();
  provider = await startProvider({ people: PEOPLE, tokenSeconds: TOKEN_SECONDS, port, key: provider.key });
}

const file = () => join(folder, 'people.json');
const people = () => openPeople(file(), KEY);

function open(url = core.url): SignIn {
  timers.clear();
  return new SignIn({
    people: people(),
    doors: coreDoors(url),
    provider: {
      signIn: (way, until) =>
        signInByBrowser(
          way,
          async (url) => {
            shown(url);
            nextShown();
          },
          until,
        ),
      renew,
      giveBack,
    },
    now: () => Date.now() + ahead,
    clock: () => performance.now() + ahead,
    later(run, ms) {
      const timer = { run, ms };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    lockAfter: LOCK_AFTER,
    onTake: async (person) => void did.push(`take ${person().subject}`),
    onLeave: async () => void did.push('leave'),
    onToken: () => void did.push('token'),
    onCover: () => void did.push('cover'),
    log: () => undefined,
  });
}

/** Lets the timers of about so many ms go off. */
function passed(least: number, most: number): void {
  for (const timer of [...timers].filter(({ ms }) => ms >= least && ms <= most)) {
    timers.delete(timer);
    timer.run();
  }
}

const stateOf = async (desk: SignIn): Promise<SignInState> => desk.state(-1);
const until = (desk: SignIn, wanted: (state: SignInState) => boolean) =>
  expect.poll(async () => wanted(await stateOf(desk))).toBe(true);
const offered = (desk: SignIn) => until(desk, (state) => state.state === 'out' && state.ways !== null);

async function byBrowser(desk: SignIn, who: string) {
  await offered(desk);
  const url = next;
  const answer = desk.wish({ do: 'browser' });
  await signInAt(await url, who);
  return answer;
}
const byAccount = (desk: SignIn, name: string, password: string) =>
  desk.wish({ do: 'account', name, password });

describe('[C1] a person signs in at a console', () => {
  it('by the browser, as somebody whom the core knows, and nothing of it is readable on the disk', async () => {
    const desk = open();
    await offered(desk);
    expect(await stateOf(desk)).toMatchObject({
      ways: { accounts: true, provider: new URL(provider.issuer).host },
      locked: null,
    });
    const url = next;
    const answer = desk.wish({ do: 'browser' });
    expect(await stateOf(desk)).toMatchObject({ waiting: true });
    const asked = new URL(await url).searchParams;
    expect([asked.get('code_challenge_method'), asked.get('prompt'), asked.get('resource')]).toEqual([
      'S256',
      'login',
      AUDIENCE,
    ]);
    await signInAt(await url, 'anna');
    expect(await answer).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ state: 'in', id: 'oidc:anna', name: 'Anna Berger' });
    expect(did).toEqual(['take oidc:anna']);
    const anna = people().find('oidc:anna');
    expect(anna).toMatchObject({ role: 'operator', grants: ['station:FRA'] });
    const bytes = readFileSync(file(), 'utf8');
    for (const secret of ['Anna', anna?.token?.value, anna?.refresh, anna?.outboxKey])
      expect(bytes).not.toContain(secret);
    expect(() => openPeople(file(), 'a'.repeat(64))).toThrow('people_unreadable');
  });

  it('asks each time who is there, whomever the browser still knows', async () => {
    const jar = new Map<string, string>();
    const desk = open();
    await offered(desk);
    for (const [who, id] of [
      ['anna', 'oidc:anna'],
      ['bela', 'oidc:bela'],
    ] as const) {
      const url = next;
      const answer = desk.wish({ do: 'browser' });
      await signInAt(await url, who, jar);
      expect(await answer).toEqual({ ok: true });
      expect(await stateOf(desk)).toMatchObject({ id });
      desk.lock();
    }
  });

  it('takes one answer, which must be that to its own question', async () => {
    const desk = open();
    await offered(desk);
    const url = next;
    const answer = desk.wish({ do: 'browser' });
    const back = await pressName(await url, 'anna');
    const forged = new URL(back);
    forged.searchParams.set('state', 'another');
    const port = forged.origin;
    const statuses = await Promise.all(
      [forged.href, `${port}/signed-in`, `${port}/`, `${port}/signed-in?state=&code=1`].map(
        async (address) => (await fetch(address)).status,
      ),
    );
    expect(statuses).toEqual([400, 404, 404, 400]);
    expect((await fetch(back, { method: 'POST' })).status).toBe(404);
    const [first, second] = await Promise.all([fetch(back), fetch(back)]);
    expect([first.status, second.status].sort()).toEqual([200, 400]);
    expect(await answer).toEqual({ ok: true });
    // The port is closed, and the provider takes no code twice.
    await expect(fetch(back)).rejects.toThrow();
  });

  it('is told what went wrong', async () => {
    const desk = open();
    expect(await byBrowser(desk, '')).toEqual({ ok: false, code: 'sign_in_denied' });
    expect(await byBrowser(desk, 'gast')).toEqual({ ok: false, code: 'not_allowed' });
    const url = next;
    const given = desk.wish({ do: 'browser' });
    await url;
    expect(await desk.wish({ do: 'cancel' })).toEqual({ ok: true });
    expect(await given).toEqual({ ok: false, code: 'cancelled' });
    await withoutProvider(async () => {
      expect(await desk.wish({ do: 'browser' })).toEqual({ ok: false, code: 'provider_unreachable' });
    });
    expect(await byAccount(desk, 'otto', 'wrong')).toEqual({ ok: false, code: 'wrong_password' });
    // Nobody listens there.
    const alone = open('http://127.0.0.1:9');
    expect(await byAccount(alone, 'otto', PASSWORD)).toEqual({ ok: false, code: 'core_unreachable' });
    await until(alone, (state) => state.state === 'out' && !state.reachable);
    for (const odd of [null, 7, {}, { do: 'open' }, { do: 'account', name: 'otto' }, { do: 'lock', x: 1 }])
      expect(await desk.wish(odd)).toEqual({ ok: false, code: 'not_now' });
    expect([desk.isOpen(), did]).toEqual([false, []]);
  });

  it('with a local account', async () => {
    const desk = open();
    expect(await byAccount(desk, 'otto', PASSWORD)).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({
      state: 'in',
      id: 'account:otto',
      name: 'otto',
      ended: false,
    });
    expect(readFileSync(file(), 'utf8')).not.toContain(PASSWORD);
    expect(JSON.stringify(people().all())).not.toContain(PASSWORD);
    // There is nothing to renew it with: before its end he is asked.
    passed(9 * 60 * MINUTE, 10 * 60 * MINUTE);
    await until(desk, (state) => state.state === 'in' && state.ended);
    desk.lock();
    expect(await byAccount(desk, 'otto', PASSWORD)).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    expect(did).toEqual(['take account:otto', 'cover', 'token']);
  });
});

describe('[C1] the token of whoever has the console', () => {
  const HALF = [(TOKEN_SECONDS / 2 - 5) * 1_000, (TOKEN_SECONDS / 2) * 1_000] as const;
  const refreshOf = () => people().find('oidc:anna')?.refresh;

  it('is renewed at half of its time; a provider that is away is asked again, and nobody notices', async () => {
    const desk = open();
    await byBrowser(desk, 'anna');
    const [before, token] = [refreshOf(), people().find('oidc:anna')?.token?.value];
    passed(...HALF);
    await expect.poll(() => did).toEqual(['take oidc:anna', 'token']);
    expect(refreshOf()).not.toBe(before);
    expect(people().find('oidc:anna')?.token?.value).not.toBe(token);
    await withoutProvider(async () => {
      passed(...HALF);
      await expect.poll(() => [...timers].some(({ ms }) => ms === 15_000)).toBe(true);
      expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    });
    // It is back and has forgotten everybody: only now he is asked.
    passed(15_000, 15_000);
    await until(desk, (state) => state.state === 'in' && state.ended);
    expect([refreshOf(), did]).toEqual([null, ['take oidc:anna', 'token']]);
    desk.lock();
    expect(await byBrowser(desk, 'anna')).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    expect(did.slice(2)).toEqual(['cover', 'token']);
  });

  it('is renewed at once where the core wants another one', async () => {
    const desk = open();
    await byBrowser(desk, 'anna');
    desk.tokenNeeded();
    await expect.poll(() => did).toEqual(['take oidc:anna', 'token']);
  });

  it('is given back when he signs out, and nothing of it is kept', async () => {
    const desk = open();
    await byBrowser(desk, 'anna');
    desk.waits(2);
    const refresh = refreshOf() ?? '';
    expect(await desk.wish({ do: 'sign-out' })).toEqual({ ok: true });
    expect(people().find('oidc:anna')).toMatchObject({ token: null, refresh: null, unsent: 2 });
    const way = people().all().ways?.oidc;
    await expect(renew(way as NonNullable<typeof way>, refresh)).rejects.toMatchObject({
      code: 'renewal_refused',
    });
    expect(did).toEqual(['take oidc:anna', 'leave', 'cover']);
    expect(await stateOf(desk)).toMatchObject({
      state: 'out',
      locked: null,
      people: [{ id: 'oidc:anna', name: 'Anna Berger', unsent: 2 }],
    });
  });
});

describe('[S36] a code for one desk', () => {
  const CODE = 'gate B42!';
  const byCode = (desk: SignIn, code: string) => desk.wish({ do: 'code', id: 'oidc:anna', code });
  const refused = (code: string) => ({ ok: false, code });

  async function withCode(): Promise<SignIn> {
    const desk = open();
    await byBrowser(desk, 'anna');
    expect(await desk.wish({ do: 'set-code', code: 'short' })).toEqual(refused('code_short'));
    expect(await desk.wish({ do: 'set-code', code: CODE })).toEqual({ ok: true });
    return desk;
  }

  it('opens it again, and signs in where nobody can be asked, with what waits to be renewed', async () => {
    const desk = await withCode();
    expect(readFileSync(file(), 'utf8') + JSON.stringify(people().all())).not.toContain(CODE);
    desk.lock();
    expect(await stateOf(desk)).toMatchObject({ locked: { id: 'oidc:anna', code: true } });
    expect(await byCode(desk, 'gate B42')).toEqual(refused('wrong_code'));
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    expect(did).toEqual(['take oidc:anna', 'cover', 'token']);
    // Another one takes over, and gives the desk back when neither core nor provider can be asked.
    desk.lock();
    await byAccount(desk, 'otto', PASSWORD);
    desk.end();
    ahead = 24 * 60 * MINUTE;
    await withoutProvider(async () => {
      const alone = open('http://127.0.0.1:9');
      expect(await stateOf(alone)).toMatchObject({ locked: { id: 'account:otto', code: false } });
      expect(await byCode(alone, CODE)).toEqual({ ok: true });
      expect(await stateOf(alone)).toMatchObject({ state: 'in', id: 'oidc:anna', ended: false });
      // Her token has run out, and the provider is asked until it answers.
      await expect.poll(() => [...timers].some(({ ms }) => ms === 15_000)).toBe(true);
      expect(await alone.wish({ do: 'code', id: 'account:otto', code: '' })).toEqual(
        refused('sign_in_needed'),
      );
    });
  });

  it('is counted on the disk before it is looked at, also while somebody else has the desk', async () => {
    (await withCode()).lock();
    const failures = () => people().find('oidc:anna')?.code?.failures;
    expect(await byCode(open(), 'wrong code')).toEqual(refused('wrong_code'));
    const desk = open();
    expect(await byCode(desk, 'wrong code')).toEqual(refused('wrong_code'));
    expect(failures()).toBe(2);
    await byAccount(desk, 'otto', PASSWORD);
    expect(failures()).toBe(2);
    for (let tried = 2; tried < 5; tried++) await byCode(desk, 'wrong code');
    expect(await byCode(desk, CODE)).toEqual(refused('code_locked'));
    ahead += 2 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    expect(failures()).toBe(0);
  });

  it('counts within the lease only, and not on a clock that was put back', async () => {
    const desk = await withCode();
    desk.lock();
    ahead = 71 * 60 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    desk.lock();
    ahead = 73 * 60 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual(refused('lease_over'));
    for (const back of [1, 70 * 60 * MINUTE]) {
      ahead = back;
      expect(await byCode(open(), CODE)).toEqual(refused('clock_back'));
    }
  });

  it('is gone with a revocation, and can be taken away; who signs out needs more than it', async () => {
    const desk = await withCode();
    desk.revoked();
    desk.lock();
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    await byBrowser(desk, 'anna');
    await desk.wish({ do: 'set-code', code: CODE });
    await desk.wish({ do: 'sign-out' });
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    await byBrowser(desk, 'anna');
    expect(await stateOf(desk)).toMatchObject({ code: true });
    await desk.wish({ do: 'set-code', code: '' });
    desk.lock();
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    expect(await desk.wish({ do: 'set-code', code: CODE })).toEqual(refused('not_now'));
  });
});

describe('[S36] who has the console', () => {
  it('is asked after so long without a hand on it; his work goes on, and he or another one goes on', async () => {
    const desk = open();
    await byBrowser(desk, 'anna');
    ahead = LOCK_AFTER - MINUTE;
    desk.touched();
    ahead += MINUTE;
    passed(LOCK_AFTER, LOCK_AFTER);
    expect(desk.isOpen()).toBe(true);
    ahead += LOCK_AFTER;
    passed(LOCK_AFTER - 2 * MINUTE, LOCK_AFTER);
    expect([desk.isOpen(), did.at(-1)]).toEqual([false, 'cover']);
    desk.waits(3);
    expect(await stateOf(desk)).toMatchObject({ state: 'out', locked: { id: 'oidc:anna', unsent: 3 } });
    await byAccount(desk, 'otto', PASSWORD);
    expect(did).toEqual(['take oidc:anna', 'cover', 'leave', 'take account:otto', 'cover']);
    desk.lock();
    expect(await stateOf(desk)).toMatchObject({
      locked: { id: 'account:otto' },
      people: [{ id: 'account:otto' }, { id: 'oidc:anna', unsent: 3 }],
    });
    const { outboxKey } = people().find('oidc:anna') ?? {};
    expect(outboxKey).not.toBe(people().find('account:otto')?.outboxKey);
    await byBrowser(desk, 'anna');
    expect(people().find('oidc:anna')?.outboxKey).toBe(outboxKey);
  });

  it('goes on after a start within that time, and is asked after any other', async () => {
    const first = open();
    await byAccount(first, 'otto', PASSWORD);
    first.waits(1);
    first.end();
    ahead = LOCK_AFTER - MINUTE;
    const second = open();
    expect([second.isOpen(), await stateOf(second)]).toMatchObject([
      true,
      { state: 'in', id: 'account:otto' },
    ]);
    second.end();
    for (const later of [2 * LOCK_AFTER, 0]) {
      ahead = later;
      const desk = open();
      expect([desk.isOpen(), await stateOf(desk)]).toMatchObject([
        false,
        { locked: { id: 'account:otto', unsent: 1 } },
      ]);
    }
    const locked = open();
    await byAccount(locked, 'otto', PASSWORD);
    locked.lock();
    expect(open().isOpen()).toBe(false);
  });

  it('has an outbox key of his own, which a wipe of his replaces for good', async () => {
    const desk = open();
    await byAccount(desk, 'otto', PASSWORD);
    desk.lock();
    await byBrowser(desk, 'anna');
    const [otto, anna] = ['account:otto', 'oidc:anna'].map((one) => people().find(one)?.outboxKey);
    const fresh = desk.destroyOutboxKey();
    expect([otto, anna]).not.toContain(fresh);
    await desk.wish({ do: 'sign-out' });
    expect(people().find('oidc:anna')?.outboxKey).toBe(fresh);
    expect(people().find('account:otto')?.outboxKey).toBe(otto);
  });
});
