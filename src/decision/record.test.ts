import { describe, expect, it } from 'vitest';
import { compileBundle } from './bundle.ts';
import type { CandidateName } from './contract.ts';
import { decide } from './decide.ts';
import { inputsOf, readChoice, readRecord } from './record.ts';

const AT = '2026-11-23T10:00:00Z';
const bundle = compileBundle({
  version: 'v',
  facts: { f1: { type: 'number' }, f2: { type: 'text' }, f3: { type: 'text' } },
  catalogue: ['a1', 'a2'].map((id) => ({ id, lane: 2, channels: ['web'] })),
  policy: { learn: ['f1', 'f2'] },
});
const profile = { facts: { f1: 4, f3: 'not learned' } };
const record = {
  ...decide(bundle, { id: 'd1', at: AT, profile, channels: ['web'] }),
  ...{ at: AT, inputs: inputsOf(bundle, profile.facts) },
};
const { chosen } = record as { chosen: CandidateName };

describe('[D29] a decision record', () => {
  it('keeps the learned facts that were known, and no others', () => {
    expect(record.inputs).toEqual({ f1: 4 });
    expect(readRecord(record)).toEqual({
      ...{ id: 'd1', at: Date.parse(AT), chosen, override: null, inputs: { f1: 4 } },
    });
  });

  it('names an override only where another candidate was presented', () => {
    const presented = { action: chosen.action === 'a1' ? 'a2' : 'a1', channel: 'web', approach: 'plain' };
    expect(readRecord({ ...record, presented })?.override).toEqual(presented);
    expect(readRecord({ ...record, presented: chosen })?.override).toBeNull();
    expect(readRecord({ ...record, presented: 7 })?.override).toBeNull();
  });

  it('is none without its id, time and choice', () => {
    for (const bad of [
      null,
      [],
      7,
      { ...record, id: '' },
      { ...record, at: 'soon' },
      { ...record, chosen: 1 },
    ])
      expect(readRecord(bad)).toBeNull();
  });

  it('is not estimated from where its candidates or propensities cannot be', () => {
    expect(readChoice(record)).toBe(record);
    const [first, ...rest] = record.candidates;
    const bad = [
      { ...record, candidates: [null] },
      { ...record, candidates: 'none' },
      { ...record, candidates: [{ ...first, p: 2 }, ...rest] },
      { ...record, candidates: [{ ...first, score: 'high' }, ...rest] },
      { ...record, candidates: [] },
      { ...record, propensity: 1e-9 },
      { ...record, candidates: record.candidates.map((one) => ({ ...one, stage: 'lane' })) },
    ];
    for (const one of bad) expect(readChoice(one)).toBeNull();
  });
});
