/**
 * A language that nobody speaks: every letter of the catalogue's texts in a disguise, everything else as it is. Whatever
 * can still be read as plain letters on the screen does not come from the catalogue.
 */
const PLAIN = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DISGUISED = 'αɓčđéƒğĥíĵķĺɱńóþɋŕšťúṽŵẋýžΑƁČĐÉƑĞĤÍĴĶĹṀŃÓÞɊŔŠŤÚṼŴẊÝŽ';
const LETTERS = new Map([...PLAIN].map((letter, index) => [letter, [...DISGUISED][index] ?? letter]));

/** Only what is said: in ICU's form that stands outside of braces, and inside of every second pair of them. */
export function pseudo(text: string): string {
  let depth = 0;
  let disguised = '';
  for (const sign of text) {
    if (sign === '{') depth += 1;
    if (sign === '}') depth -= 1;
    disguised += depth % 2 === 0 ? (LETTERS.get(sign) ?? sign) : sign;
  }
  return disguised;
}

/** Disguises a catalogue in place, before anything has been said with it. */
export function disguise(texts: { [id: string]: string }): void {
  for (const [id, text] of Object.entries(texts)) texts[id] = pseudo(text);
}
