/** Tasks done by keyboard alone, each with its keys and its time: told, never asserted. `npm run bench -- tasks` collects them. */
import { appendFileSync } from 'node:fs';

export type Task = {
  task: string;
  /** Struck, each letter typed counted. */
  keys: number;
  /** From the first key to the end of it on the screen; a test looks every 100 ms, so as much may be its own. */
  ms: number;
  /** Longest frame meanwhile, where it was watched. */
  frame?: number;
};

/** Where to write them, one a line as JSON. */
const file = process.env.KAIROS_TASKS;

export function told(done: Task): void {
  const frame = done.frame === undefined ? '' : `, longest frame ${done.frame} ms`;
  console.log(`${done.task}: ${done.keys} keys, ${(done.ms / 1000).toFixed(1)} s${frame}`);
  if (file) appendFileSync(file, `${JSON.stringify(done)}\n`);
}
