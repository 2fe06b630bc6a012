// `npm run import`: a CSV or JSONL file into a core.
import { runBuilt } from './cli.mjs';

await runBuilt('import');
