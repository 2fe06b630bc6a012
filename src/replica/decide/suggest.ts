/** Suggestions in the replica: the decision library with the last bundle over the customer as he is on screen. */
import type {
  BundleProblem,
  CandidateView,
  LaterView,
  ReasonView,
  SuggestedAction,
  SuggestionView,
} from '../../bridge/views.ts';
import { type CompiledBundle, loadBundle } from '../../decision/bundle.ts';
import type { Answer, CandidateAnswer, CandidateName } from '../../decision/contract.ts';
import { decide } from '../../decision/decide.ts';
import { inputsOf } from '../../decision/record.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Language } from '../../domain/language.ts';
import type { Role } from '../../domain/role.ts';
import type { BundleRow } from '../../domain/rows.ts';
import { acceptCommand, type SuggestedCommand } from '../../packs/airline/catalogue/command.ts';
import { evidenceOf } from '../../packs/airline/catalogue/evidence.ts';
import {
  explainSuggestion,
  fill,
  type SuggestionCard,
  type SuggestionReason,
} from '../../packs/airline/catalogue/explain.ts';
import { type DecisionInput, decisionInput } from '../../packs/airline/catalogue/input.ts';
import { ACTION_TEXTS } from '../../packs/airline/catalogue/texts.ts';
import type { Channel } from '../../packs/airline/catalogue/vocabulary.ts';
import type { OnScreen } from '../views/customer.ts';
import { laterFor } from './later.ts';
import type { BundleTrust } from './trust.ts';

/** What a decision was made with, kept so that the answer to it can be recorded. */
export type Made = {
  answer: Answer;
  input: DecisionInput;
  profileId: string;
  at: string;
  mode: 'respond';
  channels: Channel[];
  madeOffline: boolean;
  /** The facts that the model sees: the core learns from them what it cannot see itself. */
  inputs: JsonObject;
  /** How the action could reach the customer later; null where it could not. */
  laterOf(action: string): LaterView | null;
};

export type DecideParts = {
  id: string;
  now: number;
  station: string;
  role: Role;
  online: boolean;
  /** Channels to customers who are not here. */
  destinations: readonly string[];
};

/** A bundle is verified and compiled once per row; null while none has arrived or it may not be used. */
export class BundleHolder {
  /** Why the last bundle that arrived is not decided with. */
  problem: BundleProblem | null = null;
  private readonly trust: Pick<BundleTrust, 'problemOf'>;
  private seen: BundleRow | null = null;
  private held: { row: BundleRow; compiled: CompiledBundle } | null = null;

  constructor(trust: Pick<BundleTrust, 'problemOf'>) {
    this.trust = trust;
  }

  /** Of an untrusted row nothing is used, nor what came before it: who replaces bundles could also hold back a newer one. */
  use(row: BundleRow | null): void {
    if (row === null || row === this.seen) return;
    this.seen = row;
    this.problem = this.trust.problemOf(row);
    const loaded =
      this.problem === null
        ? loadBundle({ ...row.bundle, version: row.version, validUntil: row.validUntil })
        : null;
    if (loaded?.ok === false) this.problem = 'unreadable';
    this.held = loaded?.ok ? { row, compiled: loaded.bundle } : null;
  }

  get(): { row: BundleRow; compiled: CompiledBundle } | null {
    return this.held;
  }

  forget(): void {
    this.seen = null;
    this.held = null;
    this.problem = null;
  }
}

/**
 * One decision for the customer in front of this station. Local answers are part of it, because the overlay holds
 * their records and outcomes until the core's rows do.
 */
export function makeDecision(compiled: CompiledBundle, shown: OnScreen, parts: DecideParts): Made {
  const { screen, contacts } = shown;
  const input = decisionInput(screen.profile, screen.events, contacts, parts.now, parts.station);
  const channels = [channelOf(shown, parts.role)];
  const { id } = parts;
  // [A34] What lies over the row here the core has not numbered yet.
  const profile = { ...input.profile, version: shown.read.v };
  const answer = decide(compiled, { id, at: input.now, profile, channels, mode: 'respond' });
  return {
    answer,
    input,
    profileId: screen.profile.id,
    at: input.now,
    mode: 'respond',
    channels,
    madeOffline: !parts.online,
    inputs: inputsOf(compiled, input.profile.facts) as JsonObject,
    laterOf: (action) =>
      parts.role === 'kiosk' ? null : laterFor(compiled, input, action, parts.destinations),
  };
}

/** The way in which the customer is here now. */
function channelOf(shown: OnScreen, role: Role): Channel {
  const live = shown.contacts.find((contact) => contact.state === 'ringing' || contact.state === 'active');
  if (live?.kind === 'call') return 'phone';
  if (live?.kind === 'callback') return 'callback';
  if (live?.kind === 'chat') return 'web';
  return role === 'kiosk' ? 'kiosk' : 'counter';
}

