import { describe, expect, it } from 'vitest';
import { cleaned, shapeOf } from './shape.ts';

describe('JSON from outside', () => {
  it('[C6] loses numbers that JSON cannot keep, instead of turning them into a null that deletes a fact', () => {
    const raw = JSON.parse('{"n":1e999,"deep":{"m":-1e999,"k":1},"list":[1e999,2],"gone":null}');
    expect(shapeOf(raw, 32).clean).toBe(false);
    expect(cleaned(raw)).toEqual({ deep: { k: 1 }, list: [null, 2], gone: null });
  });

  it('[C6] is measured without recursion, however deep it is', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    expect(shapeOf(deep, 32).depth).toBe(33);
  });
});
