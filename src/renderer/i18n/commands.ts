import type { Command } from '../state/registry.ts';
import type { Words } from './words.tsx';

/** A command as it is called in menus, the palette and the sheet of keys. */
export const commandTitle = (words: Words, { id }: Pick<Command, 'id'>): string =>
  words.known(`command.${id}`) ?? id;
