/** The overlay (R11): what the operator asked for and the rows do not show yet, replayed over them by the pack's reducers. */
import type { EventRow } from '../domain/event.ts';
import type { ProfileRow } from '../domain/profile.ts';
import { CONSOLE_SOURCE } from '../packs/airline/commands.ts';
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

/** Contacts that end with one of these entries. */
export const wrappedBy = (entries: readonly Entry[]): Set<string> =>
  new Set(
    entries.flatMap(({ name, args }) =>
      name === 'wrap-up' && typeof args.contactId === 'string' ? [args.contactId] : [],
    ),
  );

/** What lies over one customer: entries with all that they write, and entries of which only the line in the timeline counts. */
export type Overlay = { entries: readonly Entry[]; lines: readonly Entry[] };

/** A row in the base, and the last mids whose effects are in rows that are confirmed and in those that are stale. */
export type Under = { stale: boolean; arriving: boolean; seen: number; staleSeen: number };

/**
 * [I4] `seen` says what the core's rows have, and a reset sets it before they are here. So over a row that is stale lies
 * every pending entry and whatever was applied after `staleSeen`; and the timeline, which comes after its profile, keeps
 * the lines of all that was applied.
 */
export function overlayOver({ stale, arriving, seen, staleSeen }: Under, outbox: Outbox): Overlay {
  const applied = [...outbox.settled.values()].map((one) => one.entry);
  if (stale) {
    const inRow = Math.min(seen, staleSeen);
    return {
      entries: [...appliedAbove(outbox, inRow), ...unmarked(outbox)],
      lines: applied.filter((entry) => isSeen(entry, inRow)),
    };
  }
  const entries = overlayEntries(outbox, seen);
  // A row that is arriving was read when these had been executed.
  return arriving
    ? { entries, lines: [...applied, ...unmarked(outbox)].filter((entry) => isSeen(entry, seen)) }
    : { entries, lines: [] };
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

/**
 * Screen = rows + overlay. The rows are not changed; replaying an entry that the rows already have changes nothing. Of
 * `lines` only the rows of the timeline count: the facts of the profile are newer.
 */
export function withOverlay(
  rows: { profile: ProfileRow; events: EventRow[] },
  entries: readonly Entry[],
  pack: CommandPack,
  world: CommandWorld,
  lines: readonly Entry[] = [],
): Screen {
  const screen: Screen = { ...rows, pendingFacts: new Set(), pendingEvents: new Set() };
  for (const entry of lines) {
    const row = effectsOf(screen, entry, pack, world)?.event;
    if (row) addLine(screen, row);
  }
  for (const entry of entries) replay(screen, entry, pack, world);
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

function replay(screen: Screen, entry: Entry, pack: CommandPack, world: CommandWorld): void {
  const effects = effectsOf(screen, entry, pack, world);
  if (effects === undefined) return;
  const { at } = entry;
  const facts = { ...screen.profile.facts };
  for (const [name, value] of Object.entries(effects.facts)) {
    if (value === null) delete facts[name];
    else facts[name] = { value, source: CONSOLE_SOURCE, at };
    screen.pendingFacts.add(name);
  }
  screen.profile = { ...screen.profile, facts };
  const row = effects.event;
  if (row !== null && addLine(screen, row)) screen.pendingEvents.add(row.id);
}
