import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditFaults } from '../audit/chain.ts';
import { type Core, createCore } from '../core.ts';
import { AuditStore } from '../store/audit.ts';

let folder: string;
let core: Core;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'erase-'));
  core = await createCore({ dataDir: folder, port: 0, dev: true });
});
afterEach(async () => {
  await core.close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, token: string | null, body?: unknown) {
  const authorization =
    token === null
      ? `Basic ${Buffer.from(`${core.writeKey}:`).toString('base64')}`
      : token === ''
        ? ''
        : `Bearer ${token}`;
  const answer = await fetch(`${core.url}${path}`, {
    method,
    headers: {
      ...(authorization && { authorization }),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

const tokenOf = async (role: string): Promise<string> =>
  (await ask('POST', '/dev/token', '', { subject: role, role, scopes: ['profile:*'] })).body.token as never;

const customer = (n: number) => ({
  userId: `user-number-${n}`,
  messageId: `message-${n}`,
  traits: { firstName: `Firstname${n}`, lastName: `Lastname${n}`, email: `mail-${n}@example.org` },
});

/** Names of files in which one of these texts stands. */
const filesWith = (texts: string[]): string[] =>
  readdirSync(folder).filter((name) => {
    const bytes = readFileSync(join(folder, name));
    return texts.some((text) => bytes.includes(text));
  });

it('[C5] leaves no byte of an erased customer in the files, keeps the others, and the audit is whole', async () => {
  for (let n = 100; n < 160; n++) await ask('POST', '/v1/identify', null, customer(n));
  const supervisor = await tokenOf('supervisor');
  const path = '/v1/profiles/by/userId/user-number-123';
  expect((await ask('GET', path, supervisor)).status).toBe(200);
  // The ids of his rows stay in the change log until its floor has passed them: consoles that were off are told by them.
  const texts = ['user-number-123', 'Firstname123', 'Lastname123', 'mail-123@example.org'];
  expect(filesWith(texts)).not.toEqual([]);
  const wish = { identity: { type: 'userId', value: 'user-number-123' }, reason: 'asked for' };
  expect((await ask('POST', '/v1/erasures', await tokenOf('operator'), wish)).status).toBe(403);
  const erased = await ask('POST', '/v1/erasures', supervisor, wish);
  expect(erased).toMatchObject({ status: 200, body: { erasure: { rewritten: true, counts: { event: 1 } } } });
  expect(filesWith(texts)).toEqual([]);
  expect((await ask('GET', path, supervisor)).status).toBe(404);
  expect((await ask('GET', '/v1/profiles/by/userId/user-number-124', supervisor)).status).toBe(200);
  const db = new Database(join(folder, 'core.db'), { readonly: true });
  const trail = new AuditStore(db);
  expect(auditFaults(trail.entries(), trail.head())).toEqual([]);
  db.close();
});

it('[C5] an event of an erased customer that is sent again changes nothing, a new one begins anew', async () => {
  await ask('POST', '/v1/identify', null, customer(123));
  const supervisor = await tokenOf('supervisor');
  const path = '/v1/profiles/by/userId/user-number-123';
  const wish = { identity: { type: 'userId', value: 'user-number-123' }, reason: 'asked for' };
  expect((await ask('POST', '/v1/erasures', supervisor, wish)).status).toBe(200);
  expect((await ask('POST', '/v1/identify', null, customer(123))).status).toBe(200);
  expect((await ask('GET', path, supervisor)).status).toBe(404);
  await ask('POST', '/v1/identify', null, { ...customer(123), messageId: 'later' });
  expect((await ask('GET', path, supervisor)).status).toBe(200);
});
