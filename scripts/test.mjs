// `npm test`: everything that must hold at a check-in, on a machine that has nothing yet. Ends with its own plain line
// `N passed, N failed` (and `, N skipped` if any), since not every reader understands the runners' own. What failed is
// named right above that line, whatever part it was in: of a long output often only the end is kept.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run, tool } from './run.mjs';
import { readJson, say } from './setup/base.mjs';
import { lacksDisplay } from './setup/libraries.mjs';
import { packages, setup } from './setup.mjs';

/** Of `npm run test:shared`, what a check-in needs: the rules of several nodes, a fault, and the store's contract. */
const SHARED = [
  ...['units', 'upgrade', 'nodes', 'fault'].map((name) => `test/nodes/${name}.test.ts`),
  ...['http-events', 'http-identities', 'sync-conflict', 'sync-push'].map(
    (name) => `test/contract/${name}.test.ts`,
  ),
];
const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();
/** What failed, a few lines each. */
const failures = [];
const seconds = () => Math.round((Date.now() - started) / 1000);
const begin = (what) => say(`${what} (${seconds()} s so far)`);
const reports = mkdtempSync(join(tmpdir(), 'kairos-test-'));

/** Notes a failed test with the beginning of its message. */
function failed(name, message = '') {
  const lines = stripVTControlCharacters(message).trim().split('\n');
  failures.push([name, ...lines.slice(0, 12)].join('\n    '));
}

/** A runner that fails without naming a failed test has failed once; one that leaves no report as well. */
function count(code, counts) {
  if (!counts) return { ...NOTHING, failed: 1 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function checks() {
  begin('checking types, lint, direction rules, unused code and formatting');
  const report = join(reports, 'check.json');
  const code = await run(process.execPath, ['scripts/check.mjs', '--report', report]);
  return count(code, readJson(report));
}

/** Projects of vitest.config.ts. */
const earlyTests = () => vitest('running tests that need no SQLite', 'early.json', ['--project=early']);
const unitTests = () => vitest('running unit, contract and core tests', 'vitest.json', ['--project=late']);
const sharedTests = () =>
  vitest('running tests of several nodes over PostgreSQL', 'shared.json', [
    ...['--config', 'vitest.shared.config.ts'],
    ...SHARED,
  ]);

async function vitest(what, report, chosen) {
  begin(what);
  const file = join(reports, report);
  const args = ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`, ...chosen];
  // Colours would be nine tenths of a line of dots.
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const code = await run(process.execPath, [tool('vitest', 'vitest.mjs'), ...args], { env });
  const found = readJson(file);
  if (!found) return count(code, undefined);
  // A file that could not even be loaded has no tests to count, and must not pass for that.
  const unloaded = found.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0);
  for (const f of unloaded) failed(f.name, f.message);
  for (const { name, assertionResults } of found.testResults) {
    for (const t of assertionResults) {
      if (t.status === 'failed') failed(`${name} > ${t.fullName}`, t.failureMessages.join('\n'));
    }
  }
  return count(code, {
    passed: found.numPassedTests,
    failed: found.numFailedTests + unloaded.length,
    skipped: found.numPendingTests + found.numTodoTests,
  });
}

/** Two workers, each on a screen of its own: windows on one screen would take the focus from each other. */
async function endToEnd() {
  begin('running end-to-end tests in Electron');
  if (!lacksDisplay()) return endToEndOn([]);
  return withDisplay((one) => withDisplay((two) => endToEndOn([one.DISPLAY, two.DISPLAY])));
}

/** `screens`: as many workers as there are; none for the one that the session has. */
async function endToEndOn(screens) {
  const file = join(reports, 'playwright.json');
  const options = ['--project=e2e', '--reporter=list,json', `--workers=${screens.length || 1}`];
  const args = [tool('@playwright', 'test', 'cli.js'), 'test', ...options];
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: file, KAIROS_TEST_SCREENS: screens.join(' '), FORCE_COLOR: '0' };
  const code = await run(process.execPath, args, { env: { ...process.env, ...env } });
  const { stats, suites } = readJson(file) ?? {};
  if (!stats) return count(code, undefined);
  nameFailed(suites);
  return count(code, {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  });
}

/** Goes through Playwright's report: suites in suites, their specs, the last result of each. */
function nameFailed(suites) {
  for (const { file, specs = [], suites: inner = [] } of suites) {
    for (const spec of specs.filter((s) => !s.ok)) {
      failed(`${file} > ${spec.title}`, spec.tests[0]?.results.at(-1)?.error?.message);
    }
    nameFailed(inner);
  }
}

const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

let total = NOTHING;
try {
  await packages();
  // SQLite is compiled on one core for more than a minute; what needs none is done meanwhile.
  const [electron, early] = await Promise.all([
    setup(),
    checks().then(async (checked) => sum(checked, await earlyTests())),
  ]);
  total = early;
  await build({ major: electron.major });
  // Those over PostgreSQL wait for it and for each other as much as they work.
  for (const counts of await Promise.all([unitTests(), sharedTests()])) total = sum(total, counts);
  total = sum(total, await endToEnd());
} catch (error) {
  say(`stopped: ${error.message}`);
  total = sum(total, { ...NOTHING, failed: 1 });
} finally {
  rmSync(reports, { recursive: true, force: true });
}
if (failures.length > 0) say(`failed:\n${failures.join('\n')}`);
say(`the tests took ${seconds()} s`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
