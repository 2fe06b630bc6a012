/** A folder of this run's own, gone at its end however it ends. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { note } from './report.ts';

export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bench-'));
  const remove = (): void => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      // Must not stand in front of what went wrong before.
      note(`${folder} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    await work(folder);
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}
