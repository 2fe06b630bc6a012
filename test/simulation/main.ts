/** One worker of the simulator: runs the seeds that it is told, and tells what became of each. See scripts/simulate.mjs. */
import { memoryDisk, sqliteDisk } from './core-disk.ts';
import { shortened } from './shorten.ts';
import { type Options, simulate } from './simulate.ts';

type Asked = {
  actions?: number;
  only?: number[];
  rulesOff?: string[];
  trace?: boolean;
  sqlite?: boolean;
  shorten?: boolean;
};

/** Asked at each clause that can be switched off. */
function switchOff(clauses: readonly string[]): void {
  const off = new Set(clauses);
  Object.assign(globalThis, { isOff: (clause: string) => off.has(clause) });
}

async function run(seed: number, asked: Asked): Promise<void> {
  const options: Options = {
    ...(asked.actions === undefined ? {} : { actions: asked.actions }),
    ...(asked.only ? { only: new Set(asked.only) } : {}),
    ...(asked.trace ? { tell: (line: string) => process.stderr.write(`${line}\n`) } : {}),
    makeDisk: asked.sqlite ? sqliteDisk : memoryDisk,
  };
  const { counts, situations, error, done, chain } = await simulate(seed, options);
  const told = { seed, counts, situations: [...situations], chain };
  if (!error) {
    process.send?.(told);
    return;
  }
  const { stack = '', message } = error;
  const needed = asked.shorten ? await shortened(seed, done, error, options) : null;
  process.send?.({ ...told, failure: { message, stack, needed } });
}

process.on('message', ({ seeds, options }: { seeds: number[]; options: Asked }) => {
  void (async () => {
    switchOff(options.rulesOff ?? []);
    for (const seed of seeds) await run(seed, options);
    process.send?.({ idle: true });
  })();
});
process.send?.({ idle: true });
