import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../domain/canonical.ts';
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

/** The proof of a place in the history (R5): only this core, or one with its stored history, can make it. */
export const proofOf = (key: Uint8Array, epoch: string, cursor: number, chain: string): string =>
  createHmac('sha256', key)
    .update(canonicalJson(['proof', epoch, cursor, chain]))
    .digest('hex');
