// Which Electron runs here: the official one of package.json, one that the environment names, or the fallback.
import dns from 'node:dns/promises';
import {
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { capture, MODULES, readJson, SetupError, say, work } from './base.mjs';
import { ensureFallback, FALLBACK_DIST, FALLBACK_VERSION, fallbackIsReady } from './fallback.mjs';

const PACKAGE = join(MODULES, 'electron');
const LINK = join(PACKAGE, 'dist');
const PATH_FILE = join(PACKAGE, 'path.txt');

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function kindOf(file) {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (!stat) return 'absent';
  return stat.isSymbolicLink() ? 'link' : 'folder';
}

function describe(runtime, version, dist) {
  const file = runtime === 'fallback' ? 'electron' : read(PATH_FILE) || 'electron';
  return { runtime, version, major: Number(version.split('.')[0]), dist, executable: join(dist, file) };
}

/** The Electron that is ready to run, without any work; undefined when some is needed. */
export function presentElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override && existsSync(join(override, 'electron'))) {
    const version = read(join(override, 'version')).trim().replace(/^v/, '') || versionByAsking(override);
    return describe('override', version, override);
  }
  const mode = process.env.KAIROS_ELECTRON || 'auto';
  const wanted = readJson(join(PACKAGE, 'package.json'))?.version;
  if (mode !== 'fallback' && kindOf(LINK) === 'folder' && read(PATH_FILE) !== '') {
    const version = read(join(LINK, 'version')).trim().replace(/^v/, '');
    if (version === wanted) return describe('official', version, LINK);
  }
  const linked =
    kindOf(LINK) === 'link' && readlinkSync(LINK) === FALLBACK_DIST && read(PATH_FILE) === 'electron';
  if (mode !== 'official' && linked && fallbackIsReady())
    return describe('fallback', FALLBACK_VERSION, FALLBACK_DIST);
  return undefined;
}

function versionByAsking(dist) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return capture(join(dist, 'electron'), ['-p', 'process.versions.electron'], { env }).stdout.trim();
}

/** Can Electron's download host be reached at all? Answers within 4 seconds. */
async function downloadsAreReachable() {
  if (process.env.HTTPS_PROXY || process.env.https_proxy || process.env.ELECTRON_GET_USE_PROXY) return true;
  const mirror =
    process.env.ELECTRON_MIRROR || process.env.npm_config_electron_mirror || 'https://github.com';
  const { hostname, port, protocol } = new URL(mirror);
  const reachable = async () => {
    const { address } = await dns.lookup(hostname);
    await new Promise((done, fail) => {
      const socket = connect(Number(port) || (protocol === 'http:' ? 80 : 443), address, () => {
        socket.destroy();
        done();
      });
      socket.on('error', fail);
      setTimeout(() => socket.destroy(new Error('timeout')), 3500).unref();
    });
    return true;
  };
  const late = new Promise((done) => setTimeout(done, 4000, false).unref());
  return Promise.race([reachable().catch(() => false), late]);
}

async function installOfficial(wanted) {
  say(`downloading Electron ${wanted}`);
  const result = await work('downloading Electron', process.execPath, [join(PACKAGE, 'install.js')], {
    cwd: PACKAGE,
  });
  if (result.status === 0) return true;
  say(
    `Electron could not be downloaded: ${
      result.output
        .trim()
        .split('\n')
        .find((line) => /error/i.test(line)) ?? ''
    }`,
  );
  return false;
}

/** Makes an Electron ready and returns {runtime, version, major, dist, executable}. */
export async function ensureElectron() {
  const present = presentElectron();
  if (present) return present;
  const mode = process.env.KAIROS_ELECTRON || 'auto';
  if (!['auto', 'official', 'fallback'].includes(mode)) {
    throw new SetupError(`KAIROS_ELECTRON is "${mode}"; it may be auto, official or fallback.`);
  }
  const wanted = readJson(join(PACKAGE, 'package.json'))?.version;
  // The installer would unpack through the link, into the cache.
  rmSync(LINK, { recursive: kindOf(LINK) === 'folder', force: true });
  rmSync(PATH_FILE, { force: true });
  const tryOfficial = mode === 'official' || (mode === 'auto' && (await downloadsAreReachable()));
  if (tryOfficial && (await installOfficial(wanted))) return describe('official', wanted, LINK);
  if (mode === 'official') {
    throw new SetupError(
      `Electron ${wanted} could not be downloaded; check the network, or set KAIROS_ELECTRON=auto.`,
    );
  }
  await ensureFallback();
  rmSync(LINK, { recursive: kindOf(LINK) === 'folder', force: true });
  symlinkSync(FALLBACK_DIST, LINK);
  writeFileSync(PATH_FILE, 'electron');
  return describe('fallback', FALLBACK_VERSION, FALLBACK_DIST);
}
