// `npm run check`: types, types on the fallback Electron, lint and formatting, direction rules, SQL, shape, unused code.
// Every rule has been seen to fail: test/layers plants one violation of each.
import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { tool } from './run.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, packages } from './setup.mjs';

/** Fewer files of ours than this means that a tool has looked the other way. */
const LEAST_MODULES = 150;

function output(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const keep = (chunk) => {
      text += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, text: String(error) }));
    child.on('close', (code) => resolve({ ok: code === 0, text }));
  });
}

const node = (...args) => output(process.execPath, args);
const listed = (problems) => ({
  ok: problems.length === 0,
  text: problems.map(({ rule, text }) => `[${rule}] ${text}\n`).join(''),
});

/**
 * TypeScript 7 checks in a third of the time of version 6, which stays for what reads code by its programming interface.
 * A file is named by one configuration; one that names none is an error of the compiler itself.
 */
async function types(configurations) {
  const found = [];
  for (const one of configurations) {
    found.push(await node(tool('ts7', 'bin', 'tsc'), '--noEmit', '--project', one));
  }
  return { ok: found.every(({ ok }) => ok), text: found.map(({ text }) => text).join('') };
}

/** Two groups of about the same work, for two cores. */
function typeSteps() {
  const hasCode = (folder) => readdirSync(join(ROOT, 'src', folder)).some((name) => name !== 'tsconfig.json');
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && hasCode(entry.name))
    .map((entry) => `src/${entry.name}/tsconfig.json`);
  return [
    { name: 'types of each process', run: () => types(folders) },
    {
      name: 'types of tests, and of main on the older Electron',
      run: () => types(['tsconfig.json', 'tsconfig.electron33.json']),
    },
  ];
}

async function layers() {
  const { checkLayers } = await import('./check/layers.mjs');
  const { modules, problems } = await checkLayers();
  if (modules < LEAST_MODULES)
    problems.push({ rule: 'coverage', text: `only ${modules} modules were seen.` });
  return listed(problems);
}

const STEPS = [
  ...typeSteps(),
  {
    name: 'lint and format',
    run: () =>
      node(
        tool('@biomejs', 'biome', 'bin', 'biome'),
        'check',
        '--error-on-warnings',
        '--max-diagnostics=200',
        '.',
      ),
  },
  { name: 'direction rules', run: layers },
  { name: 'sql', run: async () => listed((await import('./check/sql.mjs')).checkSql()) },
  {
    name: 'shape of the tree',
    run: async () => listed((await import('./check/shape.mjs')).checkShape()),
  },
  { name: 'unused code', run: () => node(tool('knip', 'bin', 'knip.js'), '--no-progress') },
];

/** Runs the steps on as many cores as there are (two at least); returns how many failed. */
async function runAll(steps) {
  const waiting = [...steps];
  let failed = 0;
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const started = Date.now();
      const { ok, text } = await step
        .run()
        .catch((error) => ({ ok: false, text: String(error.stack ?? error) }));
      if (!ok) failed += 1;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n${ok ? '' : text}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
  return failed;
}

await orSentence(packages);
const failed = await runAll(STEPS);
const counts = { passed: STEPS.length - failed, failed, skipped: 0 };
const report = process.argv.indexOf('--report');
if (report > 0) writeFileSync(process.argv[report + 1], JSON.stringify(counts));
process.stdout.write(`check: ${counts.passed} parts in order, ${failed} not\n`);
process.exitCode = failed > 0 ? 1 : 0;
