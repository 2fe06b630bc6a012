/**
 * How well the engine decides: the gates of decisioning.md "Proof". Worlds are generated from seeds of their own
 * (`report/...`); what was tuned was tuned on others (`tune/...`). `--rounds N` plays N seeds (5).
 */

import { calibration } from '../worlds/bank.ts';
import { worldsOf } from '../worlds/families.ts';
import { type Arrival, kairos, type Policy, play, playParts } from '../worlds/play.ts';
import { propensityTest } from '../worlds/propensities.ts';
import { squarecb } from '../worlds/squarecb.ts';
import type { World } from '../worlds/world.ts';
import { note, type Report, readOptions, reporter } from './report.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

function standardError(values: readonly number[]): number {
  const centre = mean(values);
  const variance = values.reduce((sum, one) => sum + (one - centre) ** 2, 0) / Math.max(1, values.length - 1);
  return Math.sqrt(variance / values.length);
}

type Scores = { ours: number[]; theirs: number[]; late: number[]; trap: number[]; recovered: number[] };

/** A world that drifts does so after a third and after two thirds of its rounds. */
const EPOCHS = 3;

/** [B22] For each drift the share of the possible in the second half after it, in percent of the half just before it. */
function recovered(world: World): number[] {
  const halves = playParts(world, kairos(world, 1), 2 * EPOCHS).map(({ normalised }) => normalised);
  return [3, 5].map((half) => (100 * (halves[half] as number)) / (halves[half - 2] as number));
}

/** Percent of what lies between chance and the best possible. */
function scored(world: World, policy: Policy): number {
  return 100 * play(world, policy).normalised;
}

function playSeed(seed: string, all: Map<string, Scores>): void {
  for (const world of worldsOf(seed)) {
    const scores = all.get(world.family) ?? { ours: [], theirs: [], late: [], trap: [], recovered: [] };
    all.set(world.family, scores);
    const with_ = (arrival: Arrival) => scored(world, kairos(world, 1, arrival));
    scores.ours.push(with_('at once'));
    scores.theirs.push(scored(world, squarecb(world, 1)));
    if (world.family === 'next best action' || world.family === 'drift') {
      scores.late.push(with_('late'));
      scores.trap.push(with_('trap'));
    }
    if (world.family === 'drift') scores.recovered.push(...recovered(world));
  }
}

function tell(report: Report, all: ReadonlyMap<string, Scores>): void {
  const differences: number[] = [];
  for (const [family, { ours, theirs }] of all) {
    const gaps = ours.map((score, i) => score - (theirs[i] as number));
    differences.push(...gaps);
    report({
      case: `${family}: share of the possible`,
      n: ours.length,
      value: mean(ours),
      unit: '%',
      floor: mean(theirs),
    });
    report({
      case: `${family}: lead over squarecb + 1 SE (gate -2)`,
      n: gaps.length,
      value: mean(gaps) + standardError(gaps),
      unit: 'points',
    });
  }
  const value = mean(differences) + standardError(differences);
  report({
    case: 'all families: lead over squarecb + 1 SE (gate 0)',
    n: differences.length,
    value,
    unit: 'points',
  });
  for (const [family, { ours, late, trap }] of all) {
    if (late.length === 0) continue;
    const share = (scores: readonly number[]) => (100 * mean(scores)) / mean(ours);
    const gate = family === 'drift' ? 85 : 93;
    report({
      case: `${family}: outcomes late, of no delay (gate ${gate})`,
      n: late.length,
      value: share(late),
      unit: '%',
    });
    report({
      case: `${family}: the trap of late negatives, of no delay`,
      n: trap.length,
      value: share(trap),
      unit: '%',
    });
  }
}

function tellRecovered(report: Report, all: ReadonlyMap<string, Scores>): void {
  const shares = [...all.values()].flatMap(({ recovered: some }) => some);
  const after = 'drift: 1,667 decisions after one, of just before it';
  report({ case: `${after} (gate 80)`, n: shares.length, value: mean(shares), unit: '%' });
  report({ case: `${after}, the worst of them`, n: shares.length, value: Math.min(...shares), unit: '%' });
}

const options = readOptions();
const report = reporter('decision', options);
const all = new Map<string, Scores>();
for (let seed = 1; seed <= options.rounds; seed++) {
  note(`seed report/${seed}`);
  playSeed(`report/${seed}`, all);
}
if (!all.has('a real table'))
  note('the real table is not here (shared/data/uci-car): its family is left out');
tell(report, all);
tellRecovered(report, all);
const bank = calibration();
if (bank === null)
  note('the call-centre campaign is not here (shared/data/uci-bank-marketing): no calibration');
else {
  report({ case: 'call-centre campaign: AUC (gate .80)', n: bank.n, value: bank.auc, unit: '' });
  report({ case: 'call-centre campaign: log loss (gate .40)', n: bank.n, value: bank.logLoss, unit: '' });
}
const { p, n, floor, sum } = propensityTest(options.quick ? 2_000 : 20_000);
report({ case: 'logged propensities: least Holm p (gate .001)', n, value: p, unit: '' });
report({ case: 'logged propensities: least share of floor / K (gate 1)', n, value: floor, unit: '' });
report({ case: 'logged propensities: largest error of a sum (gate 1e-9)', n, value: sum, unit: '' });
