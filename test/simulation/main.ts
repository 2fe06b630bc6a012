/** The command line of the simulator; see scripts/simulate.mjs. */
import { ACTIONS, type Outcome, simulate } from './simulate.ts';

const number = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const json = process.argv.includes('--json');
const seeds = number('--seeds', 100);
const from = number('--from', 1);
const most = number('--actions', ACTIONS);
const trace = process.argv.includes('--trace');
/** Ends with the first failure, which is not shortened. */
const first = process.argv.includes('--first');
/** Seeds that are run besides, such as those that once failed. */
const also = (process.argv[process.argv.indexOf('--also') + 1] ?? '').split(',');

const say = (line: string) => {
  if (!json) process.stderr.write(`${line}\n`);
};

/** The fewest things that must happen for this seed to fail. */
async function shortened(failed: Outcome): Promise<number> {
  let actions = Math.min(failed.at + 1, most);
  for (const share of [0.25, 0.5, 0.75]) {
    const fewer = Math.floor(actions * share);
    if ((await simulate(failed.seed, fewer)).error) {
      actions = fewer;
      break;
    }
  }
  return actions;
}

const total = { seeds: 0, failures: 0, messages: 0, commits: 0, crashes: 0, resets: 0, forks: 0 };
const listed = process.argv.includes('--also') ? also.map(Number) : [];
for (const seed of [...listed, ...Array.from({ length: seeds }, (_, i) => from + i)]) {
  const outcome = await simulate(seed, most, trace ? say : undefined);
  total.seeds++;
  for (const name of ['messages', 'commits', 'crashes', 'resets', 'forks'] as const)
    total[name] += outcome.counts[name];
  if (total.seeds % 500 === 0) say(`${total.seeds} seeds, ${total.failures} failures`);
  if (!outcome.error) continue;
  total.failures++;
  const actions = first ? most : await shortened(outcome);
  say(`seed ${seed} fails: ${outcome.error.message}`);
  if (!outcome.error.message.startsWith('[')) say(outcome.error.stack ?? '');
  say(`  npm run -s simulate -- --seeds 1 --from ${seed} --actions ${actions} --trace`);
  if (first) break;
}
process.stdout.write(`${JSON.stringify(total)}\n`);
process.exitCode = total.failures > 0 ? 1 : 0;
