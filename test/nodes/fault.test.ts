/**
 * Real consoles and sources at two real nodes over a real PostgreSQL, while a node is killed: nothing is lost, doubled or hidden
 * (docs/spec/store.md). One fault for every check-in; the others are in faults.test.ts.
 */
import { afterAll, beforeAll, it } from 'vitest';
import { expectWhole, open, site, under } from './struck.ts';

beforeAll(open, 180_000);
afterAll(() => site.stop(), 120_000);

it('[N4] node 0 is killed', async () => {
  await under(() => site.nodes[0].kill('SIGKILL'));
  await site.nodes[0].startAgain();
  await expectWhole();
}, 240_000);
