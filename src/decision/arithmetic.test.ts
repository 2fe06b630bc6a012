import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../domain/sha256.ts';
import { exp, log, logit, pow, sigmoid } from './arithmetic.ts';

const near = (mine: number, platform: number) =>
  mine === platform || Math.abs(mine - platform) <= 4e-16 * Math.abs(platform) + 5e-324;

describe('[D24] arithmetic', () => {
  it('agrees with the platform to the last digits', () => {
    fc.assert(
      fc.property(fc.double({ min: -750, max: 720, noNaN: true }), (x) => near(exp(x), Math.exp(x))),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(fc.double({ min: 5e-324, max: 1.7e308, noNaN: true }), (x) => near(log(x), Math.log(x))),
      { numRuns: 20_000 },
    );
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        (x, y) => Math.abs(pow(x, y) - x ** y) <= 1e-13 * x ** y,
      ),
    );
  });

  it('holds at the borders', () => {
    expect([exp(0), exp(-Infinity), exp(Infinity), exp(-746), exp(710)]).toEqual([
      1,
      0,
      Infinity,
      0,
      Infinity,
    ]);
    expect([log(1), log(0), log(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect([log(-1), exp(Number.NaN), log(Number.NaN)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([pow(0, 0.5), pow(0.3, 1), pow(0.3, 0)]).toEqual([0, 0.3, 1]);
    expect([sigmoid(0), sigmoid(800), sigmoid(-800)]).toEqual([0.5, 1, 0]);
    expect(sigmoid(logit(0.05))).toBeCloseTo(0.05, 15);
  });

  it('gives a million values that are the same in every engine', () => {
    // The digest was made once and is compared wherever the tests run, in Node and in Electron.
    const values = new Float64Array(200_000);
    for (let i = 0; i < values.length; i += 2) {
      values[i] = exp(((i * 0.61803398875) % 80) - 40);
      values[i + 1] = log((((i + 1) * 0.7548776662) % 97) + 1e-9);
    }
    let digest = '';
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < values.length; i++)
        values[i] = sigmoid((((values[i] as number) * (round + 1)) % 37) - 11);
      digest = sha256Hex(digest + sha256Hex(new Uint8Array(values.buffer)));
    }
    expect(digest).toBe('4870b2c374893402bafb3edfef4b76ff5a13156dfb441fb3712b481c203843ae');
  });
});
