// `npm run -s admin -- audit verify|export`: what the people do who answer for a core. It needs SQLite, and no window.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { saidHelp } from './help.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

if (saidHelp('admin')) process.exit(0);
await orSentence(async () => {
  const { major } = await setup({ display: false });
  await build({ major, windowless: true });
});
const entry = join(ROOT, 'out', 'main', 'admin.js');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
