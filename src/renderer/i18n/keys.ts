import type { Words } from './words.tsx';

const SIGNS: { [key: string]: string } = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc', Alt: 'Alt' };

/** A key of the registry as it is labelled: `$mod+k` is "Ctrl K", in German "Strg K". */
export function keyName(words: Words, key: string): string {
  return key
    .split(/(?<=.)\+(?=.)/u)
    .map((part) =>
      part === '$mod'
        ? words.t('key.ctrl')
        : part === 'Shift'
          ? words.t('key.shift')
          : (SIGNS[part] ?? part.replace(/^Digit/u, '').toUpperCase()),
    )
    .join(' ');
}
