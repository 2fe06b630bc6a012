import { defineConfig } from '@playwright/test';

export default defineConfig({
  outputDir: 'test-results',
  // Each test starts real windows with a core of their own; two at a time would only share two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  projects: [
    { name: 'e2e', testDir: 'test/e2e', testMatch: '**/*.e2e.ts' },
    // Pictures are looked at by people; `npm run screenshots` takes them, `npm test` does not.
    { name: 'screenshots', testDir: 'test/screenshots', testMatch: '**/*.shots.ts' },
  ],
  use: { screenshot: 'only-on-failure', trace: 'off' },
});
