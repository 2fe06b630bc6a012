import { expect, it } from 'vitest';
import type { ProfileRow } from '../../../domain/profile.ts';
import { airlineBundle } from './bundle.ts';
import { decisionInput } from './input.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const DAY = 86_400_000;

const rowWith = (value: number | string, daysAgo: number): ProfileRow => ({
  id: 'p1',
  identities: [],
  facts: { 'score.churn': { value, source: 'm', at: new Date(NOW - daysAgo * DAY).toISOString() } },
});

it('[MS5] a decision reads the score that a service gave lately, and goes on without one that is old or no number', () => {
  expect(airlineBundle('2027-01-01T00:00:00Z').facts['score.churn']).toEqual({ type: 'number' });
  const read = (row: ProfileRow) => decisionInput(row, [], [], NOW).profile.facts['score.churn'];
  expect(read(rowWith(0.8, 6))).toBe(0.8);
  expect(read(rowWith(0.8, 8))).toBeUndefined();
  expect(read(rowWith('high', 1))).toBeUndefined();
});
