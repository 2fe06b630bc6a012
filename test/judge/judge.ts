/**
 * Judges one answer from the text of the contract alone: everything but P is computed again, and from P score,
 * propensities, choice and hash. Answers what is wrong, as sentences.
 */
import { isDeepStrictEqual } from 'node:util';
import { recordHash } from '../contract/hash.ts';
import { write } from './clock.ts';
import { uniform } from './draw.ts';
import { type Expectation, type Expected, expectation } from './expect.ts';
import { truth } from './rules.ts';
import { type Answer, type Bundle, type Candidate, member, type Name, type Request } from './shapes.ts';

/** What the judge knows of the process beside the line. */
export type Known = {
  seed: number;
  /** Decisions that have got a customer label so far; null where a model came with the bundle. */
  labels: number | null;
};

export const nameOf = ({ action, channel, approach }: Name): Name => ({ action, channel, approach });
const close = (a: number, b: number, by = 1e-9): boolean => Math.abs(a - b) <= by * Math.max(1, Math.abs(b));

export function judge(bundle: Bundle, request: Request, answer: Answer, known: Known): string[] {
  const wrong: string[] = [];
  const check = (isRight: boolean, sentence: string) => {
    if (!isRight) wrong.push(sentence);
  };
  const expected = expectation(bundle, request);
  check(answer.id === request.id && answer.bundle === bundle.version, 'id and bundle are repeated');
  check(
    recordHash(answer as unknown as Record<string, unknown>) === answer.hash,
    'the hash is of the record',
  );
  check((answer.expired === true) === expected.isExpired, 'expired');
  check((answer.holdout === true) === expected.isHeldOut, 'holdout');
  check(answer.profileVersion === request.profile.version, 'profileVersion');
  if (answer.candidates.length !== expected.candidates.length) return [...wrong, 'the list of candidates'];
  for (const [i, wanted] of expected.candidates.entries()) {
    const got = answer.candidates[i] as Candidate;
    const told = `${i} ${wanted.stage} ${JSON.stringify(wanted.failed)} not ${got.stage} ${JSON.stringify(got.failed)}`;
    check(isDeepStrictEqual(nameOf(got), nameOf(wanted)) && got.lane === wanted.lane, `candidate ${i}`);
    check(got.stage === wanted.stage && isDeepStrictEqual(got.failed, wanted.failed), told);
    check(got.p >= 0 && got.p <= 1, `p of ${i}`);
    const isStart = expected.isExpired || known.labels === 0 || (expected.isHeldOut && wanted.lane !== 0);
    check(!isStart || close(got.p, wanted.startRate), `p of ${i} is the start rate`);
  }
  wrong.push(...judgeScores(bundle, expected, answer), ...judgeChoice(bundle, expected, answer, known));
  return wrong;
}

function cappedValues(bundle: Bundle): Map<string, number> {
  const values = bundle.catalogue.map(({ value = 1 }) => value);
  const positive = values.filter((value) => value > 0).sort((a, b) => a - b);
  const n = positive.length;
  const most = n === 0 ? Infinity : 10 * (positive[Math.ceil(n / 2) - 1]! + positive[Math.floor(n / 2)]!);
  return new Map(bundle.catalogue.map(({ id, value = 1 }) => [id, Math.min(value, most)]));
}

function judgeScores(bundle: Bundle, { candidates, world }: Expectation, answer: Answer): string[] {
  const { weights = [], levers = {}, alpha = 1 } = bundle.policy;
  const values = cappedValues(bundle);
  const isTrue = weights.map(({ when }) => truth(world, when) === true);
  const factor = (id: string) => {
    const sum = weights.reduce(
      (all, { action, percent }, i) => (isTrue[i] && (action ?? id) === id ? all + percent : all),
      0,
    );
    return Math.max(0, 1 + sum / 100) * Math.max(0, 1 + (member(levers, id) ?? 0) / 100);
  };
  const most = Math.max(0, ...bundle.catalogue.map(({ id }) => values.get(id)! * factor(id)));
  return candidates.flatMap(({ action }, i) => {
    const { p, score } = answer.candidates[i]!;
    const { cost = 0 } = bundle.catalogue.find(({ id }) => id === action)!;
    const priority = Math.max(0, p ** alpha * values.get(action)! - cost) * factor(action);
    const wanted = most > 0 ? Math.min(1, priority / most) : 0;
    return close(score, wanted) ? [] : [`score of ${i}: ${wanted} not ${score}`];
  });
}

