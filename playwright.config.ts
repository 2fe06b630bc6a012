import { defineConfig } from '@playwright/test';

// `npm test` has a screen for each of its workers.
const screen = process.env['KAIROS_TEST_SCREENS']?.split(' ')[Number(process.env['TEST_PARALLEL_INDEX'])];
if (screen) process.env['DISPLAY'] = screen;

export default defineConfig({
  outputDir: 'test-results',
  // Each test starts real windows; on one screen they would take the focus from each other.
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
