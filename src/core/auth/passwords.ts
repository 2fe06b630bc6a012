import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Passwords as slow hashes: scrypt (RFC 7914) with N 2^15, r 8, p 3, one of the settings that OWASP's password storage
 * sheet names; 32 MB and some tenths of a second for each guess. The text is `scrypt$log2(N)$r$p$salt$hash`.
 */
const LOG_N = 15;
const R = 8;
const P = 3;
const BYTES = 32;

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 200;

/** Compared with where there is no account, so that time does not tell which names exist. */
const NOBODY = `scrypt$${LOG_N}$${R}$${P}$AAAAAAAAAAAAAAAAAAAAAA$${'A'.repeat(43)}`;

type Cost = { logN: number; r: number; p: number };

const derived = (password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** logN, r, p, maxmem: 256 * r * 2 ** logN };
    // The same password typed on another keyboard is the same one.
    scrypt(password.normalize('NFKC'), salt, BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derived(password, salt, { logN: LOG_N, r: R, p: P });
  return ['scrypt', LOG_N, R, P, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Takes as long where `secret` is undefined, and is false then. */
export async function isPassword(password: string, secret: string | undefined): Promise<boolean> {
  const [, logN, r, p, salt = '', hash = ''] = (secret ?? NOBODY).split('$');
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  const key = await derived(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(key, Buffer.from(hash, 'base64url')) && secret !== undefined;
}
