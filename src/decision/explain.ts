import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import type { CandidateName, FactReason, Reasons } from './contract.ts';
import type { Model } from './model.ts';

const MOST_FOR = 3;
const MOST_AGAINST = 1;
/** A smaller effect is not worth a word. */
const LEAST_DELTA = 1e-6;

/**
 * The strongest facts for and against the chosen candidate, and the runner-up. Without a model (start rates)
 * no fact moves P, so there are no such facts. The model must have predicted for this request.
 */
export function explainChosen(
  bundle: CompiledBundle,
  model: Model | null,
  chosen: number,
  runnerUp: number,
): Reasons {
  const against: number[] = [];
  const support: number[] = [];
  if (model !== null) {
    model.effects(chosen, bundle.scratch.effect);
    pickStrongest(bundle, support, against);
  }
  return {
    against: against.map((i) => reasonOf(bundle, i)),
    for: support.map((i) => reasonOf(bundle, i)),
    runnerUp: chosen === -1 || runnerUp === -1 ? null : scoredName(bundle, runnerUp),
  };
}

/** The facts with the largest effects of either sign; ties by name. Few are asked for, so they are kept in order. */
function pickStrongest(bundle: CompiledBundle, support: number[], against: number[]): void {
  const { effect } = bundle.scratch;
  for (let i = 0; i < effect.length; i++) {
    const delta = effect[i] as number;
    // NaN, an unknown fact, is neither.
    if (delta >= LEAST_DELTA) insert(bundle, support, i, MOST_FOR);
    else if (-delta >= LEAST_DELTA) insert(bundle, against, i, MOST_AGAINST);
  }
}

function insert(bundle: CompiledBundle, picked: number[], i: number, most: number): void {
  let at = picked.length;
  while (at > 0 && isStronger(bundle, i, picked[at - 1] as number)) at--;
  if (at === most) return;
  for (let j = Math.min(picked.length, most - 1); j > at; j--) picked[j] = picked[j - 1] as number;
  picked[at] = i;
}

/** Of two effects of one sign. */
function isStronger(bundle: CompiledBundle, a: number, b: number): boolean {
  const { effect } = bundle.scratch;
  const lead = Math.abs(effect[a] as number) - Math.abs(effect[b] as number);
  return lead > 0 || (lead === 0 && learnedName(bundle, a) < learnedName(bundle, b));
}

function learnedName(bundle: CompiledBundle, i: number): string {
  return bundle.declared.names[bundle.policy.learn[i] as number] as string;
}

function reasonOf(bundle: CompiledBundle, i: number): FactReason {
  return {
    delta: bundle.scratch.effect[i] as number,
    fact: learnedName(bundle, i),
    value: bundle.table.raw[bundle.policy.learn[i] as number],
  };
}

function scoredName(bundle: CompiledBundle, candidate: number): CandidateName & { readonly score: number } {
  const { action, approach, channel } = nameOf(bundle, candidate);
  return { action, approach, channel, score: bundle.scratch.score[candidate] as number };
}

/** The name of a candidate by its position. */
export function nameOf(bundle: CompiledBundle, candidate: number): CandidateName {
  const { space, actions } = bundle;
  return {
    action: (actions[space.action[candidate] as number] as CompiledAction).id,
    approach: space.approaches[space.approach[candidate] as number] as string,
    channel: space.channels[space.channel[candidate] as number] as string,
  };
}
