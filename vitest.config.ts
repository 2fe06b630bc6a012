import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** What needs no SQLite: on a machine that has nothing yet it runs while SQLite is compiled. */
const EARLY = [
  'src/{bridge,decision,domain,packs,preload,protocol,renderer}/**/*.test.{ts,tsx}',
  'test/{layers,worlds}/**/*.test.ts',
];
/** Tests beside the code, and those of a folder that change nothing outside of what they make. */
const SHARED = ['src/**/*.test.{ts,tsx}', 'test/{contract,docs,judge}/**/*.test.ts'];
/** Several nodes over a PostgreSQL have a run of their own: vitest.shared.config.ts. */
const ELSEWHERE = ['test/{e2e,nodes,screenshots}/**', '**/node_modules/**'];

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      // Both share processes, which saves a third of their time: most of it was loading the same modules.
      { extends: true, test: { name: 'early', include: EARLY, isolate: false } },
      { extends: true, test: { name: 'shared', include: SHARED, exclude: EARLY, isolate: false } },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...EARLY, ...SHARED, ...ELSEWHERE],
        },
      },
    ],
    environment: 'node',
    // One process per file of `whole`: native modules and child processes of one must not reach the next.
    pool: 'forks',
    // Twice as many as CI has cores: a third of the tests' time is spent waiting, for a clock or a process.
    maxWorkers: 4,
    // How long is waited for what never comes, on machines of any speed: no test asserts a time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // A focused test would silently switch all others off.
    allowOnly: false,
    restoreMocks: true,
    benchmark: { include: [] },
  },
});
