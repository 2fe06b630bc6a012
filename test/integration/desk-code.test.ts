/** A person's code for one desk, with a real identity provider and a real core. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SignIn } from '../../src/main/sign-in/sign-in.ts';
import {
  byAccount,
  byBrowser,
  inBrowser,
  MINUTE,
  PASSWORD,
  site,
  stateOf,
  useSite,
} from '../builders/sign-in.ts';

useSite();

describe('[S36] a code for one desk', () => {
  const CODE = 'gate B42!';
  const byCode = (desk: SignIn, code: string) => desk.wish({ do: 'code', id: 'oidc:anna', code });
  const refused = (code: string) => ({ ok: false, code });

  const setCode = (desk: SignIn, who: string, code = CODE) =>
    inBrowser(() => desk.wish({ do: 'set-code', code, password: '' }), who);

  async function withCode(): Promise<SignIn> {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    expect(await desk.wish({ do: 'set-code', code: 'short', password: '' })).toEqual(refused('code_short'));
    expect(await setCode(desk, 'anna')).toEqual({ ok: true });
    return desk;
  }

  it('opens it again, and signs in where nobody can be asked, with what waits to be renewed', async () => {
    const desk = await withCode();
    expect(readFileSync(site.file(), 'utf8') + JSON.stringify(site.people().all())).not.toContain(CODE);
    desk.lock();
    expect(await stateOf(desk)).toMatchObject({ locked: { id: 'oidc:anna', code: true } });
    expect(await byCode(desk, 'gate B42')).toEqual(refused('wrong_code'));
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    expect(site.did).toEqual(['take oidc:anna', 'token', 'cover', 'token']);
    // Another one takes over, and gives the desk back when neither core nor provider can be asked.
    desk.lock();
    await byAccount(desk, 'otto', PASSWORD);
    desk.end();
    site.ahead = 24 * 60 * MINUTE;
    await site.withoutProvider(async () => {
      const alone = site.open('http://127.0.0.1:9');
      expect(await stateOf(alone)).toMatchObject({ locked: { id: 'account:otto', code: false } });
      expect(await byCode(alone, CODE)).toEqual({ ok: true });
      expect(await stateOf(alone)).toMatchObject({ state: 'in', id: 'oidc:anna', ended: false });
      // Her token has run out, and the provider is asked until it answers.
      await expect.poll(() => [...site.timers].some(({ ms }) => ms === 15_000)).toBe(true);
      expect(await alone.wish({ do: 'code', id: 'account:otto', code: '' })).toEqual(
        refused('sign_in_needed'),
      );
    });
  });

  it('is counted on the disk before it is looked at, also while somebody else has the desk', async () => {
    (await withCode()).lock();
    const failures = () => site.people().find('oidc:anna')?.code?.failures;
    expect(await byCode(site.open(), 'wrong code')).toEqual(refused('wrong_code'));
    const desk = site.open();
    expect(await byCode(desk, 'wrong code')).toEqual(refused('wrong_code'));
    expect(failures()).toBe(2);
    await byAccount(desk, 'otto', PASSWORD);
    expect(failures()).toBe(2);
    for (let tried = 2; tried < 5; tried++) await byCode(desk, 'wrong code');
    expect(await byCode(desk, CODE)).toEqual(refused('code_locked'));
    site.ahead += 2 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    expect(failures()).toBe(0);
  });

  it('counts within the lease only, and not on a clock that was put back', async () => {
    const desk = await withCode();
    desk.lock();
    site.ahead = 71 * 60 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual({ ok: true });
    desk.lock();
    site.ahead = 73 * 60 * MINUTE;
    expect(await byCode(desk, CODE)).toEqual(refused('lease_over'));
    for (const back of [1, 70 * 60 * MINUTE]) {
      site.ahead = back;
      expect(await byCode(site.open(), CODE)).toEqual(refused('clock_back'));
    }
  });

  it('is gone with a revocation, and can be taken away; who signs out needs more than it', async () => {
    const desk = await withCode();
    desk.revoked();
    desk.lock();
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    await byBrowser(desk, 'anna');
    await setCode(desk, 'anna');
    await desk.wish({ do: 'sign-out' });
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    await byBrowser(desk, 'anna');
    expect(await stateOf(desk)).toMatchObject({ code: true });
    await desk.wish({ do: 'take-code' });
    desk.lock();
    expect(await byCode(desk, CODE)).toEqual(refused('sign_in_needed'));
    expect(await desk.wish({ do: 'set-code', code: CODE, password: '' })).toEqual(refused('not_now'));
    expect(await desk.wish({ do: 'take-code' })).toEqual(refused('not_now'));
  });

  it('is set only by whoever proves once more who he is: a script in the page cannot', async () => {
    const desk = site.open();
    await byBrowser(desk, 'anna');
    const hasCode = async () => expect(await stateOf(desk)).toMatchObject({ id: 'oidc:anna', code: false });
    expect(await setCode(desk, 'bela')).toEqual(refused('somebody_else'));
    await hasCode();
    expect(await setCode(desk, 'gast')).toEqual(refused('not_allowed'));
    const url = site.next;
    const given = desk.wish({ do: 'set-code', code: CODE, password: PASSWORD });
    await url;
    await desk.wish({ do: 'cancel' });
    expect(await given).toEqual(refused('cancelled'));
    await hasCode();
    desk.lock();
    await byAccount(desk, 'otto', PASSWORD);
    const set = (password: string) => desk.wish({ do: 'set-code', code: CODE, password });
    expect(await set('wrong')).toEqual(refused('wrong_password'));
    expect(await stateOf(desk)).toMatchObject({ id: 'account:otto', code: false });
    expect(await set(PASSWORD)).toEqual({ ok: true });
    expect(await stateOf(desk)).toMatchObject({ id: 'account:otto', code: true });
  });
});
