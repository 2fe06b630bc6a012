import { describe, expect, it } from 'vitest';
import { compileBundle } from './bundle.ts';
import type { BundleData, DecideRequest } from './contract.ts';
import { decide } from './decide.ts';
import { isHarmful } from './guardrail.ts';
import { faultOf, goBack, NEUTRAL, type Steering, steer } from './steering.ts';

const BASE: BundleData = {
  version: 'v',
  facts: {},
  catalogue: [
    { id: 'a1', lane: 2, channels: ['web'], consent: 'marketing' },
    { id: 'a2', lane: 2, channels: ['web'] },
    { id: 'a0', lane: 0, channels: ['web'] },
  ],
  policy: { holdout: 0.02, caps: [{ count: 3, windowHours: 24 }] },
};
const request: DecideRequest = {
  id: 'd1',
  at: '2026-11-23T10:00:00Z',
  profile: { id: 'p', facts: {} },
  channels: ['web'],
};
const pause = (by: 'person' | 'guardrail', reason = 'why') => ({
  by,
  at: '2026-11-23T09:00:00.000Z',
  reason,
});
const candidates = (steering: Steering) =>
  decide(compileBundle(steer(BASE, steering, 0)), request).candidates;

describe('[D32] steering', () => {
  it('pauses in every lane, with its reason among the failures in the order of the stages', () => {
    const [first, second, third] = candidates({
      ...NEUTRAL,
      paused: { a1: pause('person'), a0: pause('person', 'the law has changed') },
    });
    const paused = (actual: string) => ({ actual, fact: null, needed: null, op: null, rule: 'paused' });
    expect([first?.stage, first?.failed.map(({ rule }) => rule)]).toEqual(['paused', ['paused', 'consent']]);
    expect(third?.failed).toEqual([paused('the law has changed')]);
    expect([second?.stage, second?.propensity]).toEqual(['open', 1]);
    expect(candidates(NEUTRAL)[2]?.stage).toBe('open');
  });

  it('changes only what it names, and leaves the rest to the catalogue', () => {
    const policy = (steering: Partial<Steering>) => steer(BASE, { ...NEUTRAL, ...steering }, 500).policy;
    expect(policy({})).toMatchObject({
      holdout: 0.02,
      caps: BASE.policy?.caps,
      exploration: { paused: false },
    });
    expect(policy({ holdout: 0 })?.holdout).toBe(0);
    expect(policy({ caps: [] })?.caps).toEqual([]);
    expect(policy({ exploration: 'paused' })?.exploration?.paused).toBe(true);
    expect(policy({ levers: { a1: 20 } })?.levers).toEqual({ a1: 20 });
  });

  it('says what is wrong', () => {
    expect(faultOf(BASE, NEUTRAL)).toBeNull();
    expect(faultOf(BASE, { ...NEUTRAL, levers: { a9: 1 } })).toMatch(/a9: the catalogue has no such action/u);
    expect(faultOf(BASE, { ...NEUTRAL, levers: { a1: 401 } })).toMatch(/policy\.levers/u);
    expect(faultOf(BASE, { ...NEUTRAL, challenger: { a1: -101 } })).toMatch(/^challenger: policy\.levers/u);
    expect(faultOf(BASE, { ...NEUTRAL, holdout: 1 })).toMatch(/holdout/u);
  });

  it('going back resumes nothing that a guardrail has paused', () => {
    const now = { ...NEUTRAL, paused: { a1: pause('guardrail'), a2: pause('person') } };
    expect(goBack(now, { ...NEUTRAL, levers: { a1: 5 } })).toMatchObject({
      levers: { a1: 5 },
      paused: { a1: { by: 'guardrail' } },
    });
    expect(Object.keys(goBack(now, NEUTRAL).paused)).toEqual(['a1']);
  });
});

describe('[D33] a guardrail', () => {
  it('[B27] holds for harm what is hardly chance at two of a hundred', () => {
    const table: [number, number, boolean][] = [
      [1, 1, false],
      [2, 2, true],
      [2, 3, false],
      [3, 20, false],
      [4, 20, true],
      [2, 1_000, false],
      [20, 1_000, false],
      [36, 1_000, true],
    ];
    for (const [harmed, shown, expected] of table)
      expect([harmed, shown, isHarmful(harmed, shown)]).toEqual([harmed, shown, expected]);
  });

  it('rarely stops what does no harm, though it is asked after every complaint', () => {
    let state = 9;
    const luck = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    let stopped = 0;
    for (let run = 0; run < 200; run++) {
      let harmed = 0;
      for (let shown = 1; shown <= 1_000; shown++) {
        if (luck() >= 0.01) continue;
        harmed++;
        if (!isHarmful(harmed, shown)) continue;
        stopped++;
        break;
      }
    }
    expect(stopped).toBeLessThan(6);
  });
});
