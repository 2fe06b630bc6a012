// `npm run -s simulate -- --seeds N [--from S] [--rules-off R5,...] [--json]`: random histories of consoles and core
// with every fault that there is, on the production sync code. The last line is one JSON object. With `--renew` it finds
// anew what it takes to notice each clause. See docs/simulation.md.
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { clausesOf } from '../test/simulation/clauses.mjs';
import { SetupError } from './setup/base.mjs';
import { orSentence, packages } from './setup.mjs';
import { bundle } from './simulate/bundle.mjs';
import { renew } from './simulate/renew.mjs';
import { runSeeds } from './simulate/workers.mjs';

const VALUED = ['--seeds', '--from', '--actions', '--only', '--rules-off', '--also', '--workers'];
const PLAIN = ['--json', '--trace', '--first', '--sqlite', '--situations', '--chains', '--whole', '--renew'];
const COUNTS = ['messages', 'commits', 'crashes', 'resets', 'forks'];

function read(argv) {
  const values = new Map();
  const flags = new Set();
  for (let i = 0; i < argv.length; i++) {
    const [word, inline] = argv[i].split('=');
    if (PLAIN.includes(word)) flags.add(word);
    else if (VALUED.includes(word)) values.set(word, inline ?? argv[++i] ?? '');
    else throw new SetupError(`${argv[i]} is unknown; see docs/simulation.md.`);
  }
  for (const [word, value] of values)
    if (word !== '--rules-off' && !/^\d+(,\d+)*$/.test(value))
      throw new SetupError(`${word} takes a number.`);
  return { values, flags };
}

const numbers = (text) => (text ? text.split(',').map(Number) : []);

/** The seeds that are named besides, then the range. */
function* seedsOf(values) {
  yield* numbers(values.get('--also'));
  const from = Number(values.get('--from') ?? 1);
  const count = Number(values.get('--seeds') ?? 100);
  for (let seed = from; seed < from + count; seed++) yield seed;
}

class Totals {
  counts = { seeds: 0, failures: 0, ...Object.fromEntries(COUNTS.map((name) => [name, 0])) };
  situations = new Map();

  add({ counts, situations, failure }) {
    this.counts.seeds++;
    if (failure) this.counts.failures++;
    for (const name of COUNTS) this.counts[name] += counts[name];
    for (const name of situations) this.situations.set(name, (this.situations.get(name) ?? 0) + 1);
  }
}

/** How to see a failing history again, as short as it could be made. */
function report({ seed, failure }) {
  const { message, stack, needed } = failure;
  const only = needed ? ` --only ${needed.actions.join()}` : '';
  const lines = [`seed ${seed} fails: ${message}`];
  if (!message.startsWith('[')) lines.push(stack.split('\n').slice(1, 6).join('\n'));
  if (needed) lines.push(`  needed: ${needed.kinds.join(', ')}`);
  return [...lines, `  npm run -s simulate -- --seeds 1 --from ${seed}${only} --trace`].join('\n');
}

const ruleWords = (values) => (values.get('--rules-off') ?? '').split(',').filter(Boolean);

function optionsOf(values, flags) {
  const only = values.get('--only');
  return {
    ...(values.has('--actions') ? { actions: Number(values.get('--actions')) } : {}),
    ...(only ? { only: numbers(only) } : {}),
    rulesOff: ruleWords(values).flatMap(clausesOf),
    trace: flags.has('--trace'),
    sqlite: flags.has('--sqlite'),
    shorten: !flags.has('--first') && !flags.has('--whole') && !flags.has('--trace') && !only,
  };
}

process.exitCode = await orSentence(async () => {
  const { values, flags } = read(process.argv.slice(2));
  await packages();
  const say = (text) => flags.has('--json') || process.stderr.write(`${text}\n`);
  if (flags.has('--renew')) {
    await renew({ most: Number(values.get('--seeds') ?? 300), only: ruleWords(values), say });
    return 0;
  }
  const totals = new Totals();
  const options = optionsOf(values, flags);
  const { program, folder } = await bundle({ switches: options.rulesOff.length > 0 });
  try {
    await runSeeds({
      program,
      workers: Number(values.get('--workers') ?? availableParallelism()),
      seeds: seedsOf(values),
      options,
      told(outcome) {
        totals.add(outcome);
        if (flags.has('--chains')) process.stdout.write(`${outcome.seed} ${outcome.chain}\n`);
        if (outcome.failure) say(report(outcome));
        if (totals.counts.seeds % 1_000 === 0)
          say(`${totals.counts.seeds} seeds, ${totals.counts.failures} failures`);
        return outcome.failure && flags.has('--first');
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (flags.has('--situations'))
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...totals.situations].sort()))}\n`);
  process.stdout.write(`${JSON.stringify(totals.counts)}\n`);
  return totals.counts.failures > 0 ? 1 : 0;
});
