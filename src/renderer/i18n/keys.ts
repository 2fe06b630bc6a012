import { useRegistry } from '../state/commands.ts';
import { useWords, type Words } from './words.tsx';

const SIGNS: { [key: string]: string } = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Alt: 'Alt',
};

/** A key of the registry as it is labelled: `$mod+k` is "Ctrl K", in German "Strg K". */
export function keyName(words: Words, key: string): string {
  return key
    .split(/(?<=.)\+(?=.)/u)
    .map((part) =>
      part === '$mod'
        ? words.t('key.ctrl')
        : part === 'Shift'
          ? words.t('key.shift')
          : (SIGNS[part] ?? part.replace(/^(?:Digit|Key)(?=.$)/u, '').toUpperCase()),
    )
    .join(' ');
}

/** The label of a command's key as it is bound now; undefined where it has none. */
export function useKeyOf(): (id: string) => string | undefined {
  const words = useWords();
  const registry = useRegistry();
  return (id) => {
    const [key] = registry.keysOf(id);
    return key === undefined ? undefined : keyName(words, key);
  };
}
