import { describe, expect, it } from 'vitest';
import { ageOf, clockOf, isOld } from './age.ts';

describe('ages', () => {
  it.each([
    [-5, 's', 0],
    [0, 's', 0],
    [59.9, 's', 59],
    [60, 'min', 1],
    [3599, 'min', 59],
    [3600, 'h', 1],
    [26 * 3600, 'h', 26],
    [48 * 3600, 'd', 2],
    [38 * 86_400, 'd', 38],
  ])('%s s is told in %s as %s', (seconds, unit, count) => {
    expect(ageOf(seconds)).toEqual({ unit, count });
  });

  it.each([
    [0, '00:00'],
    [160, '02:40'],
    [3661, '1:01:01'],
    [-3, '00:00'],
  ])('waiting %s s reads %s', (seconds, text) => {
    expect(clockOf(seconds)).toBe(text);
  });

  it('counts from the limit on as old, and never without one', () => {
    expect([isOld(59, 60), isOld(60, 60), isOld(1e9, null)]).toEqual([false, true, false]);
  });
});
