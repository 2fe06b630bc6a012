/**
 * Links from other programs (S30). Whatever the system hands over is hostile: of it one text comes out, which somebody
 * may look up, and nothing else. `tel:` as RFC 3966, its parameters left out; `kairos://find?text=...`.
 */

/** Longer ones are no question about a customer. */
const LONGEST = 2_000;
const LONGEST_TEXT = 100;

/** The text to look up, or null: then nothing happens. */
export function readLink(link: string): string | null {
  if (link.length > LONGEST) return null;
  const number = /^tel:(?:\/\/)?([^;?#]*)/iu.exec(link)?.[1];
  if (number !== undefined) return phoneIn(number);
  if (!/^kairos:\/\/find\/?\?/iu.test(link) || !URL.canParse(link)) return null;
  const texts = new URL(link).searchParams.getAll('text');
  return texts.length === 1 ? plainText(texts[0] as string) : null;
}

function phoneIn(escaped: string): string | null {
  const digits = decoded(escaped)?.replace(/[\s().-]/gu, '') ?? '';
  return /^\+?\d{3,15}$/u.test(digits) ? digits : null;
}

function plainText(text: string): string | null {
  const shown = text.normalize('NFC').trim();
  return shown === '' || shown.length > LONGEST_TEXT || /[\p{C}\p{Zl}\p{Zp}]/u.test(shown) ? null : shown;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** The link among the words of a command line: the last one, since switches come before it. */
export const linkIn = (words: readonly string[]): string | null =>
  readLink(words.findLast((word) => /^(?:kairos|tel):/iu.test(word)) ?? '');

export type Links = {
  /** A link has come; only the newest is kept until a page asks. */
  offer(text: string | null): void;
  /** The next text for the page that shows it. */
  next(): Promise<string>;
};

export function createLinks(): Links {
  let held: string | null = null;
  let waiting: ((text: string) => void) | null = null;
  return {
    offer(text) {
      if (text === null) return;
      if (waiting === null) held = text;
      else waiting(text);
      waiting = null;
    },
    next() {
      const text = held;
      held = null;
      if (text !== null) return Promise.resolve(text);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
  };
}
