// npm packages: `npm ci` when node_modules does not hold what package-lock.json says.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand, ROOT, readJson, SetupError, say, work } from './base.mjs';

export function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16);
}

/**
 * True when every package of the lock file that this platform needs is there in that version. What npm noted of its last
 * run is not asked: folders that were copied, cut off in the middle or taken from another branch tell something else.
 */
export function modulesMatchLock(root = ROOT) {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  return Object.entries(wanted).every(
    ([place, { optional, version }]) =>
      place === '' || optional || readJson(join(root, place, 'package.json'))?.version === version,
  );
}

/** Installs the packages when needed; returns true when it did. */
export async function ensureDependencies() {
  if (modulesMatchLock()) return false;
  say('installing the npm packages (npm ci)');
  const npm = npmCommand();
  // npm before version 11 does not know allowScripts and would fetch the second Electron's binary.
  const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
  const args = [...npm.args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = await work('npm ci', npm.command, args, { cwd: ROOT, env, shell: npm.shell });
  if (result.status !== 0) {
    const reasons = result.output.split('\n').filter((line) => /^npm error .*[a-z]/i.test(line));
    throw new SetupError(`npm ci failed: ${reasons.slice(0, 6).join('\n  ') || result.output.slice(-600)}`);
  }
  return true;
}
