import type { Answer, CandidateAnswer, CandidateName, Decision } from '../../../decision/contract.ts';
import type { Language } from '../../../domain/language.ts';
import { airlineAction } from './actions.ts';
import type { DecisionInput } from './input.ts';
import { BLOCKED, FACT_TEXTS, type FactTexts, WHY_LOST } from './reason-texts.ts';
import { SELF_SERVICE } from './self-service.ts';
import { ACTION_TEXTS } from './texts.ts';
import type { InputFact, Text } from './vocabulary.ts';

/** One reason with where it comes from; the source `rule` and no time where the catalogue itself says so. */
export interface SuggestionReason {
  /** The fact that speaks. */
  readonly fact: InputFact;
  readonly text: string;
  readonly source: string;
  /** ISO 8601, null where the reason has no time. */
  readonly at: string | null;
}

/** When it is to happen. */
export interface SuggestionGate {
  readonly mode: 'respond' | 'inspire';
  /** ISO 8601. */
  readonly sendAt: string;
  /** ISO 8601; null where it stays good. */
  readonly bestUntil: string | null;
}

/** One suggestion as the card shows it. */
export interface SuggestionCard extends CandidateName {
  readonly lane: number;
  readonly title: string;
  /** What to say, at most 20 words. */
  readonly sentence: string;
  readonly gate: SuggestionGate;
  readonly reasonsFor: readonly SuggestionReason[];
  readonly reasonAgainst: readonly SuggestionReason[];
  /** Why it is not the primary one; null for the primary. */
  readonly whyLost: string | null;
}

/** One primary suggestion, null where nothing can be suggested, and at most two alternatives. */
export interface ExplainedSuggestion {
  readonly primary: SuggestionCard | null;
  readonly alternatives: readonly SuggestionCard[];
  /** Tried in order to learn, not because it is thought best. */
  readonly explored: boolean;
  /** Decided with an expired bundle: rules and start rates only. */
  readonly expired: boolean;
}

const MOST_FOR = 3;
const MOST_ALTERNATIVES = 2;

/** Explains an answer in the operator's language. Pure; the result is plain JSON. */
export function explainSuggestion(
  answer: Answer | Decision,
  input: DecisionInput,
  language: Language,
): ExplainedSuggestion {
  const { chosen } = answer;
  const explored = answer.explored;
  const expired = answer.expired === true;
  if (chosen === null || answer.sendAt === null)
    return { primary: null, alternatives: [], explored, expired };
  const sendAt = answer.sendAt;
  const winner = answer.candidates.find((candidate) => isSame(candidate, chosen)) as CandidateAnswer;
  const card = (candidate: CandidateAnswer) => makeCard(candidate, answer, input, language, sendAt);
  return {
    primary: { ...card(winner), whyLost: null },
    alternatives: bestOthers(answer.candidates, winner).map((candidate) => ({
      ...card(candidate),
      whyLost: whyLost(candidate, winner, language),
    })),
    explored,
    expired,
  };
}

/** Why an action cannot be suggested now, in words; null where nothing stands in its way. */
export function whyNot(answer: Answer | Decision, action: string, language: Language): string | null {
  const candidates = answer.candidates.filter((candidate) => candidate.action === action);
  if (candidates.length === 0 || candidates.some(({ stage }) => stage === 'open')) return null;
  return BLOCKED[(candidates[0] as CandidateAnswer).stage]?.[language] ?? null;
}

function isSame(candidate: CandidateName, other: CandidateName): boolean {
  return (
    candidate.action === other.action &&
    candidate.channel === other.channel &&
    candidate.approach === other.approach
  );
}

/** The best candidates of other actions that nothing blocks: first the same lane, then the next ones. */
function bestOthers(
  candidates: readonly CandidateAnswer[],
  winner: CandidateAnswer,
): readonly CandidateAnswer[] {
  const best = new Map<string, CandidateAnswer>();
  for (const candidate of candidates) {
    if (candidate.action === winner.action || !['open', 'lane'].includes(candidate.stage)) continue;
    const known = best.get(candidate.action);
    if (known === undefined || candidate.score > known.score) best.set(candidate.action, candidate);
  }
  // Map and sort both keep the catalogue's order among equals.
  return [...best.values()].sort((a, b) => a.lane - b.lane || b.score - a.score).slice(0, MOST_ALTERNATIVES);
}

