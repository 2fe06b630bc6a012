/**
 * The outbox as a value: what an operator asked for and what became of it. All rules of its life are pure functions
 * over this value (R12 to R15); a store only writes the changes that they return, in one durable transaction each.
 */
import type { BaseEntry, Receipt } from '../../domain/command.ts';
import type { Json, JsonObject } from '../../domain/json.ts';

/** One command of the operator. Its `id` is its identity for ever, `mid` only its place in one client's sequence (R12). */
export type Entry = {
  id: string;
  name: string;
  ver: number;
  args: JsonObject;
  base: BaseEntry[];
  /** The values behind `base` as they stood on screen, for the conflict view; a fact that was absent is null. */
  baseValues: { [fact: string]: Json };
  profileId: string;
  /** Time and operator are fixed when it is enqueued, so that the overlay is the same at every replay (R11). */
  at: string;
  operator: string;
  /** Bytes of its JSON text on the wire. */
  bytes: number;
  mid: number | null;
  /** It has, or once had, a mid: the core may know it. */
  hadMid: boolean;
  /** Marked for good by a fork (R14): hidden from the overlay while pending, never undone. */
  marked: boolean;
  /** It took effect in another history, and nobody has told whether in this one (R13): it goes again as it is. */
  untold?: boolean;
  held: boolean;
  /** Ascends along pending; what goes back to the front gets numbers below the lowest, so they may be negative. */
  order: number;
};

export type SettledEntry = { entry: Entry; code: string; settledAt: string };

/** Why a conflict row exists beyond the core's own statuses: not known whether it took effect, or took effect though undone. */
export type ConflictStatus = Exclude<Receipt['status'], 'applied'> | 'unknown' | 'took_effect';

export type ConflictEntry = {
  entry: Entry;
  status: ConflictStatus;
  code: string;
  detail: JsonObject | null;
  settledAt: string;
  /** Put away by the operator, by a redo or by a fork: on record, but no longer asked about nor sent again. */
  archived: boolean;
  /** Who put it away; absent in entries of before version 2 of the file. Only what the operator discarded comes back. */
  archivedBy?: 'operator' | 'redo' | 'fork';
  archivedAt?: string;
};

/** A dialog that was begun and not given yet: the answers by the names of its fields, as they were typed. */
export type KeptDraft = {
  name: string;
  profileId: string;
  /** The entry that it mends, if one. */
  about: string | null;
  answers: { [field: string]: string };
  at: string;
};

/** Who this outbox is to the core (protocol State): a clientId is per station and operator. */
export type Me = { clientId: string; epoch: string; nextMid: number; lmidAck: number };

export type Outbox = {
  me: Me;
  /** In the order in which they are sent. */
  pending: readonly Entry[];
  /** Applied entries, oldest first: 7 days or 5,000. */
  settled: ReadonlyMap<string, SettledEntry>;
  /** Ids that were taken back, with the time: 7 days. */
  undone: ReadonlyMap<string, string>;
  conflict: ReadonlyMap<string, ConflictEntry>;
  /** By `draftKey`. */
  drafts: ReadonlyMap<string, KeptDraft>;
};

/** What a store has to write: null removes. */
export type OutboxChange =
  | { table: 'me'; me: Me }
  | { table: 'pending'; id: string; entry: Entry | null }
  | { table: 'settled'; id: string; settled: SettledEntry | null }
  | { table: 'undone'; id: string; at: string | null }
  | { table: 'conflict'; id: string; conflict: ConflictEntry | null }
  | { table: 'draft'; key: string; draft: KeptDraft | null };

export type OutboxStep = { outbox: Outbox; changes: OutboxChange[] };

export const newOutbox = (clientId: string): Outbox => ({
  me: { clientId, epoch: '', nextMid: 1, lmidAck: 0 },
  pending: [],
  settled: new Map(),
  undone: new Map(),
  conflict: new Map(),
  drafts: new Map(),
});

export const pendingBytes = (outbox: Outbox): number =>
  outbox.pending.reduce((sum, entry) => sum + entry.bytes, 0);

/** Compares two outboxes and says what a store has to write to get from one to the other. */
export function changesBetween(before: Outbox, after: Outbox): OutboxChange[] {
  const changes: OutboxChange[] = [];
  if (before.me !== after.me) changes.push({ table: 'me', me: after.me });
  if (before.pending !== after.pending) {
    for (const [id, entry] of differing(byId(before.pending), byId(after.pending)))
      changes.push({ table: 'pending', id, entry });
  }
  if (before.settled !== after.settled) {
    for (const [id, settled] of differing(before.settled, after.settled))
      changes.push({ table: 'settled', id, settled });
  }
  if (before.undone !== after.undone) {
    for (const [id, at] of differing(before.undone, after.undone)) changes.push({ table: 'undone', id, at });
  }
  if (before.conflict !== after.conflict) {
    for (const [id, conflict] of differing(before.conflict, after.conflict))
      changes.push({ table: 'conflict', id, conflict });
  }
  if (before.drafts !== after.drafts) {
    for (const [key, draft] of differing(before.drafts, after.drafts))
      changes.push({ table: 'draft', key, draft });
  }
  return changes;
}

const byId = (entries: readonly Entry[]): Map<string, Entry> =>
  new Map(entries.map((entry) => [entry.id, entry]));

function differing<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): [string, T | null][] {
  const found: [string, T | null][] = [];
  for (const id of before.keys()) if (!after.has(id)) found.push([id, null]);
  for (const [id, value] of after) if (before.get(id) !== value) found.push([id, value]);
  return found;
}
