import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DATABASE_FILE } from './database.ts';

/** Files beside the store that hold secrets (docs/operations.md). */
const SECRET = ['feeds.json', 'sources.json', 'models.json', 'destinations.json'];
const [WRITE, ENTER, READ] = [0o002, 0o001, 0o004];

const modeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mode ?? 0;

/** Whether others come as far as into this folder, from the root on. */
function isReached(folder: string): boolean {
  const above = dirname(folder);
  return (modeOf(folder) & ENTER) > 0 && (above === folder || isReached(above));
}

/** What other users of this machine could do in the data folder, a sentence each. Modes say nothing on Windows. */
export function exposuresOf(folder: string): string[] {
  if (process.platform === 'win32' || !isReached(dirname(resolve(folder)))) return [];
  const mode = modeOf(folder);
  const found: string[] = [];
  if (mode & WRITE) found.push('others can write the data folder, and put another store in its place');
  const owner = statSync(join(folder, DATABASE_FILE), { throwIfNoEntry: false })?.uid;
  if (owner !== undefined && owner !== process.getuid?.())
    found.push(`${DATABASE_FILE} belongs to another user, who can read it`);
  for (const name of mode & ENTER ? SECRET : [])
    if (modeOf(join(folder, name)) & READ) found.push(`others can read ${name}, which holds secrets`);
  return found;
}
