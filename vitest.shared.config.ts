import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Several nodes, and the suites that touch the store through a real core, against PostgreSQL: `npm run test:shared`. */
const config = mergeConfig(base, { test: { globalSetup: ['test/nodes/shared-suites.ts'] } });
if (config.test) {
  config.test.projects = undefined;
  config.test.include = [
    'test/nodes/*.test.ts',
    'src/core/*.test.ts',
    'src/core/*/doors.test.ts',
    'test/contract/*.test.ts',
    'test/integration/*.test.ts',
  ];
  config.test.exclude = ['**/node_modules/**'];
}
export default config;
