// What every part of the set-up shares: where things are, how to speak, how to run a program.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** The project's root folder. */
export const ROOT = resolve(import.meta.dirname, '..', '..');
/** Downloads and compiled parts live here, outside the project, so that a second clone finds them. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kairos');
export const MODULES = join(ROOT, 'node_modules');
export const STATE_FILE = join(MODULES, '.kairos-setup.json');

/** A failure with one sentence that a person can act on; shown without a stack. */
export class SetupError extends Error {}

/** Progress goes to stderr only: stdout belongs to the program that is started afterwards. */
export function say(sentence) {
  process.stderr.write(`kairos setup: ${sentence}\n`);
}

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Runs a short program and returns its output; status is -1 when it cannot be started. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options });
  return { status: result.status ?? -1, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/**
 * Runs a long program, keeps its output for the case that it fails, and says every 20 seconds that it is
 * still at it. Resolves with {status, output}.
 */
export function work(label, command, args, options = {}) {
  return new Promise((done) => {
    const started = Date.now();
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const tick = setInterval(
      () => say(`${label}: ${Math.round((Date.now() - started) / 1000)} s so far`),
      20_000,
    );
    const end = (status) => {
      clearInterval(tick);
      done({ status, output });
    };
    child.on('error', (error) => {
      output += String(error);
      end(-1);
    });
    child.on('close', (code) => end(code ?? -1));
  });
}

/** The full path of a program on PATH, or undefined. */
export function which(name) {
  for (const folder of (process.env.PATH || '').split(delimiter)) {
    if (folder && existsSync(join(folder, name))) return join(folder, name);
  }
  return undefined;
}

/** How npm is started: the very npm that started us when there is one, else the one beside node, else PATH. */
export function npmCommand() {
  const candidates = [
    process.env.npm_execpath,
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const cli = candidates.find((file) => file && /npm-cli\.js$/.test(file) && existsSync(file));
  if (cli) return { command: process.execPath, args: [cli], cli };
  if (!which('npm') && !which('npm.cmd')) {
    throw new SetupError('npm was not found; install Node.js 20.18 or newer together with npm.');
  }
  return { command: 'npm', args: [], cli: undefined, shell: process.platform === 'win32' };
}

export function isRoot() {
  return process.getuid?.() === 0;
}
