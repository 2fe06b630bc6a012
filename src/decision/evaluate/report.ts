import type { CompiledBundle } from '../bundle.ts';
import type { CandidateAnswer, CandidateName, Decision } from '../contract.ts';
import { consider } from '../decide.ts';
import { readRequest } from '../request.ts';
import { UpliftSequence } from './confidence.ts';
import { type Estimate, type Estimates, estimate, interval, type LoggedRow } from './estimators.ts';
import type { LoggedDecision, LoggedOutcome } from './log.ts';
import { CrossFittedModel } from './reward-model.ts';

export interface EvaluationReport {
  /** Decisions that were shown as suggested, by chance or not, and could be counted. */
  readonly n: number;
  readonly leftOut: { readonly notShown: number; readonly overridden: number };
  /** What the log itself earned per decision, the holdout left out. */
  readonly logged: Estimate | null;
  /** What uniform choice among the open candidates would have earned, and how much more was earned than that. */
  readonly uniform: Estimates;
  readonly liftOverUniform: number | null;
  /** The evaluated bundle, where there is one and the log has its requests. */
  readonly policy: Estimates | null;
  /** Against the profiles that rules alone served; null where there were none. Holds at every moment at once. */
  readonly upliftOverHoldout: (Estimate & { readonly heldOut: number }) | null;
  readonly groups: readonly GroupRate[];
  /** The estimates of `options.others`. */
  readonly others: Readonly<Record<string, Estimates | null>>;
}

/** The share of one group's decisions that brought the customer something, beside all others'. */
export interface GroupRate {
  readonly value: string;
  readonly n: number;
  readonly rate: number;
  /** rate / the others' rate. */
  readonly ratio: number;
  /** Outside [0.8, 1.25]. */
  readonly isFlagged: boolean;
}

export interface ReportOptions {
  readonly bundle?: CompiledBundle;
  /** The fact whose values are groups. */
  readonly groupBy?: string;
  /** Other policies over the same open candidates: the probability of each, or null where it cannot be said. */
  readonly others?: Readonly<Record<string, ShareOf>>;
}

/** With which probability a policy would have chosen a candidate of a logged decision. */
export type ShareOf = (decision: LoggedDecision) => ((candidate: CandidateName) => number) | null;

type Counted = LoggedDecision & { readonly reward: number; readonly open: readonly CandidateAnswer[] };

const CUSTOMER_OUTCOMES = new Set(['presented', 'positive', 'customer-declined', 'complaint', 'opt-out']);
const LEAST_RATIO = 0.8;
const MOST_RATIO = 1.25;

/** Evaluates a log. Reward is 1 for a positive outcome, else 0. */
export function evaluate(
  decisions: readonly LoggedDecision[],
  options: ReportOptions = {},
): EvaluationReport {
  const shown = decisions.filter(({ record, outcomes }) => record.chosen !== null && wasShown(outcomes));
  const own = shown.filter((decision) => !isOverridden(decision));
  const counted = own.map((decision): Counted => {
    const reward = decision.outcomes.some(({ outcome }) => outcome === 'positive') ? 1 : 0;
    return { ...decision, reward, open: decision.record.candidates.filter(({ stage }) => stage === 'open') };
  });
  const drawn = counted.filter(isDrawn);
  const model = new CrossFittedModel(
    drawn.map((one) => ({ ...situation(one, one.record.chosen), reward: one.reward })),
  );
  const uniform = estimate(drawn.map((one, i) => rowOf(one, i, model, () => 1 / one.open.length)));
  const logged = drawn.length > 0 ? interval(drawn.map(({ reward }) => reward)) : null;
  return {
    n: counted.length,
    leftOut: { notShown: decisions.length - shown.length, overridden: shown.length - own.length },
    logged,
    uniform,
    liftOverUniform: logged && uniform.doublyRobust ? logged.value - uniform.doublyRobust.value : null,
    policy: options.bundle === undefined ? null : policyEstimates(drawn, model, sharesUnder(options.bundle)),
    upliftOverHoldout: upliftOf(counted),
    groups: options.groupBy === undefined ? [] : groupRates(counted, options.groupBy),
    others: Object.fromEntries(
      Object.entries(options.others ?? {}).map(([name, shareOf]) => [
        name,
        policyEstimates(drawn, model, shareOf),
      ]),
    ),
  };
}

