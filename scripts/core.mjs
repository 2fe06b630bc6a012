// `npm run core`: the core alone, in this very process, so that signals and the process id are its own.
// Its standard output belongs to it from the first byte: its first line is one JSON object.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { saidHelp } from './help.mjs';
import { ROOT } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

if (saidHelp('core')) process.exit(0);
await orSentence(async () => {
  const { major } = await setup({ display: false });
  await build({ major, windowless: true });
});
const entry = join(ROOT, 'out', 'main', 'core.js');
process.argv[1] = entry;
await import(pathToFileURL(entry).href);
