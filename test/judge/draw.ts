/** The draw of the contract: the first 53 bits of SHA-256 as a number in [0, 1). */
import { createHash } from 'node:crypto';

export function uniform(text: string): number {
  const head = createHash('sha256').update(text, 'utf8').digest().readBigUInt64BE(0);
  return Number(head >> 11n) / 2 ** 53;
}
