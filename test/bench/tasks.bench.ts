/**
 * Tasks by keyboard alone, end to end in real Electron over a real core: what the end-to-end tests tell of their keys and
 * seconds, in one table, each beside its target. A task that is slower than its target is said, not failed; one that
 * cannot be done fails its test. The time of a paint is measured by `pop`, that of a search by `search`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Task } from '../e2e/tasks.ts';
import { note, readOptions, reporter } from './report.ts';

const FILES = ['work', 'ring', 'loop', 'sign-in', 'disruption'].map((name) => `${name}.e2e.ts`);
/** Most keys that a task may take, where the issue or the design says so. */
const MOST_KEYS: { [task: string]: number } = {
  'accept the suggestion': 1,
  'confirm the drafted wrap-up': 1,
  'take the next one': 1,
  'take the next one offline': 1,
  'rebook 180 passengers offline': 4,
};

const report = reporter('tasks', readOptions());
const folder = mkdtempSync(join(tmpdir(), 'kairos-tasks-'));
const told = join(folder, 'tasks.jsonl');

function runTests(): Promise<number> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test')), 'cli.js');
  const child = spawn(process.execPath, [cli, 'test', '--project=e2e', '--reporter=list', ...FILES], {
    env: { ...process.env, KAIROS_TASKS: told },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // Standard output is for the table.
  child.stdout.pipe(process.stderr);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

const code = await runTests();
const tasks = readFileSync(told, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Task);
for (const { task, keys, ms, frame } of tasks) {
  const most = MOST_KEYS[task];
  const target = most === undefined ? '' : `, target ${most}${keys > most ? ' MISSED' : ''}`;
  report({ case: `${task} (keys: ${keys}${target})`, n: 1, value: ms / 1000, unit: 's' });
  if (frame !== undefined) report({ case: `${task}: longest frame`, n: 1, value: frame, unit: 'ms' });
}
rmSync(folder, { recursive: true, force: true });
if (code !== 0) note('a task could not be done: see the test above');
process.exitCode = code;