export function suggestionView(made: Made, bundle: BundleRow, language: Language): SuggestionView {
  const { answer, input } = made;
  const explained = explainSuggestion(answer, input, language);
  const { primary } = explained;
  const toAction = (card: SuggestionCard): SuggestedAction => suggested(card, made, language);
  // Of what speaks for and against it: a name known for years makes no suggestion old.
  const reasons = primary === null ? [] : [...primary.reasonsFor, ...primary.reasonAgainst];
  const times = reasons.flatMap(({ at }) => at ?? []);
  return {
    profileId: made.profileId,
    decisionId: primary === null ? null : answer.id,
    at: made.at,
    mode: primary?.gate.mode ?? 'respond',
    sendAt: primary?.gate.sendAt ?? null,
    bestUntil: primary?.gate.bestUntil ?? null,
    primary: primary && toAction(primary),
    alternatives: explained.alternatives.map(toAction),
    candidates: answer.candidates.map((candidate) => candidateView(candidate, input, language)),
    oldestInput: times.sort()[0] ?? null,
    bundle: { version: bundle.version, validUntil: bundle.validUntil, expired: explained.expired },
    madeOffline: made.madeOffline,
    explored: explained.explored,
  };
}

function suggested(card: SuggestionCard, made: Made, language: Language): SuggestedAction {
  const { action, channel, approach, lane, title, sentence, whyLost } = card;
  const candidate = made.answer.candidates.find((one) => same(one, card));
  const command = acceptCommand(action, made.input, language);
  return {
    action,
    channel,
    approach,
    lane,
    title,
    sentence,
    propensity: candidate?.propensity ?? 0,
    score: candidate?.score ?? 0,
    reasonsFor: card.reasonsFor.map(reasonView),
    reasonsAgainst: card.reasonAgainst.map(reasonView),
    whyLost,
    command: command && { name: command.name, args: command.args },
    later: made.laterOf(action),
  };
}

const same = (a: CandidateName, b: CandidateName): boolean =>
  a.action === b.action && a.channel === b.channel && a.approach === b.approach;

/** Reasons come worded from the catalogue; the code only says whether a rule or a fact speaks. */
const reasonView = ({ text, source, at }: SuggestionReason): ReasonView =>
  source === 'rule' ? { code: 'rule', text, source: null, at } : { code: 'fact', text, source, at };

function candidateView(candidate: CandidateAnswer, input: DecisionInput, language: Language): CandidateView {
  const { action, channel, stage, score, failed } = candidate;
  return {
    action,
    title: fill(ACTION_TEXTS[action]?.title ?? [], input, language) ?? action,
    channel,
    stage,
    failures: failed.map((one) =>
      [one.fact ?? one.rule, one.reason ?? one.op ?? '', one.frees ?? ''].filter(Boolean).join(' '),
    ),
    score,
  };
}

/** The candidate that the operator answered about: the chosen one unless he took an alternative. */
export function answeredCandidate(made: Made, wanted: CandidateName | undefined): CandidateName | null {
  if (wanted === undefined) return made.answer.chosen;
  return made.answer.candidates.find((candidate) => same(candidate, wanted)) ?? null;
}

export const commandOf = (made: Made, action: string, language: Language): SuggestedCommand | null =>
  acceptCommand(action, made.input, language);

/** What is kept of a decision with its outcome: everything that an estimate of a policy needs, and no customer data twice. */
export function decisionRecord(made: Made, presented: CandidateName): JsonObject {
  const { answer } = made;
  const override = answer.chosen !== null && !same(answer.chosen, presented);
  const name = ({ action, channel, approach }: CandidateName): JsonObject => ({ action, channel, approach });
  return {
    id: answer.id,
    at: made.at,
    bundle: answer.bundle,
    ...(answer.profileVersion !== undefined && { profileVersion: answer.profileVersion }),
    mode: made.mode,
    channels: made.channels,
    chosen: answer.chosen && name(answer.chosen),
    presented: name(presented),
    override,
    explored: answer.explored,
    ...(answer.holdout && { holdout: true }),
    ...(answer.expired && { expired: true }),
    inputs: made.inputs,
    ...(evidenceOf(answer, made.input, presented, Object.keys(made.inputs)) as unknown as JsonObject),
    propensity: answer.propensity,
    sendAt: answer.sendAt,
    hash: answer.hash,
    madeOffline: made.madeOffline,
    candidates: answer.candidates.map((one) => ({
      ...name(one),
      lane: one.lane,
      stage: one.stage,
      p: one.p,
      score: one.score,
      propensity: one.propensity,
    })),
  };
}
