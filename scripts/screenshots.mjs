// `npm run screenshots -- --out DIR`: a picture of every screen in every form, written by test/screenshots/*.shots.ts.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run, tool } from './run.mjs';
import { say } from './setup/base.mjs';
import { orSentence, setup } from './setup.mjs';

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: 'out/screenshots' } },
  allowPositionals: true,
});
const folder = resolve(process.env.INIT_CWD ?? process.cwd(), values.out);

process.exitCode = await orSentence(async () => {
  const electron = await setup();
  await build({ major: electron.major });
  mkdirSync(folder, { recursive: true });
  const args = [tool('@playwright', 'test', 'cli.js'), 'test', '--project=screenshots', ...positionals];
  const code = await withDisplay((env) =>
    run(process.execPath, args, { env: { ...env, KAIROS_SHOTS: folder } }),
  );
  say(`pictures are in ${folder}`);
  return code;
});
