/** The command `evaluate` on a log as the command line writes it, and its estimators on real logged propensities. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { estimate, WEIGHT_CLIP } from '../../src/decision/evaluate/estimators.ts';
import { chance } from '../../src/demo/random.ts';
import { DATA, readTable } from '../worlds/table.ts';
import { BY_NPM, Door } from './door.ts';
import type { Answer } from './shapes.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const AT = '2026-11-21T10:00:00Z';
const BUNDLE = {
  version: 'v',
  facts: { colour: { type: 'text' } },
  catalogue: ['a1', 'a2', 'a3'].map((id) => ({ id, lane: 2, channels: ['web'] })),
  policy: { learn: ['colour'], holdout: 0.2 },
};
const evaluate = (...args: string[]) =>
  spawnSync('npm', ['run', '-s', 'evaluate', '--', ...args], { encoding: 'utf8' });

async function writeLog(size: number): Promise<string> {
  const luck = chance('evaluate');
  const door = new Door(JSON.stringify(BUNDLE), {}, BY_NPM);
  const lines: string[] = [];
  const say = async (line: object) => {
    lines.push(JSON.stringify(line), await door.askText(JSON.stringify(line)));
    return JSON.parse(lines.at(-1) as string) as Answer;
  };
  for (let i = 0; i < size; i++) {
    const facts = { colour: luck.pick(['red', 'blue']) };
    const id = `d${i}`;
    const { chosen } = await say({
      decide: { id, at: AT, profile: { id: `p${i}`, facts }, channels: ['web'] },
    });
    await say({ feedback: { id, outcome: 'presented', at: AT } });
    if (luck.once(chosen?.action === 'a3' ? 0.6 : 0.2))
      await say({ feedback: { id, outcome: 'positive', at: AT } });
  }
  await door.end();
  const file = join(folder, 'log.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

describe('[D26] evaluate', () => {
  it('reports on a log of the command line', async () => {
    const log = await writeLog(1_500);
    const policy = join(folder, 'policy.json');
    const only = (id: string) => ({ id, lane: 2, channels: ['web'] });
    writeFileSync(
      policy,
      JSON.stringify({ version: 'p', facts: { colour: { type: 'text' } }, catalogue: [only('a3')] }),
    );
    const { stdout, status } = evaluate(log, '--policy', policy, '--group', 'colour', '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      n: 1_500,
      unread: 0,
      orphans: 0,
      leftOut: { notShown: 0, overridden: 0 },
    });
    // Nothing was learned, so the log is uniform: a third of it is a3.
    for (const [estimates, truth] of [
      [report.uniform, (0.6 + 0.4) / 3],
      [report.policy, 0.6],
    ] as const) {
      for (const name of ['ips', 'snips', 'doublyRobust'])
        expect(Math.abs(estimates[name].value - truth)).toBeLessThan(
          estimates[name].high - estimates[name].low,
        );
    }
    expect(report.upliftOverHoldout.low).toBeLessThan(0);
    expect(report.groups).toHaveLength(2);
    const text = evaluate(log).stdout;
    expect(text).toContain('doubly robust');
    expect(text).toContain('uplift over the holdout');
  });

  it('says in a line what is wrong with its arguments', () => {
    for (const args of [[], ['--policy'], [join(folder, 'missing')], ['a', 'b']]) {
      const { status, stderr } = evaluate(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^evaluate: .+\n$/);
    }
  });

  it.runIf(existsSync(join(DATA, 'obd')))(
    'on the Open Bandit logs (shared/data/obd; left out where it is absent)',
    () => {
      const rowsOf = (file: string) =>
        (readTable(`obd/${file}`, ',') ?? []).map((row) => ({
          propensity: Number(row['propensity_score']),
          target: 1 / 34,
          reward: Number(row['click']),
          predicted: 0,
          predictedTarget: 0,
        }));
      const random = rowsOf('random_men.csv');
      const sampled = rowsOf('bts_men.csv');
      const truth = estimate(random);
      expect(truth).toMatchObject({ n: 10_000, ips: { value: 0.0046 } });
      expect(Math.round(truth.effectiveSamples)).toBe(10_000);
      // Thompson sampling's propensities go down to 1e-6: a sixteenth of the rows carries the estimate.
      const weights = sampled.map(({ propensity, target }) => target / propensity);
      const effective = (all: readonly number[]) =>
        all.reduce((sum, w) => sum + w, 0) ** 2 / all.reduce((sum, w) => sum + w * w, 0);
      expect(effective(weights)).toBeLessThan(700);
      const clipped = estimate(sampled);
      expect(clipped.effectiveSamples).toBeCloseTo(
        effective(weights.map((w) => Math.min(WEIGHT_CLIP, w))),
        6,
      );
      expect(clipped.snips!.low).toBeLessThan(0.0046);
      expect(clipped.snips!.high).toBeGreaterThan(0.0046);
    },
  );
});
