import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import type { CandidateName, FactReason, Reasons } from './contract.ts';
import type { FactEffect, Model } from './model.ts';

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
  const effects = model === null ? NO_EFFECTS : model.effects(chosen);
  return {
    against: strongest(bundle, effects, -1, MOST_AGAINST),
    for: strongest(bundle, effects, 1, MOST_FOR),
    runnerUp:
      chosen === -1 || runnerUp === -1
        ? null
        : { ...nameOf(bundle, runnerUp), score: bundle.scratch.score[runnerUp] as number },
  };
}

const NO_EFFECTS: readonly FactEffect[] = [];

/** The facts with the largest effects of one sign; ties by name. Few are asked for, so they are picked one by one. */
function strongest(
  bundle: CompiledBundle,
  effects: readonly FactEffect[],
  sign: 1 | -1,
  most: number,
): readonly FactReason[] {
  const { names } = bundle.declared;
  const picked: FactEffect[] = [];
  while (picked.length < most) {
    let best: FactEffect | null = null;
    for (const effect of effects) {
      const size = sign * effect.delta;
      if (size < LEAST_DELTA || picked.includes(effect)) continue;
      const known = best === null ? 0 : sign * best.delta;
      const isFirst =
        best !== null && size === known && (names[effect.fact] as string) < (names[best.fact] as string);
      if (size > known || isFirst) best = effect;
    }
    if (best === null) break;
    picked.push(best);
  }
  return picked.map(({ delta, fact }) => ({
    delta,
    fact: names[fact] as string,
    value: bundle.table.raw[fact],
  }));
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
