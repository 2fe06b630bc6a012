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
}
export default config;
