/** How the consoles of the fault tests keep their keys: as with a key store, with one that the test can open. */
import { join } from 'node:path';
import { readKeyFile } from '../../src/main/settings/key-file.ts';
import { type KeptKeys, type KeyStore, unlockWithKeyStore } from '../../src/main/settings/key-ring.ts';

/** Reversible and visibly not plain text; the real key stores are the operating system's. */
export const KEY_STORE: KeyStore = {
  wrap: (text) => Buffer.from(text, 'utf8').reverse().toString('base64'),
  unwrap: (wrapped) => Buffer.from(wrapped, 'base64').reverse().toString('utf8'),
};

export const keyFile = (folder: string): string => join(folder, 'keys.json');

export function keysIn(folder: string): KeptKeys {
  const stored = readKeyFile(keyFile(folder));
  if (stored?.protection !== 'keystore') throw new Error('these keys are not kept by a key store');
  return unlockWithKeyStore(stored, KEY_STORE);
}
