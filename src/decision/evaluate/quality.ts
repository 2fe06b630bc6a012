import type { CandidateAnswer, CandidateName } from '../contract.ts';
import type { Estimate } from './estimators.ts';
import type { LoggedDecision } from './log.ts';
import { type EvaluationReport, evaluate, type ShareOf } from './report.ts';

/** A decision with everything that its quality is judged by. */
export interface JudgedDecision extends LoggedDecision {
  /** Milliseconds. */
  readonly at: number;
  /** What the customer saw: the chosen candidate or the operator's own. */
  readonly shown: CandidateName | null;
  readonly outcomes: readonly { readonly outcome: string; readonly reason?: string }[];
}

export interface ModelQuality {
  readonly evaluation: EvaluationReport;
  readonly calibration: readonly CalibrationBin[];
  /** Mean distance of predicted and observed rates, weighted by the bins' sizes; null without evidence. */
  readonly calibrationError: number | null;
  readonly acceptance: readonly Acceptance[];
  readonly reasons: readonly { readonly outcome: string; readonly reason: string; readonly n: number }[];
}

/** Decisions whose P at the time of the decision lay in [from, to). */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly predicted: number;
  readonly observed: Estimate;
}

/** What became of the decisions for one action. */
export interface Acceptance {
  readonly action: string;
  readonly decisions: number;
  readonly presented: number;
  readonly positive: number;
  readonly customerDeclined: number;
  readonly operatorDeclined: number;
  readonly complaint: number;
  readonly optOut: number;
  /** Taken by the operator in place of what was suggested. */
  readonly overriding: number;
  /** Positive share of those that the customer saw; null where nobody did. */
  readonly rate: Estimate | null;
}

const BINS = 10;
/** Two-sided 95 %. */
const Z = 1.959964;
const FINAL = new Set(['positive', 'customer-declined', 'complaint', 'opt-out']);

/**
 * How good the model is, by its log: only predictions that were made before their outcome are judged by it. A presentation
 * that may still be answered says nothing yet; `window` is how long that takes, ms.
 */
export function judgeModel(
  decisions: readonly JudgedDecision[],
  now: number,
  window: number,
  others: Readonly<Record<string, ShareOf>> = {},
): ModelQuality {
  const settled = decisions.filter((decision) => isSettled(decision, now, window));
  const calibration = calibrate(settled);
  const n = calibration.reduce((sum, bin) => sum + bin.n, 0);
  const distance = calibration.reduce(
    (sum, bin) => sum + bin.n * Math.abs(bin.predicted - bin.observed.value),
    0,
  );
  return {
    evaluation: evaluate(settled, { others }),
    calibration,
    calibrationError: n === 0 ? null : distance / n,
    acceptance: acceptanceOf(decisions),
    reasons: reasonsOf(decisions),
  };
}

const has = ({ outcomes }: JudgedDecision, wanted: string): boolean =>
  outcomes.some(({ outcome }) => outcome === wanted);

const wasSeen = (decision: JudgedDecision): boolean =>
  decision.outcomes.some(({ outcome }) => outcome === 'presented' || FINAL.has(outcome));

function isSettled(decision: JudgedDecision, now: number, window: number): boolean {
  if (decision.outcomes.some(({ outcome }) => FINAL.has(outcome) || outcome === 'operator-declined'))
    return true;
  return now - decision.at > window;
}

function calibrate(settled: readonly JudgedDecision[]): readonly CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ n: 0, predicted: 0, positive: 0 }));
  for (const decision of settled) {
    const p = wasSeen(decision) ? predictionOf(decision) : undefined;
    if (p === undefined || !(p >= 0 && p <= 1)) continue;
    const bin = bins[Math.min(BINS - 1, Math.floor(p * BINS))] as (typeof bins)[number];
    bin.n++;
    bin.predicted += p;
    if (has(decision, 'positive')) bin.positive++;
  }
  return bins.flatMap(({ n, predicted, positive }, i) =>
    n === 0
      ? []
      : [{ from: i / BINS, to: (i + 1) / BINS, n, predicted: predicted / n, observed: wilson(positive, n) }],
  );
}

/** The model's own: a holdout and an expired bundle have start rates. */
function predictionOf({ record, shown }: JudgedDecision): number | undefined {
  if (record.holdout === true || record.expired === true) return undefined;
  return record.candidates.find((candidate) => shown !== null && isSame(candidate, shown))?.p;
}

const isSame = (a: CandidateAnswer, b: CandidateName): boolean =>
  a.action === b.action && a.channel === b.channel && a.approach === b.approach;

/** A rate with its 95 % interval (Wilson 1927), which is sound for few and for rare. */
function wilson(hits: number, n: number): Estimate {
  const rate = hits / n;
  const centre = (rate + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((rate * (1 - rate)) / n + Z ** 2 / (4 * n * n));
  return { value: rate, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function acceptanceOf(decisions: readonly JudgedDecision[]): readonly Acceptance[] {
  const groups = new Map<string, JudgedDecision[]>();
  for (const decision of decisions) {
    if (decision.shown === null) continue;
    const group = groups.get(decision.shown.action) ?? [];
    groups.set(decision.shown.action, group);
    group.push(decision);
  }
  const rows = [...groups].map(([action, group]): Acceptance => {
    const count = (outcome: string) => group.filter((decision) => has(decision, outcome)).length;
    const seen = group.filter(wasSeen).length;
    return {
      action,
      decisions: group.length,
      presented: count('presented'),
      positive: count('positive'),
      customerDeclined: count('customer-declined'),
      operatorDeclined: count('operator-declined'),
      complaint: count('complaint'),
      optOut: count('opt-out'),
      overriding: group.filter(({ isOverridden }) => isOverridden === true).length,
      rate: seen === 0 ? null : wilson(count('positive'), seen),
    };
  });
  return rows.sort((a, b) => b.decisions - a.decisions || (a.action < b.action ? -1 : 1));
}

function reasonsOf(decisions: readonly JudgedDecision[]): ModelQuality['reasons'] {
  const counts = new Map<string, { outcome: string; reason: string; n: number }>();
  for (const { outcomes } of decisions) {
    for (const { outcome, reason } of outcomes) {
      if (reason === undefined) continue;
      const key = JSON.stringify([outcome, reason]);
      const known = counts.get(key) ?? { outcome, reason, n: 0 };
      counts.set(key, { ...known, n: known.n + 1 });
    }
  }
  return [...counts.values()].sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
}
