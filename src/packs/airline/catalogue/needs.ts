import type { EventRow } from '../../../domain/event.ts';
import type { DecisionInput, Findings } from './input.ts';
import type { Origin } from './row.ts';
import type { InputFact } from './vocabulary.ts';

/** What a customer may need of us now, in the order in which it is told where two are as pressing. */
export const NEEDS = ['travelOn', 'bag', 'recovery', 'shelter', 'refund', 'papers', 'seat'] as const;
export type Need = (typeof NEEDS)[number];

type Sign = {
  readonly fact: InputFact;
  readonly strength: number;
  /** Whether the fact's value is a sign of the need; true itself where nothing is said. */
  readonly isSign?: (value: unknown) => boolean;
};

const isFalse = (value: unknown): boolean => value === false;
const isAtLeast =
  (least: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= least;
const isWithin =
  (from: number, to: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && value >= from && value <= to;

/** Facts that are signs of a need. `whole`: only together, where one alone says nothing. */
const SIGNS: Readonly<Record<Need, { readonly signs: readonly Sign[]; readonly whole?: true }>> = {
  travelOn: {
    signs: [
      { fact: 'flightCancelled', strength: 0.9 },
      { fact: 'connectionAtRisk', strength: 0.7 },
      { fact: 'viewingRebooking', strength: 0.5 },
      { fact: 'flightDelayed', strength: 0.2 },
    ],
  },
  bag: { signs: [{ fact: 'bagNotLoaded', strength: 0.9 }] },
  recovery: {
    signs: [
      { fact: 'complaintOpen', strength: 0.9 },
      { fact: 'caseOpen', strength: 0.4 },
    ],
  },
  shelter: {
    signs: [
      { fact: 'overnight', strength: 0.8 },
      { fact: 'delayMinutes', strength: 0.5, isSign: isAtLeast(120) },
    ],
  },
  refund: { signs: [{ fact: 'refundAsked', strength: 0.9 }] },
  papers: {
    whole: true,
    signs: [
      { fact: 'longHaul', strength: 0.3 },
      { fact: 'documentsChecked', strength: 0.2, isSign: isFalse },
      { fact: 'minutesToDeparture', strength: 0.3, isSign: isWithin(0, 1_440) },
    ],
  },
  seat: { signs: [{ fact: 'seatMismatch', strength: 0.4 }] },
};

/** One need with what speaks for it, the strongest sign first. */
export interface FoundNeed {
  readonly need: Need;
  /** In (0, 1): 1 - product of (1 - strength) over its signs, as independent signs add up. */
  readonly score: number;
  readonly because: readonly InputFact[];
}

/** The needs that some fact speaks for, the most pressing first (docs/spec/airline.md L2). */
export function needsOf(facts: Readonly<Record<string, unknown>>): readonly FoundNeed[] {
  const found: FoundNeed[] = [];
  for (const need of NEEDS) {
    const { signs, whole } = SIGNS[need];
    const seen = signs.filter(({ fact, isSign }) => (isSign ?? isTrue)(facts[fact]));
    if (seen.length === 0 || (whole === true && seen.length < signs.length)) continue;
    const score = 1 - seen.reduce((left, { strength }) => left * (1 - strength), 1);
    found.push({ need, score, because: seen.map(({ fact }) => fact) });
  }
  return found.sort((a, b) => b.score - a.score);
}

const isTrue = (value: unknown): boolean => value === true;

/** Makes the most pressing need and its score facts, with the origin of its strongest sign that has one. */
export function needFacts(findings: Findings): void {
  const [first] = needsOf(findings.facts);
  findings.facts['needScore'] = first?.score ?? 0;
  if (first === undefined) return;
  findings.facts['need'] = first.need;
  const origin = first.because.map((fact) => findings.origins[fact]).find((one) => one !== undefined);
  if (origin !== undefined) Object.assign(findings.origins, { need: origin, needScore: origin });
}

/** One piece of evidence: a fact of the profile and, where the timeline still has it, the event that wrote it. */
export interface Evidence extends Origin {
  readonly event: string | null;
}

/** The facts behind a need, each with the event of the timeline that said so. */
export function evidenceFor(
  { because }: FoundNeed,
  { origins }: Pick<DecisionInput, 'origins'>,
  events: readonly EventRow[],
): readonly Evidence[] {
  return because.flatMap((fact) => {
    const origin = origins[fact];
    if (origin === undefined) return [];
    const event = events.find(({ at, source }) => at === origin.at && source === origin.source);
    return [{ ...origin, event: event?.id ?? null }];
  });
}
