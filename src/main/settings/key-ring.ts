/**
 * The keys of replica and outbox, and how they are kept: wrapped by the operating system's key store, by a
 * passphrase, or, after an explicit choice only, in the open beside the data. Pure but for the wrapping that is
 * passed in; the file is read and written by key-file.ts.
 */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { z } from 'zod';

z.config({ jitless: true });

/** Raw keys of 32 bytes as 64 hex digits, one per file. */
export type Keys = { replica: string; outbox: string };
export type Protection = 'keystore' | 'passphrase' | 'unprotected';

export const StoredKeys = z.discriminatedUnion('protection', [
  z.strictObject({ protection: z.literal('keystore'), wrapped: z.string() }),
  z.strictObject({
    protection: z.literal('passphrase'),
    salt: z.string(),
    iv: z.string(),
    tag: z.string(),
    wrapped: z.string(),
  }),
  z.strictObject({
    protection: z.literal('unprotected'),
    keys: z.strictObject({ replica: z.string(), outbox: z.string() }),
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
});

export const lockWithKeyStore = (keys: Keys, store: KeyStore): StoredKeys => ({
  protection: 'keystore',
  wrapped: store.wrap(JSON.stringify(keys)),
});

export function lockWithPassphrase(keys: Keys, passphrase: string): StoredKeys {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv(
    'aes-256-gcm',
    scryptSync(passphrase.normalize('NFKC'), salt, 32, SCRYPT),
    iv,
  );
  const wrapped = Buffer.concat([cipher.update(JSON.stringify(keys), 'utf8'), cipher.final()]);
  const hex = (bytes: Buffer): string => bytes.toString('hex');
  return {
    protection: 'passphrase',
    salt: hex(salt),
    iv: hex(iv),
    tag: hex(cipher.getAuthTag()),
    wrapped: hex(wrapped),
  };
}

/** The keys, or null where the passphrase is wrong (or the file was tampered with: GCM cannot tell the two apart). */
export function unlockWithPassphrase(
  stored: StoredKeys & { protection: 'passphrase' },
  passphrase: string,
): Keys | null {
  const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
  const key = scryptSync(passphrase.normalize('NFKC'), bytes(stored.salt), 32, SCRYPT);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(stored.iv));
    decipher.setAuthTag(bytes(stored.tag));
    const text = Buffer.concat([decipher.update(bytes(stored.wrapped)), decipher.final()]).toString('utf8');
    return JSON.parse(text) as Keys;
  } catch {
    return null;
  }
}

export const unlockWithKeyStore = (stored: StoredKeys & { protection: 'keystore' }, store: KeyStore): Keys =>
  JSON.parse(store.unwrap(stored.wrapped)) as Keys;
