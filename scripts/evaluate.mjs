// `npm run evaluate -- LOG [--policy BUNDLE]`: what a log of decisions and outcomes says about policies.
import { runBuilt } from './cli.mjs';

await runBuilt('evaluate');
