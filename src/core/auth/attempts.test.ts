import { expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

const QUARTER_MS = 900_000;

it('[C1] after five wrong passwords a name is refused until the first is a quarter of an hour old', () => {
  const attempts = new Attempts();
  for (let minute = 0; minute < 5; minute++) {
    expect(attempts.waitMs('anna', minute)).toBe(0);
    attempts.count('anna', minute);
  }
  expect(attempts.waitMs('anna', QUARTER_MS - 1)).toBe(1);
  expect(attempts.waitMs('otto', QUARTER_MS - 1)).toBe(0);
  expect(attempts.waitMs('anna', QUARTER_MS)).toBe(0);
  attempts.count('anna', QUARTER_MS);
  expect(attempts.waitMs('anna', QUARTER_MS)).toBe(1);
});

it('[C1] the right password begins anew, and endless names take no more memory than ten thousand', () => {
  const attempts = new Attempts();
  for (let turn = 0; turn < 5; turn++) attempts.count('anna', 0);
  attempts.succeeded('anna');
  expect(attempts.waitMs('anna', 0)).toBe(0);
  for (let turn = 0; turn < 5; turn++) attempts.count('otto', 0);
  for (let n = 0; n < 10_000; n++) attempts.count(`name ${n}`, 0);
  expect(attempts.waitMs('otto', 0)).toBe(0);
});
