import type { CompiledAction } from '../../decision/catalogue.ts';
import type { Answer, CandidateAnswer, CandidateName } from '../../decision/contract.ts';
import { decide } from '../../decision/decide.ts';
import { firstAllowed } from '../../decision/recheck.ts';
import { recordOf } from '../../decision/record.ts';
import type { EventRow } from '../../domain/event.ts';
import { isoTime } from '../../domain/time.ts';
import { refusedBy, TRIGGERS, type Trigger } from '../../packs/airline/catalogue/triggers.ts';
import type { Channel } from '../../packs/airline/catalogue/vocabulary.ts';
import { digest } from '../digest.ts';
import type { Doors } from '../ingest/deps.ts';
import type { Intent } from './intent.ts';
import { type LatencyClass, OPERATIONAL, timesOf } from './rules.ts';
import type { Situation } from './situation.ts';

/** From an occasion to an intent: decides in *inspire* and says when the result may go (docs/spec/righttime.md T1 to T3). */

const MINUTE_MS = 60_000;
/** Nothing is planned for later than this after its occasion. */
const HORIZON_MS = 14 * 86_400_000;

/** The latency class of each channel that has a destination. */
export type Classes = ReadonlyMap<string, LatencyClass>;

export type Occasion = Pick<Intent, 'trigger' | 'triggerAt' | 'cause' | 'dedupe' | 'channels' | 'endedBy'> & {
  /** Lanes that it is an occasion for. */
  lanes: readonly number[];
  /** ms between the occasion and a message, at least. */
  delayOf(channel: string): number;
  parkedIn: readonly string[];
  expiresAt: number;
  /** What a person wished: this action, not before that time. */
  wish: { candidate: Partial<CandidateName>; notBefore: number } | null;
};

export type Planned = { record: Answer; intent: Intent | null };

/** The occasion that an event is, null where it is too old or no channel of it has a destination. */
export function occasionOf(
  trigger: Trigger,
  event: EventRow,
  now: number,
  classes: Classes,
): Occasion | null {
  const triggerAt = Math.min(Date.parse(event.at), now);
  const expiresAt = triggerAt + trigger.expiresMinutes * MINUTE_MS;
  const channels = Object.keys(trigger.delayMinutes).filter((channel) => classes.has(channel));
  if (now > expiresAt || channels.length === 0) return null;
  return {
    trigger: trigger.id,
    triggerAt,
    cause: event.id,
    dedupe: `${trigger.id}/${event.id}`,
    channels,
    endedBy: [...trigger.endedBy],
    lanes: trigger.lanes,
    delayOf: (channel) => (trigger.delayMinutes[channel as Channel] ?? 0) * MINUTE_MS,
    parkedIn: trigger.parkedIn,
    expiresAt,
    wish: null,
  };
}

/** The occasion of an intent that is decided again; null where the trigger is not known any more, or was a person. */
export function occasionAgain(intent: Intent, classes: Classes): Occasion | null {
  const trigger = TRIGGERS.find(({ id }) => id === intent.trigger);
  if (trigger === undefined) return null;
  const event = { id: intent.cause ?? '', at: isoTime(intent.triggerAt) } as EventRow;
  const occasion = occasionOf(trigger, event, intent.triggerAt, classes);
  return occasion && { ...occasion, dedupe: intent.dedupe };
}

/** Decides now; the intent is null where nothing fits the occasion. @throws RequestError never for a stored profile */
export function plan(doors: Doors, classes: Classes, situation: Situation, occasion: Occasion): Planned {
  const now = doors.now();
  const { channels } = occasion;
  const { bundle, seed } = doors;
  const { profile } = situation;
  const request = { id: doors.newId(), at: isoTime(now), profile, channels, mode: 'inspire' } as const;
  const record = recordOf(bundle, request, decide(bundle, request, { seed, digest }));
  const found = candidateOf(record, occasion);
  const action = bundle.actions.find(({ id }) => id === found?.action);
  if (found === null || action === undefined) return { record, intent: null };
  const ends = [occasion.expiresAt, occasion.triggerAt + Math.min(action.expires, HORIZON_MS)];
  const { departs } = situation.input;
  if (departs !== undefined && departs > now) ends.push(departs);
  const intent: Intent = {
    id: doors.newId(),
    profile: situation.id,
    dedupe: occasion.dedupe,
    state: 'waiting',
    why: 'due',
    action: found.action,
    channel: found.channel,
    approach: found.approach,
    lane: found.lane,
    decision: record.id,
    trigger: occasion.trigger,
    triggerAt: occasion.triggerAt,
    cause: occasion.cause,
    channels,
    endedBy: occasion.endedBy,
    fireAt: now,
    expiresAt: Math.min(...ends),
    attempts: 0,
    unclear: false,
    error: null,
    sentAt: null,
    created: now,
    changed: now,
  };
  return {
    record,
    intent: { ...intent, ...stateOf(doors, classes, situation, occasion, intent, found, action) },
  };
}

type Fate = Pick<Intent, 'state' | 'why' | 'fireAt'>;

function stateOf(
  doors: Doors,
  classes: Classes,
  { profile }: Situation,
  occasion: Occasion,
  intent: Intent,
  found: CandidateAnswer & { heldOut: boolean },
  action: CompiledAction,
): Fate {
  const { lane, channel, expiresAt, fireAt } = intent;
  const ended = (why: string): Fate => ({ state: 'cancelled', why, fireAt });
  if (found.heldOut && lane !== OPERATIONAL) return ended('holdout');
  if (refusedBy(profile.consents ?? {}, lane, channel) !== null) return ended('consent');
  if (found.failed.length > 0) return { state: 'held', why: 'completeness', fireAt };
  if (lane !== OPERATIONAL && occasion.parkedIn.includes(channel))
    return { state: 'parked', why: 'presence', fireAt };
  const times = timesOf({
    now: intent.created,
    lane,
    triggerAt: occasion.triggerAt,
    delay: Math.max(occasion.delayOf(channel), action.minDelay[action.channels.indexOf(channel)] ?? 0),
    notBefore: occasion.wish?.notBefore ?? 0,
    expiresAt,
    class: classes.get(channel) ?? 'minutes',
    allowed: (instant) => firstAllowed(doors.bundle, channel, profile.zone ?? null, instant),
  });
  return times === null
    ? { state: 'expired', why: 'expiry', fireAt }
    : { state: 'waiting', why: times.why, fireAt: times.fireAt };
}

/** What was chosen if the occasion is one for it; else what only lacks data, to be held until they are there. */
function candidateOf(record: Answer, occasion: Occasion): (CandidateAnswer & { heldOut: boolean }) | null {
  const heldOut = record.holdout === true;
  const { lanes, wish } = occasion;
  const fits = (one: CandidateName, other: Partial<CandidateName>) =>
    (other.action === undefined || one.action === other.action) &&
    (other.channel === undefined || one.channel === other.channel) &&
    (other.approach === undefined || one.approach === other.approach);
  const wished = record.candidates.filter(
    (one) => lanes.includes(one.lane) && fits(one, wish?.candidate ?? {}),
  );
  const open = (wish?.candidate.action === undefined ? record.chosen : null) ?? wish?.candidate;
  const found =
    open === undefined ? undefined : wished.find((one) => one.stage === 'open' && fits(one, open));
  if (found !== undefined) return { ...found, heldOut };
  // Something more important is to be said first: this is no occasion for less.
  if (record.chosen !== null) return null;
  const lacking = wished.find(({ failed }) => failed.every(({ rule }) => rule === 'completeness'));
  return lacking === undefined ? null : { ...lacking, heldOut };
}
