import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdOrder } from './hold.ts';

const items = (keys: string): { key: string; at: number }[] => [...keys].map((key) => ({ key, at: 0 }));
const keys = (list: { key: string }[]): string => list.map(({ key }) => key).join('');

describe('a held list', () => {
  it('keeps its places, takes new entries at the end and keeps gone ones', () => {
    const held = holdOrder(items('abc'), items('dca'));
    expect(keys(held)).toBe('abcd');
    expect(keys(held.filter((item) => item.gone))).toBe('b');
    expect(holdOrder(held, items('b')).map((item) => item.gone)).toEqual([true, undefined, true, true]);
  });

  it('updates entries where they stand', () => {
    expect(holdOrder([{ key: 'a', at: 0 }], [{ key: 'a', at: 1 }])).toEqual([{ key: 'a', at: 1 }]);
  });

  it('never moves an entry, whatever arrives', () => {
    const list = fc.uniqueArray(fc.constantFrom(...'abcdefgh')).map((all) => items(all.join('')));
    fc.assert(
      fc.property(list, list, (shown, next) => {
        const held = holdOrder(shown, next);
        expect(keys(held).startsWith(keys(shown))).toBe(true);
        expect(new Set(held.map(({ key }) => key)).size).toBe(held.length);
        for (const { key } of next) expect(keys(held)).toContain(key);
      }),
    );
  });
});
