import { describe, expect, it } from 'vitest';
import { BURST_GAP, createBurst } from './keys.ts';

function desk() {
  const done: string[] = [];
  let pending: { run: () => void; ms: number } | null = null;
  const burst = createBurst(
    (key) => done.push(`key ${key}`),
    (text) => done.push(`scan ${text}`),
    (run, ms) => {
      pending = { run, ms };
      return () => {
        pending = null;
      };
    },
  );
  return { done, burst, gap: () => pending?.run(), waits: () => pending?.ms ?? null };
}

describe('a scanner that types into the window', () => {
  it('lets a single character be a key after one gap', () => {
    const { done, burst, gap, waits } = desk();
    burst.offer('y', 'Y');
    expect([done, waits()]).toEqual([[], BURST_GAP]);
    gap();
    expect(done).toEqual(['key y']);
  });

  it('sends a burst to the entry, as it was typed, and accepts nothing', () => {
    const { done, burst, waits } = desk();
    for (const sign of 'NyM1') burst.offer(sign.toLowerCase(), sign);
    expect([done, waits()]).toEqual([['scan NyM1'], null]);
  });

  it('does keys that were struck quickly in their order', () => {
    const { done, burst, gap } = desk();
    burst.offer('n', 'n');
    burst.offer('2', '2');
    gap();
    expect(done).toEqual(['key n', 'key 2']);
  });

  it('[S30] takes a short code that ends with Enter for a scan: nobody’s paper presses keys', () => {
    const { done, burst, gap } = desk();
    expect(burst.end()).toBe(false);
    burst.offer('y', 'y');
    expect(burst.end()).toBe(true);
    gap();
    expect([done, burst.end()]).toEqual([['scan y'], false]);
  });

  it('is ready for the next key after a scan', () => {
    const { done, burst, gap } = desk();
    for (const sign of 'M1AB') burst.offer(sign.toLowerCase(), sign);
    burst.offer('w', 'w');
    gap();
    expect(done).toEqual(['scan M1AB', 'key w']);
  });
});
