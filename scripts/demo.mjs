// `npm run demo`: the simulated airport alone, for a core that already runs (--url URL --write-key KEY).
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { saidHelp } from './help.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

if (saidHelp('demo')) process.exit(0);
await orSentence(async () => {
  const { major } = await setup({ display: false });
  await build({ major, windowless: true });
});
const entry = join(ROOT, 'out', 'main', 'demo.js');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
