import { canonicalJson } from '../domain/canonical.ts';
import { sha256Hex } from '../domain/sha256.ts';
import { arbitrate } from './arbitrate.ts';
import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import {
  CAP,
  earliestFrom,
  instantOfCaps,
  isCapped,
  maskOfAction,
  maskOfTime,
  OF_ACTION,
  OPERATIONAL,
  PREFERENCE,
  refuses,
  STAGES,
  type Surroundings,
  surround,
} from './constraints.ts';
import type { Answer, CandidateAnswer, DecideRequest, Decision, Failure, Reasons } from './contract.ts';
import { pick, uniform } from './draw.ts';
import { explainChosen, nameOf } from './explain.ts';
import { writePropensities } from './explore.ts';
import { readFacts } from './facts.ts';
import { laneFailure, listCandidateFailures } from './failures.ts';
import { writeWorth } from './information.ts';
import type { Model } from './model.ts';
import { readLeaves } from './predicate.ts';
import type { QuietHours } from './quiet.ts';
import { type ReadRequest, readRequest } from './request.ts';
import { quarterOf, writeInstant } from './time.ts';

export interface DecideOptions {
  /** Integer from 0 to 2^53 - 1; keeps draws from being foretold. */
  readonly seed?: number;
  /** In place of the bundle's frozen model: one that learns. */
  readonly model?: Model;
  /** SHA-256 of a text as lower-case hex digits: the platform's, ten times as fast as the library's own. */
  readonly digest?: (text: string) => string;
}

/**
 * One decision: which action, over which channel, in which approach, when, and why; with its hash.
 * @throws RequestError where the request is not of the contract's shape
 */
export function decide(bundle: CompiledBundle, request: DecideRequest, options: DecideOptions = {}): Answer {
  return seal(consider(bundle, readRequest(request), options), options.digest);
}

/** Adds the hash: SHA-256 over the canonical form of the decision. */
export function seal(decision: Decision, digest: (text: string) => string = sha256Hex): Answer {
  return { ...decision, hash: digest(canonicalJson(decision)) };
}

/** The decision without its hash, for a request that was checked. Uses the bundle's scratch space. */
export function consider(
  bundle: CompiledBundle,
  request: ReadRequest,
  options: DecideOptions = {},
): Decision {
  const model = options.model ?? bundle.model;
  readFacts(bundle.table, bundle.declared, request.facts, request.at);
  readLeaves(bundle.leaves, bundle.table);
  const around = surround(bundle, request);
  const isExpired = request.at >= bundle.validUntil;
  const isHeldOut = isInHoldout(bundle, request);
  markChannels(bundle, request);
  const topLane = maskCandidates(bundle, around);
  writeWorth(bundle, isExpired || isHeldOut ? null : model);
  predict(bundle, model, isExpired, isHeldOut);
  arbitrate(bundle);
  const best = bestOpen(bundle, -1);
  const takesBest = topLane === OPERATIONAL || isHeldOut || isExpired || bundle.policy.isExplorationPaused;
  spread(bundle, model, best, takesBest);
  const chosen =
    best === -1 ? -1 : pick(bundle.scratch.propensity, drawOf(bundle, request, options.seed ?? 0));
  const usesModel = chosen !== -1 && !isExpired && (!isHeldOut || laneOf(bundle, chosen) === OPERATIONAL);
  const reasons = explainChosen(bundle, usesModel ? model : null, chosen, bestOpen(bundle, chosen));
  return record(bundle, around, { topLane, best, chosen, isExpired, isHeldOut, reasons });
}

/** What was found out about a request besides what stands in the scratch space. */
interface Finding {
  readonly topLane: number;
  /** Positions of candidates; -1 where nothing is open. */
  readonly best: number;
  readonly chosen: number;
  readonly isExpired: boolean;
  readonly isHeldOut: boolean;
  readonly reasons: Reasons;
}

/** Members are set one by one in the order of canonical JSON: spreading those that may lack costs a microsecond. */
function record(bundle: CompiledBundle, around: Surroundings, finding: Finding): Decision {
  const { scratch } = bundle;
  const { topLane, best, chosen, reasons } = finding;
  const { id, profileVersion } = around.request;
  const decision: { -readonly [Member in keyof Decision]?: Decision[Member] } = {
    bundle: bundle.version,
    candidates: listCandidates(bundle, around, topLane),
    chosen: chosen === -1 ? null : nameOf(bundle, chosen),
  };
  if (finding.isExpired) decision.expired = true;
  decision.explored = chosen !== best;
  if (finding.isHeldOut) decision.holdout = true;
  decision.id = id;
  if (profileVersion !== undefined) decision.profileVersion = profileVersion;
  decision.propensity = chosen === -1 ? null : (scratch.propensity[chosen] as number);
  decision.reasons = reasons;
  decision.sendAt = chosen === -1 ? null : writeInstant(scratch.earliest[chosen] as number);
  return decision as Decision;
}

/** Propensities of all candidates: by exploration, or 1 for the best where nothing is to be tried. */
function spread(bundle: CompiledBundle, model: Model, best: number, takesBest: boolean): void {
  const { score, isOpen, propensity } = bundle.scratch;
  if (best !== -1 && !takesBest) {
    const { explorationC, floor } = bundle.policy;
    writePropensities(score, isOpen, best, model.labels, explorationC, floor, propensity);
    return;
  }
  propensity.fill(0);
  if (best !== -1) propensity[best] = 1;
}

/** A stable share of the profiles, drawn anew each quarter, is decided by rules and start rates alone. */
function isInHoldout(bundle: CompiledBundle, request: ReadRequest): boolean {
  const { holdout, holdoutSalt } = bundle.policy;
  if (holdout === 0 || request.profileId === null) return false;
  return uniform(`${holdoutSalt}\n${request.profileId}\n${quarterOf(request.at)}`) < holdout;
}

