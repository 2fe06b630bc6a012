import type { CompiledBundle } from './bundle.ts';
import { earliestFrom } from './constraints.ts';
import type { CandidateName, DecideRequest, Failure } from './contract.ts';
import { consider } from './decide.ts';
import type { QuietHours } from './quiet.ts';
import { readRequest } from './request.ts';
import { findZone } from './zone.ts';

/** Looking again at what was decided earlier, before it is sent: the same rules, but for the waits that lie behind it. */

/** What stands in the way of a candidate now. */
export interface Verdict {
  readonly failed: readonly Failure[];
  /** The first instant from now on that quiet hours allow; NaN where there is none. */
  readonly earliest: number;
  readonly isHeldOut: boolean;
}

/**
 * The verdict on one candidate at `request.at`, in *inspire*. Minimum delay and expiry are left out: they count from
 * the decision, not from now. Null where the bundle has no such candidate any more.
 * @throws RequestError where the request is not of the contract's shape
 */
export function recheck(
  bundle: CompiledBundle,
  request: Omit<DecideRequest, 'channels' | 'mode'>,
  candidate: CandidateName,
): Verdict | null {
  const read = readRequest({ ...request, channels: [candidate.channel], mode: 'inspire' });
  const decision = consider(withoutWaits(bundle), read);
  const found = decision.candidates.find(
    ({ action, channel, approach }) =>
      action === candidate.action && channel === candidate.channel && approach === candidate.approach,
  );
  if (found === undefined) return null;
  const earliest = found.lane === 0 ? read.at : firstAllowed(bundle, candidate.channel, read.zone, read.at);
  return { failed: found.failed, earliest, isHeldOut: decision.holdout === true };
}

/** The first instant at or after the given one that a channel's quiet hours allow; NaN where there is none. */
export function firstAllowed(
  bundle: CompiledBundle,
  channel: string,
  zone: string | null,
  instant: number,
): number {
  const position = bundle.space.channelPositions.get(channel);
  const hours = position === undefined ? null : (bundle.policy.quietHours[position] as QuietHours | null);
  return earliestFrom(bundle, hours, zone === null ? null : findZone(zone), instant);
}

function withoutWaits(bundle: CompiledBundle): CompiledBundle {
  const actions = bundle.actions.map((action) => ({
    ...action,
    minDelay: action.minDelay.map(() => 0),
    expires: Number.POSITIVE_INFINITY,
  }));
  return { ...bundle, actions };
}
