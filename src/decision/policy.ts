import type { CompiledAction } from './catalogue.ts';
import { type CompiledCap, readCaps } from './catalogue.ts';
import { checkName, readNumber } from './check.ts';
import type { DeclaredFacts } from './facts.ts';
import { type CompiledPredicate, compilePredicate, type LeafTable } from './predicate.ts';
import type { QuietHours } from './quiet.ts';
import { BundleError, isObject, withoutNulls } from './shape.ts';
import type { CandidateSpace } from './space.ts';
import { MINUTE } from './time.ts';
import { findZone, type Zone } from './zone.ts';

/** A cap common to all actions; -1 or null where it names no lane or channel. */
export interface CommonCap extends CompiledCap {
  readonly lane: number;
  readonly channel: string | null;
  /** Position in the space's channels; -1 where no action has that channel. */
  readonly channelPosition: number;
}

export interface Weight {
  readonly when: CompiledPredicate;
  /** Position of the action, -1 for all of them. */
  readonly action: number;
  readonly percent: number;
}

export interface CompiledPolicy {
  /** Positions of the facts that are features. */
  readonly learn: readonly number[];
  readonly explorationC: number;
  readonly isExplorationPaused: boolean;
  readonly floor: number;
  /** Milliseconds. */
  readonly feedbackWindow: number;
  /** Per channel of the space. */
  readonly quietHours: readonly (QuietHours | null)[];
  /** Stands in for an unknown zone; null where none is given. */
  readonly zones: readonly Zone[] | null;
  readonly holdout: number;
  readonly holdoutSalt: string;
  readonly caps: readonly CommonCap[];
  /** Actions that are not to be suggested for now, with the reason. */
  readonly paused: ReadonlyMap<string, string>;
  readonly suppress: CompiledPredicate | null;
  readonly completeness: { readonly facts: readonly number[]; readonly share: number } | null;
  readonly weights: readonly Weight[];
  /** L per action. */
  readonly levers: Float64Array;
  readonly alpha: number;
}

const DEFAULT_C = 30;
const DEFAULT_FLOOR = 0.02;
const MOST_FLOOR = 0.5;
const DEFAULT_FEEDBACK_MINUTES = 60;
const LEAST_PERCENT = -100;
const MOST_PERCENT = 400;
const clockTime = /^([01][0-9]|2[0-3]):([0-5][0-9])$/;

/** Checks and compiles the policy. @throws BundleError */
export function compilePolicy(
  json: unknown,
  declared: DeclaredFacts,
  isProtected: ReadonlySet<number>,
  leaves: LeafTable,
  actions: readonly CompiledAction[],
  space: CandidateSpace,
): CompiledPolicy {
  const policy = objectOr(json, 'policy');
  const exploration = objectOr(policy['exploration'], 'policy.exploration');
  const most = Number.MAX_VALUE;
  const number = (name: string, least: number, limit: number, otherwise: number) =>
    readNumber(policy[name], `policy.${name}`, least, limit, otherwise);
  const floor = readNumber(exploration['floor'], 'policy.exploration.floor', 0, MOST_FLOOR, DEFAULT_FLOOR);
  if (floor === 0) throw new BundleError('policy.exploration.floor: above 0 and at most 0.5');
  const holdout = number('holdout', 0, 1, 0);
  if (holdout === 1) throw new BundleError('policy.holdout: from 0 and below 1');
  const salt = policy['holdoutSalt'] ?? '';
  if (typeof salt !== 'string') throw new BundleError('policy.holdoutSalt: a text is needed');
  return {
    learn: readLearn(policy['learn'], declared, isProtected),
    explorationC: readNumber(exploration['c'], 'policy.exploration.c', 0, most, DEFAULT_C),
    isExplorationPaused: exploration['paused'] === true,
    floor,
    feedbackWindow: Math.round(number('feedbackWindowMinutes', 0, most, DEFAULT_FEEDBACK_MINUTES) * MINUTE),
    quietHours: readQuietHours(policy['quietHours'], space),
    zones: readZones(policy['zones']),
    holdout,
    holdoutSalt: salt,
    caps: readCommonCaps(policy['caps'], space),
    paused: readPaused(policy['paused']),
    suppress:
      policy['suppress'] === undefined
        ? null
        : compilePredicate(policy['suppress'], declared, leaves, 'policy.suppress'),
    completeness: readCompleteness(policy['completeness'], declared),
    weights: readWeights(policy['weights'], declared, leaves, space),
    levers: readLevers(policy['levers'], actions),
    alpha: number('alpha', 0, most, 1),
  };
}

function objectOr(json: unknown, place: string): Record<string, unknown> {
  if (json === undefined || json === null) return {};
  if (!isObject(json)) throw new BundleError(`${place}: an object is needed`);
  return withoutNulls(json);
}

function listOr(json: unknown, place: string): readonly unknown[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new BundleError(`${place}: a list is needed`);
  return json;
}

