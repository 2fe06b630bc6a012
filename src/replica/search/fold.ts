/** Our own folding: what a person types and what a name is must meet, whatever the keyboard (product.md, Entry). */

/** Letters that Unicode does not decompose. Turkish dotless i, Polish l with stroke, Vietnamese d with stroke, and kin. */
const LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ß: 'ss',
    ı: 'i',
    ł: 'l',
    đ: 'd',
    ð: 'd',
    ø: 'o',
    æ: 'ae',
    œ: 'oe',
    þ: 'th',
    ħ: 'h',
    ŋ: 'n',
    ĸ: 'k',
    ŧ: 't',
    ſ: 's',
  }),
);
const SPECIAL = /[ßıłđðøæœþħŋĸŧſ]/gu;

/** Marks of Latin, Greek and Cyrillic only: in other scripts a mark is a vowel and not an ornament. */
const MARKS = /[\u0300-\u036f]/gu;

const PLAIN = /^[\u0000-\u007f]*$/;

/** Lower case without ornaments: `Müller` is `muller`, `Łukasz` `lukasz`, `Đặng` `dang`, `İpek` `ipek`. */
export function fold(text: string): string {
  // Three names of four: normalising costs ten times as much as all the rest.
  if (PLAIN.test(text)) return text.toLowerCase();
  const lower = text.toLowerCase().normalize('NFKD').replace(MARKS, '').normalize('NFC');
  return lower.replace(SPECIAL, (letter) => LETTERS.get(letter) ?? letter);
}

const ONE_WORD = /^[A-Za-z]+$/;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;

/** The folded words of a text, in order. An apostrophe joins: O'Neil is found as oneil. */
export const words = (text: string): string[] =>
  fold(text)
    .replace(/['’ʼ`]/gu, '')
    .match(WORDS) ?? [];

const UMLAUTS: ReadonlyMap<string, string> = new Map(
  Object.entries({ ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }),
);

/**
 * The words under which a name is found: as folded, with umlauts written out (`mueller`), and with written-out umlauts
 * drawn together (`muller` for Mueller), so that all three spellings find both names.
 */
export function nameWords(name: string): string[] {
  // Most names are one word of plain letters, and all that follows leaves it as it is.
  if (ONE_WORD.test(name)) return drawnTogether([name.toLowerCase()]);
  const plain = words(name);
  const found = new Set(plain);
  if (!PLAIN.test(name)) {
    const spelt = name.normalize('NFC').toLowerCase();
    const written = spelt.replace(/[äöüåø]/gu, (letter) => UMLAUTS.get(letter) ?? letter);
    if (written !== spelt) for (const word of words(written)) found.add(word);
  }
  for (const word of drawnTogether([...found])) found.add(word);
  // Names of two parts are typed as one: Mc Donald, van der Berg.
  if (plain.length > 1 && plain.length <= 4) found.add(plain.slice(-2).join(''));
  return [...found];
}

/** These words, and those among them with `ae`, `oe` or `ue` with one letter for it. */
function drawnTogether(found: string[]): string[] {
  const short = found.filter((word) => /[aou]e/u.test(word)).map((word) => word.replace(/([aou])e/gu, '$1'));
  return short.length > 0 ? [...found, ...short] : found;
}