/**
 * Where chance had no say (a holdout, an expired bundle, exploration paused) the log says nothing of other choices: an
 * open candidate that could not have been drawn is one that no weight can make up for.
 */
function isDrawn({ record, open }: Counted): boolean {
  if (record.holdout === true || record.expired === true) return false;
  return open.every(({ propensity }) => propensity > 0);
}

function wasShown(outcomes: readonly LoggedOutcome[]): boolean {
  return outcomes.some(({ outcome }) => CUSTOMER_OUTCOMES.has(outcome));
}

const nameOf = ({ action, channel, approach }: CandidateName): string =>
  JSON.stringify([action, channel, approach]);

/** An operator's own choice was not drawn with the logged propensity. */
function isOverridden({ record, outcomes, isOverridden: said }: LoggedDecision): boolean {
  if (said === true) return true;
  const { chosen } = record;
  const presented = outcomes.find(({ outcome }) => outcome === 'presented')?.candidate;
  return presented !== undefined && chosen !== null && nameOf(presented) !== nameOf(chosen);
}

function situation({ request }: LoggedDecision, candidate: CandidateName | null) {
  return { candidate: candidate === null ? '' : nameOf(candidate), facts: request?.profile.facts ?? {} };
}

function rowOf(
  one: Counted,
  i: number,
  model: CrossFittedModel,
  target: (candidate: CandidateName) => number,
): LoggedRow {
  const chosen = one.record.chosen as CandidateName;
  let predictedTarget = 0;
  for (const candidate of one.open) {
    const share = target(candidate);
    if (share > 0) predictedTarget += share * model.predict(i, situation(one, candidate));
  }
  return {
    propensity: one.record.propensity as number,
    target: target(chosen),
    reward: one.reward,
    predicted: model.predict(i, situation(one, chosen)),
    predictedTarget,
  };
}

/** Null where nothing can be said. A candidate that only the other policy has counts as never tried. */
function policyEstimates(
  drawn: readonly Counted[],
  model: CrossFittedModel,
  shareOf: ShareOf,
): Estimates | null {
  const rows = drawn.flatMap((one, i) => {
    const share = shareOf(one);
    return share === null ? [] : [rowOf(one, i, model, share)];
  });
  return rows.length === 0 ? null : estimate(rows);
}

/** What another bundle would have chosen; null where the log has no request. */
function sharesUnder(bundle: CompiledBundle): ShareOf {
  return ({ request }) => {
    if (request === null) return null;
    const decision: Decision = consider(bundle, readRequest(request));
    const shares = new Map(decision.candidates.map((candidate) => [nameOf(candidate), candidate.propensity]));
    return (candidate) => shares.get(nameOf(candidate)) ?? 0;
  };
}

function upliftOf(counted: readonly Counted[]): EvaluationReport['upliftOverHoldout'] {
  const heldOut = counted.filter(({ record }) => record.holdout === true).length;
  if (heldOut === 0) return null;
  const sequence = new UpliftSequence();
  for (const { record, reward } of counted) sequence.add(record.holdout === true, reward);
  return { ...sequence.get(), heldOut };
}

function groupRates(counted: readonly Counted[], fact: string): readonly GroupRate[] {
  const groups = new Map<string, { n: number; sum: number }>();
  let sum = 0;
  for (const { request, reward } of counted) {
    const value =
      request === null || !Object.hasOwn(request.profile.facts, fact)
        ? 'unknown'
        : String(request.profile.facts[fact]);
    const group = groups.get(value) ?? { n: 0, sum: 0 };
    groups.set(value, group);
    group.n++;
    group.sum += reward;
    sum += reward;
  }
  return [...groups].map(([value, group]) => {
    const rate = group.sum / group.n;
    const others = (sum - group.sum) / Math.max(1, counted.length - group.n);
    const ratio = others > 0 ? rate / others : rate > 0 ? Infinity : 1;
    return {
      value,
      n: group.n,
      rate,
      ratio,
      isFlagged: groups.size > 1 && (ratio < LEAST_RATIO || ratio > MOST_RATIO),
    };
  });
}
