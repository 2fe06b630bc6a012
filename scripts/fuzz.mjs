// `npm run fuzz [-- --inputs 100000] [--seed N]`: hostile input at every door (rule C10 of docs/spec/security.md), more of
// it than `npm test` tries. The same seed tries the same. Ends with 0 where no door crashed or gave anything away.
import { parseArgs } from 'node:util';
import { run, tool } from './run.mjs';
import { orSentence, setup } from './setup.mjs';

/** The doors of core and console, and where else something from outside is read. */
const DOORS = ['test/security', 'src/main/security/link.test.ts', 'src/replica/search/documents.test.ts'];

const { values } = parseArgs({
  options: { inputs: { type: 'string', default: '100000' }, seed: { type: 'string', default: '' } },
});

process.exitCode = await orSentence(async () => {
  await setup();
  const env = { ...process.env, KAIROS_FUZZ: values.inputs, KAIROS_FUZZ_SEED: values.seed };
  return run(process.execPath, [tool('vitest', 'vitest.mjs'), 'run', '-t', '\\[C10\\]', ...DOORS], { env });
});
