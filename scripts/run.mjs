// How the scripts start programs: output passed through, signals forwarded, exit code returned.
import { spawn } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { isRoot, MODULES, ROOT } from './setup/base.mjs';

/** Runs a program in the project's root to its end and resolves with its exit code (128 + signal when killed). */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of signals) process.removeListener(name, forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Switches that this machine demands of Electron: no sandbox for root, no shared memory where there is little. */
export function machineSwitches() {
  if (process.platform !== 'linux') return [];
  const shared = existsSync('/dev/shm') ? statfsSync('/dev/shm') : undefined;
  const little = !shared || shared.bsize * shared.blocks < 256 << 20;
  return [...(isRoot() ? ['--no-sandbox'] : []), ...(little ? ['--disable-dev-shm-usage'] : [])];
}

/** The command line of a tool from node_modules, by the path of its program. */
export function tool(...path) {
  return join(MODULES, ...path);
}

/** The environment of an Electron: what makes it a plain Node, or tells of another screen, is left out. */
export function electronEnvironment(env) {
  const { ELECTRON_RUN_AS_NODE: _node, ...rest } = env;
  return rest;
}
