import { describe, expect, it } from 'vitest';
import { neighbour } from './step.ts';

describe('the next in the work list', () => {
  it.each([
    [['a', 'b'], null, 1, 'a'],
    [['a', 'b'], null, -1, 'b'],
    [['a', 'b'], 'a', 1, 'b'],
    [['a', 'b'], 'b', 1, 'b'],
    [['a', 'b'], 'a', -1, 'a'],
    [['a', 'b'], 'gone', 1, 'a'],
    [[], 'a', 1, null],
  ] as const)('of %j from %s by %s is %s', (ids, present, by, next) => {
    expect(neighbour(ids, present, by)).toBe(next);
  });
});
