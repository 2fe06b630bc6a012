/** What the benchmark `decision` measures at length, small enough for every check-in. */
import { describe, expect, it } from 'vitest';
import { consider } from '../../src/decision/decide.ts';
import { worldsOf } from './families.ts';
import { kairos, play } from './play.ts';
import { propensityTest } from './propensities.ts';
import { squarecb } from './squarecb.ts';
import type { World } from './world.ts';

const shortened = (world: World, rounds: number): World => ({ ...world, rounds });
const worldOf = (family: string, seed = 'gates/1'): World =>
  worldsOf(seed).find((world) => world.family === family) as World;

describe('[B14] learning', () => {
  it('[D19] late outcomes cost little; negatives after the wait, the trap, cost most of what can be gained', () => {
    const world = shortened(worldOf('next best action'), 4_000);
    const prompt = play(world, kairos(world, 1)).normalised;
    const late = play(world, kairos(world, 1, 'late')).normalised;
    const trap = play(world, kairos(world, 1, 'trap')).normalised;
    expect(late / prompt).toBeGreaterThan(0.8);
    expect(trap / prompt).toBeLessThan(0.6);
  });

  it('[D17] is ahead of a linear squarecb on a world that it has not seen', () => {
    for (const family of ['next best action', 'channels']) {
      const world = shortened(worldOf(family, 'gates/2'), 4_000);
      const ours = play(world, kairos(world, 1)).normalised;
      expect(ours).toBeGreaterThan(play(world, squarecb(world, 1)).normalised);
    }
  });
});

describe('[D15] logged propensities', () => {
  it('are the frequencies of what is chosen', () => {
    const { p, floor, sum } = propensityTest(2_500);
    expect(p).toBeGreaterThan(0.001);
    expect(floor).toBeGreaterThanOrEqual(1);
    expect(sum).toBeLessThan(1e-9);
  });

  it('one that belongs to the neighbour is found out', () => {
    const { p } = propensityTest(2_500, (bundle, request, seed) => {
      const decision = consider(bundle, request, { seed });
      const { candidates } = decision;
      const shifted = candidates.map((one, i) => ({
        ...one,
        propensity: candidates[(i + 1) % candidates.length]?.propensity ?? 0,
      }));
      return { ...decision, candidates: shifted };
    });
    expect(p).toBeLessThan(1e-6);
  });
});
