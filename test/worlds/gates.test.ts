/** What the benchmark `decision` measures at length, small enough for every check-in. */
import { describe, expect, it } from 'vitest';
import { consider } from '../../src/decision/decide.ts';
import { worldsOf } from './families.ts';
import { kairos, type Policy, play, playParts, rules } from './play.ts';
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

/** A world whose start rates are what each action brings on average: as much as rules can know that people write. */
function wellKnown(world: World): World {
  const rounds = Array.from({ length: 500 }, (_, n) => world.round(n).rates);
  const meanOf = (action: string): number => {
    const places = world.candidates.flatMap((one, i) => (one.action === action ? [i] : []));
    const rates = rounds.flatMap((all) => places.map((i) => all[i] as number));
    return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  };
  const catalogue = world.bundle.catalogue.map((one) => ({ ...one, startRate: meanOf(one.id) }));
  return { ...world, bundle: { ...world.bundle, catalogue } };
}

/** How much more one earns than the other for the same customers: mean and standard error over 40 blocks. */
function lead(world: World, one: Policy, other: Policy): { mean: number; error: number } {
  const [own, theirs] = [playParts(world, one, 40), playParts(world, other, 40)];
  const gaps = own.map(({ reward }, i) => reward - (theirs[i]?.reward as number));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (gaps.length - 1) / gaps.length) };
}

const Z = 1.96;

describe('[B14] beside rules that know what each action brings on average', () => {
  it('what learns from nothing on stays above their lower bound, also where the world drifts', () => {
    for (const family of ['next best action', 'drift']) {
      const world = wellKnown(shortened(worldOf(family, 'gates/3'), 4_000));
      const { mean, error } = lead(world, kairos(world, 1), rules(world));
      expect(mean - Z * error, family).toBeGreaterThan(-error);
    }
  });

  it('one that takes a yes for a no is found out', () => {
    const world = wellKnown(shortened(worldOf('next best action', 'gates/3'), 2_000));
    const right = kairos(world, 1);
    const wrong: Policy = {
      ...right,
      learn: (n, round, presented, isPositive) => right.learn(n, round, presented, !isPositive),
    };
    const { mean, error } = lead(world, wrong, rules(world));
    expect(mean - Z * error).toBeLessThan(-error);
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
