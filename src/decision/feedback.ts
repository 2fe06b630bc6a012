import type { CompiledBundle } from './bundle.ts';
import type { Answer, CandidateName, Decision } from './contract.ts';
import type { Learner } from './learner.ts';
import type { LearnValue } from './model.ts';
import type { ReadFeedback, ReadRequest } from './request.ts';
import { RequestError, UnknownIdError } from './shape.ts';

/** What is remembered of a decision until its outcomes have come. */
interface Remembered {
  /** Milliseconds. */
  readonly at: number;
  readonly values: readonly LearnValue[];
  readonly channels: readonly string[];
  /** Positions of candidates, -1 where there is none. */
  readonly chosen: number;
  shown: number;
  /** Milliseconds; NaN until it was presented. */
  presentedAt: number;
  isLabelled: boolean;
  hasEnded: boolean;
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
    decisions.set(request.id, {
      at: request.at,
      values: this.learner === null ? [] : this.learner.valuesOf(this.bundle.table),
      channels: request.channels,
      chosen,
      shown: chosen,
      presentedAt: Number.NaN,
      isLabelled: false,
      hasEnded: false,
    });
  }

  /** Takes one outcome in. @throws UnknownIdError, RequestError for a candidate that the answer did not have */
  take(feedback: ReadFeedback): void {
    const decision = this.decisions.get(feedback.id);
    if (decision === undefined) throw new UnknownIdError();
    const override = feedback.candidate === undefined ? -1 : this.listed(decision, feedback.candidate);
    if (decision.hasEnded) return;
    if (feedback.outcome === 'presented') this.present(decision, feedback, override);
    else this.end(decision, feedback);
  }

  private listed(decision: Remembered, candidate: CandidateName): number {
    const position = positionOf(this.bundle, candidate);
    if (position === -1 || !decision.channels.includes(candidate.channel)) {
      throw new RequestError('feedback.candidate is none of the answer');
    }
    return position;
  }

  /** The first presentation: a provisional "no". A presented override takes all labels from here on. */
  private present(decision: Remembered, feedback: ReadFeedback, override: number): void {
    if (!Number.isNaN(decision.presentedAt)) return;
    decision.presentedAt = Math.max(feedback.at, decision.at);
    if (override !== -1) decision.shown = override;
    this.headOfOperator(decision, decision.shown === decision.chosen ? 1 : 0);
    this.label(decision, 0, (p) => (1 - p) * (1 + p));
  }

  private end(decision: Remembered, feedback: ReadFeedback): void {
    decision.hasEnded = true;
    const wasPresented = !Number.isNaN(decision.presentedAt);
    if (feedback.outcome === 'operator-declined') {
      // Not shown, or declined by the operator, says nothing of the customer.
      if (!wasPresented) this.headOfOperator(decision, 0);
    } else if (feedback.outcome === 'positive') {
      const since = wasPresented ? decision.presentedAt : decision.at;
      const at = Math.max(feedback.at, decision.at);
      if (at - since > this.bundle.policy.feedbackWindow) return;
      this.label(decision, 1, wasPresented ? (p) => 1 + p : () => 1);
    } else {
      this.label(decision, 0, wasPresented ? (p) => Math.max(LEAST_WEIGHT, p * p) : () => 1);
    }
  }

  private label(decision: Remembered, y: 0 | 1, weight: (p0: number) => number): void {
    const { learner } = this;
    if (learner === null || decision.shown === -1) return;
    const w = weight(learner.p0(decision.values, decision.shown));
    learner.learn(decision.values, decision.shown, y, w, !decision.isLabelled);
    decision.isLabelled = true;
  }

  private headOfOperator(decision: Remembered, y: 0 | 1): void {
    if (decision.chosen !== -1) this.learner?.learnPresented(decision.values, decision.chosen, y);
  }
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
