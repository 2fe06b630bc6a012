// `npm run export`: what a warehouse or an advertising tool has not got yet, into files.
import { runBuilt } from './cli.mjs';

await runBuilt('export');
