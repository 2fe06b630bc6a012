import { expect, it } from 'vitest';
import { levelOf } from './level.ts';

it.each([
  [0, 'calm'],
  [14, 'calm'],
  [15, 'soon'],
  [20, 'soon'],
  [21, 'over'],
] as const)('[WK7] after %i s of 20 it is %s', (seconds, level) => {
  const now = Date.parse('2026-11-27T12:00:00.000Z');
  const from = new Date(now - seconds * 1000).toISOString();
  expect(levelOf({ from, seconds: 20 }, now)).toBe(level);
});
