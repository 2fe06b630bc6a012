/** "At the right time": how and when a suggested action could reach the customer who is not here any more. Pure. */
import type { LaterView } from '../../bridge/views.ts';
import type { CompiledBundle } from '../../decision/bundle.ts';
import { firstAllowed, recheck } from '../../decision/recheck.ts';
import { airlineAction } from '../../packs/airline/catalogue/actions.ts';
import type { DecisionInput } from '../../packs/airline/catalogue/input.ts';
import { refusedBy } from '../../packs/airline/catalogue/triggers.ts';

const MINUTE_MS = 60_000;
const HORIZON_MS = 14 * 86_400_000;

/**
 * The first of the channels in which the action may be sent by the rules of *inspire*, with its earliest and last moment;
 * null where there is none. The core looks again when it plans, and again when it sends.
 */
export function laterFor(
  bundle: CompiledBundle,
  input: DecisionInput,
  action: string,
  destinations: readonly string[],
): LaterView | null {
  const known = airlineAction(action);
  if (known === undefined) return null;
  const now = Date.parse(input.now);
  const ends = [now + Math.min(HORIZON_MS, (known.expiresMinutes ?? Number.POSITIVE_INFINITY) * MINUTE_MS)];
  if (input.departs !== undefined && input.departs > now) ends.push(input.departs);
  const bestUntil = Math.min(...ends);
  for (const channel of known.channels) {
    if (!destinations.includes(channel)) continue;
    if (refusedBy(input.profile.consents ?? {}, known.lane, channel) !== null) continue;
    const delay = (known.minDelayMinutes?.[channel] ?? 0) * MINUTE_MS;
    const sendAt =
      known.lane === 0 ? now : firstAllowed(bundle, channel, input.profile.zone ?? null, now + delay);
    if (!(sendAt <= bestUntil)) continue;
    const approach = (known.approaches ?? ['plain']).find((one) => {
      const request = { id: 'later', at: input.now, profile: input.profile };
      return recheck(bundle, request, { action, channel, approach: one })?.failed.length === 0;
    });
    if (approach === undefined) continue;
    return {
      channel,
      approach,
      sendAt: new Date(sendAt).toISOString(),
      bestUntil: new Date(bestUntil).toISOString(),
    };
  }
  return null;
}
