// Builds out/ when a source is newer than it. What the bundler says goes to stderr; nothing goes to stdout.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError, say } from './setup/base.mjs';
import { withLock } from './setup/lock.mjs';

const OUT = join(ROOT, 'out');
const STAMP = join(OUT, '.stamp');
const WATCHED = ['src', 'electron.vite.config.ts', 'tsconfig.base.json', 'package.json', 'package-lock.json'];

/** Newest change below a path, in ms. Folders count too: their time tells of removed files. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? 0 : stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function isFresh(mark) {
  try {
    if (mark !== undefined && readFileSync(STAMP, 'utf8') !== mark) return false;
    const built = statSync(STAMP).mtimeMs;
    return WATCHED.every((path) => newest(join(ROOT, path)) < built);
  } catch {
    return false;
  }
}

/** True when out/ is newer than every source, whatever Electron it was built for. */
export function isBuilt() {
  return isFresh(undefined);
}

function bundle(env) {
  return new Promise((done) => {
    const args = [
      join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
      'build',
      '--logLevel',
      'warn',
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => done({ status: -1, output: String(error) }));
    child.on('close', (status) => done({ status, output }));
  });
}

/** Removes what earlier builds left; the bundler itself empties nothing, since a program may be running from out/. */
function prune(folder, before) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) prune(path, before);
    else if (statSync(path).mtimeMs < before && path !== STAMP) rmSync(path, { force: true });
  }
}

async function rebuild(mark, major, windowless) {
  say('building');
  // Half a second back: a file that is saved while the bundler reads it counts as newer than the build.
  const started = Date.now() - 500;
  mkdirSync(OUT, { recursive: true });
  const { status, output } = await bundle({ ...process.env, ELECTRON_MAJOR_VER: String(major) });
  const main = join(OUT, 'main');
  const mainIsThere = () =>
    existsSync(main) && readdirSync(main).some((name) => statSync(join(main, name)).mtimeMs >= started);
  if (status !== 0) {
    rmSync(STAMP, { force: true });
    process.stderr.write(output);
    if (windowless && mainIsThere()) return say('the window could not be built; going on without it');
    throw new SetupError('the build failed; the reason stands above.');
  }
  prune(OUT, started);
  writeFileSync(STAMP, mark);
  utimesSync(STAMP, started / 1000, started / 1000);
}

/**
 * Builds when needed. `major`: the Electron to build for (its JavaScript is older on the fallback).
 * `windowless: true` is for programs that need only out/main and may run when the window does not build.
 */
export async function build({ major, windowless = false }) {
  const mark = `electron ${major}\n`;
  if (isFresh(mark)) return;
  await withLock(join(ROOT, 'node_modules', '.kairos-build.lock'), async () => {
    if (!isFresh(mark)) await rebuild(mark, major, windowless);
  });
}
