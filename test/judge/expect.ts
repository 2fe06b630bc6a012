/** What every candidate of an answer must say but for P, from decisioning.md "Failures" and "Constraints". */
import { firstLoud, instantOf, isZone, quarterOf, write } from './clock.ts';
import { uniform } from './draw.ts';
import { failures, truth, unknownReason, type World } from './rules.ts';
import {
  type Action,
  type Bundle,
  type Cap,
  type CommonCap,
  type Entry,
  type Failure,
  member,
  type Name,
  type Request,
} from './shapes.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;

export type Expected = Name & {
  lane: number;
  startRate: number;
  stage: string;
  failed: Failure[];
  /** Milliseconds; null where no instant is allowed. */
  earliest: number | null;
};

export type Expectation = {
  candidates: Expected[];
  topLane: number | null;
  isExpired: boolean;
  isHeldOut: boolean;
  world: World;
};

export const laneOf = (bundle: Bundle, id: unknown): number | null =>
  bundle.catalogue.find((action) => action.id === id)?.lane ?? null;

export function expectation(bundle: Bundle, request: Request): Expectation {
  const at = instantOf(request.at)!;
  const world: World = { bundle, facts: request.profile.facts, at };
  const candidates: Expected[] = [];
  for (const action of bundle.catalogue) {
    for (const channel of action.channels) {
      if (!request.channels.includes(channel)) continue;
      for (const approach of action.approaches ?? ['plain']) {
        candidates.push({ action: action.id, channel, approach, ...judged(world, request, action, channel) });
      }
    }
  }
  const open = candidates.filter(({ stage }) => stage === 'open').map(({ lane }) => lane);
  const topLane = open.length === 0 ? null : Math.min(...open);
  for (const candidate of candidates) {
    if (candidate.stage !== 'open' || candidate.lane === topLane) continue;
    candidate.stage = 'lane';
    candidate.failed = [{ rule: 'lane', fact: null, op: null, needed: topLane, actual: candidate.lane }];
  }
  const { holdout = 0, holdoutSalt = '' } = bundle.policy;
  const { id } = request.profile;
  const isHeldOut = id !== undefined && uniform(`${holdoutSalt}\n${id}\n${quarterOf(at)}`) < holdout;
  return { candidates, topLane, isExpired: at >= instantOf(bundle.validUntil)!, isHeldOut, world };
}

function judged(world: World, request: Request, action: Action, channel: string) {
  const { bundle } = world;
  const { consents, preferences } = request.profile;
  const failed: Failure[] = [];
  const blocked: string[] = [];
  const add = (rule: string, list: Failure[], isBlocked = list.length > 0) => {
    failed.push(...list);
    if (isBlocked) blocked.push(rule);
  };
  for (const rule of ['eligible', 'applicable', 'suitable'] as const) {
    const predicate = action[rule] ?? {};
    add(rule, failures(world, rule, predicate, true), truth(world, predicate) !== true);
  }
  if (action.consent !== undefined && member(consents, action.consent) !== true) {
    const actual = member(consents, action.consent) ?? null;
    add('consent', [{ rule: 'consent', fact: action.consent, op: 'eq', needed: true, actual }]);
  }
  if (member(preferences, channel) === false)
    add('preference', [{ rule: 'preference', fact: channel, op: 'eq', needed: true, actual: false }]);
  add('completeness', completeness(world, request, action));
  const { suppress } = bundle.policy;
  if (suppress !== undefined && action.lane >= 2 && truth(world, suppress) === true)
    add('suppressed', failures(world, 'suppressed', suppress, false), true);
  const time = timesOf(world, request, action, channel);
  if (action.lane !== 0) {
    const capsAt = request.mode === 'inspire' ? (time.earliest ?? time.start) : world.at;
    add('cap', capFailures(bundle, request.profile.history ?? [], action, channel, capsAt));
    for (const failure of timeFailures(world, request, action, time)) add(failure.rule, [failure]);
  }
  const { lane, startRate = 0.05 } = action;
  return { lane, startRate, stage: blocked[0] ?? 'open', failed, earliest: time.earliest };
}

function completeness(world: World, request: Request, action: Action): Failure[] {
  const wanted = world.bundle.policy.completeness;
  if (wanted === undefined || request.mode !== 'inspire' || action.lane === 0) return [];
  const known = wanted.facts.filter((fact) => unknownReason(world, fact) === null).length;
  const actual = wanted.facts.length === 0 ? 1 : known / wanted.facts.length;
  if (actual >= wanted.share) return [];
  return [{ rule: 'completeness', fact: null, op: 'gte', needed: wanted.share, actual }];
}

type Times = { start: number; earliest: number | null };

function timesOf(world: World, request: Request, action: Action, channel: string): Times {
  if (action.lane === 0) return { start: world.at, earliest: world.at };
  const start = world.at + (member(action.minDelayMinutes, channel) ?? 0) * MINUTE;
  const hours = member(world.bundle.policy.quietHours, channel);
  if (hours === undefined) return { start, earliest: start };
  const { zone } = request.profile;
  if (zone !== undefined && isZone(zone)) return { start, earliest: firstLoud(hours, [zone], start) };
  const zones = world.bundle.policy.zones ?? [];
  return { start, earliest: zones.length === 0 ? null : firstLoud(hours, zones, start) };
}

function timeFailures(world: World, request: Request, action: Action, { start, earliest }: Times): Failure[] {
  const failed: Failure[] = [];
  const isRespond = request.mode !== 'inspire';
  const time = (rule: string, needed: number, actual: number) =>
    failed.push({ rule, fact: null, op: null, needed: write(needed), actual: write(actual) });
  if (isRespond && start > world.at) time('delay', start, world.at);
  if (earliest === null) {
    failed.push({ rule: 'quiet', fact: 'zone', op: 'exists', needed: true, actual: null, reason: 'missing' });
  } else if (isRespond && earliest > start) time('quiet', earliest, start);
  const last = world.at + (action.expiresMinutes ?? Infinity) * MINUTE;
  if (earliest !== null && earliest > last) time('expiry', last, earliest);
  return failed;
}

/** The entries that a cap counts, latest first. */
export function counted(bundle: Bundle, history: Entry[], cap: CommonCap & { action?: string }): number[] {
  return history
    .filter(
      (entry) =>
        (cap.action === undefined || entry.action === cap.action) &&
        (cap.channel === undefined || entry.channel === cap.channel) &&
        (cap.lane === undefined || laneOf(bundle, entry.action) === cap.lane),
    )
    .map((entry) => instantOf(entry.at)!)
    .sort((a, b) => b - a);
}

/** Every cap that speaks of an action on a channel. */
export function capsOf(bundle: Bundle, action: Action, channel: string): (CommonCap & { action?: string })[] {
  const own = (action.caps ?? []).map((cap: Cap) => ({ ...cap, action: action.id }));
  const shared = (bundle.policy.caps ?? []).filter(
    (cap) => (cap.channel ?? channel) === channel && (cap.lane ?? action.lane) === action.lane,
  );
  return [...own, ...shared];
}

function capFailures(
  bundle: Bundle,
  history: Entry[],
  action: Action,
  channel: string,
  at: number,
): Failure[] {
  return capsOf(bundle, action, channel).flatMap((cap) => {
    const window = cap.windowHours * HOUR;
    const entries = counted(bundle, history, cap);
    const actual = entries.filter((entry) => entry > at - window).length;
    if (actual < cap.count) return [];
    const frees = write(entries[cap.count - 1]! + window);
    return [{ rule: 'cap', fact: cap.channel ?? null, op: 'lt', needed: cap.count, actual, frees }];
  });
}
