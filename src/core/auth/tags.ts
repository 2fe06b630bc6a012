import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../domain/canonical.ts';
import { memo } from '../../domain/memo.ts';
import type { Tagger } from './masks.ts';

/** Half of SHA-256 in hex: within the 64 characters of an opaque string, and long enough not to be found by chance. */
const TAG_CHARS = 32;

/** Makes the tags of masked values under a key that is part of the stored history. */
export const taggerOf =
  (key: Uint8Array): Tagger =>
  (profileId, name, value) =>
    createHmac('sha256', key)
      .update(canonicalJson(['tag', profileId, name, value]))
      .digest('hex')
      .slice(0, TAG_CHARS);

export type Prover = (epoch: string, cursor: number, chain: string) => string;

/** Places whose proofs are remembered: consoles that come back together stand at few of them. */
const MOST_PLACES = 1_000;

/** Makes the proof of a place in the history (R5): only this core, or one with its stored history, can make it. */
export function proverOf(key: Uint8Array): Prover {
  const proof = memo((text: string) => createHmac('sha256', key).update(text).digest('hex'), MOST_PLACES);
  return (epoch, cursor, chain) => proof(canonicalJson(['proof', epoch, cursor, chain]));
}
