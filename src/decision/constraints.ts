import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction, CompiledCap } from './catalogue.ts';
import { KNOWN } from './facts.ts';
import type { CommonCap } from './policy.ts';
import { isTrue } from './predicate.ts';
import { firstLoud, firstLoudEverywhere, type QuietHours } from './quiet.ts';
import type { ReadRequest } from './request.ts';
import { findZone, type Zone } from './zone.ts';

/** The stages in their order; stage i is bit i of a candidate's mask. */
export const STAGES = [
  'eligible',
  'applicable',
  'suitable',
  'paused',
  'consent',
  'preference',
  'completeness',
  'suppressed',
  'cap',
  'delay',
  'quiet',
  'expiry',
] as const;

export const ELIGIBLE = 1;
export const APPLICABLE = 2;
export const SUITABLE = 4;
export const PAUSED = 8;
export const CONSENT = 16;
export const PREFERENCE = 32;
export const COMPLETENESS = 64;
export const SUPPRESSED = 128;
export const CAP = 256;
export const DELAY = 512;
export const QUIET = 1024;
export const EXPIRY = 2048;
/** The stages that are the same for all candidates of an action. */
export const OF_ACTION = ELIGIBLE | APPLICABLE | SUITABLE | PAUSED | CONSENT | COMPLETENESS | SUPPRESSED;

/** The operational lane ignores caps, quiet hours, minimum delays, holdout and suppression. */
export const OPERATIONAL = 0;
const FIRST_SELLING_LANE = 2;

/** The history of one request as positions: -1 for an action or channel that the bundle does not have. */
export interface HistoryTable {
  readonly size: number;
  readonly action: Int32Array;
  readonly channel: Int32Array;
  readonly lane: Int32Array;
  readonly at: Float64Array;
}

const NO_HISTORY: HistoryTable = {
  size: 0,
  action: new Int32Array(0),
  channel: new Int32Array(0),
  lane: new Int32Array(0),
  at: new Float64Array(0),
};

/** What the constraints of one request rest on besides the facts. */
export interface Surroundings {
  readonly request: ReadRequest;
  readonly history: HistoryTable;
  /** The customer's zone; null where it is unknown. */
  readonly zone: Zone | null;
  readonly isSuppressed: boolean;
  /** Share of the facts known that *inspire* asks for; 1 where it asks for none. */
  readonly shareKnown: number;
  readonly lacksCompleteness: boolean;
}

/** Reads what all candidates of a request share. The facts must stand in the bundle's table already. */
export function surround(bundle: CompiledBundle, request: ReadRequest): Surroundings {
  const { policy, leaves } = bundle;
  const shareKnown = policy.completeness === null ? 1 : shareOf(bundle, policy.completeness.facts);
  return {
    request,
    history: readHistory(bundle, request),
    zone: request.zone === null ? null : findZone(request.zone),
    isSuppressed: policy.suppress !== null && isTrue(policy.suppress, leaves),
    shareKnown,
    lacksCompleteness:
      policy.completeness !== null && request.mode === 'inspire' && shareKnown < policy.completeness.share,
  };
}

function shareOf(bundle: CompiledBundle, facts: readonly number[]): number {
  if (facts.length === 0) return 1;
  let known = 0;
  for (const fact of facts) if (bundle.table.state[fact] === KNOWN) known++;
  return known / facts.length;
}

function readHistory(bundle: CompiledBundle, request: ReadRequest): HistoryTable {
  const entries = request.history;
  const size = entries.length;
  if (size === 0) return NO_HISTORY;
  const { actionPositions, channelPositions } = bundle.space;
  const table = {
    size,
    action: new Int32Array(size),
    channel: new Int32Array(size),
    lane: new Int32Array(size),
    at: new Float64Array(size),
  };
  for (const [i, entry] of entries.entries()) {
    const action = actionPositions.get(entry.action as string) ?? -1;
    table.action[i] = action;
    table.channel[i] = channelPositions.get(entry.channel as string) ?? -1;
    table.lane[i] = action === -1 ? -1 : (bundle.actions[action] as CompiledAction).lane;
    table.at[i] = entry.at;
  }
  return table;
}

