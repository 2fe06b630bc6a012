import type { CandidateView } from '../../../bridge/views.ts';
import { plain } from '../../i18n/plain.ts';
import type { Words } from '../../i18n/words.tsx';

/** The stages of the pipeline, from the one nearest to being suggested to the farthest (decisioning.md, "Failures"). */
const NEAREST = [
  'open',
  'lane',
  'expiry',
  'quiet',
  'delay',
  'cap',
  'suppressed',
  'completeness',
  'preference',
  'consent',
  'suitable',
  'applicable',
  'eligible',
];

const nearness = (candidate: CandidateView): number => {
  const at = NEAREST.indexOf(candidate.stage);
  return at < 0 ? NEAREST.length : at;
};

/** One entry for each other action, by its candidate that came nearest, nearest first. */
export function othersThan(candidates: readonly CandidateView[], action: string): CandidateView[] {
  const best = new Map<string, CandidateView>();
  for (const candidate of candidates) {
    if (candidate.action === action) continue;
    const known = best.get(candidate.action);
    if (!known || nearness(candidate) < nearness(known)) best.set(candidate.action, candidate);
  }
  return [...best.values()].sort((a, b) => nearness(a) - nearness(b));
}

const TIME = /^\d{4}-\d\d-\d\dT\S+$/u;

/**
 * Why an action was not suggested: the stage in words, then what that depends on. A failure is worded already, or is
 * `fact op` or `fact op time`, with the instant from which a cap is free.
 */
export function whyNotText(words: Words, candidate: CandidateView, now: number): string {
  const stage = words.known(`stage.${candidate.stage}`) ?? plain(candidate.stage);
  const facts = new Set<string>();
  const said: string[] = [];
  for (const failure of candidate.failures) {
    const [name = '', ...rest] = failure.split(' ');
    const fact = words.known(`input.${name}`);
    const frees = rest.at(-1) ?? '';
    if (TIME.test(frees)) said.push(words.t('why.frees', { time: words.dayTime(frees, now) }));
    else if (fact) facts.add(fact);
    else if (rest.length > 2) said.push(plain(failure));
  }
  if (facts.size > 0) said.push(words.t('why.depends', { facts: [...facts].slice(0, 3).join(', ') }));
  return [stage, ...said].join(' · ');
}
