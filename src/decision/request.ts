import { hasLoneSurrogate } from './check.ts';
import { type CandidateName, type Feedback, type Mode, OUTCOMES, type Outcome } from './contract.ts';
import { isObject, RequestError } from './shape.ts';
import { parseInstant } from './time.ts';

/** A request that was checked, its times read. */
export interface ReadRequest {
  readonly id: string;
  /** Milliseconds. */
  readonly at: number;
  readonly mode: Mode;
  readonly channels: readonly string[];
  readonly profileId: string | null;
  readonly zone: string | null;
  readonly profileVersion: string | number | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly consents: Readonly<Record<string, unknown>>;
  readonly preferences: Readonly<Record<string, unknown>>;
  readonly history: readonly ReadEntry[];
}

export interface ReadEntry {
  readonly action: unknown;
  readonly channel: unknown;
  readonly at: number;
}

export interface ReadFeedback extends Omit<Feedback, 'at'> {
  readonly at: number;
}

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});
const NO_HISTORY: readonly ReadEntry[] = [];
const outcomes: ReadonlySet<unknown> = new Set(OUTCOMES);

/** Checks a decide request and reads its times. @throws RequestError */
export function readRequest(json: unknown): ReadRequest {
  if (!isObject(json)) throw new RequestError('decide is an object');
  const { id, at, profile, channels, mode = 'respond' } = json;
  if (!isName(id)) throw new RequestError('decide.id is a text, not empty');
  const instant = readTime(at, 'decide.at');
  if (!isObject(profile)) throw new RequestError('decide.profile is an object');
  if (!isTexts(channels)) throw new RequestError('decide.channels is a list of text');
  if (mode !== 'respond' && mode !== 'inspire') throw new RequestError('decide.mode is respond or inspire');
  const { facts, id: profileId, zone, version } = profile;
  if (!isObject(facts)) throw new RequestError('profile.facts is an object');
  if (profileId !== undefined && typeof profileId !== 'string')
    throw new RequestError('profile.id is a text');
  if (zone !== undefined && typeof zone !== 'string') throw new RequestError('profile.zone is a text');
  return {
    id,
    at: instant,
    mode,
    channels,
    profileId: profileId === undefined || profileId === '' ? null : profileId,
    zone: zone ?? null,
    profileVersion:
      typeof version === 'string' || Number.isFinite(version) ? (version as string | number) : undefined,
    facts,
    consents: readObject(profile['consents'], 'profile.consents'),
    preferences: readObject(profile['preferences'], 'profile.preferences'),
    history: readHistory(profile['history']),
  };
}

/** Checks a line of feedback and reads its time. @throws RequestError */
export function readFeedback(json: unknown): ReadFeedback {
  if (!isObject(json)) throw new RequestError('feedback is an object');
  const { id, outcome, at, value, candidate } = json;
  if (!isName(id)) throw new RequestError('feedback.id is a text, not empty');
  if (!outcomes.has(outcome)) throw new RequestError('feedback.outcome is unknown');
  const instant = readTime(at, 'feedback.at');
  if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value))) {
    throw new RequestError('feedback.value is a finite number');
  }
  return {
    id,
    outcome: outcome as Outcome,
    at: instant,
    ...(value !== undefined && { value }),
    ...(candidate !== undefined && { candidate: readCandidate(candidate) }),
  };
}

/** @throws RequestError where a text inside holds half of a surrogate pair, which UTF-8 has no form for. */
export function refuseLoneSurrogates(json: unknown): void {
  if (hasLoneSurrogate(json)) throw new RequestError('a text holds half of a surrogate pair');
}

function readCandidate(json: unknown): CandidateName {
  if (isObject(json)) {
    const { action, channel, approach } = json;
    if (typeof action === 'string' && typeof channel === 'string' && typeof approach === 'string') {
      return { action, channel, approach };
    }
  }
  throw new RequestError('feedback.candidate names action, channel and approach');
}

function readTime(value: unknown, place: string): number {
  const instant = parseInstant(value);
  if (Number.isNaN(instant)) throw new RequestError(`${place} is a time such as 2026-11-21T10:00:00Z`);
  return instant;
}

function readObject(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return NOTHING;
  if (!isObject(value)) throw new RequestError(`${place} is an object`);
  return value;
}

function readHistory(value: unknown): readonly ReadEntry[] {
  if (value === undefined) return NO_HISTORY;
  if (!Array.isArray(value)) throw new RequestError('profile.history is a list');
  if (value.length === 0) return NO_HISTORY;
  return value.map((entry: unknown) => {
    if (!isObject(entry)) throw new RequestError('an entry of profile.history is an object');
    const { action, channel } = entry;
    return { action, channel, at: readTime(entry['at'], 'the at of a history entry') };
  });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
