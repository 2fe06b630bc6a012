import { describe, expect, it } from 'vitest';
import { compileBundle } from '../bundle.ts';
import type { BundleData, CandidateName, DecideRequest } from '../contract.ts';
import { decide } from '../decide.ts';
import { inputsOf, learnOutcome } from '../record.ts';
import { NEUTRAL, steer } from '../steering.ts';
import { type JudgedDecision, judgeModel } from './quality.ts';
import { sharesAmongOpen } from './reweigh.ts';

const T0 = Date.parse('2026-11-21T10:00:00Z');
const HOUR = 3_600_000;
const BASE: BundleData = {
  version: 'v',
  facts: { colour: { type: 'text' } },
  catalogue: ['a1', 'a2', 'a3'].map((id) => ({ id, lane: 2, channels: ['web'] })),
  policy: { learn: ['colour'], exploration: { floor: 0.1 }, holdout: 0.1, holdoutSalt: 's' },
};
const RATES: Record<string, Record<string, number>> = {
  red: { a1: 0.7, a2: 0.2, a3: 0.1 },
  blue: { a1: 0.1, a2: 0.2, a3: 0.7 },
};

function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A policy that learns while it decides, as the core does, and what customers with known likings made of it. */
function lived(size: number, seed = 3) {
  const luck = chance(seed);
  const bundle = compileBundle(steer(BASE, NEUTRAL, 1_000));
  const decisions: JudgedDecision[] = [];
  for (let i = 0; i < size; i++) {
    const at = T0 + i * 1_000;
    const colour = luck() < 0.5 ? 'red' : 'blue';
    const request: DecideRequest = {
      ...{ id: `d${i}`, at: new Date(at).toISOString(), channels: ['web'] },
      profile: { id: `p${i}`, facts: { colour } },
    };
    const record = decide(bundle, request, { seed });
    const chosen = record.chosen as CandidateName;
    const outcome = luck() < (RATES[colour]?.[chosen.action] as number) ? 'positive' : 'customer-declined';
    const inputs = inputsOf(bundle, request.profile.facts);
    learnOutcome(bundle, bundle.model, { id: record.id, at, chosen, override: null, inputs }, [], {
      ...{ outcome, at, candidate: null },
    });
    decisions.push({
      ...{ record, request, at, shown: chosen, isOverridden: false },
      outcomes: [{ outcome, ...(outcome === 'customer-declined' && { reason: 'price' }) }],
    });
  }
  return { bundle, decisions };
}

describe('[D34] the quality of a model', () => {
  const { bundle, decisions } = lived(4_000);
  const rules = compileBundle(steer(BASE, { ...NEUTRAL, exploration: 'paused' }, 0));
  const quality = judgeModel(decisions, T0 + 100 * HOUR, HOUR, {
    rules: sharesAmongOpen(rules),
    itself: sharesAmongOpen(bundle),
  });

  it('is calibrated where it learned from what it predicted', () => {
    const predicted = decisions.filter(({ record }) => record.holdout !== true);
    expect(predicted.length).toBeLessThan(decisions.length);
    expect(quality.calibration.reduce((sum, { n }) => sum + n, 0)).toBe(predicted.length);
    expect(quality.calibrationError).toBeLessThan(0.05);
    const skewed = decisions.map((one) => ({
      ...one,
      record: {
        ...one.record,
        candidates: one.record.candidates.map((candidate) => ({ ...candidate, p: 1 - candidate.p })),
      },
    }));
    expect(judgeModel(skewed, T0 + 100 * HOUR, HOUR).calibrationError).toBeGreaterThan(0.2);
  });

  it('has its lift over uniform choice, over rules and over the holdout, each about what was planted', () => {
    const { uniform, liftOverUniform, upliftOverHoldout, others } = quality.evaluation;
    const third = 1 / 3;
    expect(uniform.doublyRobust?.low).toBeLessThan(third);
    expect(uniform.doublyRobust?.high).toBeGreaterThan(third);
    expect(liftOverUniform).toBeGreaterThan(0.2);
    // Rules take the first of equals: a1, which is worth (0.7 + 0.1) / 2.
    expect(others.rules?.doublyRobust?.low).toBeLessThan(0.4);
    expect(others.rules?.doublyRobust?.high).toBeGreaterThan(0.4);
    expect(others.itself?.doublyRobust?.low).toBeGreaterThan(0.5);
    expect(upliftOverHoldout?.heldOut).toBeGreaterThan(200);
    expect(upliftOverHoldout?.low).toBeGreaterThan(0);
    expect(upliftOverHoldout?.low).toBeLessThan(0.27);
    expect(upliftOverHoldout?.high).toBeGreaterThan(0.2);
  });

  it('is not judged by a choice that chance had no part in', () => {
    const sure = decisions.map((one) => ({
      ...one,
      record: {
        ...one.record,
        candidates: one.record.candidates.map((candidate) => ({
          ...candidate,
          propensity: candidate.action === one.record.chosen?.action ? 1 : 0,
        })),
      },
    }));
    expect(judgeModel(sure, T0 + 100 * HOUR, HOUR).evaluation).toMatchObject({
      ...{ logged: null, liftOverUniform: null },
    });
  });

  it('counts acceptance and reasons, and waits for whom may still answer', () => {
    const rows = quality.acceptance;
    expect(rows.reduce((sum, row) => sum + row.decisions, 0)).toBe(4_000);
    for (const row of rows) expect(row.positive + row.customerDeclined).toBe(row.decisions);
    const declined = rows.reduce((sum, row) => sum + row.customerDeclined, 0);
    expect(quality.reasons).toEqual([{ outcome: 'customer-declined', reason: 'price', n: declined }]);
    const shown = decisions.slice(0, 10).map((one) => ({ ...one, outcomes: [{ outcome: 'presented' }] }));
    expect(judgeModel(shown, T0 + 10_000, HOUR).calibration).toEqual([]);
    expect(judgeModel(shown, T0 + 2 * HOUR, HOUR).calibration.length).toBeGreaterThan(0);
  });
});
