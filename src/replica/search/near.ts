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

/** What was done to a word: nothing, a wrong letter, one forgotten, one too many, two in the wrong order. */
export type Slip = 'none' | 'other' | 'missing' | 'more' | 'swapped';

/** The slip that makes `typed` of `meant`, letter by letter; null where it takes more than one. */
export function slipOf(typed: string, meant: string): Slip | null {
  const [wrong, right] = differing(typed, meant);
  // Two letters of either at most; one may consist of two units.
  if (wrong.length > 4 || right.length > 4) return null;
  const [letters, others] = [[...wrong], [...right]];
  const [first, second] = letters;
  switch (`${letters.length}${others.length}`) {
    case '00':
      return 'none';
    case '01':
      return 'missing';
    case '10':
      return 'more';
    case '11':
      return 'other';
    case '22':
      return first === others[1] && second === others[0] ? 'swapped' : null;
    default:
      return null;
  }
}

/** What is left of two words without the beginning and the end that they share, cut between letters. */
function differing(a: string, b: string): [string, string] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  if (isLowHalf(a, start) || isLowHalf(b, start)) start--;
  let end = 0;
  while (end < shorter - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end))
    end++;
  if (end > 0 && isLowHalf(a, a.length - end)) end--;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

const isLowHalf = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xdc00;

/**
 * How likely a slip makes just this word of the one that was meant: of each kind as many happen, but a letter that is
 * wrong or too many may be any of the alphabet (the noisy channel of Kernighan, Church and Gale, 1990).
 */
export const SLIP_WEIGHT: { readonly [slip in Slip]: number } = {
  none: 0,
  other: 1,
  more: 1,
  missing: 26,
  swapped: 26,
};
