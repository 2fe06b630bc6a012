// `npm run trace`: where the time of an event or a key went, out of what processes told into a folder.
import { runBuilt } from './cli.mjs';

await runBuilt('trace');
