import type { CompiledBundle } from './bundle.ts';
import type { Answer, CandidateName, Decision, Outcome } from './contract.ts';
import type { Learner } from './learner.ts';
import type { LearnValue } from './model.ts';
import type { ReadFeedback, ReadRequest } from './request.ts';
import { RequestError, UnknownIdError } from './shape.ts';

/** One decision and what its outcomes have made of it so far. */
export interface OpenDecision {
  /** Milliseconds. */
  readonly at: number;
  readonly values: readonly LearnValue[];
  /** Positions of candidates, -1 where there is none. */
  readonly chosen: number;
  shown: number;
  /** Milliseconds; NaN until it was presented. */
  presentedAt: number;
  isLabelled: boolean;
  hasEnded: boolean;
}

interface Remembered extends OpenDecision {
  readonly channels: readonly string[];
}

/** Feedback refers to one of so many of the latest decisions. */
export const REMEMBERED = 131_072;
const LEAST_WEIGHT = 1e-6;

/**
 * The decisions that feedback may refer to, and what feedback does to a learner. Delayed and partial outcomes are
 * weighted so that a presentation counts as a provisional "no" until its outcome is known (fake-negative
 * weighting): waiting for the end of a window instead would lose more than half of what can be learned.
 */
export class FeedbackBook {
  private readonly bundle: CompiledBundle;
  private readonly learner: Learner | null;
  private readonly decisions = new Map<string, Remembered>();

  /** Without a learner feedback is checked and changes nothing. */
  constructor(bundle: CompiledBundle, learner: Learner | null) {
    this.bundle = bundle;
    this.learner = learner;
  }

  /** Remembers a decision that was just made; the facts of its request must still stand in the bundle's table. */
  remember(request: ReadRequest, decision: Decision | Answer): void {
    const { decisions } = this;
    decisions.delete(request.id);
    if (decisions.size >= REMEMBERED) decisions.delete(decisions.keys().next().value as string);
    const chosen = decision.chosen === null ? -1 : positionOf(this.bundle, decision.chosen);
    const values = this.learner === null ? [] : this.learner.valuesOf(this.bundle.table);
    decisions.set(request.id, {
      ...openDecision(request.at, values, chosen),
      channels: request.channels,
    });
  }

  /** Takes one outcome in. @throws UnknownIdError, RequestError for a candidate that the answer did not have */
  take(feedback: ReadFeedback): void {
    const decision = this.decisions.get(feedback.id);
    if (decision === undefined) throw new UnknownIdError();
    const override = feedback.candidate === undefined ? -1 : this.listed(decision, feedback.candidate);
    takeOutcome(this.bundle, this.learner, decision, feedback, override);
  }

  private listed(decision: Remembered, candidate: CandidateName): number {
    const position = positionOf(this.bundle, candidate);
    if (position === -1 || !decision.channels.includes(candidate.channel)) {
      throw new RequestError('feedback.candidate is none of the answer');
    }
    return position;
  }
}

/** A decision before its first outcome; `shown` differs from `chosen` where an operator took another one. */
export function openDecision(
  at: number,
  values: readonly LearnValue[],
  chosen: number,
  shown = chosen,
): OpenDecision {
  return { at, values, chosen, shown, presentedAt: Number.NaN, isLabelled: false, hasEnded: false };
}

/**
 * What one outcome does to its decision and, if there is one, to a learner (rule D19). Without a learner only the
 * decision moves: so it gets where earlier outcomes had brought it.
 */
export function takeOutcome(
  bundle: CompiledBundle,
  learner: Learner | null,
  decision: OpenDecision,
  { outcome, at }: Pick<ReadFeedback, 'outcome' | 'at'>,
  override = -1,
): void {
  if (decision.hasEnded) return;
  if (outcome === 'presented') present(learner, decision, at, override);
  else end(bundle, learner, decision, outcome, at);
}

/** The first presentation: a provisional "no". A presented override takes all labels from here on. */
function present(learner: Learner | null, decision: OpenDecision, at: number, override: number): void {
  if (!Number.isNaN(decision.presentedAt)) return;
  decision.presentedAt = Math.max(at, decision.at);
  if (override !== -1) decision.shown = override;
  headOfOperator(learner, decision, decision.shown === decision.chosen ? 1 : 0);
  label(learner, decision, 0, (p) => (1 - p) * (1 + p));
}

function end(
  { policy }: CompiledBundle,
  learner: Learner | null,
  decision: OpenDecision,
  outcome: Outcome,
  at: number,
): void {
  decision.hasEnded = true;
  const wasPresented = !Number.isNaN(decision.presentedAt);
  if (outcome === 'operator-declined') {
    // Not shown, or declined by the operator, says nothing of the customer.
    if (!wasPresented) headOfOperator(learner, decision, 0);
  } else if (outcome === 'positive') {
    const since = wasPresented ? decision.presentedAt : decision.at;
    if (Math.max(at, decision.at) - since > policy.feedbackWindow) return;
    label(learner, decision, 1, wasPresented ? (p) => 1 + p : () => 1);
  } else {
    label(learner, decision, 0, wasPresented ? (p) => Math.max(LEAST_WEIGHT, p * p) : () => 1);
  }
}

function label(
  learner: Learner | null,
  decision: OpenDecision,
  y: 0 | 1,
  weight: (p0: number) => number,
): void {
  if (decision.shown === -1) return;
  if (learner !== null) {
    const w = weight(learner.p0(decision.values, decision.shown));
    learner.learn(decision.values, decision.shown, y, w, !decision.isLabelled);
  }
  decision.isLabelled = true;
}

function headOfOperator(learner: Learner | null, decision: OpenDecision, y: 0 | 1): void {
  if (decision.chosen !== -1) learner?.learnPresented(decision.values, decision.chosen, y);
}

/** The position of a candidate by its name; -1 where the bundle has no such candidate. */
export function positionOf(bundle: CompiledBundle, name: CandidateName): number {
  const { space } = bundle;
  const action = space.actionPositions.get(name.action);
  const channel = space.channelPositions.get(name.channel);
  const approach = space.approaches.indexOf(name.approach);
  for (let i = 0; i < space.size; i++) {
    if (space.action[i] === action && space.channel[i] === channel && space.approach[i] === approach)
      return i;
  }
  return -1;
}
