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

/** The facts with the largest effects of one sign; ties by name. Few are asked for, so they are kept in order. */
function strongest(
  bundle: CompiledBundle,
  effects: readonly FactEffect[],
  sign: 1 | -1,
  most: number,
): readonly FactReason[] {
  const { names } = bundle.declared;
  const picked: FactEffect[] = [];
  for (const effect of effects) {
    if (sign * effect.delta < LEAST_DELTA) continue;
    let at = picked.length;
    while (at > 0 && isStronger(effect, picked[at - 1] as FactEffect, sign, names)) at--;
    if (at >= most) continue;
    picked.splice(at, 0, effect);
    if (picked.length > most) picked.pop();
  }
  return picked.map(({ delta, fact }) => ({
    delta,
    fact: names[fact] as string,
    value: bundle.table.raw[fact],
  }));
}

function isStronger(a: FactEffect, b: FactEffect, sign: 1 | -1, names: readonly string[]): boolean {
  const lead = sign * (a.delta - b.delta);
  return lead > 0 || (lead === 0 && (names[a.fact] as string) < (names[b.fact] as string));
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