/** The bits of the stages that depend on the action alone. */
export function maskOfAction(bundle: CompiledBundle, action: CompiledAction, around: Surroundings): number {
  const { leaves } = bundle;
  let mask = 0;
  if (!isTrue(action.eligible, leaves)) mask |= ELIGIBLE;
  if (!isTrue(action.applicable, leaves)) mask |= APPLICABLE;
  if (!isTrue(action.suitable, leaves)) mask |= SUITABLE;
  if (bundle.policy.paused.has(action.id)) mask |= PAUSED;
  if (action.consent !== null && !isGiven(around.request, action.consent)) mask |= CONSENT;
  if (around.lacksCompleteness && action.lane !== OPERATIONAL) mask |= COMPLETENESS;
  if (around.isSuppressed && action.lane >= FIRST_SELLING_LANE) mask |= SUPPRESSED;
  return mask;
}

/** Consent is given only if it was stated as exactly true. */
export function isGiven(request: ReadRequest, consent: string): boolean {
  return Object.hasOwn(request.consents, consent) && request.consents[consent] === true;
}

/** A stated preference against a channel always wins over a learned one. */
export function refuses(request: ReadRequest, channel: string): boolean {
  return Object.hasOwn(request.preferences, channel) && request.preferences[channel] === false;
}

/**
 * The first instant at or after `start` (the request's time plus the minimum delay) that is not quiet; NaN where
 * there is none, as for an unknown zone without a list of zones.
 */
export function earliestFrom(
  bundle: CompiledBundle,
  hours: QuietHours | null,
  zone: Zone | null,
  start: number,
): number {
  if (hours === null) return start;
  if (zone !== null) return firstLoud(hours, zone, start);
  const { zones } = bundle.policy;
  return zones === null ? Number.NaN : firstLoudEverywhere(hours, zones, start);
}

/** The bits of the stages that concern time. `start` is `at` plus the minimum delay. */
export function maskOfTime(
  action: CompiledAction,
  request: ReadRequest,
  start: number,
  earliest: number,
): number {
  const isRespond = request.mode === 'respond';
  let mask = 0;
  if (isRespond && start > request.at) mask |= DELAY;
  if (Number.isNaN(earliest) || (isRespond && earliest > start)) mask |= QUIET;
  if (earliest > request.at + action.expires) mask |= EXPIRY;
  return mask;
}

/** The instant at which caps are counted. */
export function instantOfCaps(request: ReadRequest, start: number, earliest: number): number {
  if (request.mode === 'respond') return request.at;
  return Number.isNaN(earliest) ? start : earliest;
}

/** Whether some cap blocks a candidate that would be sent at `sendAt`. */
export function isCapped(
  bundle: CompiledBundle,
  candidate: number,
  history: HistoryTable,
  sendAt: number,
): boolean {
  if (history.size === 0) return false;
  const position = bundle.space.action[candidate] as number;
  const action = bundle.actions[position] as CompiledAction;
  for (const cap of action.caps) if (countOwn(history, position, cap, sendAt) >= cap.count) return true;
  for (const cap of bundle.policy.caps) {
    if (concerns(bundle, cap, candidate) && countCommon(history, cap, sendAt) >= cap.count) return true;
  }
  return false;
}

/** Whether a common cap speaks of this candidate. */
export function concerns(bundle: CompiledBundle, cap: CommonCap, candidate: number): boolean {
  const { space, actions } = bundle;
  if (cap.channel !== null && space.channel[candidate] !== cap.channelPosition) return false;
  return cap.lane === -1 || cap.lane === (actions[space.action[candidate] as number] as CompiledAction).lane;
}

/** Entries of the action after sendAt - window; those claimed for the future count. */
export function countOwn(history: HistoryTable, action: number, cap: CompiledCap, sendAt: number): number {
  let count = 0;
  for (let i = 0; i < history.size; i++) {
    if (history.action[i] === action && (history.at[i] as number) > sendAt - cap.window) count++;
  }
  return count;
}

/** Entries of any action that match a common cap, after sendAt - window. */
export function countCommon(history: HistoryTable, cap: CommonCap, sendAt: number): number {
  let count = 0;
  for (let i = 0; i < history.size; i++) {
    if (matches(history, cap, i) && (history.at[i] as number) > sendAt - cap.window) count++;
  }
  return count;
}

/** Whether an entry of the history is one that a common cap counts. */
export function matches(history: HistoryTable, cap: CommonCap, entry: number): boolean {
  if (cap.channel !== null && history.channel[entry] !== cap.channelPosition) return false;
  return cap.lane === -1 || cap.lane === history.lane[entry];
}
