import type { BrowserWindow } from 'electron';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAttention } from './attention.ts';

const window = {} as BrowserWindow;
let time = 0;
let looked = false;
let said: string[] = [];
let attention: ReturnType<typeof createAttention>;

beforeEach(() => {
  [time, looked, said] = [0, false, []];
  attention = createAttention({
    now: () => time,
    isLookedAt: () => looked,
    callUp: (_window, words) => said.push(words),
  });
});

describe('[P39] a signal', () => {
  it('is said in the language of the operator where nobody looks, and only heard where somebody does', () => {
    expect(attention(window, { signal: 'call', language: 'de' })).toBe(true);
    looked = true;
    expect(attention(window, { signal: 'needs-you', language: 'es' })).toBe(true);
    expect(said).toEqual(['Ein Anruf klingelt']);
  });

  it('is that of one window, however many see the call', () => {
    const heard = [1, 2, 3].map(() => attention(window, { signal: 'call', language: 'en' }));
    time = 2_000;
    expect([...heard, attention(window, { signal: 'call', language: 'en' })]).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(said).toHaveLength(2);
  });

  it('has no words but ours', () => {
    for (const odd of [null, 'call', { signal: 'Anna Weber', language: 'en' }, { signal: 'call' }])
      expect(attention(window, odd)).toBe(false);
    expect(attention(window, { signal: 'call', language: 'en', text: 'Anna Weber' })).toBe(false);
    expect(attention(undefined, { signal: 'call', language: 'en' })).toBe(false);
    expect(said).toEqual([]);
  });
});