function drawOf(bundle: CompiledBundle, request: ReadRequest, seed: number): number {
  return uniform(`${seed}\n${request.id}\n${bundle.version}`);
}

function laneOf(bundle: CompiledBundle, candidate: number): number {
  return (bundle.actions[bundle.space.action[candidate] as number] as CompiledAction).lane;
}

function markChannels(bundle: CompiledBundle, request: ReadRequest): void {
  const { isOn, isRefused } = bundle.scratch;
  isOn.fill(0);
  for (const channel of request.channels) {
    const position = bundle.space.channelPositions.get(channel);
    if (position === undefined) continue;
    isOn[position] = 1;
    isRefused[position] = refuses(request, channel) ? 1 : 0;
  }
}

/** Fills mask, times and `isOpen` of every candidate; answers the top lane, Infinity where nothing is open. */
function maskCandidates(bundle: CompiledBundle, around: Surroundings): number {
  const { space, actions, scratch, policy } = bundle;
  const { request } = around;
  let topLane = Infinity;
  let current = -1;
  let actionMask = 0;
  for (let i = 0; i < space.size; i++) {
    const channel = space.channel[i] as number;
    scratch.isOpen[i] = 0;
    if (scratch.isOn[channel] === 0) continue;
    const position = space.action[i] as number;
    const action = actions[position] as CompiledAction;
    if (position !== current) {
      current = position;
      actionMask = maskOfAction(bundle, action, around);
    }
    let mask = actionMask;
    if (scratch.isRefused[channel] === 1) mask |= PREFERENCE;
    let start = request.at;
    let earliest = request.at;
    if (action.lane !== OPERATIONAL) {
      start += action.minDelay[space.channelOfAction[i] as number] as number;
      earliest = earliestFrom(bundle, policy.quietHours[channel] as QuietHours | null, around.zone, start);
      mask |= maskOfTime(action, request, start, earliest);
      if (isCapped(bundle, i, around.history, instantOfCaps(request, start, earliest))) mask |= CAP;
    }
    scratch.mask[i] = mask;
    scratch.start[i] = start;
    scratch.earliest[i] = earliest;
    if (mask === 0 && action.lane < topLane) topLane = action.lane;
  }
  for (let i = 0; i < space.size; i++) {
    const isCandidate = scratch.isOn[space.channel[i] as number] === 1 && scratch.mask[i] === 0;
    if (isCandidate && laneOf(bundle, i) === topLane) scratch.isOpen[i] = 1;
  }
  return topLane;
}

/** P per candidate: the model's, or start rates for a holdout (but for the operational lane) and after expiry. */
function predict(bundle: CompiledBundle, model: Model, isExpired: boolean, isHeldOut: boolean): void {
  const { scratch, space, startRates } = bundle;
  if (isExpired) {
    scratch.p.set(startRates);
    return;
  }
  model.predict(bundle.table, scratch.isOn, scratch.p);
  if (!isHeldOut) return;
  for (let i = 0; i < space.size; i++) {
    if (laneOf(bundle, i) !== OPERATIONAL) scratch.p[i] = startRates[i] as number;
  }
}

/** The first open candidate with the highest score, leaving one out; -1 where there is none. */
function bestOpen(bundle: CompiledBundle, except: number): number {
  const { isOpen, score } = bundle.scratch;
  let best = -1;
  for (let i = 0; i < isOpen.length; i++) {
    if (isOpen[i] === 0 || i === except) continue;
    if (best === -1 || (score[i] as number) > (score[best] as number)) best = i;
  }
  return best;
}

const NOTHING_FAILED: readonly Failure[] = [];

function listCandidates(
  bundle: CompiledBundle,
  around: Surroundings,
  topLane: number,
): readonly CandidateAnswer[] {
  const { space, scratch, actions } = bundle;
  const list: CandidateAnswer[] = [];
  // What blocks an action on every channel is listed once for all of its candidates.
  let listedAction = -1;
  let listedMask = 0;
  let listed = NOTHING_FAILED;
  for (let i = 0; i < space.size; i++) {
    if (scratch.isOn[space.channel[i] as number] === 0) continue;
    const position = space.action[i] as number;
    const { id, lane } = actions[position] as CompiledAction;
    const mask = scratch.mask[i] as number;
    let stage = 'open';
    let failed = NOTHING_FAILED;
    if (mask !== 0) {
      stage = STAGES[31 - Math.clz32(mask & -mask)] as string;
      const isListed = position === listedAction && mask === listedMask && (mask & ~OF_ACTION) === 0;
      failed = isListed ? listed : failuresOf(bundle, around, i, mask);
      listedAction = position;
      listedMask = mask;
      listed = failed;
    } else if (lane !== topLane) {
      stage = 'lane';
      failed = [laneFailure(topLane, lane)];
    }
    list.push({
      action: id,
      approach: space.approaches[space.approach[i] as number] as string,
      channel: space.channels[space.channel[i] as number] as string,
      failed,
      lane,
      p: scratch.p[i] as number,
      propensity: scratch.propensity[i] as number,
      score: scratch.score[i] as number,
      stage,
    });
  }
  return list;
}

function failuresOf(
  bundle: CompiledBundle,
  around: Surroundings,
  i: number,
  mask: number,
): readonly Failure[] {
  const start = bundle.scratch.start[i] as number;
  const earliest = bundle.scratch.earliest[i] as number;
  const capsAt = instantOfCaps(around.request, start, earliest);
  return listCandidateFailures(bundle, around, i, mask, { start, earliest, capsAt });
}
