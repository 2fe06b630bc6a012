/** Signing in at a console's desk, with a real identity provider and a real core. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIENCE } from '../../scripts/oidc/provider.mjs';
import { openPeople } from '../../src/main/sign-in/people.ts';
import { renew } from '../../src/main/sign-in/provider.ts';
import {
  byAccount,
  byBrowser,
  LOCK_AFTER,
  MINUTE,
  offered,
  PASSWORD,
  Site,
  site,
  stateOf,
  TOKEN_SECONDS,
  until,
  useSite,
} from '../builders/sign-in.ts';
import { pressName, signInAt } from '../builders/system-browser.ts';
import { Client } from '../contract/client.ts';

useSite();

/** Of a console with another key. */
function otherPeople(): string {
  const path = join(site.folder, 'other.json');
  openPeople(path, 'a'.repeat(64)).change({ clock: 1 });
  return path;
}

describe('[C1] a person signs in at a console', () => {
  it('by the browser, as somebody whom the core knows, and nothing of it is readable on the disk', async () => {
    const desk = site.open();
    await offered(desk);
    expect(await stateOf(desk)).toMatchObject({
      ways: { accounts: true, provider: new URL(site.provider.issuer).host },
      locked: null,
    });
    const url = site.next;
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
    expect(site.did).toEqual(['take oidc:anna']);
    const anna = site.people().find('oidc:anna');
    expect(anna).toMatchObject({ role: 'operator', grants: ['station:FRA'] });
    const bytes = readFileSync(site.file(), 'utf8');
    for (const secret of ['Anna', anna?.token?.value, anna?.refresh, anna?.outboxKey])
      expect(bytes).not.toContain(secret);
  });

  it('asks each time who is there, whomever the browser still knows', async () => {
    const jar = new Map<string, string>();
    const desk = site.open();
    await offered(desk);
    for (const [who, id] of [
      ['anna', 'oidc:anna'],
      ['bela', 'oidc:bela'],
    ] as const) {
      const url = site.next;
      const answer = desk.wish({ do: 'browser' });
      await signInAt(await url, who, jar);
      expect(await answer).toEqual({ ok: true });
      expect(await stateOf(desk)).toMatchObject({ id });
      desk.lock();
    }
  });

  it('takes one answer, which must be that to its own question', async () => {
    const desk = site.open();
    await offered(desk);
    const url = site.next;
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

  it.each([
    ['is damaged', () => writeFileSync(site.file(), readFileSync(site.file(), 'utf8').slice(0, -9))],
    ['is under another key', () => copyFileSync(otherPeople(), site.file())],
    ['is of another kind', () => writeFileSync(site.file(), '{"iv":1}')],
  ])('a file of people that %s is put aside and said, and everybody signs in anew', async (_how, damage) => {
    const before = site.open();
    await byAccount(before, 'otto', PASSWORD);
    damage();
    const bytes = readFileSync(site.file(), 'utf8');
    const desk = site.open();
    await offered(desk);
    expect(await stateOf(desk)).toMatchObject({ damaged: true, locked: null, people: [] });
    expect(readFileSync(`${site.file()}.damaged-1`, 'utf8')).toBe(bytes);
    expect(await byAccount(desk, 'otto', PASSWORD)).toEqual({ ok: true });
    desk.lock();
    expect(await stateOf(site.open())).toMatchObject({ damaged: false, locked: { id: 'account:otto' } });
  });

  it('is told what went wrong', async () => {
    const desk = site.open();
    expect(await byBrowser(desk, '')).toEqual({ ok: false, code: 'sign_in_denied' });
    expect(await byBrowser(desk, 'gast')).toEqual({ ok: false, code: 'not_allowed' });
    const url = site.next;
    const given = desk.wish({ do: 'browser' });
    await url;
    expect(await desk.wish({ do: 'cancel' })).toEqual({ ok: true });
    expect(await given).toEqual({ ok: false, code: 'cancelled' });
    await site.withoutProvider(async () => {
      expect(await desk.wish({ do: 'browser' })).toEqual({ ok: false, code: 'provider_unreachable' });
    });
    expect(await byAccount(desk, 'otto', 'wrong')).toEqual({ ok: false, code: 'wrong_password' });
    // Nobody listens there.
    const alone = site.open('http://127.0.0.1:9');
    expect(await byAccount(alone, 'otto', PASSWORD)).toEqual({ ok: false, code: 'core_unreachable' });
    await until(alone, (state) => state.state === 'out' && !state.reachable);
    for (const odd of [null, 7, {}, { do: 'open' }, { do: 'account', name: 'otto' }, { do: 'lock', x: 1 }])
      expect(await desk.wish(odd)).toEqual({ ok: false, code: 'not_now' });
    expect([desk.isOpen(), site.did]).toEqual([false, []]);
  });

  it('with a local account', async () => {
    const desk = site.open();
    expect(await byAccount(desk, 'otto', PASSWORD)).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({
      state: 'in',
      id: 'account:otto',
      name: 'otto',
      ended: false,
    });
    expect(readFileSync(site.file(), 'utf8')).not.toContain(PASSWORD);
    expect(JSON.stringify(site.people().all())).not.toContain(PASSWORD);
    // There is nothing to renew it with: before its end he is asked.
    site.passed(9 * 60 * MINUTE, 10 * 60 * MINUTE);
    await until(desk, (state) => state.state === 'in' && state.ended);
    desk.lock();
    expect(await byAccount(desk, 'otto', PASSWORD)).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    expect(site.did).toEqual(['take account:otto', 'cover', 'token']);
  });
});

describe('[C1] the token of whoever has the console', () => {
  const HALF = [(TOKEN_SECONDS / 2 - 5) * 1_000, (TOKEN_SECONDS / 2) * 1_000] as const;
  const refreshOf = () => site.people().find('oidc:anna')?.refresh;

  it('is renewed at half of its time; a provider that is away is asked again, and nobody notices', async () => {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    const [before, token] = [refreshOf(), site.people().find('oidc:anna')?.token?.value];
    site.passed(...HALF);
    await expect.poll(() => site.did).toEqual(['take oidc:anna', 'token']);
    expect(refreshOf()).not.toBe(before);
    expect(site.people().find('oidc:anna')?.token?.value).not.toBe(token);
    await site.withoutProvider(async () => {
      site.passed(...HALF);
      await expect.poll(() => [...site.timers].some(({ ms }) => ms === 15_000)).toBe(true);
      expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    });
    // It is back and has forgotten everybody: only now he is asked.
    site.passed(15_000, 15_000);
    await until(desk, (state) => state.state === 'in' && state.ended);
    expect([refreshOf(), site.did]).toEqual([null, ['take oidc:anna', 'token']]);
    desk.lock();
    expect(await byBrowser(desk, 'anna')).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ state: 'in', ended: false });
    expect(site.did.slice(2)).toEqual(['cover', 'token']);
  });

  it('lasts where the provider is down for ten minutes, at the worst moment: nobody notices', async () => {
    const day = new Site();
    await day.start(1_800);
    day.begin();
    const desk = day.open();
    await offered(desk);
    const [url, signedIn] = [day.next, desk.wish({ do: 'browser' })];
    await signInAt(await url, 'anna');
    expect(await signedIn).toEqual({ ok: true });
    const tokenOf = () => day.people().find('oidc:anna')?.token?.value ?? '';
    const [before, traits] = [tokenOf(), { firstName: 'Clara', lastName: 'Novak' }];
    const send = async (body: object) => {
      const headers = {
        authorization: `Basic ${btoa(`${day.core.writeKey}:`)}`,
        'content-type': 'application/json',
      };
      const answer = await fetch(`${day.core.url}/v1/batch`, {
        ...{ method: 'POST', headers, body: JSON.stringify({ batch: [{ userId: 'clara', ...body }] }) },
      });
      expect(await answer.json()).toEqual({ success: true });
    };
    const departs = new Date(Date.now() + 4 * 60 * MINUTE).toISOString();
    const flight = { flight: 'LH400', date: departs.slice(0, 10), from: 'FRA', to: 'JFK', departs };
    await send({ type: 'identify', traits });
    const properties = { booking: 'QX7R2M', segments: [{ segment: 1, ...flight, status: 'confirmed' }] };
    await send({ type: 'track', event: 'Booking Created', properties });
    const console = new Client({ url: day.core.url, token: before, wanted: ['station:FRA'] });
    await console.ready();
    const [id = ''] = [...console.replica.rows.values()].flatMap((row) =>
      row.table === 'profile' ? [row.id] : [],
    );
    // A minute before half of its time: the next token is asked for just when nobody answers.
    const aMinute = async (): Promise<void> => {
      await day.goesBy(MINUTE);
      desk.touched();
    };
    for (let minute = 0; minute < 14; minute += 1) await aMinute();
    await day.provider.close();
    for (let minute = 1; minute <= 10; minute += 1) {
      await aMinute();
      if (minute > 1) await expect.poll(() => [...day.timers].some(({ ms }) => ms === 15_000)).toBe(true);
      await send({ type: 'identify', traits: { tier: `of minute ${minute}` } });
      await console.seesFact(id, 'tier', `of minute ${minute}`);
      expect((await console.run('add-note', { profileId: id, text: `note ${minute}` }))[2]).toBe('applied');
      expect([desk.isOpen(), await stateOf(desk)]).toMatchObject([true, { state: 'in', ended: false }]);
    }
    // Whoever starts meanwhile is let in with what he has.
    const other = new Client({ url: day.core.url, token: before, wanted: ['station:FRA'] });
    await other.ready();
    expect(day.did).toEqual(['take oidc:anna']);
    await day.provider.reopen();
    await aMinute();
    await expect.poll(() => day.did).toEqual(['take oidc:anna', 'token']);
    expect(await console.auth(tokenOf())).toMatchObject({ until: expect.any(String) });
    await other.flush();
    expect([console.byes, console.closed]).toEqual([[], false]);
    for (const one of [console, other]) one.close();
    await day.end();
  });

  it('is renewed at once where the core wants another one', async () => {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    desk.tokenNeeded();
    await expect.poll(() => site.did).toEqual(['take oidc:anna', 'token']);
  });

  it('is given back when he signs out, and nothing of it is kept', async () => {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    desk.waits(2);
    const refresh = refreshOf() ?? '';
    expect(await desk.wish({ do: 'sign-out' })).toEqual({ ok: true });
    expect(site.people().find('oidc:anna')).toMatchObject({ token: null, refresh: null, unsent: 2 });
    const way = site.people().all().ways?.oidc;
    await expect(renew(way as NonNullable<typeof way>, refresh)).rejects.toMatchObject({
      code: 'renewal_refused',
    });
    expect(site.did).toEqual(['take oidc:anna', 'leave', 'cover']);
    expect(await stateOf(desk)).toMatchObject({
      state: 'out',
      locked: null,
      people: [{ id: 'oidc:anna', name: 'Anna Berger', unsent: 2 }],
    });
  });
});

