// `npm run bench -- [NAME ...] [--json] [--quick] [--rounds N] [--profiles N] [--minutes N] [--no-peers]`: runs
// test/bench/NAME.bench.ts, one after the other, each a program of its own that prints one line per measure. See
// docs/bench.md.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run } from './run.mjs';
import { MODULES, ROOT, SetupError, say, work } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const FOLDER = join(ROOT, 'test', 'bench');
// Not in out/: what a build of the product did not make there, it removes.
const OUT = join(MODULES, '.cache', 'kairos-bench');
const ENDING = /\.bench\.ts$/;
/** These open windows; the others do without a screen, and without a renderer that builds. */
const WITH_WINDOW = ['busy', 'pixel', 'pop', 'start', 'tasks'];
/** Programs of their own that benchmarks start: those of the floors, and a crowd of consoles. */
const PROGRAMS = {
  'floor-window': 'floor/window',
  'floor-pixel': 'floor/pixel',
  'floor-link': 'floor/link',
  'floor-answer': 'floor/answer',
  'floor-broadcast': 'floor/broadcast',
  'crowd-process': 'crowd-process',
};
/** Several benchmarks under one name. */
const GROUPS = { scale: ['scale', 'nodes'], sync: ['snapshot', 'live', 'resume', 'consoles', 'scale'] };
/** Other stores are measured beside these. */
const WITH_PEERS = ['snapshot'];
const PEERS = join(FOLDER, 'peers');
const VALUED = ['--rounds', '--profiles', '--minutes'];
const PLAIN = ['--json', '--quick'];
const NO_PEERS = '--no-peers';

function readArguments(argv) {
  const names = [];
  const flags = [];
  let peers = true;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    if (VALUED.includes(word)) flags.push(word, argv[++i] ?? '');
    else if (PLAIN.includes(word) || VALUED.some((flag) => word.startsWith(`${flag}=`))) flags.push(word);
    else if (word === NO_PEERS) peers = false;
    else if (word.startsWith('-')) throw new SetupError(`${word} is unknown; see docs/bench.md.`);
    else names.push(...(GROUPS[word] ?? [word]));
  }
  return { names, flags, peers };
}

function chosen(wanted) {
  const names = (existsSync(FOLDER) ? readdirSync(FOLDER) : [])
    .filter((file) => ENDING.test(file))
    .map((file) => file.replace(ENDING, ''));
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new SetupError(
      `there is no benchmark ${unknown.join(', ')}; there are ${names.join(', ') || 'none'}.`,
    );
  }
  return wanted.length > 0 ? wanted : names;
}

/** Bundles the benchmarks and floors like a process of the product: our files in, packages out. */
async function bundle(names) {
  const vite = await import('vite');
  mkdirSync(OUT, { recursive: true });
  const input = Object.fromEntries(names.map((name) => [name, join(FOLDER, `${name}.bench.ts`)]));
  for (const [name, file] of Object.entries(PROGRAMS)) input[name] = join(FOLDER, `${file}.ts`);
  await vite.build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20',
      outDir: OUT,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input,
        external: [/^(?!\0|\.|\/|[a-zA-Z]:)/],
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'shared-[name].mjs' },
      },
    },
  });
}

/**
 * The peers have a lock of their own and are no part of the project: they are installed when somebody measures beside
 * them. Their install scripts are not run: what they need comes with the packages. True where they are there.
 */
async function installPeers() {
  const done = join(PEERS, 'node_modules', '.package-lock.json');
  const lock = join(PEERS, 'package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return true;
  say('installing the peers that are measured beside (test/bench/peers, 110 MB, once)');
  const args = ['ci', '--ignore-scripts', '--omit=peer', '--no-audit', '--no-fund'];
  const { status, output } = await work('installing the peers', 'npm', args, { cwd: PEERS });
  if (status === 0) return true;
  say(`the peers could not be installed, so they are not measured: ${output.trim().split('\n').at(-1)}`);
  return false;
}

/** A warning where others use the machine: then absolute figures say little, and tails nothing. */
function busy() {
  const [load] = loadavg();
  const cores = availableParallelism();
  return load > cores / 2 ? ` (load ${load.toFixed(1)} on ${cores} cores before it began)` : '';
}

process.exitCode = await orSentence(async () => {
  const { names: wanted, flags, peers } = readArguments(process.argv.slice(2));
  const names = chosen(wanted);
  const windowless = !names.some((name) => WITH_WINDOW.includes(name));
  const electron = await setup({ display: !windowless });
  await build({ major: electron.major, windowless });
  await bundle(names);
  const beside = peers && names.some((name) => WITH_PEERS.includes(name)) && (await installPeers());
  const one = async (env) => {
    let worst = 0;
    for (const name of names) {
      say(`benchmark ${name}${busy()}`);
      const args = ['--expose-gc', '--experimental-websocket', join(OUT, `${name}.mjs`), ...flags];
      const code = await run(process.execPath, args, {
        env: { ...env, KAIROS_BENCH_ELECTRON: electron.executable, KAIROS_BENCH_PEERS: beside ? '1' : '' },
      });
      worst = Math.max(worst, code);
    }
    return worst;
  };
  return windowless ? one(process.env) : withDisplay(one);
});
