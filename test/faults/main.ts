/** `npm run faults`: runs partitions and kills, says how it goes, and ends with one line of JSON. */
import { parseArgs } from 'node:util';
import { planOf, type Sort } from './plan.ts';
import { type Result, Run } from './run.ts';
import { Stack } from './stack.ts';

const { values } = parseArgs({
  options: {
    programs: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    partitions: { type: 'string', default: '0' },
    kills: { type: 'string', default: '0' },
    /** Says what the plan of each run is. */
    trace: { type: 'boolean', default: false },
    'from-partition': { type: 'string', default: '0' },
    'from-kill': { type: 'string', default: '0' },
  },
});
const seed = Number(values.seed);
/** After so many runs a stack is made anew, so that a run begins on what others left, but not on a museum. */
const RUNS_PER_STACK = { partition: 20, kill: 10 } as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

type Total = { partitions: number; kills: number } & Omit<Result, 'wrong'>;
const total: Total = {
  partitions: 0,
  kills: 0,
  actions: 0,
  applied: 0,
  conflicts: 0,
  lost: 0,
  doubled: 0,
  hidden: 0,
};

function add(sort: Sort, result: Result): void {
  total[sort === 'kill' ? 'kills' : 'partitions'] += 1;
  for (const name of ['actions', 'applied', 'conflicts', 'lost', 'doubled', 'hidden'] as const)
    total[name] += result[name];
}

async function all(sort: Sort, from: number, count: number): Promise<void> {
  let stack: Stack | null = null;
  for (let i = from; i < from + count; i++) {
    const plan = planOf(seed, sort, i);
    const began = Date.now();
    if (values.trace) for (const event of plan.events) say(`  ${JSON.stringify(event)}`);
    const broken = `${sort} ${i} of seed ${seed}`;
    try {
      stack ??= await new Stack(values.programs).open(plan.stations);
      const result = await new Run(stack, plan, `${sort[0]}${i}`).run();
      add(sort, result);
      for (const what of result.wrong) say(`WRONG in ${broken}: ${what}`);
      if (result.wrong.length > 0) stack = await fresh(stack);
    } catch (error) {
      // What never came to rest is not known to be anywhere.
      add(sort, { actions: 0, applied: 0, conflicts: 0, lost: 1, doubled: 0, hidden: 0, wrong: [] });
      say(`BROKEN in ${broken}: ${error instanceof Error ? error.stack : String(error)}`);
      say(stack?.core.said ?? '');
      if (stack !== null) stack = await fresh(stack);
    }
    const { actions, lost, doubled, hidden } = total;
    say(
      `${sort} ${i}: ${Date.now() - began} ms; ${actions} actions, ${lost} lost, ${doubled} doubled, ${hidden} hidden`,
    );
    if ((i - from + 1) % RUNS_PER_STACK[sort] === 0 && stack !== null) stack = await fresh(stack);
  }
  await stack?.close();
}

async function fresh(stack: Stack): Promise<null> {
  await stack.close();
  return null;
}

await all('partition', Number(values['from-partition']), Number(values.partitions));
await all('kill', Number(values['from-kill']), Number(values.kills));
process.stdout.write(`${JSON.stringify(total)}\n`);
process.exit(total.lost + total.doubled + total.hidden > 0 ? 1 : 0);
