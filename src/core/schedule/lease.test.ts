import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { migrate } from '../store/database.ts';
import { LeaseStore } from '../store/leases.ts';
import { LogStore } from '../store/log.ts';
import { SharedLease } from './lease.ts';

const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Two nodes over one store; each clock can be set. */
function nodes() {
  const db = new Database(':memory:');
  migrate(db);
  const log = new LogStore(db, Date.now);
  const stores = { log, leases: new LeaseStore(db) };
  const began = Date.now();
  const node = (name: string) => {
    const clock = { off: 0 };
    const onFailure = (error: unknown) => {
      throw error;
    };
    const steady = () => Date.now() - began;
    const lease = new SharedLease(stores, name, { clock: () => Date.now() + clock.off, steady, onFailure });
    return { lease, clock, holds: () => lease.holds() };
  };
  return { one: node('one'), two: node('two') };
}

const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1_000);
/** It is killed: it tends nothing any more, and gives nothing up. */
const kill = ({ lease }: { lease: SharedLease }) =>
  clearInterval((lease as unknown as { timer: never }).timer);

it.each([
  ['whose clock is right', []],
  ['whose clock is an hour fast', [HOUR]],
  ['whose clock was an hour fast and is set back', [HOUR, 0]],
])('[N8] a node %s holds it, and another takes it 6 s after it was killed', async (_, set) => {
  const { one, two } = nodes();
  await Promise.all([one.lease.start(), two.lease.start()]);
  await seconds(10);
  for (const off of set) {
    one.clock.off = off;
    await seconds(10);
  }
  expect([one.holds(), two.holds()]).toEqual([true, false]);
  kill(one);
  await seconds(8);
  expect(two.holds()).toBe(true);
});

it('[N8] a node that goes leaves it to another at once', async () => {
  const { one, two } = nodes();
  await Promise.all([one.lease.start(), two.lease.start()]);
  await one.lease.stop();
  await seconds(1);
  expect(two.holds()).toBe(true);
});
