// `npm run package [-- --out DIR] [--smoke FILE.png] [--release] [--update-key FILE] [--feed DIR ...]`: the unpacked app
// with its fuses set, on Linux a .deb, elsewhere the installer of that system, and beside them the list of what is in it
// (CycloneDX). --feed signs the .deb into a feed of updates. With --smoke the .deb is installed into a root of its own,
// started from there, and updated from a feed. --release refuses an Electron that is out of support.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { capture, npmCommand, ROOT, readJson, SetupError, say, which, work } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const TOOLS = join(import.meta.dirname, 'package');
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    smoke: { type: 'string' },
    release: { type: 'boolean' },
    /** Private key of updates, PEM; made where it does not exist. */
    'update-key': { type: 'string' },
    feed: { type: 'string' },
    channel: { type: 'string', default: 'stable' },
    /** Percent of the stations. */
    share: { type: 'string', default: '100' },
    /** Days until stations do not believe it any more. */
    days: { type: 'string', default: '30' },
    'min-version': { type: 'string' },
  },
});
const from = process.env.INIT_CWD ?? process.cwd();
const out = resolve(from, values.out ?? join(ROOT, 'dist'));

/** The tools have a lock of their own: nobody needs them to run or test the console. */
async function installTools() {
  if (existsSync(join(TOOLS, 'node_modules', 'electron-builder'))) return;
  say('installing what makes packages (scripts/package, 100 MB, once)');
  const { status, output } = await work('installing the packaging tools', 'npm', ['ci', '--ignore-scripts'], {
    cwd: TOOLS,
  });
  if (status !== 0)
    throw new SetupError(`the packaging tools could not be installed: ${output.trim().split('\n').at(-1)}`);
}

/** What the product consists of, the window's bundle too; no tests and tools. */
function writeBom(file) {
  const { command, args } = npmCommand();
  const { status, stdout, stderr } = capture(
    command,
    [...args, 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'],
    { cwd: ROOT },
  );
  if (status !== 0)
    throw new SetupError(`the bill of materials could not be made: ${stderr.trim().split('\n').at(-1)}`);
  writeFileSync(file, stdout);
}

/** With --smoke a key for the trial, where none was given: its feed is thrown away with it. */
async function keyOf(path) {
  if (path === undefined && values.smoke === undefined) {
    if (values.feed !== undefined)
      throw new SetupError('--feed needs --update-key: a package without its key takes no updates.');
    return null;
  }
  const { publicPem, updateKey } = await import('./package/feed.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'kairos-update-key-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const key = updateKey(path === undefined ? join(folder, 'private.pem') : resolve(from, path));
  const file = join(folder, 'update-key.pem');
  writeFileSync(file, publicPem(key));
  return { key, file };
}

async function make(electron, making) {
  const { makeUnpacked } = await import('./package/unpacked.mjs');
  const unpacked = await makeUnpacked(electron, making);
  if (process.platform !== 'linux') return { unpacked, deb: null };
  const { writeLicence } = await import('./package/described.mjs');
  writeLicence(unpacked, making.version);
  if (!which('dpkg-deb') || !which('fakeroot')) {
    say('no .deb: it needs dpkg-deb and fakeroot.');
    return { unpacked, deb: null };
  }
  const { makeDeb } = await import('./package/debian.mjs');
  return { unpacked, deb: await makeDeb(unpacked, making, values.release) };
}

/** Where this machine can make one. */
async function makeRpmOf(unpacked, making) {
  if (process.platform !== 'linux') return;
  if (!which('rpmbuild')) return say('no .rpm: it needs rpmbuild.');
  const { makeRpm } = await import('./package/redhat.mjs');
  say(`package: ${await makeRpm(unpacked, making, values.release)}`);
}

async function publish(deb, key, version) {
  const { writeFeed } = await import('./package/feed.mjs');
  const [share, days] = [Number(values.share), Number(values.days)];
  if (!(share >= 0 && share <= 100 && days > 0 && days <= 180))
    throw new SetupError('--share is 0 to 100, --days 1 to 180.');
  const { channel, 'min-version': minVersion = '0.0.0' } = values;
  const file = writeFeed(resolve(from, values.feed), deb, key, { version, channel, share, minVersion, days });
  say(`feed: ${file}, for ${share} % of the stations`);
}

const nextOf = (version) => version.replace(/\d+$/, (last) => String(Number(last) + 1));

process.exitCode = await orSentence(async () => {
  const electron = await setup({ display: values.smoke !== undefined });
  if (electron.runtime !== 'official') {
    const what = `Electron ${electron.version} is ${electron.runtime === 'fallback' ? 'out of support' : 'not the one of package.json'}`;
    if (values.release) throw new SetupError(`${what}: it is not packaged for release.`);
    say(`${what}: a package for tests and demonstrations only.`);
  }
  await build({ major: electron.major });
  await installTools();
  rmSync(out, { recursive: true, force: true });
  const { version } = readJson(join(ROOT, 'package.json'));
  const key = await keyOf(values['update-key']);
  const making = { out, version, keyFile: key?.file ?? null };
  const { unpacked, deb } = await make(electron, making);
  say(`unpacked app: ${unpacked}`);
  writeBom(join(out, 'kairos-console.cdx.json'));
  await makeRpmOf(unpacked, making);
  if (deb === null) return 0;
  say(`package: ${deb}`);
  if (values.feed !== undefined) await publish(deb, key.key, version);
  if (values.smoke === undefined) return 0;
  const { tryDeb } = await import('./package/trial.mjs');
  const next = nextOf(version);
  const folder = join(out, 'next');
  const newer = await make(electron, { out: folder, version: next, keyFile: key.file });
  const tried = { version, deb, next, newer: newer.deb, key: key.key };
  const report = await tryDeb(tried, resolve(from, values.smoke));
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report.smoke === 'ok' ? 0 : 1;
});
