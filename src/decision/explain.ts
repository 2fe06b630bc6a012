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
 * no fact moves P, so there are no such facts. The facts of the request must stand in the bundle's table.
 */
export function explainChosen(
  bundle: CompiledBundle,
  model: Model | null,
  chosen: number,
  runnerUp: number,
): Reasons {
  const effects = model === null ? [] : model.effects(bundle.table, chosen);
  const reasons: FactReason[] = effects
    .filter(({ delta }) => Math.abs(delta) >= LEAST_DELTA)
    .map(({ delta, fact }) => ({
      delta,
      fact: bundle.declared.names[fact] as string,
      value: bundle.table.raw[fact],
    }));
  reasons.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta) || (a.fact < b.fact ? -1 : 1));
  return {
    against: reasons.filter(({ delta }) => delta < 0).slice(0, MOST_AGAINST),
    for: reasons.filter(({ delta }) => delta > 0).slice(0, MOST_FOR),
    runnerUp:
      chosen === -1 || runnerUp === -1
        ? null
        : { ...nameOf(bundle, runnerUp), score: bundle.scratch.score[runnerUp] as number },
  };
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
