/** Plays a policy through a world and says what it earned. */
import { type CompiledBundle, compileBundle } from '../../src/decision/bundle.ts';
import { consider } from '../../src/decision/decide.ts';
import { FeedbackBook } from '../../src/decision/feedback.ts';
import { type ReadFeedback, readRequest } from '../../src/decision/request.ts';
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
export function play(world: World, policy: Policy): Earned {
  let [reward, random, oracle] = [0, 0, 0];
  for (let n = 0; n < world.rounds; n++) {
    const round = world.round(n);
    const suggested = policy.suggest(n, round);
    const presented = round.override ?? suggested;
    policy.learn(n, round, presented, round.u < (round.rates[presented] as number));
    // An override is the operator's, not the policy's: what was suggested is what the policy would earn.
    reward += round.rates[suggested] as number;
    random += round.rates.reduce((sum, rate) => sum + rate, 0) / round.rates.length;
    oracle += Math.max(...round.rates);
  }
  const [a, b, c] = [reward / world.rounds, random / world.rounds, oracle / world.rounds];
  return { reward: a, random: b, oracle: c, normalised: (a - b) / (c - b) };
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
    suggest: (n, { facts, channels }) => {
      for (const feedback of due.get(n) ?? []) book.take(feedback);
      due.delete(n);
      const at = new Date(AT + n * MINUTE).toISOString();
      const request = readRequest({ id: `d${n}`, at, profile: { facts }, channels });
      const decision = consider(bundle, request, { model, seed });
      book.remember(request, decision);
      return world.candidates.findIndex(
        (one) =>
          one.action === decision.chosen?.action &&
          one.channel === decision.chosen.channel &&
          one.approach === decision.chosen.approach,
      );
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
