// A package is tried as it will be used: installed into a root of its own, started from there against a real core with
// the simulated airport, until live state and a suggestion are on its screen; then updated from a feed, after it has
// refused what a tampered one offers, and started once more with the same replica and outbox.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withDisplay } from '../display.mjs';
import { machineSwitches } from '../run.mjs';
import { capture, isRoot, ROOT, SetupError } from '../setup/base.mjs';
import { attackHelper } from './attacks.mjs';
import { writeFeed } from './feed.mjs';

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

/** Runs the console from its folder; resolves with what it says of its smoke run. `user`: see `asUser`. */
function smoke(executable, args, env, { user = {}, switches = machineSwitches() } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, [...args, ...switches], {
      ...{ env, cwd: tmpdir(), stdio: ['ignore', 'pipe', 'ignore'] },
      ...user,
    });
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text.trim().split('\n').at(-1) ?? ''));
  });
}

/** What dpkg needs to work in a root that is not the system's: the product's own program passes it on. */
const inRoot = (root) => [
  ...(isRoot() ? [] : ['fakeroot']),
  ...[
    'env',
    `DPKG_ROOT=${root}`,
    `DPKG_ADMINDIR=${join(root, 'var/lib/dpkg')}`,
    'DPKG_FORCE=depends,not-root',
  ],
];

/** nobody's, of every Linux. */
const NOBODY = 65_534;

/**
 * [S4] As an ordinary user the package has chromium's sandbox: each of its pages' processes works under a filter of system
 * calls (seccomp, mode 2). Root has none, so root starts it as nobody.
 * @returns what the run says, the modes that were seen, and what a start without the sandbox says: nothing
 */
async function underSandbox(executable, args, env, folder) {
  const home = join(folder, 'user');
  mkdirSync(home);
  const user = isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot()) {
    chmodSync(folder, 0o755);
    chownSync(home, NOBODY, NOBODY);
  }
  const modes = new Map();
  const looking = setInterval(() => {
    for (const [pid, mode] of renderers(executable)) modes.set(pid, mode);
  }, 100);
  try {
    const own = [...args, '--data', join(home, 'console'), '--smoke', join(home, 'picture.png')];
    const switches = machineSwitches().filter((one) => one !== '--no-sandbox');
    const said = await smoke(executable, own, { ...env, HOME: home }, { user, switches });
    const without = await smoke(
      executable,
      [...own, '--no-sandbox'],
      { ...env, HOME: home },
      { user, switches },
    );
    return { report: JSON.parse(said || '{}'), modes: [...modes.values()], without };
  } finally {
    clearInterval(looking);
  }
}

/** The processes of pages of this program: [pid, mode of seccomp]. */
function renderers(executable) {
  const isNumber = (name) => /^\d+$/.test(name);
  return readdirSync('/proc')
    .filter(isNumber)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!line.startsWith(executable) || !line.includes('--type=renderer')) return [];
        return [[pid, /^Seccomp:\s*(\d)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]]];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** A root with an empty database of packages, and the package in it, installed by dpkg. */
function install(deb, root) {
  const database = join(root, 'var/lib/dpkg');
  for (const name of ['info', 'updates', 'triggers']) mkdirSync(join(database, name), { recursive: true });
  writeFileSync(join(database, 'status'), '');
  const [command, ...args] = [...inRoot(root), 'dpkg', '-i', deb];
  const { status, stderr } = capture(command, args);
  if (status !== 0) throw new SetupError(`the package cannot be installed: ${stderr.trim()}`);
}

/** As an administrator would: who may install, and from where. */
function writePolicy(root, feed) {
  const folder = join(root, 'etc/kairos-console');
  mkdirSync(folder, { recursive: true });
  const updates = { feed: pathToFileURL(feed).href, authority: inRoot(root) };
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({ updates }));
}

function flipByte(file) {
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1] ^= 1;
  writeFileSync(file, bytes);
}

/** Ways to spoil a feed, each with the word that the console must say of it. */
const TAMPERED = {
  hash: (feed, deb) => flipByte(join(feed, deb)),
  signature: (feed) => flipByte(join(feed, 'stable.json')),
  incomplete: (feed, deb) => truncateSync(join(feed, deb), 1_000_000),
};

/** @returns the report of the last smoke run, with what became of the update */
export async function tryDeb({ version, deb, next, newer, key }, picture) {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-package-'));
  const core = start('core.js', ['--port', '0', '--data', join(folder, 'core'), '--dev'], true);
  try {
    const { url, writeKey, consoleToken } = await core.line;
    const demo = start('demo.js', ['--url', url, '--write-key', writeKey, '--passengers', '50']);
    try {
      const [root, feed] = [join(folder, 'root'), join(folder, 'feed')];
      install(deb, root);
      writePolicy(root, feed);
      const executable = join(root, 'usr/lib/kairos-console/kairos-console');
      const args = ['--core', url, '--data', join(folder, 'console'), '--smoke', picture];
      return await withDisplay(async (env) => {
        const access = { ...env, KAIROS_TOKEN: consoleToken };
        const { report, modes, without } = await underSandbox(executable, ['--core', url], access, folder);
        if (report.smoke !== 'ok' || modes.length === 0 || modes.some((mode) => mode !== '2'))
          throw new SetupError(`not sandboxed (seccomp ${modes}): ${JSON.stringify(report)}`);
        if (without !== '') throw new SetupError(`started without its sandbox: ${without}`);
        const runOnce = async (more = [], told = {}) =>
          JSON.parse((await smoke(executable, [...args, ...more], { ...access, ...told })) || '{}');
        return update({ runOnce, root, feed, version, next, newer, key });
      });
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

async function update({ runOnce, root, feed, version, next, newer, key }) {
  const release = { version: next, channel: 'stable', share: 100, minVersion: version, days: 1 };
  const must = (holds, what, report) => {
    if (!holds) throw new SetupError(`${what}: ${JSON.stringify(report)}`);
  };
  const refused = [];
  for (const [word, spoil] of Object.entries(TAMPERED)) {
    writeFeed(feed, newer, key, release);
    spoil(feed, basename(newer));
    const report = await runOnce();
    must(report.smoke === 'ok' && report.version === version, 'the installed version', report);
    must(report.update?.refused === word && report.update.version === null, `a feed that is ${word}`, report);
    refused.push(word);
  }
  const helper = join(root, 'usr/lib/kairos-console/resources/install-update');
  const folder = mkdtempSync(join(tmpdir(), 'kairos-attack-'));
  const withstood = attackHelper({ helper, inRoot: inRoot(root), folder, key, version });
  rmSync(folder, { recursive: true, force: true });
  const debugged = await runOnce(['--remote-debugging-port=0']);
  must(debugged.smoke === undefined, 'a debugger on the page', debugged);
  // What a build for development takes its page from: here anybody's page would have our shell.
  const told = await runOnce([], {
    ELECTRON_RENDERER_URL: 'http://127.0.0.1:9',
    NODE_OPTIONS: '--inspect=0',
  });
  must(told.smoke === 'ok', 'a page named by the environment', told);
  writeFeed(feed, newer, key, release);
  const ready = await runOnce();
  must(ready.update?.version === next, 'the update is not ready', ready);
  const installed = await runOnce();
  must(
    installed.smoke === 'installed' && installed.version === next,
    'the update is not installed',
    installed,
  );
  const report = await runOnce();
  must(report.smoke !== 'ok' || report.version === next, 'the newer version', report);
  return { ...report, updated: { from: version, refused, withstood: withstood.length } };
}
