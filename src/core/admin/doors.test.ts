import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { databaseOf } from '../../../test/nodes/own-database.ts';
import { type Core, createCore } from '../core.ts';
import type { Store } from '../store/backup.ts';
import { DATABASE_FILE } from '../store/database.ts';
import { accountIn, addAccount, disableAccount, listAccounts, setPassword } from './accounts.ts';
import { verifyStore } from './audit.ts';
import { addKey, listKeys, revokeKey } from './keys.ts';
import { endTokens } from './signing.ts';

const PASSWORD = 'correct horse battery';
const OTHER = 'staple of the horse';
let core: Core;
let store: Store;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-23T10:00:00Z');
  const dataDir = mkdtempSync(join(tmpdir(), 'core-accounts-'));
  store = { dataDir, database: await databaseOf(dataDir) };
  const start = () => createCore({ ...store, port: 0, dev: false, now: () => now });
  // The account is there before the core is, so that no test waits until a node of a shared store has heard of it.
  await (await start()).close();
  await addAccount(store, { name: 'anna', role: 'restricted', grants: ['station:FRA'] }, PASSWORD, now);
  core = await start();
});
afterEach(async () => {
  await core.close();
  rmSync(store.dataDir, { recursive: true, force: true });
});

async function signIn(name: string, password: string) {
  const answer = await fetch(`${core.url}/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const json = (await answer.json()) as { token?: string; error?: { code: string } };
  return { status: answer.status, json, retryAfter: Number(answer.headers.get('retry-after')) };
}

/** 404: the token holds, and there is no such customer; 401: it does not. */
async function statusWith(token: string | undefined): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${core.url}/v1/profiles/by/userId/nobody`, { headers })).status;
}

/** The shared store tells a running node within its poll. */
const ends = (token: string | undefined) =>
  expect.poll(() => statusWith(token), { timeout: 20_000 }).toBe(401);

describe('local accounts', () => {
  it('[C1] sign in with name and password for a token of their role and grants', async () => {
    expect(await (await fetch(`${core.url}/v1/sign-in`)).json()).toEqual({ accounts: true, oidc: null });
    const { json } = await signIn('anna', PASSWORD);
    expect(json).toMatchObject({ subject: 'account:anna', role: 'restricted', grants: ['station:FRA'] });
    expect(await statusWith(json.token)).toBe(404);
    expect((await signIn('anna', OTHER)).json.error?.code).toBe('sign_in_refused');
    expect((await signIn('otto', PASSWORD)).json.error?.code).toBe('sign_in_refused');
    for (let wrong = 1; wrong < 5; wrong++) await signIn('otto', PASSWORD);
    const refused = await signIn('otto', PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.retryAfter, 'of a quarter of an hour').toBeGreaterThan(60);
  });

  it('[C1] wait their turn where others try at the same time, and are not kept out', async () => {
    const others = Array.from({ length: 4 }, (_, n) => signIn(`other${n}`, OTHER));
    expect((await signIn('anna', PASSWORD)).status).toBe(200);
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 401));
  });

  it('[C1] disabled or with another password they lose the tokens that they have, at a core that runs', async () => {
    const { token } = (await signIn('anna', PASSWORD)).json;
    await setPassword(store, 'anna', OTHER, now);
    await ends(token);
    expect((await signIn('anna', PASSWORD)).status).toBe(401);
    const { token: later } = (await signIn('anna', OTHER)).json;
    expect(await statusWith(later)).toBe(404);
    await disableAccount(store, 'anna', now);
    await ends(later);
    expect((await signIn('anna', OTHER)).status).toBe(401);
    await expect(disableAccount(store, 'anna', now)).rejects.toThrow('there is no account anna to disable');
    expect(await listAccounts(store)).toMatchObject([{ name: 'anna', disabled: now }]);
  });

  it('[C1] lose what they have where the key was renewed that signs it, from the next start on', async () => {
    const { token } = (await signIn('anna', PASSWORD)).json;
    await endTokens(store, now);
    await core.close();
    core = await createCore({ ...store, port: 0, dev: false, now: () => now });
    expect(await statusWith(token)).toBe(401);
    const { token: later } = (await signIn('anna', PASSWORD)).json;
    expect(await statusWith(later)).toBe(404);
    expect(await verifyStore(store, null)).toMatchObject({ faults: [] });
  });

  it('[C1] are in the audit, and no password is in a file', async () => {
    await signIn('anna', PASSWORD);
    await signIn('anna', OTHER);
    await signIn(OTHER, PASSWORD);
    await disableAccount(store, 'anna', now);
    expect(await verifyStore(store, null)).toMatchObject({ entries: 4, faults: [] });
    if (store.database !== undefined) return;
    for (const end of ['', '-wal']) {
      const bytes = readFileSync(join(store.dataDir, DATABASE_FILE + end));
      expect(bytes.includes(PASSWORD) || bytes.includes(OTHER)).toBe(false);
    }
  });

  it('[C1] are made with a name, a role, a grant and a long password only, and once', async () => {
    const fine = { name: 'otto', role: 'operator', grant: ['station:*'] };
    expect(accountIn(fine)).toEqual({ name: 'otto', role: 'operator', grants: ['station:*'] });
    expect(() => accountIn({ ...fine, name: 'o t' })).toThrow('--name');
    expect(() => accountIn({ ...fine, role: 'root' })).toThrow('--role');
    expect(() => accountIn({ ...fine, grant: [] })).toThrow('--grant');
    expect(() => accountIn({ ...fine, grant: ['*'] })).toThrow('* is no scope');
    await expect(addAccount(store, accountIn(fine), 'short', now)).rejects.toThrow('12 to 200');
    const again = { name: 'anna', role: 'operator' as const, grants: ['station:*'] };
    await expect(addAccount(store, again, PASSWORD, now)).rejects.toThrow('anna is taken');
  });
});

describe('write keys', () => {
  const take = async (writeKey: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ writeKey, userId: 'u1', event: 'Viewed' });
    return (await fetch(`${core.url}/v1/track`, { method: 'POST', headers, body })).status;
  };

  it('[C1] are made and revoked one by one at a core that runs, and are in the audit', async () => {
    const { writeKey } = await addKey(store, 'shop', now);
    const other = await addKey(store, 'dcs', now);
    await expect.poll(() => take(writeKey), { timeout: 20_000 }).toBe(200);
    for (const name of ['shop', 'start']) await expect(addKey(store, name, now)).rejects.toThrow('is taken');
    await revokeKey(store, 'shop', now);
    await expect.poll(() => take(writeKey), { timeout: 20_000 }).toBe(401);
    expect([await take(other.writeKey), await take(core.writeKey)]).toEqual([200, 200]);
    await expect(revokeKey(store, 'shop', now)).rejects.toThrow('there is no write key shop');
    expect((await listKeys(store)).map(({ name }) => name)).toContain('dcs');
    expect(await verifyStore(store, null)).toMatchObject({ entries: 4, faults: [] });
  });
});
