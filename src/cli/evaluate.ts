/**
 * `npm run -s evaluate -- LOG [--policy BUNDLE] [--group FACT] [--json]`: what a log of decisions and outcomes says
 * about the policy that made it, about uniform choice, and about another bundle. Reads files, prints a report.
 */
import { readFileSync, writeSync } from 'node:fs';
import { type CompiledBundle, loadBundle } from '../decision/bundle.ts';
import type { Estimate, Estimates } from '../decision/evaluate/estimators.ts';
import { readLog } from '../decision/evaluate/log.ts';
import { type EvaluationReport, evaluate } from '../decision/evaluate/report.ts';

const BAD_START = 2;

type Options = { log: string; policy?: string; group?: string; json: boolean };

function fail(message: string): never {
  writeSync(2, `evaluate: ${message}\n`);
  process.exit(BAD_START);
}

function readOptions(args: readonly string[]): Options {
  const values = new Map<string, string>();
  let json = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--json') json = true;
    else if (arg === '--policy' || arg === '--group') {
      const value = args[++i];
      if (value === undefined) fail(`${arg} needs a value`);
      values.set(arg, value);
    } else if (arg.startsWith('--') || values.has('log')) fail(`${arg} is unknown`);
    else values.set('log', arg);
  }
  const [log, policy, group] = [values.get('log'), values.get('--policy'), values.get('--group')];
  if (log === undefined) fail('a log is needed: evaluate LOG [--policy BUNDLE] [--group FACT] [--json]');
  return { log, json, ...(policy !== undefined && { policy }), ...(group !== undefined && { group }) };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return fail(`${file} cannot be read`);
  }
}

function readBundle(file: string): CompiledBundle {
  let json: unknown;
  try {
    json = JSON.parse(readText(file));
  } catch {
    return fail('the bundle is not JSON');
  }
  const loaded = loadBundle(json);
  return loaded.ok ? loaded.bundle : fail(loaded.error.message);
}

const number = (value: number): string => value.toFixed(4);
const range = ({ value, low, high }: Estimate): string =>
  `${number(value)}  [${number(low)}, ${number(high)}]`;

function estimatesOf(name: string, { n, effectiveSamples, ips, snips, doublyRobust }: Estimates): string[] {
  const head = `${name}: ${n} decisions, ${Math.round(effectiveSamples)} effective samples`;
  if (ips === null || snips === null || doublyRobust === null)
    return [`${head}: too few for an estimate (200 are needed)`];
  return [
    head,
    `  inverse propensity     ${range(ips)}`,
    `  self-normalised        ${range(snips)}`,
    `  doubly robust          ${range(doublyRobust)}`,
  ];
}

function written(report: EvaluationReport, unread: number, orphans: number): string {
  const { n, leftOut, logged, uniform, liftOverUniform, policy, upliftOverHoldout, groups } = report;
  const lines = [
    `${n} decisions shown; left out: ${leftOut.notShown} not shown, ${leftOut.overridden} overridden by operators`,
    ...(unread + orphans > 0
      ? [`${unread} lines not understood, ${orphans} outcomes without their decision`]
      : []),
    ...(logged === null ? [] : [`earned per decision      ${range(logged)}`]),
    ...estimatesOf('uniform choice', uniform),
    ...(liftOverUniform === null ? [] : [`lift over uniform choice ${number(liftOverUniform)}`]),
    ...(policy === null ? [] : estimatesOf('the given bundle', policy)),
  ];
  if (upliftOverHoldout === null) lines.push('no decision of a holdout in this log');
  else {
    const { heldOut } = upliftOverHoldout;
    lines.push(
      `uplift over the holdout  ${range(upliftOverHoldout)}  (${heldOut} held out; holds at every moment)`,
    );
  }
  for (const { value, n: size, rate, ratio, isFlagged } of groups) {
    const flag = isFlagged ? '  OUTSIDE 0.8 to 1.25' : '';
    lines.push(
      `group ${value}: ${size} decisions, benefit ${number(rate)}, ${ratio.toFixed(2)} x the others${flag}`,
    );
  }
  return lines.join('\n');
}

const options = readOptions(process.argv.slice(2));
const bundle = options.policy === undefined ? undefined : readBundle(options.policy);
const { decisions, unread, orphans } = readLog(readText(options.log).split('\n'));
const report = evaluate(decisions, {
  ...(bundle !== undefined && { bundle }),
  ...(options.group !== undefined && { groupBy: options.group }),
});
const text = options.json ? JSON.stringify({ ...report, unread, orphans }) : written(report, unread, orphans);
process.stdout.write(`${text}\n`);
