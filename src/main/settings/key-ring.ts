/**
 * The keys of replica and outbox, and how they are kept: wrapped by the operating system's key store, by a
 * passphrase, or, after an explicit choice only, in the open beside the data. Pure but for the wrapping that is
 * passed in; the file is read and written by key-file.ts.
 */
import { randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';
import { Sealed, seal, unseal } from './seal.ts';

z.config({ jitless: true });

/** Raw keys of 32 bytes as 64 hex digits, one per file; `people` is that of whoever signs in here (sign-in/people.ts). */
export type Keys = { replica: string; outbox: string; people: string };
/** As they were kept: consoles from before people signed in had none for them. */
export type KeptKeys = Omit<Keys, 'people'> & { people?: string | undefined };
export type Protection = 'keystore' | 'passphrase' | 'unprotected';

export const StoredKeys = z.discriminatedUnion('protection', [
  z.strictObject({ protection: z.literal('keystore'), wrapped: z.string() }),
  Sealed.extend({ protection: z.literal('passphrase'), salt: z.string() }),
  z.strictObject({
    protection: z.literal('unprotected'),
    keys: z.strictObject({ replica: z.string(), outbox: z.string(), people: z.string().optional() }),
  }),
]);
export type StoredKeys = z.infer<typeof StoredKeys>;

/** The operating system's key store; `wrap` and `unwrap` throw when it is not there (any more). */
export type KeyStore = { wrap(text: string): string; unwrap(wrapped: string): string };

export const SHORTEST_PASSPHRASE = 12;

// scrypt with N = 2^15, r = 8: about 100 ms and 32 MB a try (OWASP's least for interactive use is 2^15 with p = 3).
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

export const newKeys = (random: (size: number) => Buffer = randomBytes): Keys => ({
  replica: random(32).toString('hex'),
  outbox: random(32).toString('hex'),
  people: random(32).toString('hex'),
});

export const lockWithKeyStore = (keys: Keys, store: KeyStore): StoredKeys => ({
  protection: 'keystore',
  wrapped: store.wrap(JSON.stringify(keys)),
});

export function lockWithPassphrase(keys: Keys, passphrase: string): StoredKeys {
  const salt = randomBytes(16);
  const sealed = seal(JSON.stringify(keys), keyOf(passphrase, salt));
  return { protection: 'passphrase', salt: salt.toString('hex'), ...sealed };
}

/** The keys, or null where the passphrase is wrong or the file was tampered with. */
export function unlockWithPassphrase(
  stored: StoredKeys & { protection: 'passphrase' },
  passphrase: string,
): KeptKeys | null {
  const { protection: _how, salt, ...sealed } = stored;
  const text = unseal(sealed, keyOf(passphrase, Buffer.from(salt, 'hex')));
  return text === null ? null : keysIn(text);
}

export const unlockWithKeyStore = (
  stored: StoredKeys & { protection: 'keystore' },
  store: KeyStore,
): KeptKeys => keysIn(store.unwrap(stored.wrapped));

const keyOf = (passphrase: string, salt: Buffer): Buffer =>
  scryptSync(passphrase.normalize('NFKC'), salt, 32, SCRYPT);

const keysIn = (text: string): KeptKeys => JSON.parse(text) as KeptKeys;
