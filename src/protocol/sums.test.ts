import { expect, it } from 'vitest';
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

it('wrap at 64 bits and come back when a row goes', () => {
  const row: RowVersion = { table: 'profile', id: 'P1', v: 7 };
  expect(sumText(-termOf(row) + termOf(row))).toBe('0000000000000000');
  expect(sumText(-1n)).toBe('ffffffffffffffff');
  expect(sumText((1n << 64n) + 5n)).toBe('0000000000000005');
});