function factPosition(name: unknown, declared: DeclaredFacts, place: string): number {
  const position = typeof name === 'string' ? declared.positions.get(name) : undefined;
  if (position === undefined) throw new BundleError(`${place}: a fact is not declared`);
  return position;
}

function readLearn(
  json: unknown,
  declared: DeclaredFacts,
  isProtected: ReadonlySet<number>,
): readonly number[] {
  const positions = listOr(json, 'policy.learn').map((name) => factPosition(name, declared, 'policy.learn'));
  if (positions.some((position) => isProtected.has(position))) {
    throw new BundleError('policy.learn: a protected fact is never a feature');
  }
  return [...new Set(positions)];
}

function readQuietHours(json: unknown, space: CandidateSpace): readonly (QuietHours | null)[] {
  const perChannel = new Map<string, QuietHours>();
  for (const [channel, window] of Object.entries(objectOr(json, 'policy.quietHours'))) {
    perChannel.set(channel, readWindow(window));
  }
  return space.channels.map((channel) => perChannel.get(channel) ?? null);
}

function readWindow(json: unknown): QuietHours {
  const place = 'policy.quietHours';
  if (!Array.isArray(json) || json.length !== 2)
    throw new BundleError(`${place}: two times of day are needed`);
  const [from, to] = json.map((text: unknown) => {
    const parts = typeof text === 'string' ? clockTime.exec(text) : null;
    if (parts === null) throw new BundleError(`${place}: a time of day is HH:MM from 00:00 to 23:59`);
    return (Number(parts[1]) * 60 + Number(parts[2])) * MINUTE;
  }) as [number, number];
  if (from === to) throw new BundleError(`${place}: from and to are equal`);
  return { from, to };
}

function readZones(json: unknown): readonly Zone[] | null {
  const zones = listOr(json, 'policy.zones').map((name) => {
    const zone = typeof name === 'string' ? findZone(name) : null;
    if (zone === null) throw new BundleError('policy.zones: a zone is an IANA name');
    return zone;
  });
  return zones.length === 0 ? null : zones;
}

function readCommonCaps(json: unknown, space: CandidateSpace): readonly CommonCap[] {
  return readCaps(json, 'policy.caps').map(({ cap, data }) => {
    const { lane = -1, channel } = withoutNulls(data);
    if (typeof lane !== 'number' || ![-1, 0, 1, 2, 3].includes(lane)) {
      throw new BundleError('policy.caps: lane is 0, 1, 2 or 3');
    }
    const name = channel === undefined ? null : checkName(channel, 'policy.caps, channel');
    const channelPosition = name === null ? -1 : (space.channelPositions.get(name) ?? -1);
    return { ...cap, lane, channel: name, channelPosition };
  });
}

function readPaused(json: unknown): ReadonlyMap<string, string> {
  const reasons = Object.entries(objectOr(json, 'policy.paused'));
  for (const [, reason] of reasons)
    if (typeof reason !== 'string') throw new BundleError('policy.paused: a reason is a text');
  return new Map(reasons as [string, string][]);
}

function readCompleteness(json: unknown, declared: DeclaredFacts): CompiledPolicy['completeness'] {
  if (json === undefined) return null;
  const place = 'policy.completeness';
  if (!isObject(json)) throw new BundleError(`${place}: an object with facts and share is needed`);
  const facts = listOr(json['facts'], `${place}.facts`).map((name) => factPosition(name, declared, place));
  return { facts, share: readNumber(json['share'], `${place}.share`, 0, 1, 0) };
}

function readWeights(
  json: unknown,
  declared: DeclaredFacts,
  leaves: LeafTable,
  space: CandidateSpace,
): readonly Weight[] {
  const weights: Weight[] = [];
  for (const data of listOr(json, 'policy.weights')) {
    if (!isObject(data)) throw new BundleError('policy.weights: a weight has when and percent');
    const when = compilePredicate(data['when'] ?? {}, declared, leaves, 'policy.weights, when');
    const percent = readNumber(data['percent'], 'policy.weights, percent', LEAST_PERCENT, MOST_PERCENT, 0);
    if (data['action'] === undefined) weights.push({ when, action: -1, percent });
    else {
      const action = space.actionPositions.get(checkName(data['action'], 'policy.weights, action'));
      // A weight for an action that this catalogue does not have changes nothing.
      if (action !== undefined) weights.push({ when, action, percent });
    }
  }
  return weights;
}

function readLevers(json: unknown, actions: readonly CompiledAction[]): Float64Array {
  const percents = new Map<string, number>();
  for (const [action, percent] of Object.entries(objectOr(json, 'policy.levers'))) {
    percents.set(action, readNumber(percent, 'policy.levers', LEAST_PERCENT, MOST_PERCENT, 0));
  }
  return Float64Array.from(actions, (action) => Math.max(0, 1 + (percents.get(action.id) ?? 0) / 100));
}
