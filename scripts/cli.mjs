// How the command line programs start: what is built is run at once, because a first answer must come within 1.5 s of
// npm's start; the full set-up runs only when there is nothing built yet. They need neither Electron nor SQLite.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { saidHelp } from './help.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

/** Runs out/main/NAME.js in this process, built first where a source is newer. */
export async function runBuilt(name) {
  // decide knows three flags, and says so as its contract wants (docs/spec/decisioning.md D22).
  if (name !== 'decide' && saidHelp(name)) return;
  const entry = join(ROOT, 'out', 'main', `${name}.js`);
  if (!existsSync(entry) || !isBuilt()) {
    await orSentence(async () => {
      const { major } = await setup({ display: false });
      await build({ major, windowless: true });
    });
  }
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
}
