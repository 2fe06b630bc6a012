import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, contentHash } from './canonical.ts';
import { sha256Hex } from './sha256.ts';

describe('canonicalJson', () => {
  it('writes the example of RFC 8785 section 3.2.2', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });
  it('sorts names by UTF-16 code units, as RFC 8785 section 3.2.3 shows', () => {
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '\ufb33': 3,
      '1': 4,
      '\ud83d\ude00': 5,
      '\u0080': 6,
      '\u00f6': 7,
    };
    expect(Object.values(JSON.parse(canonicalJson(value)))).toHaveLength(7);
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
  });
  it('keeps names like __proto__, leaves undefined members out, writes -0 as 0', () => {
    expect(canonicalJson(JSON.parse('{"constructor":1,"__proto__":{"a":2}}'))).toBe(
      '{"__proto__":{"a":2},"constructor":1}',
    );
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
  });
  it('refuses what JSON cannot carry', () => {
    for (const bad of [
      Number.NaN,
      Infinity,
      undefined,
      [undefined],
      1n,
      () => 1,
      'a\ud800',
      { '\udc00': 1 },
    ]) {
      expect(() => canonicalJson(bad)).toThrow(TypeError);
    }
  });
  it('says the same whether the platform writes a value or not', () => {
    const backwards = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(backwards);
      const members = Object.entries(value).sort(([a], [b]) => (a < b ? 1 : -1));
      // A first member that sorts last, and is left out: no object is in order any more.
      return Object.fromEntries([
        ['\uffff', undefined],
        ...members.map(([name, one]) => [name, backwards(one)]),
      ]);
    };
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(backwards(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
    expect(canonicalJson(['\\ud800', '😀', '\u2028'])).toBe('["\\\\ud800","😀","\u2028"]');
    expect(canonicalJson({ a: new Date(0) })).toBe('{"a":{}}');
    expect(() => canonicalJson({ a: ['b\ud800'] })).toThrow(TypeError);
    expect(() => canonicalJson({ a: [Number.NaN] })).toThrow(TypeError);
  });
  it('is a fixed point through JSON, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('contentHash', () => {
  it('is 16 hex digits and independent of the order of members', () => {
    expect(contentHash({ b: 1, a: [2] })).toBe(contentHash({ a: [2], b: 1 }));
    expect(contentHash({})).toBe(sha256Hex('{}').slice(0, 16));
  });
});