function firstBest(open: readonly number[], answer: Answer): number {
  let best = open[0]!;
  for (const i of open) if (answer.candidates[i]!.score > answer.candidates[best]!.score) best = i;
  return best;
}

/** The propensities that follow from the scores; the text's inverse-gap weighting with a floor. */
function propensities(
  bundle: Bundle,
  answer: Answer,
  open: readonly number[],
  n: number,
): Map<number, number> {
  const { c = 30, floor = 0.02 } = bundle.policy.exploration ?? {};
  const best = firstBest(open, answer);
  const k = open.length;
  const gamma = c * Math.sqrt(k * n);
  const pi = new Map<number, number>();
  let rest = 0;
  for (const i of open) {
    if (i === best) continue;
    const share = 1 / (k + gamma * (answer.candidates[best]!.score - answer.candidates[i]!.score));
    pi.set(i, share);
    rest += share;
  }
  pi.set(best, 1 - rest);
  for (const i of open) pi.set(i, (1 - floor) * pi.get(i)! + floor / k);
  return k === 1 ? new Map([[best, 1]]) : pi;
}

function judgeChoice(bundle: Bundle, expected: Expectation, answer: Answer, known: Known): string[] {
  const open = expected.candidates.flatMap(({ stage }, i) => (stage === 'open' ? [i] : []));
  const { runnerUp } = answer.reasons;
  if (open.length === 0) {
    const { chosen, sendAt, propensity, explored } = answer;
    const isNothing =
      chosen === null && sendAt === null && propensity === null && !explored && runnerUp === null;
    const isZero = answer.candidates.every((one) => one.propensity === 0);
    return isNothing && isZero ? [] : ['nothing can be chosen'];
  }
  const wrong: string[] = [];
  const best = firstBest(open, answer);
  const isGreedy = expected.topLane === 0 || expected.isExpired || expected.isHeldOut;
  const pi = isGreedy ? new Map([[best, 1]]) : null;
  const wanted = pi ?? (known.labels === null ? null : propensities(bundle, answer, open, known.labels));
  wrong.push(...judgePropensities(bundle, answer, open, wanted, isGreedy));
  const chosen = drawn(answer, uniform(`${known.seed}\n${answer.id}\n${answer.bundle}`));
  const candidate = answer.candidates[chosen]!;
  const say = (isRight: boolean, sentence: string) => {
    if (!isRight) wrong.push(sentence);
  };
  say(isDeepStrictEqual(answer.chosen, nameOf(candidate)), `chosen is ${chosen}`);
  say(answer.propensity === candidate.propensity, 'propensity is that of the chosen');
  say(answer.explored === (chosen !== best), 'explored');
  say(answer.sendAt === write((expected.candidates[chosen] as Expected).earliest!), 'sendAt');
  const others = open.filter((i) => i !== chosen);
  if (others.length === 0) say(runnerUp === null, 'no runner-up');
  else {
    const second = answer.candidates[firstBest(others, answer)]!;
    say(isDeepStrictEqual(runnerUp, { ...nameOf(second), score: second.score }), 'runner-up');
  }
  return wrong;
}

function judgePropensities(
  bundle: Bundle,
  answer: Answer,
  open: readonly number[],
  wanted: Map<number, number> | null,
  isGreedy: boolean,
): string[] {
  const wrong: string[] = [];
  const { floor = 0.02 } = bundle.policy.exploration ?? {};
  let sum = 0;
  for (const [i, { propensity }] of answer.candidates.entries()) {
    sum += propensity;
    if (!open.includes(i) && propensity !== 0) wrong.push(`propensity of ${i} is 0`);
    if (open.includes(i) && !isGreedy && propensity < floor / open.length) wrong.push(`floor of ${i}`);
    if (wanted !== null && Math.abs(propensity - (wanted.get(i) ?? 0)) > 1e-9)
      wrong.push(`propensity of ${i}: ${wanted.get(i) ?? 0} not ${propensity}`);
  }
  if (Math.abs(sum - 1) > 1e-9) wrong.push(`propensities add up to ${sum}`);
  return wrong;
}

function drawn(answer: Answer, u: number): number {
  let sum = 0;
  let last = -1;
  for (const [i, { propensity }] of answer.candidates.entries()) {
    if (propensity === 0) continue;
    sum += propensity;
    last = i;
    if (sum > u) return i;
  }
  return last;
}