describe('[S36] who has the console', () => {
  it('is asked after so long without a hand on it; his work goes on, and he or another one goes on', async () => {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    site.ahead = LOCK_AFTER - MINUTE;
    desk.touched();
    site.ahead += MINUTE;
    site.passed(LOCK_AFTER, LOCK_AFTER);
    expect(desk.isOpen()).toBe(true);
    site.ahead += LOCK_AFTER;
    site.passed(LOCK_AFTER - 2 * MINUTE, LOCK_AFTER);
    expect([desk.isOpen(), site.did.at(-1)]).toEqual([false, 'cover']);
    desk.waits(3);
    expect(await stateOf(desk)).toMatchObject({ state: 'out', locked: { id: 'oidc:anna', unsent: 3 } });
    await byAccount(desk, 'otto', PASSWORD);
    expect(site.did).toEqual(['take oidc:anna', 'cover', 'leave', 'take account:otto', 'cover']);
    desk.lock();
    expect(await stateOf(desk)).toMatchObject({
      locked: { id: 'account:otto' },
      people: [{ id: 'account:otto' }, { id: 'oidc:anna', unsent: 3 }],
    });
    const { outboxKey } = site.people().find('oidc:anna') ?? {};
    expect(outboxKey).not.toBe(site.people().find('account:otto')?.outboxKey);
    await byBrowser(desk, 'anna');
    expect(site.people().find('oidc:anna')?.outboxKey).toBe(outboxKey);
  });

  it('goes on after a start within that time, and is asked after any other', async () => {
    const first = site.open();
    await byAccount(first, 'otto', PASSWORD);
    first.waits(1);
    first.end();
    site.ahead = LOCK_AFTER - MINUTE;
    const second = site.open();
    expect([second.isOpen(), await stateOf(second)]).toMatchObject([
      true,
      { state: 'in', id: 'account:otto' },
    ]);
    second.end();
    for (const later of [2 * LOCK_AFTER, 0]) {
      site.ahead = later;
      const desk = site.open();
      expect([desk.isOpen(), await stateOf(desk)]).toMatchObject([
        false,
        { locked: { id: 'account:otto', unsent: 1 } },
      ]);
    }
    const locked = site.open();
    await byAccount(locked, 'otto', PASSWORD);
    locked.lock();
    expect(site.open().isOpen()).toBe(false);
  });

  it('has an outbox key of his own, which a wipe of his replaces for good', async () => {
    const desk = site.open();
    await byAccount(desk, 'otto', PASSWORD);
    desk.lock();
    await byBrowser(desk, 'anna');
    const [otto, anna] = ['account:otto', 'oidc:anna'].map((one) => site.people().find(one)?.outboxKey);
    const fresh = desk.destroyOutboxKey();
    expect([otto, anna]).not.toContain(fresh);
    await desk.wish({ do: 'sign-out' });
    expect(site.people().find('oidc:anna')?.outboxKey).toBe(fresh);
    expect(site.people().find('account:otto')?.outboxKey).toBe(otto);
  });
});
