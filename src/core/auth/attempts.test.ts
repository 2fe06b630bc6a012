import { expect, it } from 'vitest';
import { Attempts } from './attempts.ts';
import { Turns } from './turns.ts';

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

it('[C1] so many are looked at at once, the others in their order, and who comes when too many wait is sent away', async () => {
  const turns = new Turns(2, 3);
  const [begun, ends]: [number[], (() => void)[]] = [[], []];
  const all = [0, 1, 2, 3, 4].map((n) => {
    expect(turns.isFull).toBe(false);
    return turns.run(async () => {
      begun.push(n);
      await new Promise<void>((end) => ends.push(end));
      if (n === 1) throw new Error('it fails');
    });
  });
  expect([turns.isFull, begun]).toEqual([true, [0, 1]]);
  const settled = Promise.allSettled(all);
  for (let n = 0; n < 5; n++) {
    ends[n]?.();
    await all[n]?.catch(() => undefined);
    expect(begun).toEqual([0, 1, 2, 3, 4].slice(0, n + 3));
  }
  expect((await settled).map(({ status }) => status === 'fulfilled')).toEqual([
    true,
    false,
    true,
    true,
    true,
  ]);
  expect(turns.isFull).toBe(false);
});
