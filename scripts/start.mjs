// `npm start`: the console with an embedded core and the simulated airport. What follows `--` reaches the console,
// for example `npm start -- --smoke picture.png`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { electronEnvironment, machineSwitches, run } from './run.mjs';
import { say } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const args = process.argv.slice(2);
const has = (flag) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));

process.exitCode = await orSentence(async () => {
  const electron = await setup();
  await build({ major: electron.major });
  if (electron.runtime === 'fallback') {
    say(
      `Electron ${electron.version} is out of support: good for tests and demonstrations on this machine only.`,
    );
  }
  // A smoke run must neither depend on nor leave anything in the user's own data.
  const data = has('--smoke') && !has('--data') ? mkdtempSync(join(tmpdir(), 'kairos-smoke-')) : undefined;
  const all = ['.', ...args, ...(data ? ['--data', data] : []), ...machineSwitches()];
  try {
    return await withDisplay((env) => run(electron.executable, all, { env: electronEnvironment(env) }));
  } finally {
    if (data) rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
});
