import type { Command } from '../state/registry.ts';
import { plain } from './plain.ts';
import type { Words } from './words.tsx';

/** A command as it is called in menus, the palette and the sheet of keys. */
export const commandTitle = (words: Words, { id, title }: Pick<Command, 'id' | 'title'>): string =>
  title === undefined ? (words.known(`command.${id}`) ?? id) : plain(title);
