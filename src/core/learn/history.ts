import { UpliftSequence } from '../../decision/evaluate/confidence.ts';
import { type Estimate, estimate, interval, WEIGHT_CLIP } from '../../decision/evaluate/estimators.ts';
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
  /** Up to here: what uniform choice would have earned (self-normalised), and how much more was earned (paired). */
  uniform: Estimate | null;
  liftOverUniform: Estimate | null;
  /** Up to here, as a confidence sequence; null before anybody was held out. */
  upliftOverHoldout: Estimate | null;
};

const MOST_POINTS = 24;
const LEAST_BLOCK = 10;
const FINAL: ReadonlySet<string> = new Set(['positive', 'customer-declined', 'complaint', 'opt-out']);

/** @param window how long (ms) a presentation may still be answered */
export function historyOf(decisions: readonly JudgedDecision[], now: number, window: number): HistoryPoint[] {
  const counted = decisions.filter((one) => isCounted(one, now, window)).sort((a, b) => a.at - b.at);
  const size = Math.max(LEAST_BLOCK, Math.ceil(counted.length / MOST_POINTS));
  const sequence = new UpliftSequence();
  const points: HistoryPoint[] = [];
  let heldOut = 0;
  let start = 0;
  // The first block takes what is over, so that the last point says all that is known.
  for (let end = size + (counted.length % size); end <= counted.length; end += size) {
    const block = counted.slice(start, end);
    start = end;
    for (const one of block) {
      sequence.add(isHeldOut(one), rewardOf(one));
      if (isHeldOut(one)) heldOut += 1;
    }
    const own = block.filter((one) => !isHeldOut(one)).map(rewardOf);
    points.push({
      at: isoTime((block.at(-1) as JudgedDecision).at),
      n: end,
      block: block.length,
      rate: own.length === 0 ? null : within(interval(own)),
      ...againstUniform(counted.slice(0, end)),
      upliftOverHoldout: heldOut === 0 ? null : sequence.get(),
    });
  }
  return points;
}

const rewardOf = ({ outcomes }: JudgedDecision): number =>
  outcomes.some(({ outcome }) => outcome === 'positive') ? 1 : 0;

const isHeldOut = ({ record }: JudgedDecision): boolean => record.holdout === true;

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
  decisions: readonly JudgedDecision[],
): Pick<HistoryPoint, 'uniform' | 'liftOverUniform'> {
  const rows = decisions.flatMap((one) => {
    const { record } = one;
    const open = record.candidates.filter(({ stage }) => stage === 'open');
    const isDrawn = record.expired !== true && open.every(({ propensity }) => propensity > 0);
    if (isHeldOut(one) || !isDrawn || record.propensity === null) return [];
    const reward = rewardOf(one);
    return [
      { propensity: record.propensity, target: 1 / open.length, reward, predicted: 0, predictedTarget: 0 },
    ];
  });
  const { snips } = estimate(rows);
  // Where one alone could be chosen, any policy earns the same: that is no lift of zero.
  const hadChoice = rows.some(({ target }) => target < 1);
  if (snips === null || !hadChoice) return { uniform: null, liftOverUniform: null };
  const gains = rows.map(
    ({ reward, target, propensity }) => reward * (1 - Math.min(WEIGHT_CLIP, target / propensity)),
  );
  return { uniform: within(snips), liftOverUniform: interval(gains) };
}
