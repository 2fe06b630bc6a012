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

it('[N8] one node holds it, and another takes it 6 s after it was killed', async () => {
  const { one, two } = nodes();
  await Promise.all([one.lease.start(), two.lease.start()]);
  await seconds(60);
  expect([one.holds(), two.holds()]).toEqual([true, false]);
  kill(one);
  await seconds(8);
  expect(two.holds()).toBe(true);
});

it('[N8] a node that was killed with a clock an hour fast is not waited for so long', async () => {
  const { one, two } = nodes();
  await Promise.all([one.lease.start(), two.lease.start()]);
  one.clock.off = HOUR;
  await seconds(10);
  expect([one.holds(), two.holds()]).toEqual([true, false]);
  kill(one);
  await seconds(8);
  expect(two.holds()).toBe(true);
});

it('[N8] a clock that is set back leaves the lease where it is, renewed as before', async () => {
  const { one, two } = nodes();
  await Promise.all([one.lease.start(), two.lease.start()]);
  one.clock.off = HOUR;
  await seconds(10);
  one.clock.off = 0;
  await seconds(10);
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
