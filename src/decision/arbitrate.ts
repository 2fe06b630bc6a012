import { pow } from './arithmetic.ts';
import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import { isTrue } from './predicate.ts';

/**
 * Expected net value in one currency, weighted by context and levers, as a score in [0, 1]: the share of the
 * most that any action of the catalogue could be worth for this request. P must stand in the scratch space.
 */
export function arbitrate(bundle: CompiledBundle): void {
  const { scratch, space, actions, policy } = bundle;
  writeContext(bundle);
  let most = 0;
  for (let a = 0; a < actions.length; a++) {
    const worth = (scratch.worth[a] as number) * weightOf(bundle, a);
    if (worth > most) most = worth;
  }
  for (let i = 0; i < space.size; i++) {
    const position = space.action[i] as number;
    const worth = scratch.worth[position] as number;
    // A contact is paid for in every case.
    const net =
      pow(scratch.p[i] as number, policy.alpha) * worth - (actions[position] as CompiledAction).cost;
    const priority = net > 0 ? net * weightOf(bundle, position) : 0;
    scratch.score[i] = most > 0 ? Math.min(1, priority / most) : 0;
  }
}

/** C * L of an action. */
function weightOf(bundle: CompiledBundle, action: number): number {
  return (bundle.scratch.context[action] as number) * (bundle.policy.levers[action] as number);
}

/** C = 1 + the sum of the context weights that are true, in percent; at least 0. */
function writeContext(bundle: CompiledBundle): void {
  const { context } = bundle.scratch;
  const { leaves, policy } = bundle;
  context.fill(0);
  for (const weight of policy.weights) {
    if (!isTrue(weight.when, leaves)) continue;
    if (weight.action !== -1) context[weight.action] = (context[weight.action] as number) + weight.percent;
    else for (let a = 0; a < context.length; a++) context[a] = (context[a] as number) + weight.percent;
  }
  for (let a = 0; a < context.length; a++) context[a] = Math.max(0, 1 + (context[a] as number) / 100);
}
