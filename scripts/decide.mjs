// `npm run decide`: the decision library at the command line.
import { runBuilt } from './cli.mjs';

await runBuilt('decide');
