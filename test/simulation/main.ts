/** One worker of the simulator: runs the seeds that it is told, and tells what became of each. See scripts/simulate.mjs. */
import { memoryDisk, sqliteDisk } from './core-disk.ts';
import { shortened } from './shorten.ts';
import { type Options, simulate } from './simulate.ts';

type Task = {
  seeds: number[];
  options: { actions?: number; only?: number[]; trace?: boolean; sqlite?: boolean; shorten?: boolean };
};

async function run(seed: number, task: Task['options']): Promise<void> {
  const options: Options = {
    ...(task.actions === undefined ? {} : { actions: task.actions }),
    ...(task.only ? { only: new Set(task.only) } : {}),
    ...(task.trace ? { tell: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    makeDisk: task.sqlite ? sqliteDisk : memoryDisk,
  };
  const { counts, situations, error, done, chain } = await simulate(seed, options);
  const told = { seed, counts, situations: [...situations], chain };
  if (!error) {
    process.send?.(told);
    return;
  }
  const { stack = '', message } = error;
  const needed = task.shorten ? await shortened(seed, done, error, options) : null;
  process.send?.({ ...told, failure: { message, stack, needed } });
}

process.on('message', (task: Task) => {
  void (async () => {
    for (const seed of task.seeds) await run(seed, task.options);
    process.send?.({ idle: true });
  })();
});
process.send?.({ idle: true });
