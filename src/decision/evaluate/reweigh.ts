import { arbitrate } from '../arbitrate.ts';
import type { CompiledBundle } from '../bundle.ts';
import type { CandidateName } from '../contract.ts';
import { writePropensities } from '../explore.ts';
import { readFacts } from '../facts.ts';
import { positionOf } from '../feedback.ts';
import { readLeaves } from '../predicate.ts';
import { parseInstant } from '../time.ts';
import type { ShareOf } from './report.ts';

/**
 * How another bundle would have chosen among the candidates that were open: with its model, levers and exploration. Its
 * rules are not asked, because a record keeps the learned facts only; so it serves to compare steering, not catalogues.
 */
export function sharesAmongOpen(bundle: CompiledBundle): ShareOf {
  const { scratch, policy, model } = bundle;
  const places = new Map<string, number>();
  const placeOf = (name: CandidateName): number => {
    const key = `${name.action}\n${name.channel}\n${name.approach}`;
    const place = places.get(key) ?? positionOf(bundle, name);
    places.set(key, place);
    return place;
  };
  return ({ record, request }) => {
    if (request === null) return null;
    readFacts(bundle.table, bundle.declared, request.profile.facts, parseInstant(request.at));
    readLeaves(bundle.leaves, bundle.table);
    // Only what was open is looked at: a decision has few channels.
    scratch.isOn.fill(0);
    scratch.isOpen.fill(0);
    for (const candidate of record.candidates) {
      const position = candidate.stage === 'open' ? placeOf(candidate) : -1;
      if (position === -1) continue;
      scratch.isOpen[position] = 1;
      scratch.isOn[bundle.space.channel[position] as number] = 1;
    }
    model.predict(bundle.table, scratch.isOn, scratch.p);
    arbitrate(bundle);
    const best = bestOpen(scratch.isOpen, scratch.score);
    if (best === -1) return null;
    scratch.propensity.fill(0);
    if (policy.isExplorationPaused) scratch.propensity[best] = 1;
    else {
      const { explorationC, floor } = policy;
      writePropensities(
        scratch.score,
        scratch.isOpen,
        best,
        model.labels,
        explorationC,
        floor,
        scratch.propensity,
      );
    }
    const shares = scratch.propensity.slice();
    return (candidate) => shares[placeOf(candidate)] ?? 0;
  };
}

function bestOpen(isOpen: Uint8Array, score: Float64Array): number {
  let best = -1;
  for (let i = 0; i < isOpen.length; i++)
    if (isOpen[i] === 1 && (best === -1 || (score[i] as number) > (score[best] as number))) best = i;
  return best;
}
