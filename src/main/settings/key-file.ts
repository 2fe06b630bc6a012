import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoredKeys } from './key-ring.ts';

/** The stored keys, or null where there are none yet. A damaged file throws: without its keys the data is lost. */
export function readKeyFile(path: string): StoredKeys | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return StoredKeys.parse(JSON.parse(text));
}

/** Written beside and renamed into place, readable by its owner only; a loss of power does not take it back. */
export function writeKeyFile(path: string, stored: StoredKeys): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, JSON.stringify(stored), { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  // Windows knows no such thing, and keeps the order of names by itself.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
