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
  const forms = new Set([hash(word)]);
  for (let i = 0; i < letters.length; i++)
    forms.add(hash([...letters.slice(0, i), ...letters.slice(i + 1)].join('')));
  return [...forms];
}

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
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
