import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256, sha256Head, sha256Hex, utf8Bytes } from './sha256.ts';

const reference = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

describe('sha256', () => {
  it('gives the published example digests', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
  it('agrees with the platform at every length around the block borders', () => {
    for (let length = 0; length < 300; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      expect(sha256Hex(bytes)).toBe(reference(bytes));
      expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(reference(bytes));
    }
  });
  it('agrees with the platform on any text, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
        expect(sha256Hex(text)).toBe(reference(text));
        expect(Buffer.from(utf8Bytes(text)).equals(Buffer.from(text, 'utf8'))).toBe(true);
      }),
    );
    expect(sha256Hex('a\ud800b\udc00')).toBe(reference('a\ud800b\udc00'));
    expect(sha256Hex('x'.repeat(1_000_003))).toBe(reference('x'.repeat(1_000_003)));
  });
  it('gives the first 8 bytes as two unsigned halves', () => {
    expect(sha256Head('abc')).toEqual([0xba7816bf, 0x8f01cfea]);
  });
});
