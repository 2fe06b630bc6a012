import type { DecideProfile } from '../../decision/contract.ts';
import { recheck } from '../../decision/recheck.ts';
import type { EventRow } from '../../domain/event.ts';
import type { ProfileRow } from '../../domain/profile.ts';
import { isoTime } from '../../domain/time.ts';
import { type DecisionInput, decisionInput } from '../../packs/airline/catalogue/input.ts';
import { readPast } from '../../packs/airline/catalogue/past.ts';
import { refusedBy } from '../../packs/airline/catalogue/triggers.ts';
import type { LoggedEntry } from '../fold/entry.ts';
import type { Doors } from '../ingest/deps.ts';
import { openContacts, timelineOf } from '../ingest/reading.ts';
import type { Intent } from './intent.ts';
import type { Look } from './rules.ts';

/** A customer as decisions without an operator see him: unmasked, with what was really sent to him. */
export type Situation = {
  id: string;
  row: ProfileRow;
  input: DecisionInput;
  /** For the decision library: the history is what caps count. */
  profile: DecideProfile;
};

/** The longest window of a cap that is counted in full. */
const SENDS_MS = 90 * 86_400_000;

/** The situation of this moment; null where there is no such profile. `except` is the intent that asks. */
export function situationOf(doors: Doors, profileId: string, except?: string): Situation | null {
  const id = doors.log.survivor(profileId);
  const stored = doors.log.row('profile', id);
  if (!stored) return null;
  const now = doors.now();
  const row = JSON.parse(stored.json) as ProfileRow;
  const events = timelineOf(doors, id);
  // What is planned must not stand in its own way.
  const others = events.filter(({ type }) => type !== 'schedule');
  const input = decisionInput(row, others, openContacts(doors, id), now, doors.station);
  const sends = doors.intents.sends(id, now - SENDS_MS);
  const decided = new Set(sends.map(({ decision }) => decision));
  // What the core sent is counted from its own book, once, whatever became of it and however old its line is.
  const told = readPast(events.filter((event) => !tellsOf(event, decided))).history;
  const own = sends.filter((send) => send.id !== except);
  const sent = own.map(({ action, channel, at }) => ({ action, channel, at: isoTime(at) }));
  return { id, row, input, profile: { ...input.profile, version: stored.v, history: [...told, ...sent] } };
}

function tellsOf({ id, type, properties }: EventRow, decisions: ReadonlySet<string>): boolean {
  return id.startsWith('intent/') || (type === 'outcome' && decisions.has(String(properties['decisionId'])));
}

/** What the rules ask of an intent at this moment. */
export function lookAt(doors: Doors, intent: Intent, { id, profile }: Situation): Look {
  const now = doors.now();
  return {
    now,
    verdict: recheck(doors.bundle, { id: intent.decision, at: isoTime(now), profile }, intent),
    endedBy: endingEvent(doors, id, intent),
    refusedBy: refusedBy(profile.consents ?? {}, intent.lane, intent.channel),
  };
}

const MOST_EVENTS = 1_000;

/** The name of an event since the trigger that ends the intent, as the log has it; null where none happened. */
export function endingEvent(
  doors: Doors,
  profileId: string,
  { endedBy, triggerAt, cause }: Pick<Intent, 'endedBy' | 'triggerAt' | 'cause'>,
): string | null {
  if (endedBy.length === 0) return null;
  for (const { messageId, json } of doors.events.latest(profileId, triggerAt, MOST_EVENTS)) {
    const entry = JSON.parse(json) as LoggedEntry;
    if (entry.kind === 'event' && messageId !== cause && endedBy.includes(entry.name)) return entry.name;
  }
  return null;
}
