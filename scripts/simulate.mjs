// `npm run -s simulate -- --seeds N [--from S] [--rules-off R5,...] [--json]`: random histories of consoles and core
// with every fault that there is, on the production sync code. The last line is one JSON object. See docs/simulation.md.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withoutClauses } from '../test/simulation/clauses.mjs';
import { run } from './run.mjs';
import { MODULES, ROOT, SetupError } from './setup/base.mjs';
import { orSentence } from './setup.mjs';

const VALUED = ['--seeds', '--from', '--actions', '--rules-off', '--also'];
const PLAIN = ['--json', '--trace', '--first'];

/** Sizes are small in the simulator, so that frames come in parts and credit ends without megabytes of rows. */
const SMALLER = {
  MAX_FRAME_BYTES: '16 * KB',
  MAX_HEAD_BYTES: '6 * KB',
  CREDIT_BYTES: '64 * KB',
};

const smallLimits = {
  name: 'small-limits',
  transform(code, id) {
    if (!id.endsWith('src/protocol/limits.ts')) return null;
    let text = code;
    for (const [name, size] of Object.entries(SMALLER)) {
      const next = text.replace(new RegExp(`(const ${name} = )[^;]+;`), `$1${size};`);
      if (next === text) throw new Error(`limits.ts has no ${name}`);
      text = next;
    }
    return text;
  },
};

function read(argv) {
  const flags = [];
  let off = [];
  for (let i = 0; i < argv.length; i++) {
    const [word, inline] = argv[i].split('=');
    if (PLAIN.includes(word)) flags.push(word);
    else if (VALUED.includes(word)) {
      const value = inline ?? argv[++i] ?? '';
      if (word === '--rules-off') off = value.split(',').filter(Boolean);
      else if (/^\d+(,\d+)*$/.test(value)) flags.push(word, value);
      else throw new SetupError(`${word} takes a number.`);
    } else throw new SetupError(`${argv[i]} is unknown; see docs/simulation.md.`);
  }
  return { flags, off };
}

async function bundle(off) {
  const vite = await import('vite');
  const out = join(MODULES, '.cache', 'kairos-simulation', off.length > 0 ? off.join('_') : 'all');
  mkdirSync(out, { recursive: true });
  await vite.build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [withoutClauses(off, ROOT), smallLimits],
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
  return join(out, 'simulate.mjs');
}

process.exitCode = await orSentence(async () => {
  const { flags, off } = read(process.argv.slice(2));
  return run(process.execPath, [await bundle(off), ...flags]);
});
