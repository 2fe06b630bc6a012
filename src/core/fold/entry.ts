import type { EventRow } from '../../domain/event.ts';
import { applyCommand, applyEvent, type FoldState } from '../../domain/fold/state.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isoTime } from '../../domain/time.ts';
import type { NamedIdentity } from '../../packs/airline/identities.ts';
import { priorityOf } from '../../packs/airline/sources.ts';
import { flightWritesOf, writesOf } from '../../packs/airline/vocabulary.ts';

/**
 * An event as it stands in the log: its envelope read, its time settled, its values checked. `at` in ms counts for
 * the fold; `facts` are what the core itself concluded (the phone number of an unknown caller).
 */
export type SourceEntry = {
  kind: 'event' | 'flight' | 'contact';
  id: string;
  type: string;
  name: string;
  at: number;
  originalAt?: string;
  source: string;
  userId: string | null;
  identities: NamedIdentity[];
  properties: JsonObject;
  facts?: { [name: string]: Json };
  /** The trace that its caller brought along (domain/trace.ts). */
  trace?: string;
  /** Key of the flight that the event belongs to (kind `flight`). */
  flight?: string;
};

/** What a command wrote; `commit` is the seq of its commit. */
export type CommandEntry = {
  kind: 'command';
  id: string;
  at: number;
  commit: number;
  facts: { [name: string]: Json };
  event: EventRow | null;
};

export type LoggedEntry = SourceEntry | CommandEntry;

/** Of a line that writes scores and is none of the timeline: nothing has happened to the customer. */
export const SCORE_TYPE = 'score';

/** The source of whatever a command writes (docs/spec/wire.md "Commands"). */
const CONSOLE = 'console';

/** Folds an entry of a profile's log into its state. */
export function applyEntry(state: FoldState, entry: LoggedEntry): void {
  if (entry.kind === 'command') {
    const stamp = { at: entry.at, priority: priorityOf(CONSOLE), id: entry.id };
    applyCommand(state, stamp, CONSOLE, entry.commit, Object.entries(entry.facts));
    return;
  }
  const stamp = { at: entry.at, priority: priorityOf(entry.source), id: entry.id };
  applyEvent(state, stamp, entry.source, writesOf(entry));
  if (entry.facts) {
    applyEvent(state, stamp, entry.source, { facts: new Map(Object.entries(entry.facts)), lists: new Map() });
  }
}

/** Folds a flight's event into the flight's state. */
export function applyFlightEntry(state: FoldState, entry: SourceEntry): void {
  const stamp = { at: entry.at, priority: priorityOf(entry.source), id: entry.id };
  applyEvent(state, stamp, entry.source, flightWritesOf(entry));
}

/** The line of the timeline; null for a command or a score that has none. A flight's event gets an id per profile. */
export function timelineRow(entry: LoggedEntry, profileId: string): EventRow | null {
  if (entry.kind === 'command') return entry.event && { ...entry.event, profileId };
  if (entry.type === SCORE_TYPE) return null;
  return {
    id: entry.kind === 'flight' ? `${entry.id}/${profileId}` : entry.id,
    profileId,
    type: entry.type,
    name: entry.name,
    at: isoTime(entry.at),
    ...(entry.originalAt === undefined ? {} : { originalAt: entry.originalAt }),
    source: entry.source,
    ...(entry.trace === undefined ? {} : { trace: entry.trace }),
    properties: entry.properties,
  };
}
