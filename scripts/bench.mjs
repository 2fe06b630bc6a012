// `npm run bench -- [NAME ...] [--json]`: runs test/bench/NAME.bench.ts, one after the other, each a program of its own
// that prints one line per measure. Flags reach each of them.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run } from './run.mjs';
import { ROOT, SetupError, say } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const FOLDER = join(ROOT, 'test', 'bench');
const OUT = join(ROOT, 'out', 'bench');
const ENDING = /\.bench\.ts$/;
const args = process.argv.slice(2);
/** What begins with a letter is a name; the rest are flags and their numbers (`--rounds 3`). */
const wanted = args.filter((arg) => /^[a-z]/i.test(arg));
const flags = args.filter((arg) => !wanted.includes(arg));

function chosen() {
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

/** Bundles the benchmarks like a process of the product: our files in, packages out. */
async function bundle(names) {
  const vite = await import('vite');
  mkdirSync(OUT, { recursive: true });
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
        input: Object.fromEntries(names.map((name) => [name, resolve(FOLDER, `${name}.bench.ts`)])),
        external: [/^(?!\0|\.|\/|[a-zA-Z]:)/],
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js' },
      },
    },
  });
}

process.exitCode = await orSentence(async () => {
  const names = chosen();
  const electron = await setup();
  await build({ major: electron.major });
  await bundle(names);
  return withDisplay(async (env) => {
    let worst = 0;
    for (const name of names) {
      say(`benchmark ${name}`);
      const code = await run(process.execPath, ['--expose-gc', join(OUT, `${name}.js`), ...flags], { env });
      worst = Math.max(worst, code);
    }
    return worst;
  });
});
