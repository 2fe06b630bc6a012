/**
 * Real consoles and sources at two real nodes over a real PostgreSQL, while each node in turn is killed, frozen with the head in its
 * hand, and cut off from the database: nothing is lost, doubled or hidden
 * (docs/spec/store.md).
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectWhole, open, site, under, work } from './struck.ts';

beforeAll(open, 180_000);
afterAll(() => site.stop(), 120_000);

it('[N4] node 1 is killed', async () => {
  await under(() => site.nodes[1].kill('SIGKILL'));
  await site.nodes[1].startAgain();
  await expectWhole();
}, 240_000);

for (const index of [0, 1] as const) {
  it(`[N5] node ${index} is frozen while it holds the head, and wakes`, async () => {
    const { pid } = site.nodes[index].started;
    await under(() => site.freezeHolder(index));
    site.front.avoid(index);
    await work();
    expect(await site.holdsHead(pid)).toBe(false);
    site.wake(index);
    site.front.avoid(null);
    await expectWhole();
  }, 240_000);

  it(`[N6] node ${index} is cut off from the database`, async () => {
    await under(async () => {
      site.lines[index].refuses = true;
      site.lines[index].cut();
    });
    site.lines[index].mend();
    await expectWhole();
  }, 240_000);

  it(`[N6] the line of node ${index} to the database falls silent`, async () => {
    await under(async () => {
      site.lines[index].hold('up');
      site.lines[index].hold('down');
    });
    site.lines[index].mend();
    await expectWhole();
  }, 240_000);
}
