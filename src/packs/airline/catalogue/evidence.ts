import type { Answer, CandidateName } from '../../../decision/contract.ts';
import { explainSuggestion } from './explain.ts';
import type { DecisionInput } from './input.ts';

/**
 * What is kept with a decision's record so that it can be explained later: the facts for and against what was shown, and
 * of these and the learned facts the value, source and time that were known then.
 */
export type Evidence = {
  readonly why: { readonly for: readonly string[]; readonly against: readonly string[] };
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Source and time (ISO 8601) by fact, where it has them. */
  readonly origins: Readonly<Record<string, readonly [source: string, at: string]>>;
};

/** @param learned names of the facts that the record keeps anyway */
export function evidenceOf(
  answer: Answer,
  input: DecisionInput,
  shown: CandidateName | null,
  learned: readonly string[],
): Evidence {
  const { primary, alternatives } = explainSuggestion(answer, input, 'en');
  const card = [primary, ...alternatives].find(
    (one) => one?.action === shown?.action && one?.channel === shown?.channel,
  );
  const why = {
    for: (card?.reasonsFor ?? []).map(({ fact }) => fact),
    against: (card?.reasonAgainst ?? []).map(({ fact }) => fact),
  };
  const named = [...why.for, ...why.against];
  return {
    why,
    evidence: Object.fromEntries(named.map((fact) => [fact, input.profile.facts[fact]])),
    origins: Object.fromEntries(
      [...new Set([...named, ...learned])].flatMap((fact) => {
        const origin = input.origins[fact as keyof typeof input.origins];
        return origin === undefined ? [] : [[fact, [origin.source, origin.at] as const]];
      }),
    ),
  };
}
