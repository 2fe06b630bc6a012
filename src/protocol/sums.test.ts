import { expect, it } from 'vitest';
import { canonicalJson } from '../domain/canonical.ts';
import { sha256Head } from '../domain/sha256.ts';
import type { RowVersion } from './sums.ts';
import { bucketOf, sumText, termOf } from './sums.ts';

it('are those of the worked values of the specification', () => {
  const rows: RowVersion[] = [
    { table: 'profile', id: 'P1', v: 7 },
    { table: 'event', id: 'E1', v: 8 },
    { table: 'bundle', id: 'b1', v: 1 },
  ];
  expect(sumText(rows.reduce((sum, row) => sum + termOf(row), 0n))).toBe('ba7d5b9aab907803');
  expect(sumText(0n)).toBe('0000000000000000');
  expect(bucketOf('profile', 'P1')).toBe(141);
});

it('hash the canonical JSON of an id, whatever it is made of', () => {
  for (const id of ['P1', '01KAHCQ000', 'a:b/c.d-e_f', 'a"b', 'a\\b', 'ä', 'a\n', '', '😀']) {
    const [high, low] = sha256Head(canonicalJson(['event', id, 2 ** 53 - 1]));
    expect(termOf({ table: 'event', id, v: 2 ** 53 - 1 })).toBe((BigInt(high) << 32n) | BigInt(low));
    expect(bucketOf('event', id)).toBe(sha256Head(canonicalJson(['event', id]))[0] >>> 24);
  }
});

it('wrap at 64 bits and come back when a row goes', () => {
  const row: RowVersion = { table: 'profile', id: 'P1', v: 7 };
  expect(sumText(-termOf(row) + termOf(row))).toBe('0000000000000000');
  expect(sumText(-1n)).toBe('ffffffffffffffff');
  expect(sumText((1n << 64n) + 5n)).toBe('0000000000000005');
});
