// `npm run -s offline [-- --out DIR]`: a shift of 8 hours without the core in real windows, with 500 queued commands and
// 20,000 missed changes (test/e2e/offline.e2e.ts, which `npm test` runs smaller). With --out it leaves pictures there.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run, tool } from './run.mjs';
import { orSentence, setup } from './setup.mjs';

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const shots = values.out ? { KAIROS_SHOTS: resolve(process.env.INIT_CWD ?? process.cwd(), values.out) } : {};

process.exitCode = await orSentence(async () => {
  const electron = await setup();
  await build({ major: electron.major });
  const args = [tool('@playwright', 'test', 'cli.js'), 'test', '--project=e2e', 'offline.e2e'];
  return withDisplay((env) =>
    run(process.execPath, args, { env: { ...env, ...shots, KAIROS_OFFLINE: 'full' } }),
  );
});
