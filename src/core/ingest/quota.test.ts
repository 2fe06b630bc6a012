import { expect, it } from 'vitest';
import { Quota } from './quota.ts';

it('[Q1] a source that sends more than its share is refused, and the others are not', () => {
  let now = 0;
  const quota = new Quota({ eventsPerSecond: 100, eventsPerSecondOfAKey: 10, burstSeconds: 2 }, () => now);
  const sent = (key: string, events: number, size = 1) =>
    Array.from({ length: events }, () => quota.takes(key, size)).filter(Boolean).length;
  expect(sent('wild', 1_000)).toBe(20);
  expect(sent('calm', 5)).toBe(5);
  now += 1_000;
  expect(sent('wild', 1_000)).toBe(10);
  // What was refused cost nothing, and rest is not saved up beyond the burst.
  now += 3_600_000;
  expect(sent('wild', 1_000)).toBe(20);
});

it('[Q1] a batch larger than the burst is taken once, and then waited for', () => {
  let now = 0;
  const quota = new Quota({ eventsPerSecond: 10, burstSeconds: 1 }, () => now);
  expect(quota.takes('a', 500)).toBe(true);
  expect(quota.takes('b', 1)).toBe(false);
  now += 48_000;
  expect(quota.takes('b', 1)).toBe(false);
  now += 2_000;
  expect(quota.takes('b', 1)).toBe(true);
});

it('without quotas nobody is refused', () => {
  const quota = new Quota({ burstSeconds: 1 }, () => 0);
  for (let i = 0; i < 10_000; i++) expect(quota.takes('a', 1_000)).toBe(true);
});
