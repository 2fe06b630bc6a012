// `npm run -s faults -- --partitions N --kills N [--writes] [--seed S] [--workers N] [--json]`: a real core and real
// consoles, with lines that break, processes that are killed and disks that fail. The last line is one JSON object.
// See docs/faults.md.
import { spawn } from 'node:child_process';
import { bundle } from '../test/faults/bundle.mjs';
import { SetupError } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const NUMBERS = ['--partitions', '--kills', '--seed', '--workers', '--from-partition', '--from-kill'];
const PLAIN = ['--json', '--writes', '--trace'];
const PROGRAMS = {
  core: 'src/core/entry.ts',
  host: 'test/faults/host.ts',
  main: 'test/faults/main.ts',
};

function read(argv) {
  const values = new Map();
  const plain = new Set();
  for (let i = 0; i < argv.length; i++) {
    const [word, inline] = argv[i].split('=');
    if (PLAIN.includes(word)) plain.add(word);
    else if (NUMBERS.includes(word) || word === '--rules-off') values.set(word, inline ?? argv[++i] ?? '');
    else throw new SetupError(`${argv[i]} is unknown; see docs/faults.md.`);
  }
  const off = (values.get('--rules-off') ?? '').split(',').filter(Boolean);
  values.delete('--rules-off');
  for (const [word, value] of values)
    if (!/^\d+$/.test(value)) throw new SetupError(`${word} takes a number.`);
  const number = (word, otherwise) => Number(values.get(word) ?? otherwise);
  return { number, plain, off };
}

/** Runs one share; its progress passes through, its last line is taken. */
function share(program, flags) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.once('error', reject);
    child.once('close', () => {
      const last = text.trim().split('\n').at(-1) ?? '';
      if (last.startsWith('{')) resolve(JSON.parse(last));
      else reject(new SetupError('a share of the runs ended without a result.'));
    });
  });
}

/** Splits the runs over processes; every durable write in turn is the first one's. */
function shares({ number, plain }, folder) {
  const workers = Math.max(1, number('--workers', 2));
  const part = (word, from, i) => {
    const count = number(word, 0);
    const each = Math.ceil(count / workers);
    const own = Math.max(0, Math.min(each, count - i * each));
    return [word, `${own}`, from, `${number(from, 0) + i * each}`];
  };
  return Array.from({ length: workers }, (_, i) => [
    ...['--programs', folder, '--seed', `${number('--seed', 1)}`],
    ...part('--partitions', '--from-partition', i),
    ...part('--kills', '--from-kill', i),
    ...(i === 0 && plain.has('--writes') ? ['--writes'] : []),
    ...(plain.has('--trace') ? ['--trace'] : []),
    ...(plain.has('--json') ? ['--quiet'] : []),
  ]);
}

process.exitCode = await orSentence(async () => {
  const wanted = read(process.argv.slice(2));
  await setup({ display: false });
  const { folder, remove } = await bundle(PROGRAMS, wanted.off);
  try {
    // One that fails does not take the programs away from the others.
    const ended = await Promise.allSettled(
      shares(wanted, folder).map((flags) => share(`${folder}/main.mjs`, flags)),
    );
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    const total = ended
      .map(({ value }) => value)
      .reduce((sum, one) =>
        Object.fromEntries(Object.entries(sum).map(([name, count]) => [name, count + one[name]])),
      );
    process.stdout.write(`${JSON.stringify(total)}\n`);
    return total.lost + total.doubled + total.hidden > 0 ? 1 : 0;
  } finally {
    remove();
  }
});
