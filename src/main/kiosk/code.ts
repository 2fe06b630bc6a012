/**
 * The staff's code of a kiosk: only its slow hash is kept, tries are counted on the disk, so that neither a patient
 * guest nor pulling the plug finds it out. Pure but for the hash; the file is kiosk-file.ts.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** Salt and hash as hex. */
export type StoredCode = { salt: string; hash: string };

/** `lockedUntil`: ms of the wall clock; 0 where nothing is locked. */
export type Tries = { failures: number; lockedUntil: number };

export const NO_TRIES: Tries = { failures: 0, lockedUntil: 0 };

const CODE = /^[0-9]{6,12}$/u;

// As for the passphrase of the keys (key-ring.ts): about 100 ms and 32 MB a try.
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

/** Wrong codes that cost nothing but the try. */
export const FREE_TRIES = 4;
const FIRST_LOCK = 60_000;
const LONGEST_LOCK = 15 * 60_000;

/** A keypad has digits only. */
export const isCode = (code: string): boolean => CODE.test(code);

export function hashCode(code: string, salt: Buffer = randomBytes(16)): StoredCode {
  return { salt: salt.toString('hex'), hash: scryptSync(code, salt, 32, SCRYPT).toString('hex') };
}

export function isRightCode(code: string, { salt, hash }: StoredCode): boolean {
  const made = scryptSync(code, Buffer.from(salt, 'hex'), 32, SCRYPT);
  const kept = Buffer.from(hash, 'hex');
  return made.length === kept.length && timingSafeEqual(made, kept);
}

/** How long it is still locked, in ms. A clock that was put back does not lock for longer than the longest lock. */
export const lockedFor = ({ lockedUntil }: Tries, now: number): number =>
  Math.min(LONGEST_LOCK, Math.max(0, lockedUntil - now));

/** After a wrong code: from the fifth on each doubles the wait, from one minute to fifteen. */
export function afterWrong({ failures }: Tries, now: number): Tries {
  const made = failures + 1;
  const over = made - FREE_TRIES;
  const wait = over <= 0 ? 0 : Math.min(LONGEST_LOCK, FIRST_LOCK * 2 ** Math.min(over - 1, 10));
  return { failures: made, lockedUntil: wait === 0 ? 0 : now + wait };
}
