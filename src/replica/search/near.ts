/**
 * Mistyped words: what two words that differ by one letter (typed wrongly, forgotten, too many, two in the wrong order)
 * have in common. Symmetric deletes: such words share a form with at most one letter left out, so a dictionary of these
 * forms finds them whichever letter it was, the first one too. (W. Garbe, SymSpell, 2012.) Pure.
 */

/** Longer words are names of companies and mistakes of import; their forms would fill the dictionary. */
const LONGEST = 40;

/** The word's forms with one letter left out, and itself, as 32-bit numbers (FNV-1a); two forms may share a number. */
export function formsOf(word: string): number[] {
  const letters = [...word];
  if (letters.length > LONGEST) return [];
  const forms = new Set<number>();
  let before = SEED;
  for (let left = 0; left < letters.length; left++) {
    let form = before;
    for (let i = left + 1; i < letters.length; i++) form = hashed(form, letters[i] as string);
    forms.add(form >>> 0);
    before = hashed(before, letters[left] as string);
  }
  return [...forms.add(before >>> 0)];
}

const SEED = 0x811c9dc5;

/** The hash of what has been hashed already and of this letter. */
function hashed(value: number, letter: string): number {
  let hash = value;
  for (let i = 0; i < letter.length; i++) hash = Math.imul(hash ^ letter.charCodeAt(i), 0x01000193);
  return hash;
}

/** Whether one letter makes the difference, or two that have changed places; equal words are near too. */
export function isNear(a: string, b: string): boolean {
  const [one, other] = [[...a], [...b]];
  if (Math.abs(one.length - other.length) > 1) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  const same = (from: number, fromOther: number): boolean =>
    one.length - from === other.length - fromOther &&
    one.slice(from).every((letter, i) => letter === other[fromOther + i]);
  if (one.length !== other.length)
    return one.length > other.length ? same(start + 1, start) : same(start, start + 1);
  if (same(start, start) || same(start + 1, start + 1)) return true;
  const swapped = one[start] === other[start + 1] && one[start + 1] === other[start];
  return swapped && same(start + 2, start + 2);
}
