import { expect, it } from 'vitest';
import { Attempts } from './attempts.ts';

const QUARTER_MS = 900_000;

it('[C1] after five wrong passwords a name is refused until the first is a quarter of an hour old', () => {
  const attempts = new Attempts();
  for (let minute = 0; minute < 5; minute++) {
    expect(attempts.mayTry('anna', minute)).toBe(true);
    attempts.count('anna', minute);
  }
  expect(attempts.mayTry('anna', QUARTER_MS - 1)).toBe(false);
  expect(attempts.mayTry('otto', QUARTER_MS - 1)).toBe(true);
  expect(attempts.mayTry('anna', QUARTER_MS)).toBe(true);
  attempts.count('anna', QUARTER_MS);
  expect(attempts.mayTry('anna', QUARTER_MS)).toBe(false);
});

it('[C1] the right password begins anew, and endless names take no more memory than ten thousand', () => {
  const attempts = new Attempts();
  for (let turn = 0; turn < 5; turn++) attempts.count('anna', 0);
  attempts.succeeded('anna');
  expect(attempts.mayTry('anna', 0)).toBe(true);
  for (let turn = 0; turn < 5; turn++) attempts.count('otto', 0);
  for (let n = 0; n < 10_000; n++) attempts.count(`name ${n}`, 0);
  expect(attempts.mayTry('otto', 0)).toBe(true);
});
