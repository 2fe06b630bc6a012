// A package is tried as it will be used: installed into a root of its own, started from there against a real core with
// the simulated airport, until live state and a suggestion are on its screen.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDisplay } from '../display.mjs';
import { machineSwitches } from '../run.mjs';
import { capture, ROOT, SetupError } from '../setup/base.mjs';

const BUNDLES = join(ROOT, 'out', 'main');

/** Starts one of our programs under Node; resolves with its first line of output when `wait` is asked for. */
function start(program, args, wait = false) {
  const child = spawn(process.execPath, [join(BUNDLES, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!wait) return { child };
  const line = new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))));
    });
    child.once('close', (code) =>
      reject(new SetupError(`${program} ended with ${code} before it was ready.`)),
    );
  });
  return { child, line };
}

function ended(child) {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('close', resolve);
  });
}

/** Runs the console from its folder; resolves with what it says of its smoke run. */
function smoke(executable, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [...args, ...machineSwitches()], {
      env,
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text.trim().split('\n').at(-1) ?? ''));
  });
}

/** Installs the .deb below a folder, without the scripts that belong to a real system. */
function unpack(deb, root) {
  const { status, stderr } = capture('dpkg-deb', ['-x', deb, root]);
  if (status !== 0) throw new SetupError(`the package cannot be unpacked: ${stderr.trim()}`);
  return join(root, 'usr', 'lib', 'kairos-console', 'kairos-console');
}

/** @returns the line of the smoke run, already printed by nobody */
export async function tryDeb(deb, picture) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-package-'));
  const core = start('core.js', ['--port', '0', '--data', join(folder, 'core'), '--dev'], true);
  try {
    const { url, writeKey, consoleToken } = await core.line;
    const demo = start('demo.js', ['--url', url, '--write-key', writeKey, '--passengers', '50']);
    try {
      const executable = unpack(deb, join(folder, 'root'));
      const args = ['--core', url, '--data', join(folder, 'console'), '--smoke', picture];
      return await withDisplay((env) => smoke(executable, args, { ...env, KAIROS_TOKEN: consoleToken }));
    } finally {
      demo.child.kill();
      await ended(demo.child);
    }
  } finally {
    core.child.kill();
    await ended(core.child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
