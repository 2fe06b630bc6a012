import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The suites that touch the store through a real core, against PostgreSQL: `npm run test:shared`. */
const config = mergeConfig(base, { test: { globalSetup: ['test/nodes/shared-suites.ts'] } });
if (config.test) {
  config.test.include = [
    'src/core/*.test.ts',
    'src/core/*/doors.test.ts',
    'test/contract/*.test.ts',
    'test/integration/*.test.ts',
  ];
  // It puts copies of the data folder back, which is an image here; backups of the database are in test/nodes.
  config.test.exclude = [...(config.test.exclude ?? []), 'test/contract/sync-restore.test.ts'];
}
export default config;
