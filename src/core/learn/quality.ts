import { compileBundle } from '../../decision/bundle.ts';
import type { BundleData, DecideRequest } from '../../decision/contract.ts';
import { type JudgedDecision, judgeModel, type ModelQuality } from '../../decision/evaluate/quality.ts';
import { sharesAmongOpen } from '../../decision/evaluate/reweigh.ts';
import type { Learner } from '../../decision/learner.ts';
import { isSameName, readChoice, readRecord } from '../../decision/record.ts';
import { type Steering, steer } from '../../decision/steering.ts';
import { isoTime } from '../../domain/time.ts';
import type { DecisionStore, StoredDecision } from '../store/decisions.ts';
import { type HistoryPoint, historyOf } from './history.ts';

/** The log's last decisions as the library judges them. */

/** Enough for intervals of a few hundredths, few enough that judging them holds nobody up for long. */
export const MOST_JUDGED = 2_000;
const PER_TURN = 200;

export type Quality = ModelQuality & { history: HistoryPoint[] };
export type QualityDeps = { decisions: DecisionStore; catalogue: BundleData; now(): number };

/** How good the model has been; `rules` is what start rates alone would have earned, `challenger` what its levers would. */
export async function qualityOf(
  deps: QualityDeps,
  model: () => Learner,
  steering: Steering,
): Promise<Quality> {
  const stored = deps.decisions.latest(MOST_JUDGED);
  const decisions: JudgedDecision[] = [];
  for (let i = 0; i < stored.length; i += PER_TURN) {
    decisions.push(...stored.slice(i, i + PER_TURN).flatMap((one) => judged(deps.decisions, one) ?? []));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return judgeAll(deps, decisions, model(), steering);
}

function judgeAll(
  deps: QualityDeps,
  decisions: readonly JudgedDecision[],
  model: Learner,
  steering: Steering,
): Quality {
  const bundleOf = (levers: Steering['levers']) =>
    steer(deps.catalogue, { ...steering, levers }, model.labels);
  const rules = compileBundle({ ...steer(deps.catalogue, steering, 0), model: null });
  const { challenger } = steering;
  const others = {
    rules: sharesAmongOpen(rules),
    ...(challenger && {
      challenger: sharesAmongOpen({ ...compileBundle(bundleOf(challenger)), model }),
    }),
  };
  const window = rules.policy.feedbackWindow;
  return {
    ...judgeModel(decisions, deps.now(), window, others),
    history: historyOf(decisions, deps.now(), window),
  };
}

function judged(store: DecisionStore, stored: StoredDecision): JudgedDecision | null {
  const json: unknown = JSON.parse(stored.json);
  const record = readRecord(json);
  const choice = readChoice(json);
  if (record === null || choice === null) return null;
  const outcomes = store.outcomesOf(stored.id).map(({ outcome, json: text }) => {
    const { reason, candidate } = JSON.parse(text) as {
      reason?: string;
      candidate?: JudgedDecision['shown'];
    };
    return {
      outcome,
      ...(reason !== undefined && { reason }),
      ...(candidate !== undefined && candidate !== null && { candidate }),
    };
  });
  const told = outcomes.find(({ outcome }) => outcome === 'presented')?.candidate ?? null;
  const override = told ?? record.override;
  const request: DecideRequest = {
    id: record.id,
    at: isoTime(record.at),
    profile: { facts: record.inputs },
    channels: [],
  };
  const isOverridden = override !== null && !isSameName(override, record.chosen);
  return { record: choice, request, at: record.at, shown: override ?? record.chosen, outcomes, isOverridden };
}
