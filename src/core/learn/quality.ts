import { type CompiledBundle, compileBundle } from '../../decision/bundle.ts';
import type { BundleData, DecideRequest } from '../../decision/contract.ts';
import { type JudgedDecision, judgeModel, type ModelQuality } from '../../decision/evaluate/quality.ts';
import type { ShareOf } from '../../decision/evaluate/report.ts';
import { sharesAmongOpen } from '../../decision/evaluate/reweigh.ts';
import type { Learner } from '../../decision/learner.ts';
import { isSameName, readChoice, readRecord } from '../../decision/record.ts';
import { type Steering, steer } from '../../decision/steering.ts';
import { isoTime } from '../../domain/time.ts';
import type { DecisionStore, StoredDecision } from '../store/decisions.ts';
import { type HistoryEntry, type HistoryPoint, historyEntry, historyOf } from './history.ts';

/** The log's last decisions as the library judges them. */

/** Enough for intervals of a few hundredths, few enough that judging them holds nobody up for long. */
export const MOST_JUDGED = 2_000;
/**
 * Uniform choice is told from what was seldom chosen: with the least exploration one decision in nine says something of it,
 * so its 200 effective samples take many.
 */
export const MOST_TOLD = 10_000;
const PER_TURN = 200;

export type Quality = ModelQuality & { history: HistoryPoint[] };
export type QualityDeps = { decisions: DecisionStore; catalogue: BundleData; now(): number };

/** How good the model has been; `rules` is what start rates alone would have earned, `challenger` what its levers would. */
export async function qualityOf(
  deps: QualityDeps,
  model: () => Learner,
  steering: Steering,
): Promise<Quality> {
  const now = deps.now();
  const rules = compileBundle({ ...steer(deps.catalogue, steering, 0), model: null });
  const { feedbackWindow } = rules.policy;
  const decisions: JudgedDecision[] = [];
  const told: HistoryEntry[] = [];
  let last: StoredDecision | undefined;
  for (let read = 0; read < MOST_TOLD; read += PER_TURN) {
    const page = deps.decisions.before(last, PER_TURN);
    const some = page.flatMap((one) => judged(deps.decisions, one) ?? []);
    if (decisions.length < MOST_JUDGED) decisions.push(...some);
    told.push(...some.flatMap((one) => historyEntry(one, now, feedbackWindow) ?? []));
    if (page.length < PER_TURN) break;
    last = page.at(-1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const others = othersOf(deps.catalogue, rules, model(), steering);
  return { ...judgeModel(decisions, now, feedbackWindow, others), history: historyOf(told) };
}

/** The policies that the model is held against. */
function othersOf(
  catalogue: BundleData,
  rules: CompiledBundle,
  model: Learner,
  steering: Steering,
): Record<string, ShareOf> {
  const { challenger } = steering;
  if (!challenger) return { rules: sharesAmongOpen(rules) };
  const bundle = compileBundle(steer(catalogue, { ...steering, levers: challenger }, model.labels));
  return { rules: sharesAmongOpen(rules), challenger: sharesAmongOpen({ ...bundle, model }) };
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
