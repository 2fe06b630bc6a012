/**
 * Holds a ledger against the core as it is read over HTTP and against the conflicts that the consoles show: what an
 * operator did is there exactly once (I2, I3), and what was refused or taken back is nowhere.
 */
import type { OutboxEntry } from '../../src/bridge/views.ts';
import type { Entry } from './ledger.ts';

/** What the core knows of one customer. */
export type Known = {
  profileId: string;
  /** Texts of the notes on the timeline, each as often as it stands there. */
  notes: string[];
  facts: { [name: string]: unknown };
};

export type Verdict = {
  actions: number;
  applied: number;
  conflicts: number;
  lost: Entry[];
  doubled: Entry[];
};

type Conflicts = ReadonlyMap<string, OutboxEntry>;

export const seatFact = (entry: { userId: string }): string => `trip.${bookingOf(entry.userId)}.1.seat`;
export const bookingOf = (userId: string): string => userId.toUpperCase().replace(/[^A-Z0-9]/gu, '');

/** The seats that were taken one after the other, from the last one back: each action names the one before. */
function chainOf(entries: readonly Entry[], last: unknown): Set<string> {
  const bySeat = new Map(entries.map((entry) => [entry.text, entry]));
  const chain = new Set<string>();
  for (let seat = last; typeof seat === 'string' && !chain.has(seat); ) {
    const entry = bySeat.get(seat);
    if (entry === undefined) break;
    chain.add(seat);
    seat = entry.before;
  }
  return chain;
}

function countIn(known: Known, entry: Entry, seats: ReadonlySet<string>): number {
  switch (entry.kind) {
    case 'note':
      return known.notes.filter((text) => text === entry.text).length;
    case 'preference':
      return known.facts[`preference.${nameOf(entry)}`] === entry.text ? 1 : 0;
    case 'seat':
      return seats.has(entry.text) ? 1 : 0;
  }
}

/** A preference of its own for each action, so that none hides another. */
export const nameOf = (entry: { n: number }): string => `p${entry.n}`;

/** A conflict that shows the text of what it is about; one without it would be a loss. */
function conflictOf(conflicts: Conflicts, entry: Entry): OutboxEntry | undefined {
  const found = entry.id === null ? undefined : conflicts.get(entry.id);
  return found && JSON.stringify(found.args).includes(JSON.stringify(entry.text)) ? found : undefined;
}

export function judge(
  entries: readonly Entry[],
  known: ReadonlyMap<string, Known>,
  conflicts: Conflicts,
): Verdict {
  const verdict: Verdict = { actions: entries.length, applied: 0, conflicts: 0, lost: [], doubled: [] };
  const seats = new Map<string, Set<string>>();
  for (const [profileId, one] of known) {
    const asked = entries.filter((entry) => entry.kind === 'seat' && entry.profileId === profileId);
    const [first] = asked;
    seats.set(profileId, first ? chainOf(asked, one.facts[seatFact(first)]) : new Set());
  }
  for (const entry of entries) {
    const customer = known.get(entry.profileId);
    const inCore = customer ? countIn(customer, entry, seats.get(entry.profileId) ?? new Set()) : 0;
    const conflict = conflictOf(conflicts, entry);
    if (inCore > 0) verdict.applied++;
    else if (conflict) verdict.conflicts++;
    const [least, most] = wanted(entry, conflict);
    if (inCore + (conflict ? 1 : 0) < least) verdict.lost.push(entry);
    if (inCore + (conflict ? 1 : 0) > most) verdict.doubled.push(entry);
  }
  return verdict;
}

/** How often an action may be found, at least and at most. */
function wanted(entry: Entry, conflict: OutboxEntry | undefined): [number, number] {
  // It took effect although it had been taken back, and says so: there, and in the list.
  if (conflict?.code === 'took_effect') return [0, 2];
  switch (entry.state) {
    case 'kept':
      return [entry.excused ? 0 : 1, 1];
    case 'begun':
    case 'taking-back':
      return [0, 1];
    case 'refused':
      return [0, 0];
    case 'taken-back':
      return [0, entry.excused ? 1 : 0];
  }
}
