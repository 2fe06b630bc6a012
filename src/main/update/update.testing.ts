/** A feed as `npm run package -- --feed` makes it, for tests. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asker } from './manifest.ts';

export const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const NOW = Date.parse('2026-11-27T12:00:00Z');
export const ASKER: Asker = {
  ...{ version: '1.0.0', platform: 'linux', arch: 'x64', station: 'counter-1', channel: 'stable', now: NOW },
};
export const PACKAGE = Buffer.alloc(300_000, 'kairos');

export const packageOf = (bytes: Uint8Array, file = 'console_1.1.0_amd64.deb') => ({
  ...{ platform: 'linux', arch: 'x64', file, size: bytes.length },
  sha512: createHash('sha512').update(bytes).digest('hex'),
});

export const manifestOf = (change: object = {}) => ({
  ...{ form: 1, product: 'kairos-console', channel: 'stable', version: '1.1.0', minVersion: '1.0.0' },
  ...{ released: '2026-11-20T00:00:00Z', expires: '2026-12-20T00:00:00Z', share: 100 },
  packages: [packageOf(PACKAGE)],
  ...change,
});

export function signed(manifest: unknown, key: KeyObject = privateKey) {
  const bytes = Buffer.from(typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return { bytes, signature: sign(null, bytes, key) };
}

export function writeFeed(folder: string, manifest: unknown, bytes: Uint8Array = PACKAGE): void {
  mkdirSync(folder, { recursive: true });
  const { bytes: text, signature } = signed(manifest);
  writeFileSync(join(folder, 'stable.json'), text);
  writeFileSync(join(folder, 'stable.json.sig'), signature);
  writeFileSync(join(folder, 'console_1.1.0_amd64.deb'), bytes);
}
