/** The program of `npm run faults`: one share of the runs; says how it goes, and ends with one line of JSON. */
import { parseArgs } from 'node:util';
import { everyWrite } from './histories.ts';
import { planOf, type Sort } from './plan.ts';
import { type Result, Run } from './run.ts';
import { Stack } from './stack.ts';

const { values } = parseArgs({
  options: {
    /** Folder of the bundled programs. */
    programs: { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    partitions: { type: 'string', default: '0' },
    kills: { type: 'string', default: '0' },
    'from-partition': { type: 'string', default: '0' },
    'from-kill': { type: 'string', default: '0' },
    /** Also every durable write in turn. */
    writes: { type: 'boolean', default: false },
    /** Says what the plan of each run is. */
    trace: { type: 'boolean', default: false },
    /** Says only what is wrong. */
    quiet: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
/** After so many runs a stack is made anew, so that a run begins on what others left, but not on a museum. */
const RUNS_PER_STACK = { partition: 20, kill: 10 } as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const tell = (line: string): void => {
  if (!values.quiet) say(line);
};

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

function add(result: Result): void {
  for (const name of ['actions', 'applied', 'conflicts', 'lost', 'doubled', 'hidden'] as const)
    total[name] += result[name];
}

const NOTHING = { actions: 0, applied: 0, conflicts: 0, lost: 0, doubled: 0, hidden: 0, wrong: [] };

async function one(stack: Stack, sort: Sort, i: number): Promise<boolean> {
  const plan = planOf(seed, sort, i);
  if (values.trace) for (const event of plan.events) say(`  ${JSON.stringify(event)}`);
  try {
    const result = await new Run(stack, plan, `${sort[0]}${i}`).run();
    add(result);
    for (const what of result.wrong) say(`WRONG in ${sort} ${i} of seed ${seed}: ${what}`);
    return result.wrong.length === 0;
  } catch (error) {
    // What never came to rest is not known to be anywhere.
    add({ ...NOTHING, lost: 1 });
    say(`BROKEN in ${sort} ${i} of seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    say(stack.core.said);
    return false;
  }
}

async function runs(sort: Sort, from: number, count: number): Promise<void> {
  let stack: Stack | null = null;
  for (let i = from; i < from + count; i++) {
    const began = Date.now();
    stack ??= await new Stack(values.programs).open(planOf(seed, sort, i).stations);
    const isWhole = await one(stack, sort, i);
    total[sort === 'kill' ? 'kills' : 'partitions'] += 1;
    const { actions, lost, doubled, hidden } = total;
    const ms = Date.now() - began;
    tell(`${sort} ${i}: ${ms} ms; ${actions} actions, ${lost} lost, ${doubled} doubled, ${hidden} hidden`);
    if (isWhole && (i - from + 1) % RUNS_PER_STACK[sort] !== 0) continue;
    await stack.close();
    stack = null;
  }
  await stack?.close();
}

async function writes(): Promise<void> {
  for await (const { title, crashes } of everyWrite(values.programs)) {
    total.kills += crashes.points;
    for (const what of crashes.wrong) say(`WRONG ${title}, ${what}`);
    const count = (kind: string): number => crashes.wrong.filter((what) => what.includes(kind)).length;
    const doubled = count(': doubled');
    const hidden = count(': hidden');
    add({ ...NOTHING, doubled, hidden, lost: crashes.wrong.length - doubled - hidden });
    tell(`${title}: ${crashes.points} points of ${crashes.words.length} durable writes`);
  }
}

if (values.writes) await writes();
await runs('partition', Number(values['from-partition']), Number(values.partitions));
await runs('kill', Number(values['from-kill']), Number(values.kills));
process.stdout.write(`${JSON.stringify(total)}\n`);
process.exit(total.lost + total.doubled + total.hidden > 0 ? 1 : 0);
