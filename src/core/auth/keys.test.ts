import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeysUnavailable, ProviderKeys } from './keys.ts';

const MINUTE = 60_000;
const jws = { payload: '', signature: '' };
const key = (kid: string) => ({
  kty: 'OKP',
  crv: 'Ed25519',
  alg: 'EdDSA',
  use: 'sig',
  kid,
  x: 'A'.repeat(43),
});

let server: Server;
let issuer: string;
let published: string[];
let isAway: boolean;
/** How often keys were asked for; each answer wakes whoever waits for it. */
let asked: number;
let waiting: () => void;

beforeEach(async () => {
  [published, isAway, asked, waiting] = [['a'], false, 0, () => undefined];
  server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    if (!isDiscovery) asked += 1;
    if (isAway) response.statusCode = 502;
    response.end(
      JSON.stringify(isDiscovery ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: published.map(key) }),
    );
    if (!isDiscovery) response.once('close', () => waiting());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

const find = (keys: ProviderKeys, kid: string) => keys.find({ alg: 'EdDSA', kid }, jws);

describe('[C1] the keys of the provider', () => {
  it('are fetched anew behind the back of whoever signs in, and good for a day without the provider', async () => {
    let now = 0;
    const keys = new ProviderKeys(issuer, () => now);
    await find(keys, 'a');
    isAway = true;
    now = 11 * MINUTE;
    const renewed = new Promise<void>((resolve) => {
      waiting = resolve;
    });
    await find(keys, 'a');
    await renewed;
    expect(asked).toBe(2);
    now = 24 * 60 * MINUTE;
    await find(keys, 'a');
    now += MINUTE;
    await expect(find(keys, 'a')).rejects.toThrow(KeysUnavailable);
    isAway = false;
    await find(keys, 'a');
  });

  it('are refused once the provider has withdrawn them and was asked again', async () => {
    let now = 0;
    const keys = new ProviderKeys(issuer, () => now);
    await find(keys, 'a');
    published = ['b'];
    now = 25 * 60 * MINUTE;
    await expect(find(keys, 'a')).rejects.toThrow(/no applicable key/u);
    await find(keys, 'b');
  });

  it('are those of the issuer only, over TLS where it is elsewhere', async () => {
    expect(() => new ProviderKeys('http://sign-in.example', Date.now)).toThrow(/https/u);
    expect(() => new ProviderKeys('sign-in', Date.now)).toThrow(/https/u);
    await expect(find(new ProviderKeys(`${issuer}/`, Date.now), 'a')).rejects.toThrow(KeysUnavailable);
  });
});
