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

  it('sends two characters without a gap to the entry, as they were typed, and accepts nothing', () => {
    const { done, burst, waits } = desk();
    burst.offer('n', 'N');
    burst.offer('1', '1');
    expect([done, waits()]).toEqual([['scan N1'], null]);
  });

  it('is ready for the next key after a scan', () => {
    const { done, burst, gap } = desk();
    burst.offer('m', 'M');
    burst.offer('1', '1');
    burst.offer('w', 'w');
    gap();
    expect(done).toEqual(['scan M1', 'key w']);
  });
});
