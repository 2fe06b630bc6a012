/** Tokens of a real identity provider (oidc-provider on loopback) at a real core's doors. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUDIENCE, startProvider } from '../../scripts/oidc/provider.mjs';
import { listPeople, revokePerson, subjectIn, wipePerson } from '../../src/core/admin/people.ts';
import { readMapping } from '../../src/core/auth/mapping.ts';
import { type Core, createCore } from '../../src/core/core.ts';

const SECRET = 's'.repeat(43);
const MINUTE = 60_000;
const DAY = 86_400_000;
const client = (client_id: string) => ({
  ...{ client_id, client_secret: SECRET, grant_types: ['client_credentials'] },
  ...{ redirect_uris: [], response_types: [] },
});
const WISH = {
  people: {
    anna: { name: 'Anna Berger', groups: ['counter'] },
    sara: { name: 'Sara Vogt', groups: ['supervisors', 'counter'] },
    gast: { name: 'Guest', groups: ['canteen'] },
  },
  clients: ['anna', 'sara', 'gast'].map(client),
};
const MAPPING = {
  rules: [
    { claim: 'groups', value: 'supervisors', role: 'supervisor', grants: ['station:*', 'profile:*'] },
    { claim: 'groups', value: 'counter', role: 'operator', grants: ['station:FRA'] },
  ],
};

type Provider = Awaited<ReturnType<typeof startProvider>>;
let folder: string;
let provider: Provider;
let core: Core;
let ahead: number;

async function startCore(issuer = provider.issuer): Promise<Core> {
  const roles = join(folder, 'roles.json');
  writeFileSync(roles, JSON.stringify(MAPPING));
  return createCore({
    ...{ dataDir: join(folder, 'core'), port: 0, dev: true },
    provider: { issuer, audience: AUDIENCE, mapping: readMapping(roles) },
    now: () => Date.now() + ahead,
  });
}

beforeEach(async () => {
  ahead = 0;
  folder = mkdtempSync(join(tmpdir(), 'oidc-'));
  provider = await startProvider(WISH);
  core = await startCore();
});
afterEach(async () => {
  await core.close();
  await provider.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tokenOf(who: string, resource = AUDIENCE, from = provider): Promise<string> {
  const answer = await fetch(`${from.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${who}:${SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
  });
  const { access_token: token } = (await answer.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`no token: ${answer.status}`);
  return token;
}

async function me(token?: string): Promise<{ status: number; json: { error?: { code: string } } }> {
  const headers: HeadersInit = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(`${core.url}/v1/me`, { headers });
  return { status: answer.status, json: (await answer.json()) as object };
}

/** As an administrator reaches it while the core runs. */
const store = () => ({ dataDir: join(folder, 'core'), database: undefined });

const codeOf = async (token?: string) => (await me(token)).json.error?.code ?? 'taken';

/** How sync answers to the token: `taken`, or the code of its refusal. */
async function syncWith(token: string) {
  const socket = io(`${core.url}/sync`, { transports: ['websocket'], auth: { token }, reconnection: false });
  const result = await new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('taken'));
    socket.once('connect_error', (error: Error & { data?: { code: string } }) =>
      resolve(error.data?.code ?? error.message),
    );
  });
  return { socket, result };
}

/** Says hello as a new console, and waits for the answer. */
const greet = (socket: Socket): Promise<unknown> =>
  socket.emitWithAck('hello', {
    ...{ proto: 'kairos-sync/1', schemaHash: '', clientId: '01J00000000000000000000000', conn: 'a' },
    ...{ epoch: '', cursor: 0, chain: '', proof: '', mask: '', active: [], wanted: [], lmidAck: 0 },
    outboxDepth: 0,
  });

/** What the provider would never sign, with its own key: wrong in the one way that the test names. */
async function signed(change: JWTPayload, header: object = {}, key: object = provider.key): Promise<string> {
  const { kid } = provider.key as { kid: string };
  const seconds = Math.floor(Date.now() / 1_000);
  const claims = { iss: provider.issuer, aud: AUDIENCE, sub: 'anna', iat: seconds, exp: seconds + 600 };
  return new SignJWT({ ...claims, groups: ['counter'], ...change })
    .setProtectedHeader({ alg: 'RS256', kid, ...header })
    .sign(await importJWK(key, 'RS256'));
}

