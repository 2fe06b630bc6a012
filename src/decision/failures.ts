import type { CompiledBundle } from './bundle.ts';
import type { CompiledAction } from './catalogue.ts';
import {
  APPLICABLE,
  CAP,
  COMPLETENESS,
  CONSENT,
  concerns,
  countCommon,
  countOwn,
  DELAY,
  ELIGIBLE,
  EXPIRY,
  matches,
  PAUSED,
  PREFERENCE,
  QUIET,
  SUITABLE,
  SUPPRESSED,
  type Surroundings,
} from './constraints.ts';
import type { Failure } from './contract.ts';
import { FALSE, listFailures, TRUE, writable } from './predicate.ts';
import { writeInstant } from './time.ts';

/** When a blocked candidate would go out. */
export interface CandidateTime {
  /** `at` plus the minimum delay. */
  readonly start: number;
  /** NaN where there is none. */
  readonly earliest: number;
  /** The instant at which its caps are counted. */
  readonly capsAt: number;
}

/** Every condition that stands in a candidate's way, in the order of the stages. */
export function listCandidateFailures(
  bundle: CompiledBundle,
  around: Surroundings,
  candidate: number,
  mask: number,
  time: CandidateTime,
): readonly Failure[] {
  const failed = collected;
  failed.count = 0;
  const action = bundle.actions[bundle.space.action[candidate] as number] as CompiledAction;
  const { table, leaves, policy } = bundle;
  if (mask & ELIGIBLE) listFailures(action.eligible, TRUE, 'eligible', table, leaves, failed);
  if (mask & APPLICABLE) listFailures(action.applicable, TRUE, 'applicable', table, leaves, failed);
  if (mask & SUITABLE) listFailures(action.suitable, TRUE, 'suitable', table, leaves, failed);
  if (mask & PAUSED) failed.push(pausedFailure(policy.paused.get(action.id) ?? ''));
  if (mask & CONSENT) failed.push(consentFailure(around, action.consent as string));
  if (mask & PREFERENCE) failed.push(preferenceFailure(bundle, candidate));
  if (mask & COMPLETENESS) failed.push(completenessFailure(bundle, around));
  if (mask & SUPPRESSED && policy.suppress !== null) {
    listFailures(policy.suppress, FALSE, 'suppressed', table, leaves, failed);
  }
  if (mask & CAP) listCaps(bundle, around, candidate, time.capsAt, failed);
  if (mask & DELAY) failed.push(timeFailure('delay', time.start, around.request.at));
  if (mask & QUIET) failed.push(quietFailure(time));
  if (mask & EXPIRY) failed.push(timeFailure('expiry', around.request.at + action.expires, time.earliest));
  return failed.list.slice(0, failed.count);
}

/** Failures on their way into a list of just their number: one that grows makes room for 17 at its first. */
class Collected {
  readonly list: Failure[] = [];
  count = 0;

  push(failure: Failure): number {
    this.list[this.count] = failure;
    return ++this.count;
  }
}

// Used again by each candidate; nothing here is asynchronous or re-entrant.
const collected = new Collected();

/** Why an open candidate of a lower lane cannot be chosen. */
export function laneFailure(topLane: number, own: number): Failure {
  return { actual: own, fact: null, needed: topLane, op: null, rule: 'lane' };
}

/** `actual` is the reason in words: nothing about the customer can mend it. */
function pausedFailure(reason: string): Failure {
  return { actual: reason, fact: null, needed: null, op: null, rule: 'paused' };
}

function consentFailure(around: Surroundings, consent: string): Failure {
  const { consents } = around.request;
  const stated = Object.hasOwn(consents, consent) ? consents[consent] : null;
  return { actual: writable(stated ?? null), fact: consent, needed: true, op: 'eq', rule: 'consent' };
}

function preferenceFailure(bundle: CompiledBundle, candidate: number): Failure {
  const channel = bundle.space.channels[bundle.space.channel[candidate] as number] as string;
  return { actual: false, fact: channel, needed: true, op: 'eq', rule: 'preference' };
}

function completenessFailure(bundle: CompiledBundle, around: Surroundings): Failure {
  const needed = bundle.policy.completeness?.share ?? 1;
  return { actual: around.shareKnown, fact: null, needed, op: 'gte', rule: 'completeness' };
}

function listCaps(
  bundle: CompiledBundle,
  around: Surroundings,
  candidate: number,
  sendAt: number,
  into: Collected,
): void {
  const { history } = around;
  const position = bundle.space.action[candidate] as number;
  const entriesOf = (isCounted: (entry: number) => boolean) =>
    Array.from(history.at).filter((_, entry) => isCounted(entry));
  const push = (channel: string | null, count: number, window: number, actual: number, entries: number[]) => {
    entries.sort((a, b) => b - a);
    const frees = writeInstant((entries[count - 1] as number) + window);
    into.push({ actual, fact: channel, frees, needed: count, op: 'lt', rule: 'cap' });
  };
  for (const cap of (bundle.actions[position] as CompiledAction).caps) {
    const actual = countOwn(history, position, cap, sendAt);
    if (actual < cap.count) continue;
    push(
      null,
      cap.count,
      cap.window,
      actual,
      entriesOf((entry) => history.action[entry] === position),
    );
  }
  for (const cap of bundle.policy.caps) {
    if (!concerns(bundle, cap, candidate)) continue;
    const actual = countCommon(history, cap, sendAt);
    if (actual < cap.count) continue;
    push(
      cap.channel,
      cap.count,
      cap.window,
      actual,
      entriesOf((entry) => matches(history, cap, entry)),
    );
  }
}

function timeFailure(rule: string, allowed: number, tried: number): Failure {
  return { actual: writeInstant(tried), fact: null, needed: writeInstant(allowed), op: null, rule };
}

function quietFailure(time: CandidateTime): Failure {
  if (!Number.isNaN(time.earliest)) return timeFailure('quiet', time.earliest, time.start);
  return { actual: null, fact: 'zone', needed: true, op: 'exists', reason: 'missing', rule: 'quiet' };
}
