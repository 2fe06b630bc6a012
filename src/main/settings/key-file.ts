import { readIfThere, writeDurably } from './durable.ts';
import { StoredKeys } from './key-ring.ts';

/** The stored keys, or null where there are none yet. A damaged file throws: without its keys the data is lost. */
export function readKeyFile(path: string): StoredKeys | null {
  const text = readIfThere(path);
  return text === null ? null : StoredKeys.parse(JSON.parse(text));
}

export const writeKeyFile = (path: string, stored: StoredKeys): void =>
  writeDurably(path, JSON.stringify(stored));
