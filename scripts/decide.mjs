// `npm run decide`: the decision library at the command line. Its first answer must come within 1.5 s of npm's start,
// so the full set-up runs only when there is nothing built yet: this program needs neither Electron nor SQLite.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, isBuilt } from './build.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const entry = join(ROOT, 'out', 'main', 'decide.js');
if (!existsSync(entry) || !isBuilt()) {
  await orSentence(async () => {
    const { major } = await setup({ display: false });
    await build({ major, windowless: true });
  });
}
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
