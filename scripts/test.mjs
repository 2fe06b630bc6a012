// `npm test`: everything that must hold at a check-in, on a machine that has nothing yet. Ends with its own plain line
// `N passed, N failed` (and `, N skipped` if any), since not every reader understands the runners' own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { withDisplay } from './display.mjs';
import { run, tool } from './run.mjs';
import { readJson, say } from './setup/base.mjs';
import { setup } from './setup.mjs';

const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();
const reports = mkdtempSync(join(tmpdir(), 'kairos-test-'));

/** A runner that fails without naming a failed test has failed once; one that leaves no report as well. */
function count(code, counts) {
  if (!counts) return { ...NOTHING, failed: 1 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function checks() {
  say('checking types, lint, direction rules, unused code and formatting');
  const report = join(reports, 'check.json');
  const code = await run(process.execPath, ['scripts/check.mjs', '--report', report]);
  return count(code, readJson(report));
}

async function vitest() {
  say('running unit, contract and core tests');
  const file = join(reports, 'vitest.json');
  const args = ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run(process.execPath, [tool('vitest', 'vitest.mjs'), ...args]);
  const report = readJson(file);
  if (!report) return count(code, undefined);
  // A file that could not even be loaded has no tests to count, and must not pass for that.
  const unloaded = report.testResults.filter(
    (f) => f.status === 'failed' && f.assertionResults.length === 0,
  ).length;
  return count(code, {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

async function endToEnd() {
  say('running end-to-end tests in Electron');
  const file = join(reports, 'playwright.json');
  const args = [tool('@playwright', 'test', 'cli.js'), 'test', '--project', 'e2e', '--reporter=list,json'];
  const code = await withDisplay((env) =>
    run(process.execPath, args, { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file, FORCE_COLOR: '0' } }),
  );
  const stats = readJson(file)?.stats;
  if (!stats) return count(code, undefined);
  return count(code, {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  });
}

const sum = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

let total = NOTHING;
try {
  const electron = await setup();
  await build({ major: electron.major });
  for (const part of [checks, vitest, endToEnd]) total = sum(total, await part());
} catch (error) {
  say(`stopped: ${error.message}`);
  total = sum(total, { ...NOTHING, failed: 1 });
} finally {
  rmSync(reports, { recursive: true, force: true });
}
say(`the tests took ${Math.round((Date.now() - started) / 1000)} s`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
