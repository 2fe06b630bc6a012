// `npm run audit`: asks the registry what is known to be unsafe in what ships (rule S34), and how old our Electron is (S16).
// Ends with 0 where nothing is found, with 1 where something is, with 2 where a question could not be asked. It needs the
// network, so `npm test` does not run it; a check-in that has one does.
import { join } from 'node:path';
import { electronFault, findings, staleAllowances } from './audit/judge.mjs';
import { capture, npmCommand, ROOT, readJson } from './setup/base.mjs';

/** JSON that npm prints, or null where the registry gave no answer; a found fault is an answer, too. */
function ask(args) {
  const { command, args: first } = npmCommand();
  const { stdout } = capture(command, [...first, ...args, '--json'], { cwd: ROOT });
  try {
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

const now = Date.now();
const faults = [];
const unasked = [];

const allowed = readJson(join(ROOT, 'scripts', 'audit', 'allowed.json'));
faults.push(...staleAllowances(allowed, now));
const audit = ask(['audit', '--omit=dev', '--package-lock-only']);
if (audit?.vulnerabilities) faults.push(...findings(audit.vulnerabilities, allowed, now));
else unasked.push(`advisories: ${audit?.message ?? 'no answer'}`);

const { devDependencies } = readJson(join(ROOT, 'package.json'));
const times = ask(['view', 'electron', 'time']);
if (times) faults.push(...electronFault(devDependencies.electron, times, now));
else unasked.push('the releases of Electron: no answer');

for (const fault of faults) process.stdout.write(`${fault}\n`);
for (const what of unasked) process.stderr.write(`not asked: ${what}\n`);
process.stdout.write(`${JSON.stringify({ faults: faults.length, unasked: unasked.length })}\n`);
process.exitCode = faults.length > 0 ? 1 : unasked.length > 0 ? 2 : 0;
