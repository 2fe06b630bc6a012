import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(import.meta.dirname, '../..');

export type Started = { url: string; writeKey: string; consoleToken: string };
export type Program = { child: ChildProcess; started: Started; gone: Promise<unknown> };

/** The core as `npm run core` runs it, in a process that can be killed. @throws where it ends before its first line */
export async function startCore(dataDir: string, preloads: readonly string[] = []): Promise<Program> {
  const loaded = preloads.flatMap((name) => ['--require', join(ROOT, 'test/faults', name)]);
  const args = [...loaded, 'scripts/core.mjs', '--port', '0', '--data', dataDir, '--dev'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    gone.then(() => Promise.reject(new Error('the core ended before its first line'))),
  ])) as [string];
  return { child, started: JSON.parse(line) as Started, gone };
}
