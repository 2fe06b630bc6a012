// `npm run package [-- --out DIR] [--smoke FILE.png] [--release]`: the unpacked app with its fuses set, on Linux a .deb,
// elsewhere the installer of that system, and beside them the list of what is in it (CycloneDX). With --smoke the .deb
// is installed into a folder and started from there. --release refuses an Electron that is out of support.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { capture, npmCommand, ROOT, SetupError, say, which, work } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const TOOLS = join(import.meta.dirname, 'package');
const { values } = parseArgs({
  options: { out: { type: 'string' }, smoke: { type: 'string' }, release: { type: 'boolean' } },
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

process.exitCode = await orSentence(async () => {
  const electron = await setup({ display: values.smoke !== undefined });
  if (electron.runtime !== 'official') {
    const what = `Electron ${electron.version} is ${electron.runtime === 'fallback' ? 'out of support' : 'not the one of package.json'}`;
    if (values.release) throw new SetupError(`${what}: it is not packaged for release.`);
    say(`${what}: a package for tests and demonstrations only.`);
  }
  await build({ major: electron.major });
  await installTools();
  const { makeUnpacked } = await import('./package/unpacked.mjs');
  rmSync(out, { recursive: true, force: true });
  const unpacked = await makeUnpacked(electron, out);
  say(`unpacked app: ${unpacked}`);
  writeBom(join(out, 'kairos-console.cdx.json'));
  if (process.platform !== 'linux') return 0;
  if (!which('dpkg-deb') || !which('fakeroot')) {
    say('no .deb: it needs dpkg-deb and fakeroot.');
    return 0;
  }
  const { makeDeb } = await import('./package/debian.mjs');
  const deb = await makeDeb(unpacked, out, values.release);
  say(`package: ${deb}`);
  if (values.smoke === undefined) return 0;
  const { tryDeb } = await import('./package/trial.mjs');
  const line = await tryDeb(deb, resolve(from, values.smoke));
  process.stdout.write(`${line}\n`);
  return JSON.parse(line || '{}').smoke === 'ok' ? 0 : 1;
});
