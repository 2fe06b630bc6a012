// `npm run check-catalogue [-- FILE]`: dead ends, unreachable actions and missing texts of a catalogue.
import { runBuilt } from './cli.mjs';

await runBuilt('check-catalogue');
