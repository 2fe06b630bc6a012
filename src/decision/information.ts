import { exp, log, pow } from './arithmetic.ts';
import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import { KNOWN } from './facts.ts';
import type { Model } from './model.ts';
import type { Question } from './question.ts';

/** What the decisions to come look like under one answer to a question. */
export interface Outlook {
  /** How likely this answer is; those of a question sum to 1. */
  readonly share: number;
  /** Expected net value of each candidate. */
  readonly net: readonly number[];
  /** Standard deviation of that value: how little is known yet of what this answer means. */
  readonly deviation: readonly number[];
}

/** The scale of a logistic distribution with a standard deviation of 1. */
const SCALE = Math.sqrt(3) / Math.PI;

/**
 * The expected value of information of one answered question (docs/spec/decisioning.md D35), in the currency of `net`:
 *
 *     VOI = sum_v w_v E[max_a U(a, v)] - max_a sum_v w_v u(a, v)
 *
 * u is the net value at the posterior mean; doing nothing (u = 0, certain) is a candidate too. E[max] is bounded from
 * below by the best against each other candidate b, their difference taken as logistic of the same variance:
 * `u* + max_b s ln(1 + exp((u_b - u*) / s))`, `s = sqrt(3 (d*^2 + d_b^2)) / pi`. Never below 0 (Jensen).
 */
export function valueOfInformation(outlooks: readonly Outlook[]): number {
  let informed = 0;
  for (const { share, net, deviation } of outlooks) informed += share * expectedBest(net, deviation);
  let blind = 0;
  const candidates = outlooks[0]?.net.length ?? 0;
  for (let a = 0; a < candidates; a++) {
    let mean = 0;
    for (const { share, net } of outlooks) mean += share * (net[a] as number);
    blind = Math.max(blind, mean);
  }
  return Math.max(0, informed - blind);
}

function expectedBest(net: readonly number[], deviation: readonly number[]): number {
  let best = -1;
  for (let a = 0; a < net.length; a++)
    if ((net[a] as number) > (best === -1 ? 0 : (net[best] as number))) best = a;
  const top = best === -1 ? 0 : (net[best] as number);
  const own = best === -1 ? 0 : (deviation[best] as number);
  // Against doing nothing, which is certain.
  let gain = best === -1 ? 0 : gainOver(-top, own);
  for (let b = 0; b < net.length; b++) {
    if (b === best) continue;
    const other = deviation[b] as number;
    gain = Math.max(gain, gainOver((net[b] as number) - top, Math.sqrt(own * own + other * other)));
  }
  return top + gain;
}

/** E[max(0, D)] for a logistic D of that mean, at most 0, and standard deviation. */
function gainOver(mean: number, deviation: number): number {
  const s = SCALE * deviation;
  return s === 0 ? 0 : s * log(1 + exp(mean / s));
}

/**
 * Writes what each question of the catalogue is worth beyond its own value: the value of its information for what may
 * be said next in these channels. Asks the model anew for each answer, so it must predict again afterwards. The masks
 * must stand in the scratch space. A model that has learned nothing values no answer.
 */
export function writeWorth(bundle: CompiledBundle, model: Model | null): void {
  const { actions, scratch } = bundle;
  for (const position of bundle.questions) {
    const action = actions[position] as CompiledAction;
    const question = action.question as Question;
    // Without a label every answer is worth nothing; it need not be computed.
    const isAsked = model !== null && model.labels > 0 && isUnblocked(bundle, position);
    const information = isAsked ? question.uses * informationOf(bundle, model, question) : 0;
    scratch.worth[position] = Math.min(action.value + information, Math.max(action.value, bundle.mostValue));
  }
}

function isUnblocked({ space, scratch }: CompiledBundle, action: number): boolean {
  for (let i = 0; i < space.size; i++)
    if (space.action[i] === action && isPossible(scratch, space.channel[i] as number, i)) return true;
  return false;
}

const isPossible = ({ isOn, mask }: CompiledBundle['scratch'], channel: number, i: number): boolean =>
  isOn[channel] === 1 && mask[i] === 0;

function informationOf(bundle: CompiledBundle, model: Model, question: Question): number {
  const { table } = bundle;
  const { fact, answers } = question;
  const state = table.state[fact] as number;
  const raw = table.raw[fact];
  const number = table.number[fact] as number;
  const nexts = nextCandidates(bundle);
  const outlooks = answers.map(({ value, share }) => {
    table.state[fact] = KNOWN;
    table.raw[fact] = value;
    if (typeof value === 'number') table.number[fact] = value;
    return outlookOf(bundle, model, question, share, nexts);
  });
  table.state[fact] = state;
  table.raw[fact] = raw;
  table.number[fact] = number;
  return valueOfInformation(outlooks);
}

/** What an answer may help to choose: all that is open now, in whichever lane, and is no question itself. */
function nextCandidates({ space, scratch, actions }: CompiledBundle): readonly number[] {
  const nexts: number[] = [];
  for (let i = 0; i < space.size; i++) {
    const isQuestion = (actions[space.action[i] as number] as CompiledAction).question !== null;
    if (!isQuestion && isPossible(scratch, space.channel[i] as number, i)) nexts.push(i);
  }
  return nexts;
}

function outlookOf(
  bundle: CompiledBundle,
  model: Model,
  question: Question,
  share: number,
  nexts: readonly number[],
): Outlook {
  const { scratch, space, actions, policy } = bundle;
  model.predict(bundle.table, scratch.isOn, scratch.p);
  const net: number[] = [];
  const deviation: number[] = [];
  for (const i of nexts) {
    const { value, cost } = actions[space.action[i] as number] as CompiledAction;
    const p = scratch.p[i] as number;
    const worth = pow(p, policy.alpha) * value;
    net.push(worth - cost);
    // Delta method: d(p^alpha)/d(logit) = alpha p^alpha (1 - p).
    const spread = Math.sqrt(model.variance(i, question.fact));
    deviation.push(policy.alpha * Math.abs(worth) * (1 - p) * spread);
  }
  return { share, net, deviation };
}
