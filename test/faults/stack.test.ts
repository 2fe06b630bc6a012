import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from './bundle.mjs';
import { planOf, type Sort } from './plan.ts';
import { Run } from './run.ts';
import { Stack } from './stack.ts';

/** Few of each, always the same; `npm run faults` makes as many as are wanted. */
const RUNS: readonly (readonly [sort: Sort, count: number])[] = [
  ['partition', 6],
  ['kill', 3],
];
const SEED = 7;

let bundled: { folder: string; remove: () => void };
let stack: Stack;
beforeAll(async () => {
  bundled = await bundle({ host: 'test/faults/host.ts', core: 'src/core/entry.ts' });
  stack = await new Stack(bundled.folder).open(planOf(SEED, 'kill', 0).stations);
});
afterAll(async () => {
  await stack.close();
  bundled.remove();
});

describe('a real core and real consoles', () => {
  it.each(RUNS)(
    '[I1] [I2] [I3] [I4] lose, double and hide nothing in a run of the kind %s',
    async (sort, count) => {
      for (let i = 0; i < count; i++) {
        const result = await new Run(stack, planOf(SEED, sort, i), `${sort[0]}${i}`).run();
        expect([i, result.wrong]).toEqual([i, []]);
        expect(result.applied).toBeGreaterThan(0);
      }
    },
    300_000,
  );

  it('make the same plan of the same seed, and another of another', () => {
    for (const sort of ['partition', 'kill'] as const) {
      expect(planOf(1, sort, 5)).toEqual(planOf(1, sort, 5));
      expect(planOf(1, sort, 5).events).not.toEqual(planOf(2, sort, 5).events);
      expect(planOf(1, sort, 5).events).not.toEqual(planOf(1, sort, 6).events);
    }
  });
});
