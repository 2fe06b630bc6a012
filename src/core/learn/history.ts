import { UpliftSequence } from '../../decision/evaluate/confidence.ts';
import {
  type Estimate,
  estimate,
  interval,
  type LoggedRow,
  WEIGHT_CLIP,
} from '../../decision/evaluate/estimators.ts';
import type { JudgedDecision } from '../../decision/evaluate/quality.ts';
import { isoTime } from '../../domain/time.ts';

/**
 * How what was learned has come about: the judged decisions in their order, in blocks of equal size, with what could have
 * been said after each. Rewards are 1 for a positive outcome, else 0; the estimates are those of evaluate/report.ts
 * without its reward model, so that they cost no time to speak of.
 */
export type HistoryPoint = {
  /** Time of the block's last decision, ISO 8601. */
  at: string;
  /** Decisions up to here, and in this block. */
  n: number;
  block: number;
  /** Positive share of the block, 95 %; not of the holdout. Null where it had none to count. */
  rate: Estimate | null;
  /**
   * Up to here, of the decisions that chance had a part in: what they earned, what uniform choice would have (self-
   * normalised), and how much more was earned (paired). Not by block: one tries too little for its 200 effective samples.
   */
  earned: Estimate | null;
  uniform: Estimate | null;
  liftOverUniform: Estimate | null;
  /** Up to here, as a confidence sequence; null before anybody was held out. */
  upliftOverHoldout: Estimate | null;
};

const MOST_POINTS = 24;
const LEAST_BLOCK = 10;
const FINAL: ReadonlySet<string> = new Set(['positive', 'customer-declined', 'complaint', 'opt-out']);

/** What the history needs of a decision: a log of ten thousand is kept as these. */
export type HistoryEntry = {
  /** ms */
  at: number;
  /** 1: positive. */
  reward: number;
  isHeldOut: boolean;
  /** With which probability it was chosen, and uniform choice would have; null where chance had no part. */
  drawn: { propensity: number; target: number } | null;
};

/**
 * Null for a decision that says nothing: not shown as it was suggested, or still open.
 * @param window how long (ms) a presentation may still be answered
 */
export function historyEntry(decision: JudgedDecision, now: number, window: number): HistoryEntry | null {
  if (!isCounted(decision, now, window)) return null;
  const { record, outcomes, at } = decision;
  const isHeldOut = record.holdout === true;
  const open = record.candidates.filter(({ stage }) => stage === 'open');
  const isDrawn = !isHeldOut && record.expired !== true && open.every(({ propensity }) => propensity > 0);
  return {
    at,
    reward: outcomes.some(({ outcome }) => outcome === 'positive') ? 1 : 0,
    isHeldOut,
    drawn:
      isDrawn && record.propensity !== null
        ? { propensity: record.propensity, target: 1 / open.length }
        : null,
  };
}

/** In at most 24 points; entries in any order. */
export function historyOf(entries: readonly HistoryEntry[]): HistoryPoint[] {
  const counted = [...entries].sort((a, b) => a.at - b.at);
  const size = Math.max(LEAST_BLOCK, Math.ceil(counted.length / MOST_POINTS));
  const sequence = new UpliftSequence();
  const points: HistoryPoint[] = [];
  const drawn: LoggedRow[] = [];
  let heldOut = 0;
  let start = 0;
  // The first block takes what is over, so that the last point says all that is known.
  for (let end = size + (counted.length % size); end <= counted.length; end += size) {
    const block = counted.slice(start, end);
    start = end;
    for (const { isHeldOut, reward, drawn: chance } of block) {
      sequence.add(isHeldOut, reward);
      if (isHeldOut) heldOut += 1;
      if (chance !== null) drawn.push({ ...chance, reward, predicted: 0, predictedTarget: 0 });
    }
    const own = block.filter(({ isHeldOut }) => !isHeldOut).map(({ reward }) => reward);
    points.push({
      at: isoTime((block.at(-1) as HistoryEntry).at),
      n: end,
      block: block.length,
      rate: own.length === 0 ? null : within(interval(own)),
      ...againstUniform(drawn),
      upliftOverHoldout: heldOut === 0 ? null : sequence.get(),
    });
  }
  return points;
}

const within = ({ value, low, high }: Estimate): Estimate => ({
  value,
  low: Math.max(0, low),
  high: Math.min(1, high),
});

/** Shown as it was suggested, and no longer open. */
function isCounted({ record, outcomes, isOverridden, at }: JudgedDecision, now: number, window: number) {
  if (record.chosen === null || isOverridden === true) return false;
  const isEnded = outcomes.some(({ outcome }) => FINAL.has(outcome));
  return isEnded || (outcomes.some(({ outcome }) => outcome === 'presented') && now - at > window);
}

/** Where chance had no part the log says nothing of uniform choice. */
function againstUniform(
  rows: readonly LoggedRow[],
): Pick<HistoryPoint, 'earned' | 'uniform' | 'liftOverUniform'> {
  const { snips } = estimate(rows);
  // Where one alone could be chosen, any policy earns the same: that is no lift of zero.
  const hadChoice = rows.some(({ target }) => target < 1);
  if (snips === null || !hadChoice) return { earned: null, uniform: null, liftOverUniform: null };
  const gains = rows.map(
    ({ reward, target, propensity }) => reward * (1 - Math.min(WEIGHT_CLIP, target / propensity)),
  );
  const earned = within(interval(rows.map(({ reward }) => reward)));
  return { earned, uniform: within(snips), liftOverUniform: interval(gains) };
}