function makeCard(
  candidate: CandidateAnswer,
  answer: Answer | Decision,
  input: DecisionInput,
  language: Language,
  sendAt: string,
): Omit<SuggestionCard, 'whyLost'> {
  const { action, approach, channel, lane } = candidate;
  const texts = ACTION_TEXTS[action];
  // Nobody says it at a kiosk: it is read, as a choice, in whatever tone was decided.
  const read = channel === 'kiosk' ? SELF_SERVICE[action] : undefined;
  const sentences = read?.sentence ?? texts?.sentence[approach] ?? texts?.sentence['plain'] ?? [];
  const learned = answer.chosen !== null && isSame(candidate, answer.chosen) ? answer.reasons : null;
  return {
    action,
    approach,
    channel,
    lane,
    title: fill(read?.title ?? texts?.title ?? [], input, language) ?? action,
    sentence: fill(sentences, input, language) ?? '',
    gate: gateOf(action, input, sendAt),
    reasonsFor: reasonsOf(
      [
        ...(airlineAction(action)?.because ?? []),
        ...(learned?.for ?? []).map(({ fact }) => fact as InputFact),
      ],
      input,
      language,
    ).slice(0, MOST_FOR),
    reasonAgainst: reasonsOf(
      [
        ...(learned?.against ?? []).map(({ fact }) => fact as InputFact),
        ...(airlineAction(action)?.but ?? []),
      ],
      input,
      language,
    ).slice(0, 1),
  };
}

function gateOf(action: string, input: DecisionInput, sendAt: string): SuggestionGate {
  const expires = airlineAction(action)?.expiresMinutes;
  const now = Date.parse(input.now);
  const ends = [
    ...(expires === undefined ? [] : [now + expires * 60_000]),
    ...(input.departs !== undefined && input.departs > now ? [input.departs] : []),
  ];
  const isNow = Date.parse(sendAt) <= now;
  return {
    mode: isNow ? 'respond' : 'inspire',
    sendAt,
    bestUntil: ends.length === 0 ? null : new Date(Math.min(...ends)).toISOString(),
  };
}

function reasonsOf(
  facts: readonly InputFact[],
  input: DecisionInput,
  language: Language,
): SuggestionReason[] {
  const reasons: SuggestionReason[] = [];
  for (const fact of new Set(facts)) {
    const value = input.profile.facts[fact];
    const texts = FACT_TEXTS[fact];
    if (value === undefined || value === null || texts === undefined) continue;
    const text = fill(phrasesFor(texts, value), input, language);
    if (text === null) continue;
    const origin = input.origins[fact];
    reasons.push({ fact, text, source: origin?.source ?? 'rule', at: origin?.at ?? null });
  }
  return reasons;
}

function phrasesFor(texts: FactTexts, value: unknown): readonly Text[] {
  if (value === true && texts.isTrue !== undefined) return texts.isTrue;
  if (value === false && texts.isFalse !== undefined) return texts.isFalse;
  return texts.any ?? [];
}

function whyLost(candidate: CandidateAnswer, winner: CandidateAnswer, language: Language): string {
  if (candidate.stage === 'lane') return (WHY_LOST['lane'] as Text)[language];
  const code =
    candidate.score < winner.score ? 'score' : candidate.score > winner.score ? 'explored' : 'order';
  return (WHY_LOST[code] as Text)[language];
}

/** The first text whose placeholders are all known, filled in; null where there is none. */
export function fill(
  texts: readonly Text[],
  input: Pick<DecisionInput, 'words'>,
  language: Language,
): string | null {
  for (const text of texts) {
    let isWhole = true;
    const filled = text[language].replace(/\{(\w+)\}/gu, (_, name: string) => {
      const word = Object.hasOwn(input.words, name) ? input.words[name] : undefined;
      if (word === undefined) isWhole = false;
      return typeof word === 'object' ? word[language] : (word ?? '');
    });
    if (isWhole) return filled;
  }
  return null;
}
