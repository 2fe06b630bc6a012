import type { JsonObject } from '../../domain/json.ts';
import { CommandRefused } from '../commands/failures.ts';
import type { Doors } from '../ingest/deps.ts';
import { type Intent, isOpen } from './intent.ts';
import { type Classes, type Occasion, plan } from './plan.ts';
import { storedOf } from './planner.ts';
import { situationOf } from './situation.ts';

/** What a person wishes for later (docs/spec/righttime.md T20, T23): an occasion without delays of its own. */

export const HORIZON_MS = 14 * 86_400_000;

export type Wish = {
  dedupe: string;
  channel: string;
  action?: string | undefined;
  approach?: string | undefined;
  /** ms */
  notBefore: number;
  bestUntil: number;
};

export const occasionOfWish = (
  { dedupe, channel, action, approach, notBefore, bestUntil }: Wish,
  now: number,
): Occasion => ({
  trigger: 'operator',
  triggerAt: now,
  cause: null,
  dedupe,
  channels: [channel],
  endedBy: [],
  lanes: [0, 1, 2, 3],
  delayOf: () => 0,
  parkedIn: [],
  expiresAt: Math.min(now + HORIZON_MS, bestUntil),
  wish: {
    candidate: {
      channel,
      ...(action !== undefined && { action }),
      ...(approach !== undefined && { approach }),
    },
    notBefore,
  },
});

/** The same action over the same channel that has not left yet: a customer is told once, when it was wished last. */
export function replaceOthers(doors: Doors, profileId: string, { action, channel }: Intent): void {
  for (const other of doors.intents.openOf(profileId))
    if (other.action === action && other.channel === channel && other.state !== 'claimed')
      endIntent(doors, other, 'replaced');
}

export function endIntent(doors: Doors, intent: Intent, why: string): Intent {
  const ended: Intent = { ...intent, state: 'cancelled', why, changed: doors.now() };
  doors.intents.save(ended);
  return ended;
}

/**
 * Plans or takes back what a console asks for, inside of the command's transaction: exactly once, like the command.
 * @throws CommandRefused with the code of the receipt; then nothing of the command has happened
 */
export function takeScheduled(
  doors: Doors,
  classes: Classes,
  { id, name, args }: { id: string; name: string; args: JsonObject },
  profileId: string,
): void {
  if (name === 'cancel-scheduled') takeBack(doors, String(args.scheduleId));
  if (name !== 'schedule-action') return;
  const now = doors.now();
  const channel = String(args.channel);
  if (!classes.has(channel)) throw new CommandRefused('no_destination');
  const time = (value: unknown, otherwise: number) =>
    typeof value === 'string' ? Date.parse(value) : otherwise;
  const bestUntil = time(args.bestUntil, now + HORIZON_MS);
  const notBefore = time(args.notBefore, now);
  if (bestUntil <= now || notBefore > bestUntil) throw new CommandRefused('too_late');
  const situation = situationOf(doors, profileId);
  if (situation === null) throw new CommandRefused('unknown_profile');
  const wish = {
    ...{ dedupe: `operator/${id}`, channel, notBefore, bestUntil },
    ...{ action: String(args.action), approach: String(args.approach) },
  };
  const { intent, record } = plan(doors, classes, situation, occasionOfWish(wish, now));
  if (intent === null || !isOpen(intent)) throw new CommandRefused('not_possible');
  doors.decisions.add(storedOf(record, profileId, now));
  replaceOthers(doors, profileId, intent);
  doors.intents.save(intent);
}

function takeBack(doors: Doors, scheduleId: string): void {
  const intent = doors.intents.ofDedupe(`operator/${scheduleId}`);
  if (!intent || !isOpen(intent) || intent.state === 'claimed') throw new CommandRefused('not_scheduled');
  endIntent(doors, intent, 'operator');
}
