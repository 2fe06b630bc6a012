/** Plays a policy through a world and says what it earned. */
import { type CompiledBundle, compileBundle } from '../../src/decision/bundle.ts';
import type { Decision } from '../../src/decision/contract.ts';
import { consider } from '../../src/decision/decide.ts';
import { FeedbackBook } from '../../src/decision/feedback.ts';
import { type ReadFeedback, type ReadRequest, readRequest } from '../../src/decision/request.ts';
import { type Chance, chance } from '../../src/demo/random.ts';
import type { Round, World } from './world.ts';

export type Policy = {
  /** The position of the suggested candidate. */
  suggest(n: number, round: Round): number;
  /** What became of round n: the candidate presented, and the outcome. */
  learn(n: number, round: Round, presented: number, isPositive: boolean): void;
};

export type Earned = { reward: number; random: number; oracle: number; normalised: number };

/** Expected reward of what was presented, beside uniform choice and the best choice for the same customers. */
export const play = (world: World, policy: Policy): Earned => playParts(world, policy, 1)[0] as Earned;

/** The same of each of so many equal parts, one after the other. */
export function playParts(world: World, policy: Policy, parts: number): Earned[] {
  const size = Math.floor(world.rounds / parts);
  return Array.from({ length: parts }, (_, part) => {
    const until = part === parts - 1 ? world.rounds : (part + 1) * size;
    let [reward, random, oracle] = [0, 0, 0];
    for (let n = part * size; n < until; n++) {
      const round = world.round(n);
      const suggested = policy.suggest(n, round);
      const presented = round.override ?? suggested;
      policy.learn(n, round, presented, round.u < (round.rates[presented] as number));
      // An override is the operator's, not the policy's: what was suggested is what the policy would earn.
      reward += round.rates[suggested] as number;
      random += round.rates.reduce((sum, rate) => sum + rate, 0) / round.rates.length;
      oracle += Math.max(...round.rates);
    }
    const [a, b, c] = [reward, random, oracle].map((sum) => sum / (until - part * size)) as [
      number,
      number,
      number,
    ];
    return { reward: a, random: b, oracle: c, normalised: (a - b) / (c - b) };
  });
}

const AT = Date.parse('2026-11-21T10:00:00Z');
const MINUTE = 60_000;

/** How outcomes reach the learner. */
export type Arrival =
  | 'at once'
  /** Positives late by up to a tenth of all rounds and within the window; negatives never. */
  | 'late'
  /** The trap: positives at once, negatives when the window is over, nothing provisional. */
  | 'trap';

const placeOf = (world: World, { chosen }: Decision): number =>
  world.candidates.findIndex(
    (one) =>
      one.action === chosen?.action && one.channel === chosen.channel && one.approach === chosen.approach,
  );

const requestOf = (n: number, { facts, channels }: Round): ReadRequest =>
  readRequest({ id: `d${n}`, at: new Date(AT + n * MINUTE).toISOString(), profile: { facts }, channels });

/** The product's engine without anything learned: rules and start rates alone, the best of them always. */
export function rules(world: World): Policy {
  const policy = { ...world.bundle.policy, exploration: { paused: true } };
  const bundle = compileBundle({ ...world.bundle, policy });
  return {
    suggest: (n, round) => placeOf(world, consider(bundle, requestOf(n, round))),
    learn: () => undefined,
  };
}

/** The product's engine, fed as the core feeds it. */
export function kairos(world: World, seed: number, arrival: Arrival = 'at once'): Policy {
  const late = Math.floor(world.rounds / 10);
  const policy = { ...world.bundle.policy, feedbackWindowMinutes: arrival === 'at once' ? 60 : late + 1 };
  const bundle: CompiledBundle = compileBundle({ ...world.bundle, policy });
  const model = bundle.model.copy();
  const book = new FeedbackBook(bundle, model);
  const luck: Chance = chance(`arrival/${seed}`);
  const due = new Map<number, ReadFeedback[]>();
  const tell = (at: number, n: number, feedback: Omit<ReadFeedback, 'at' | 'id'>) => {
    const one = { id: `d${n}`, at: AT + at * MINUTE, ...feedback };
    due.set(at, [...(due.get(at) ?? []), one]);
  };
  return {
    suggest: (n, round) => {
      for (const feedback of due.get(n) ?? []) book.take(feedback);
      due.delete(n);
      const request = requestOf(n, round);
      const decision = consider(bundle, request, { model, seed });
      book.remember(request, decision);
      return placeOf(world, decision);
    },
    learn: (n, round, presented, isPositive) => {
      const candidate = round.override === null ? undefined : world.candidates[presented];
      const shown = { outcome: 'presented' as const, ...(candidate && { candidate }) };
      if (arrival !== 'trap') book.take({ id: `d${n}`, at: AT + n * MINUTE, ...shown });
      const wait = arrival === 'late' ? luck.int(1, late) : 1;
      if (isPositive) tell(n + wait, n, { outcome: 'positive' });
      else if (arrival === 'trap') tell(n + late, n, { outcome: 'customer-declined' });
    },
  };
}
