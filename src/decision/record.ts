import type { CompiledBundle } from './bundle.ts';
import {
  type Answer,
  type CandidateAnswer,
  type CandidateName,
  type DecideRequest,
  type Decision,
  OUTCOMES,
  type Outcome,
} from './contract.ts';
import { readFacts } from './facts.ts';
import { type OpenDecision, openDecision, positionOf, takeOutcome } from './feedback.ts';
import type { Learner } from './learner.ts';
import { isObject } from './shape.ts';
import { parseInstant } from './time.ts';

/** What a decision record must say for its outcome to be learned from. */
export interface LearnableRecord {
  readonly id: string;
  /** Milliseconds. */
  readonly at: number;
  readonly chosen: CandidateName | null;
  /** What the operator showed in place of the chosen one; null where there was no override. */
  readonly override: CandidateName | null;
  /** The learned facts as they were. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One outcome of a decision, at its own time. */
export interface RecordedOutcome {
  readonly outcome: Outcome;
  /** Milliseconds. */
  readonly at: number;
  /** What was presented in place of the chosen one. */
  readonly candidate: CandidateName | null;
}

/** Reads a record as a console or the core wrote it; null where it is none. Unknown members are ignored. */
export function readRecord(json: unknown): LearnableRecord | null {
  if (!isObject(json)) return null;
  const { id, at, chosen, presented, inputs } = json;
  const instant = parseInstant(at);
  if (typeof id !== 'string' || id === '' || Number.isNaN(instant)) return null;
  const name = readName(chosen);
  if (name === undefined) return null;
  const shown = readName(presented ?? null) ?? null;
  return {
    id,
    at: instant,
    chosen: name,
    override: shown === null || isSameName(shown, name) ? null : shown,
    inputs: isObject(inputs) ? inputs : {},
  };
}

/** A candidate's name; null for null, undefined for anything else. */
export function readName(json: unknown): CandidateName | null | undefined {
  if (json === null) return null;
  if (!isObject(json)) return undefined;
  const { action, channel, approach } = json;
  if (typeof action !== 'string' || typeof channel !== 'string' || typeof approach !== 'string')
    return undefined;
  return { action, channel, approach };
}

/**
 * The rest of a record, which an estimate rests on: null where a candidate is malformed, or where what was chosen is not
 * an open one with a propensity above 0. Consoles write records, and one bad one must not spoil all figures.
 */
export function readChoice(json: unknown): Decision | null {
  if (!isObject(json) || !Array.isArray(json['candidates'])) return null;
  const { candidates, propensity } = json;
  const chosen = readName(json['chosen']);
  if (chosen === undefined || !candidates.every(isAnswered)) return null;
  if (chosen === null) return json as unknown as Decision;
  const own = candidates.find((candidate) => isSameName(candidate, chosen));
  const isSound = own?.stage === 'open' && own.propensity > 0 && own.propensity === propensity;
  return isSound ? (json as unknown as Decision) : null;
}

function isAnswered(json: unknown): json is CandidateAnswer {
  if (!isObject(json) || readName(json) === undefined || typeof json['stage'] !== 'string') return false;
  return ['p', 'propensity', 'score'].every((name) => {
    const value = json[name];
    return typeof value === 'number' && value >= 0 && value <= 1;
  });
}

/** Whether two names are of one candidate. */
export function isSameName(a: CandidateName, b: CandidateName | null): boolean {
  return b !== null && a.action === b.action && a.channel === b.channel && a.approach === b.approach;
}

/** The place of an outcome's kind among those of one decision at the same time. */
export function placeOf(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}

/**
 * Learns one outcome. `before` are the outcomes of the same decision that were learned before it, in that order.
 * What it does depends on these arguments and the learner alone, so equal sequences give equal models, bit for bit.
 * Candidates that the bundle no longer has teach nothing.
 */
export function learnOutcome(
  bundle: CompiledBundle,
  learner: Learner,
  record: LearnableRecord,
  before: readonly RecordedOutcome[],
  outcome: RecordedOutcome,
): void {
  const decision = reopen(bundle, learner, record);
  for (const earlier of before) takeOutcome(bundle, null, decision, earlier, overrideOf(bundle, earlier));
  takeOutcome(bundle, learner, decision, outcome, overrideOf(bundle, outcome));
}

function reopen(bundle: CompiledBundle, learner: Learner, record: LearnableRecord): OpenDecision {
  readFacts(bundle.table, bundle.declared, record.inputs, record.at);
  const position = (name: CandidateName | null) => (name === null ? -1 : positionOf(bundle, name));
  const chosen = position(record.chosen);
  const shown = record.override === null ? chosen : position(record.override);
  return openDecision(record.at, learner.valuesOf(bundle.table), chosen, shown);
}

function overrideOf(bundle: CompiledBundle, { candidate }: RecordedOutcome): number {
  return candidate === null ? -1 : positionOf(bundle, candidate);
}

/** What is kept of an answer: with the clock, the channels and the facts that the model saw, so that it can be learned from. */
export function recordOf(bundle: CompiledBundle, request: DecideRequest, answer: Answer) {
  const { at, mode = 'respond', channels, profile } = request;
  return { ...answer, at, mode, channels, inputs: inputsOf(bundle, profile.facts) };
}

/** The learned facts of a request, to be kept with its record. */
export function inputsOf(
  bundle: CompiledBundle,
  facts: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { declared, policy } = bundle;
  const names = policy.learn.map((position) => declared.names[position] as string);
  return Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(facts, name) ? [[name, facts[name]]] : [])),
  );
}
