import { describe, expect, it } from 'vitest';
import { newestOnly } from './newest.ts';

function asked() {
  const texts: string[] = [];
  const answers: (() => void)[] = [];
  const want = newestOnly((text: string) => {
    texts.push(text);
    return new Promise<void>((resolve) => answers.push(resolve));
  });
  const answer = async (): Promise<void> => {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { texts, want, answer };
}

describe('what is looked for while somebody types', () => {
  it('is asked at once, and of what comes meanwhile only the newest', async () => {
    const { texts, want, answer } = asked();
    for (const text of ['m', 'mu', 'mul', 'mull']) want(text);
    expect(texts).toEqual(['m']);
    await answer();
    expect(texts).toEqual(['m', 'mull']);
    await answer();
    want('mulle');
    expect(texts).toEqual(['m', 'mull', 'mulle']);
  });

  it('is asked again after the one before has failed', async () => {
    const texts: string[] = [];
    const want = newestOnly((text: string) => {
      texts.push(text);
      return Promise.reject(new Error('the replica is gone')).catch(() => undefined);
    });
    want('m');
    want('mu');
    await new Promise((resolve) => setImmediate(resolve));
    expect(texts).toEqual(['m', 'mu']);
  });
});
