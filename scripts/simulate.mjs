// `npm run -s simulate -- --seeds N [--from S] [--rules-off R5,...] [--json]`: random histories of consoles and core
// with every fault that there is, on the production sync code. The last line is one JSON object. See docs/simulation.md.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { withoutClauses } from '../test/simulation/clauses.mjs';
import { withLimits } from './limits.mjs';
import { MODULES, ROOT, SetupError } from './setup/base.mjs';
import { orSentence } from './setup.mjs';

const VALUED = ['--seeds', '--from', '--actions', '--rules-off', '--also', '--workers'];
const PLAIN = ['--json', '--trace', '--first'];

/** Sizes are small in the simulator, so that frames come in parts and credit ends without megabytes of rows. */
const SMALLER = {
  MAX_FRAME_BYTES: '8 * KB',
  MAX_HEAD_BYTES: '4 * KB',
  CREDIT_BYTES: '20 * KB',
};

function read(argv) {
  const values = new Map();
  const rest = [];
  for (let i = 0; i < argv.length; i++) {
    const [word, inline] = argv[i].split('=');
    if (PLAIN.includes(word)) rest.push(word);
    else if (VALUED.includes(word)) values.set(word, inline ?? argv[++i] ?? '');
    else throw new SetupError(`${argv[i]} is unknown; see docs/simulation.md.`);
  }
  for (const [word, value] of values)
    if (word !== '--rules-off' && !/^\d+(,\d+)*$/.test(value))
      throw new SetupError(`${word} takes a number.`);
  if (values.has('--actions')) rest.push('--actions', values.get('--actions'));
  const off = (values.get('--rules-off') ?? '').split(',').filter(Boolean);
  return { values, rest, off };
}

async function bundle(off) {
  const vite = await import('vite');
  const cache = join(MODULES, '.cache');
  mkdirSync(cache, { recursive: true });
  // A folder of its own for each run; inside of node_modules, where the packages are found.
  const out = mkdtempSync(join(cache, 'kairos-simulation-'));
  await vite.build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [withoutClauses(off, ROOT), withLimits(SMALLER)],
    build: {
      ssr: true,
      target: 'node20',
      outDir: out,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { simulate: join(ROOT, 'test', 'simulation', 'main.ts') },
        external: [/^(?!\0|\.|\/|[a-zA-Z]:)/],
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  return { program: join(out, 'simulate.mjs'), folder: out };
}

/** Runs one share of the seeds; its words pass through, its last line is taken. */
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
      else reject(new SetupError('a share of the seeds ended without a result.'));
    });
  });
}

/** Splits the seeds over processes; seeds that are named besides are the first one's. */
function shares({ seeds, from, workers, rest, also }) {
  const each = Math.ceil(seeds / workers);
  return Array.from({ length: workers }, (_, i) => {
    const own = Math.max(0, Math.min(each, seeds - i * each));
    const named = i === 0 && also ? ['--also', also] : [];
    return ['--seeds', `${own}`, '--from', `${from + i * each}`, ...named, ...rest];
  });
}

process.exitCode = await orSentence(async () => {
  const { values, rest, off } = read(process.argv.slice(2));
  const { program, folder } = await bundle(off);
  try {
    const wanted = {
      seeds: Number(values.get('--seeds') ?? 100),
      from: Number(values.get('--from') ?? 1),
      workers: Number(values.get('--workers') ?? 1),
      also: values.get('--also'),
      rest,
    };
    const totals = await Promise.all(shares(wanted).map((flags) => share(program, flags)));
    const total = totals.reduce((sum, one) =>
      Object.fromEntries(Object.entries(sum).map(([name, count]) => [name, count + one[name]])),
    );
    process.stdout.write(`${JSON.stringify(total)}\n`);
    return total.failures > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
