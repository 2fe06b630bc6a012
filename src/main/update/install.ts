/**
 * Installs what is staged, before anything else of the console runs. The package belongs to root, so a small program
 * that root owns does it (scripts/package/install-update): it proves signature, hash and version again on a copy of
 * its own, because any program of the same user could have changed the files in between.
 */
import { spawn } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Asker, type Refusal, Refused } from './manifest.ts';
import { dropStaged, type Staged, stagedUpdate } from './staged.ts';

/** After so many installs that failed it is fetched anew. */
const MOST_TRIES = 3;
const LONGEST_MS = 10 * 60_000;
const TRIES = 'tries';

/** What makes the helper run as root, such as `pkexec`; then the helper. */
export type Installer = { authority: readonly string[]; helper: string };

export type Installed = { version: string } | { refused: Refusal };

/** `current` where nothing waits. */
export async function installStaged(
  folder: string,
  key: KeyObject,
  asker: Asker,
  installer: Installer,
): Promise<Installed> {
  try {
    const staged = await stagedUpdate(folder, key, asker);
    const tries = triesIn(folder) + 1;
    writeFileSync(join(folder, TRIES), String(tries), { flush: true });
    if (await runs(installer, staged)) {
      dropStaged(folder);
      return { version: staged.version };
    }
    if (tries >= MOST_TRIES) dropStaged(folder);
    return { refused: 'install_failed' };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // What is not whole, not signed or not newer any more is of no use.
    dropStaged(folder);
    return { refused: error.code };
  }
}

function triesIn(folder: string): number {
  try {
    return Number(readFileSync(join(folder, TRIES), 'utf8')) || 0;
  } catch {
    return 0;
  }
}

function runs({ authority, helper }: Installer, staged: Staged): Promise<boolean> {
  const [program = helper, ...args] = [
    ...authority,
    helper,
    staged.manifest,
    staged.signature,
    staged.package,
  ];
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: LONGEST_MS });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
