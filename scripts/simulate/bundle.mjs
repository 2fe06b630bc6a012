// Makes one program of the simulator and the production code that it runs: with small sizes, so that messages come in
// parts and credit ends without megabytes of rows, and where it is wanted with a switch at every clause of the rules.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { switchable } from '../../test/simulation/clauses.mjs';
import { withConstants } from '../constants.mjs';
import { MODULES, ROOT } from '../setup/base.mjs';

/** By file: what a constant is in the simulator. */
const SMALLER = {
  'src/protocol/limits.ts': {
    MAX_FRAME_BYTES: '3 * KB',
    MAX_HEAD_BYTES: '700',
    CREDIT_BYTES: '8 * KB',
    MAX_PUSH_COMMANDS: '6',
    MAX_OPEN_MIDS: '20',
    SETTLED_MAX_ENTRIES: '40',
  },
  'src/core/sync/frames.ts': { MARGIN: '300', RESULT_PAGE: '3' },
  'src/core/sync/snapshots.ts': { MARGIN: '600', PAGE: '7' },
};

/**
 * @param switches whether clauses can be switched off in it
 * @returns the program and its folder, one of its own for each run, inside of node_modules, where packages are found
 */
export async function bundle({ switches }) {
  const vite = await import('vite');
  const cache = join(MODULES, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'kairos-simulation-'));
  await vite.build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [...(switches ? [switchable(ROOT)] : []), withConstants(ROOT, SMALLER)],
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: { worker: join(ROOT, 'test', 'simulation', 'main.ts') },
        external: [/^(?!\0|\.|\/|[a-zA-Z]:)/],
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  });
  return { program: join(folder, 'worker.mjs'), folder };
}
