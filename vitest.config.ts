import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** What needs no SQLite: on a machine that has nothing yet it runs while SQLite is compiled. */
const EARLY = [
  'src/{bridge,decision,domain,packs,preload,protocol,renderer}/**/*.test.{ts,tsx}',
  'test/{layers,worlds}/**/*.test.ts',
];
/** Several nodes over a PostgreSQL have a run of their own: vitest.shared.config.ts. */
const ELSEWHERE = ['test/{e2e,nodes,screenshots}/**', '**/node_modules/**'];

export default defineConfig({
  plugins: [react()],
  test: {
    projects: [
      { extends: true, test: { name: 'early', include: EARLY } },
      {
        extends: true,
        test: {
          name: 'late',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...EARLY, ...ELSEWHERE],
        },
      },
    ],
    environment: 'node',
    // Files share processes: of the time of one of its own, a fifth was loading the same modules. A file puts back what
    // it changes of the process, and kills what it started.
    pool: 'forks',
    isolate: false,
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
