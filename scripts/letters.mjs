// `npm run letters`: what partners have not taken, sent again or discarded.
import { runBuilt } from './cli.mjs';

await runBuilt('letters');
