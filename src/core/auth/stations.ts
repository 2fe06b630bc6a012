/**
 * Enrolment codes, challenges and signatures of stations. A challenge is made and known again by the core's key alone:
 * nothing is kept for whoever only asks; what was answered once is remembered until it has ended.
 */
import {
  createHash,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { plainCode } from '../../domain/station-proof.ts';

/** 100 bits in an alphabet without letters that are mistaken for others. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_CHARS = 20;
const CHALLENGE_MS = 60_000;

/** `XXXXX-XXXXX-XXXXX-XXXXX`. @param random at least 20 random bytes */
export function enrolmentCode(random: Uint8Array): string {
  const letters = Array.from(random.subarray(0, CODE_CHARS), (byte) => ALPHABET[byte % ALPHABET.length]);
  return letters.join('').replaceAll(/.{5}(?=.)/gu, '$&-');
}

/** A fast hash is enough: nobody finds 100 random bits by trying. */
export const codeHash = (code: string): string => createHash('sha256').update(plainCode(code)).digest('hex');

/** An Ed25519 key as SPKI in base64, or null. */
export function publicKeyIn(text: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

export const isSignedBy = (key: KeyObject, text: string, signature: string): boolean =>
  verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));

export class Challenges {
  private readonly key: Uint8Array;
  private readonly random: () => string;
  /** Answered ones and when they end. */
  private readonly used = new Map<string, number>();

  /** @param random a text that never comes again */
  constructor(key: Uint8Array, random: () => string) {
    this.key = key;
    this.random = random;
  }

  make(station: string, now: number): { challenge: string; until: number } {
    const until = now + CHALLENGE_MS;
    const head = `${until}.${this.random()}`;
    return { challenge: `${head}.${this.mac(station, head)}`, until };
  }

  /** True once for each challenge that was made for this station and has not ended. */
  use(station: string, challenge: string, now: number): boolean {
    for (const [old, until] of this.used) if (until <= now) this.used.delete(old);
    const [, head = '', until = '', mac = ''] =
      /^((\d{1,15})\.[\w-]{1,64})\.([0-9a-f]{64})$/u.exec(challenge) ?? [];
    if (mac === '' || Number(until) <= now || this.used.has(challenge)) return false;
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(station, head)))) return false;
    this.used.set(challenge, Number(until));
    return true;
  }

  private mac(station: string, head: string): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify(['challenge', station, head]))
      .digest('hex');
  }
}
