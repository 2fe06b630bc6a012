// Bundles the programs of the fault tests: the product's own sources with everything but the native module, so that a
// process is up in a quarter of a second. Some limits are smaller here: frames come in parts, credit ends, and a
// connection that is only half there is noticed within seconds.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { withConstants } from '../../scripts/constants.mjs';
import { clausesOf, switchable } from '../simulation/clauses.mjs';

const ROOT = resolve(import.meta.dirname, '..', '..');

const QUICK = {
  'src/protocol/limits.ts': {
    MAX_FRAME_BYTES: '16 * KB',
    MAX_HEAD_BYTES: '8 * KB',
    CREDIT_BYTES: '64 * KB',
    HELLO_TIMEOUT: 'SECOND',
    PUSH_TIMEOUT: '1.5 * SECOND',
    ACK_TIMEOUT: '6 * SECOND',
    UPLOAD_WATCHDOG: '3 * SECOND',
    BACKOFF_CAP: '2 * SECOND',
  },
};

/**
 * Bundles into a new folder: `programs` is name to source file, `off` names clauses of the protocol to leave out, to see
 * what is found then. Returns where NAME.mjs lies, and how to clean up.
 */
export async function bundle(programs, off = []) {
  const vite = await import('vite');
  const cache = join(ROOT, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  // A folder of its own for each run; inside of node_modules, where the native module is found.
  const folder = mkdtempSync(join(cache, 'kairos-faults-'));
  const names = off.flatMap(clausesOf);
  const banner = `globalThis.isOff = (name) => ${JSON.stringify(names)}.includes(name);`;
  await vite.build({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    plugins: [switchable(ROOT, names), withConstants(ROOT, QUICK)],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, join(ROOT, file)])),
        // The accelerators of `ws` are optional and not installed.
        external: ['better-sqlite3', 'bufferutil', 'utf-8-validate'],
        output: { banner, format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'shared-[name].mjs' },
      },
    },
  });
  cpSync(join(import.meta.dirname, 'durable.cjs'), join(folder, 'durable.cjs'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
