/** The overlay (R11): what the operator asked for and the rows do not show yet, replayed over them by the pack's reducers. */
import type { EventRow } from '../domain/event.ts';
import type { ProfileRow } from '../domain/profile.ts';
import { CONSOLE_SOURCE } from '../packs/airline/command-line.ts';
import type { CommandEffects, CommandPack, CommandWorld } from '../packs/command-pack.ts';
import type { Entry, Outbox } from './outbox/model.ts';
import type { ReplicaStore } from './store/contract.ts';

/**
 * The last mid whose effect is in the rows. A mid is a place in one history: rows of another one (a replica put back
 * to before a restore, a crash between the two transactions of a reset) say nothing about it, and what would be hidden
 * wrongly is rather shown over rows that have it.
 */
export function seenBy(outbox: Outbox, replica: Pick<ReplicaStore, 'meta' | 'seen'>): number {
  return seenOf(outbox, replica.meta().epoch, replica.seen(outbox.me.clientId));
}

/** The same of a replica of this epoch that has this `seen` for the outbox's client. */
export const seenOf = ({ me }: Outbox, epoch: string, seen: number | undefined): number =>
  me.epoch === epoch ? (seen ?? 0) : 0;

/**
 * Pending entries without a mid or above `seen`, unless a fork marked them (R14), after applied settled ones above
 * `seen`: a loss of power can take the last transactions of replica.db, whose outbox.db is already further.
 */
export function overlayEntries(outbox: Outbox, seen: number): Entry[] {
  const pending = unmarked(outbox).filter((entry) => entry.mid === null || entry.mid > seen);
  return [...appliedAbove(outbox, seen), ...pending];
}

const unmarked = (outbox: Outbox): Entry[] => outbox.pending.filter((entry) => !entry.marked);

const appliedAbove = (outbox: Outbox, seen: number): Entry[] =>
  [...outbox.settled.values()]
    .map((one) => one.entry)
    .filter((entry) => entry.mid !== null && entry.mid > seen)
    .sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));

/** What lies over one customer. */
export type Overlay = {
  /** With all that they write. */
  entries: readonly Entry[];
  /** Of these only the line in the timeline counts. */
  lines: readonly Entry[];
  /** The row may be from before these or not: what it has from later than they were written stands. */
  perhaps: readonly Entry[];
};

/**
 * A row in the base, and the last mids whose effects are in rows that are confirmed and in those that are stale; of the
 * latter it may be unknown.
 */
export type Under = { stale: boolean; arriving: boolean; seen: number; staleSeen: number | undefined };

/**
 * [I4] `seen` says what the core's rows have, and a reset sets it before they are here. So over a row that is stale lies
 * every pending entry and whatever was applied after `staleSeen`; and the timeline, which comes after its profile, keeps
 * the lines of all that was applied. Where that is not known, all that was applied may be in the row or not. A row that is
 * arriving may be older than `seen`: it was read before the end of its snapshot, perhaps for another console (R4).
 */
export function overlayOver({ stale, arriving, seen, staleSeen }: Under, outbox: Outbox): Overlay {
  const applied = appliedAbove(outbox, 0);
  if (stale) {
    const isKnown = staleSeen !== undefined;
    const inRow = isKnown ? Math.min(seen, staleSeen) : seen;
    const before = applied.filter((entry) => isSeen(entry, inRow));
    return {
      entries: [...appliedAbove(outbox, inRow), ...unmarked(outbox)],
      lines: isKnown ? before : [],
      perhaps: isKnown ? [] : before,
    };
  }
  const perhaps = [...applied, ...unmarked(outbox)].filter((entry) => isSeen(entry, seen));
  return { entries: overlayEntries(outbox, seen), lines: [], perhaps: arriving ? perhaps : [] };
}

const isSeen = (entry: Entry, seen: number): boolean => entry.mid !== null && entry.mid <= seen;

export type Screen = {
  profile: ProfileRow;
  /** Newest first. */
  events: EventRow[];
  /** Facts that an entry of the overlay wrote. */
  pendingFacts: Set<string>;
  pendingEvents: Set<string>;
};

/** Screen = rows + overlay. The rows are not changed; replaying an entry that the rows already have changes nothing. */
export function withOverlay(
  rows: { profile: ProfileRow; events: EventRow[] },
  { entries, lines, perhaps }: Overlay,
  pack: CommandPack,
  world: CommandWorld,
): Screen {
  const screen: Screen = { ...rows, pendingFacts: new Set(), pendingEvents: new Set() };
  const each = (list: readonly Entry[], lay: (entry: Entry, effects: CommandEffects) => void): void => {
    for (const entry of list) {
      const effects = effectsOf(screen, entry, pack, world);
      if (effects) lay(entry, effects);
    }
  };
  each(lines, (_, { event }) => event && addLine(screen, event));
  each(perhaps, ({ at }, { facts, event }) => {
    if (event) addLine(screen, event);
    writeFacts(screen, newerFacts(screen, facts, at), at);
  });
  each(entries, ({ at }, { facts, event }) => {
    writeFacts(screen, facts, at);
    for (const name of Object.keys(facts)) screen.pendingFacts.add(name);
    if (event && addLine(screen, event)) screen.pendingEvents.add(event.id);
  });
  if (screen.events !== rows.events)
    screen.events = [...screen.events].sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
  return screen;
}

function effectsOf(
  screen: Screen,
  entry: Entry,
  pack: CommandPack,
  world: CommandWorld,
): CommandEffects | undefined {
  if (entry.profileId !== screen.profile.id) return undefined;
  const { id, at, operator, args } = entry;
  const definition = pack.get(entry.name)?.get(entry.ver);
  return definition?.effects({ id, at, writtenAt: at, by: operator, args }, screen.profile, world);
}

/** False if it is there already. */
function addLine(screen: Screen, row: EventRow): boolean {
  if (screen.events.some((event) => event.id === row.id)) return false;
  screen.events = [row, ...screen.events];
  return true;
}

/** Of these facts those that the profile has from before this time, or does not have. */
function newerFacts(
  { profile }: Screen,
  facts: CommandEffects['facts'],
  at: string,
): CommandEffects['facts'] {
  const isNewer = (name: string): boolean => (profile.facts[name]?.at ?? '') < at;
  return Object.fromEntries(Object.entries(facts).filter(([name]) => isNewer(name)));
}

/** A value of null removes the fact. */
function writeFacts(screen: Screen, written: CommandEffects['facts'], at: string): void {
  const facts = { ...screen.profile.facts };
  for (const [name, value] of Object.entries(written)) {
    if (value === null) delete facts[name];
    else facts[name] = { value, source: CONSOLE_SOURCE, at };
  }
  screen.profile = { ...screen.profile, facts };
}
