import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

/** One bundle per process; each is started by its path, out/main/NAME.js. */
const entries: Record<string, string[]> = {
  main: ['src/main/entry.ts'],
  replica: ['src/replica/entry.ts'],
  core: ['src/core/entry.ts'],
  admin: ['src/core/admin/entry.ts'],
  demo: ['src/demo/entry.ts'],
  decide: ['src/cli/decide.ts'],
  evaluate: ['src/cli/evaluate.ts'],
  import: ['src/cli/import.ts'],
  trace: ['src/cli/trace.ts'],
  export: ['src/cli/export.ts'],
  letters: ['src/cli/letters.ts'],
  'check-catalogue': ['src/cli/check-catalogue.ts'],
};

const present = Object.fromEntries(
  Object.entries(entries).flatMap(([name, files]) => {
    const file = files.find((path) => existsSync(path));
    return file === undefined ? [] : [[name, resolve(file)]];
  }),
);

/**
 * Packages stay in node_modules; only our own files, which are named by a path, are bundled. So are those that come as
 * a hundred small modules and are needed before the first screen: reading them one by one costs a tenth of a second.
 */
const BUNDLED = [
  ...[
    'zod',
    'libphonenumber-js',
    'mrz',
    'bcbp',
    'ulidx',
    'layerr',
    'ws',
    'xmlhttprequest-ssl',
    'debug',
    'ms',
  ],
  ...['socket.io-client', 'engine.io-client', '@socket.io/component-emitter'],
  ...['socket.io-parser', 'engine.io-parser'],
];
const packages = [new RegExp(`^(?!\\0|\\.|/|[a-zA-Z]:|(?:${BUNDLED.join('|')})(?:/|$))`)];

export default defineConfig({
  main: {
    build: {
      externalizeDeps: { exclude: BUNDLED },
      outDir: 'out/main',
      emptyOutDir: false,
      sourcemap: true,
      rolldownOptions: {
        input: present,
        external: packages,
        // Chunks lie beside the entries, so that import.meta.dirname is out/main in every module.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      emptyOutDir: false,
      rolldownOptions: {
        input: { preload: resolve('src/preload/preload.ts') },
        // A sandboxed preload script must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      outDir: resolve('out/renderer'),
      emptyOutDir: false,
      // Fonts and pictures stay files: the content security policy admits no data: URL for scripts or fonts.
      assetsInlineLimit: 0,
      rolldownOptions: { input: resolve('src/renderer/index.html') },
    },
  },
});
