import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf, slipOf } from './near.ts';

const letter = fc.constantFrom(...'abcş김ذ𠮷𠮸𝒜');
const word = fc.array(letter, { minLength: 1, maxLength: 8 }).map((letters) => letters.join(''));
const place = fc.nat({ max: 8 });

/** One letter typed wrongly, forgotten, too many, or two in the wrong order. */
const mistake = fc.record({
  kind: fc.constantFrom('other', 'missing', 'more', 'swap'),
  place,
  letter,
});
type Mistake = { kind: string; place: number; letter: string };

function mistyped(text: string, { kind, place: at, letter: other }: Mistake): string {
  const letters = [...text];
  const i = at % letters.length;
  if (kind === 'other') letters[i] = other;
  else if (kind === 'missing') letters.splice(i, 1);
  else if (kind === 'more') letters.splice(at % (letters.length + 1), 0, other);
  else if (i + 1 < letters.length)
    [letters[i], letters[i + 1]] = [letters[i + 1] as string, letters[i] as string];
  return letters.join('');
}

/** Optimal string alignment, as the textbooks have it. */
function distance(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  const d = Array.from({ length: x.length + 1 }, (_, i) => [i, ...new Array<number>(y.length).fill(0)]);
  for (let j = 0; j <= y.length; j++) (d[0] as number[])[j] = j;
  const at = (i: number, j: number): number => (d[i] as number[])[j] as number;
  for (let i = 1; i <= x.length; i++)
    for (let j = 1; j <= y.length; j++) {
      const change = x[i - 1] === y[j - 1] ? 0 : 1;
      let least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change);
      if (i > 1 && j > 1 && x[i - 1] === y[j - 2] && x[i - 2] === y[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1);
      (d[i] as number[])[j] = least;
    }
  return at(x.length, y.length);
}

describe('[P35] mistyped words', () => {
  it('share a form with the word that was meant, whichever letter it was', () => {
    fc.assert(
      fc.property(word, mistake, (meant, how) => {
        const typed = mistyped(meant, how);
        const forms = new Set(formsOf(meant));
        expect(typed === '' || formsOf(typed).some((form) => forms.has(form))).toBe(true);
        expect(slipOf(typed, meant)).not.toBeNull();
      }),
      { numRuns: 2_000 },
    );
  });

  it('are near exactly where the distance is at most one', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(slipOf(a, b) !== null).toBe(distance(a, b) <= 1);
      }),
      { numRuns: 5_000 },
    );
  });

  it('tell what was done to them', () => {
    expect(slipOf('meyer', 'meyer')).toBe('none');
    expect(slipOf('meier', 'meyer')).toBe('other');
    expect(slipOf('myer', 'meyer')).toBe('missing');
    expect(slipOf('meyyer', 'meyer')).toBe('more');
    expect(slipOf('emyer', 'meyer')).toBe('swapped');
  });
});