describe('[C1] an access token of the identity provider', () => {
  it('gives role, grants and name by the mapping', async () => {
    expect(await me(await tokenOf('anna'))).toMatchObject({
      status: 200,
      json: { subject: 'oidc:anna', name: 'Anna Berger', role: 'operator', grants: ['station:FRA'] },
    });
    expect(await me(await tokenOf('sara'))).toMatchObject({
      json: { subject: 'oidc:sara', role: 'supervisor', grants: ['station:*', 'profile:*'] },
    });
    const { socket, result } = await syncWith(await tokenOf('anna'));
    socket.close();
    expect(result).toBe('taken');
  });

  it('is asked for as the core says, before anybody has signed in', async () => {
    const answer = await fetch(`${core.url}/v1/sign-in`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        accounts: false,
        oidc: {
          ...{ issuer: provider.issuer, client: 'kairos-console', resource: AUDIENCE },
          scope: 'openid profile offline_access',
        },
      },
    ]);
  });

  it('is refused where no rule fits, and where there is none', async () => {
    expect(await codeOf(await tokenOf('gast'))).toBe('token_invalid');
    expect(await codeOf()).toBe('token_missing');
    expect((await syncWith(await tokenOf('gast'))).result).toBe('token_invalid');
  });

  it('is taken within its time only, on the clock of the core', async () => {
    const token = await tokenOf('anna');
    ahead = 9 * MINUTE;
    expect(await codeOf(token)).toBe('taken');
    ahead = 11 * MINUTE;
    expect(await codeOf(token)).toBe('token_expired');
    expect((await syncWith(token)).result).toBe('token_expired');
  });

  it('is refused before its time, without an end, and after a day whatever it says', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    expect(await codeOf(await signed({}))).toBe('taken');
    expect(await codeOf(await signed({ nbf: seconds + 60 }))).toBe('token_invalid');
    expect(await codeOf(await signed({ iat: seconds + 60 }))).toBe('token_invalid');
    for (const missing of ['exp', 'iat', 'sub', 'iss', 'aud'])
      expect([missing, await codeOf(await signed({ [missing]: undefined }))]).toEqual([
        missing,
        'token_invalid',
      ]);
    const forever = await signed({ exp: seconds + 365 * 86_400 });
    expect(await codeOf(forever)).toBe('taken');
    ahead = DAY + MINUTE;
    expect(await codeOf(forever)).toBe('token_expired');
  });

  it('is refused for another audience', async () => {
    expect(await codeOf(await tokenOf('anna', 'urn:another:service'))).toBe('token_invalid');
  });

  it('is refused from another issuer, also where that one takes our name', async () => {
    const other = await startProvider(WISH);
    try {
      expect(await codeOf(await tokenOf('anna', AUDIENCE, other))).toBe('token_invalid');
      expect(await codeOf(await signed({}, {}, other.key))).toBe('token_invalid');
      expect(await codeOf(await signed({ iss: 'kairos-core' }))).toBe('token_invalid');
    } finally {
      await other.close();
    }
  });

  it('is refused without a signature, and with one of a shared secret: also the public key taken for it', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ iss: provider.issuer, aud: AUDIENCE, sub: 'anna', iat: seconds, exp: seconds + 600 },
      groups: ['counter'],
    };
    const publicKey = createPublicKey({ key: provider.key as JsonWebKey, format: 'jwk' });
    const secrets = [
      publicKey.export({ type: 'spki', format: 'pem' }),
      publicKey.export({ type: 'pkcs1', format: 'der' }),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      SECRET,
    ];
    const { kid } = provider.key as { kid: string };
    const confused = secrets.flatMap((secret) =>
      ['HS256', 'HS512'].map((alg) =>
        new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(Buffer.from(secret)),
      ),
    );
    const unsigned = new UnsecuredJWT(claims).encode();
    const stripped = (await tokenOf('anna')).replace(/[^.]+$/u, '');
    for (const token of [unsigned, stripped, ...(await Promise.all(confused))])
      expect(await codeOf(token)).toBe('token_invalid');
  });

  it('is refused where it brings its own key, and where it is one that only the console is meant by', async () => {
    const other = await startProvider(WISH);
    try {
      const { d: _private, ...jwk } = other.key as JsonWebKey & { kid: string };
      const jku = `${other.issuer}/jwks`;
      for (const header of [{ jwk }, { jku }, { x5u: jku }, { kid: jwk.kid, jku }, { kid: undefined, jwk }])
        expect(await codeOf(await signed({}, header, other.key))).toBe('token_invalid');
      // What an ID token is: of the same provider and person, for the console.
      expect(await codeOf(await signed({ aud: 'kairos-console' }))).toBe('token_invalid');
      expect(await codeOf(await signed({ aud: ['kairos-console', 'urn:another:service'] }))).toBe(
        'token_invalid',
      );
      expect((await syncWith(await signed({ aud: 'kairos-console' }))).result).toBe('token_invalid');
    } finally {
      await other.close();
    }
  });

  it('is dead once its subject was revoked; a later one is alive', async () => {
    const token = await tokenOf('anna');
    const { socket, result } = await syncWith(token);
    expect(result).toBe('taken');
    const said = new Promise((resolve) => socket.once('bye', resolve));
    await greet(socket);
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    const began = performance.now();
    expect(await listPeople(store())).toMatchObject([{ subject: 'oidc:anna', consoles: 1, wipesOwed: 0 }]);
    expect(await revokePerson(store(), 'oidc:anna', Date.now())).toMatchObject({ consoles: 1 });
    expect(await said).toMatchObject({ reason: 'station_revoked' });
    await closed;
    process.stdout.write(
      `a person revoked from the command line, out after ${Math.round(performance.now() - began)} ms\n`,
    );
    expect(await codeOf(token)).toBe('station_revoked');
    expect((await syncWith(token)).result).toBe('station_revoked');
    const later = Math.floor(Date.now() / 1_000) + 2;
    expect(await codeOf(await signed({ iat: later, exp: later + 600 }))).toBe('taken');
    // Renewed since, but by a sign-in from before: whoever has only that has to sign in anew.
    expect(await codeOf(await signed({ iat: later, exp: later + 600, auth_time: later - 60 }))).toBe(
      'station_revoked',
    );
    expect(await codeOf(await tokenOf('sara'))).toBe('taken');
    await core.close();
    core = await startCore();
    expect(await codeOf(token)).toBe('station_revoked');
  });

  it('is of somebody whose consoles can be wiped from the command line, each with its receipt', async () => {
    const { socket } = await syncWith(await tokenOf('sara'));
    await greet(socket);
    const told = new Promise((resolve) =>
      socket.once('wipe', (order: { id: string }, receipt: (answer: object) => void) => {
        receipt({ id: order.id, done: true, pending: 0 });
        resolve(order);
      }),
    );
    const { wipe } = await wipePerson(store(), 'oidc:sara', 'all', Date.now());
    expect(await told).toMatchObject({ id: wipe, mode: 'all' });
    await expect.poll(() => listPeople(store())).toMatchObject([{ subject: 'oidc:sara', wipesOwed: 0 }]);
    socket.close();
    for (const odd of [undefined, '', 'sara', 'oidc:']) expect(() => subjectIn(odd)).toThrow('--subject');
  });

  it('is checked while the provider is away; where its keys were never seen, that is said', async () => {
    const [token, next] = [await tokenOf('anna'), await tokenOf('sara')];
    expect(await codeOf(token)).toBe('taken');
    await provider.close();
    expect(await codeOf(next)).toBe('taken');
    expect((await syncWith(token)).result).toBe('taken');
    await core.close();
    core = await startCore();
    expect(await me(token)).toMatchObject({ status: 503, json: { error: { code: 'sign_in_unavailable' } } });
    expect((await syncWith(token)).result).toBe('sign_in_unavailable');
    expect(await codeOf(core.consoleToken)).toBe('taken');
    const port = Number(new URL(provider.issuer).port);
    provider = await startProvider({ ...WISH, port, key: provider.key });
    expect(await codeOf(token)).toBe('taken');
  });
});
