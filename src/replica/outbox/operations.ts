/** What the operator does with the outbox: put in, take back, hold, edit, send again, give up. Pure, one transaction each. */

import type { BaseEntry } from '../../domain/command.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { MAX_COMMAND_BYTES, OUTBOX_MAX_BYTES, OUTBOX_MAX_ENTRIES } from '../../protocol/limits.ts';
import { jsonLength } from '../../protocol/size.ts';
import { type Based, onBaseOf } from './coalesce.ts';
import { type ConflictEntry, type Entry, type Outbox, pendingBytes } from './model.ts';

export type Draft = {
  id: string;
  name: string;
  ver: number;
  args: JsonObject;
  base: BaseEntry[];
  baseValues: { [fact: string]: Json };
  profileId: string;
  at: string;
  operator: string;
};

export type Enqueued = { ok: true; outbox: Outbox } | { ok: false; code: 'too_large' | 'outbox_full' };

/** Records that nobody typed: they are the first to be refused when the outbox is full. */
const RECORDS: ReadonlySet<string> = new Set(['record-decision', 'record-outcome']);

export const isRecord = (name: string): boolean => RECORDS.has(name);

/** Room above the limit that is kept for what an operator typed: the records of machines stop at 100 %, people at 110 %. */
const SPARE = 1.1;

/** Bytes of the command as a push carries it, with room for the largest mid. */
export const commandBytes = (draft: Draft): number =>
  jsonLength({
    mid: Number.MAX_SAFE_INTEGER,
    id: draft.id,
    name: draft.name,
    ver: draft.ver,
    args: draft.args,
    base: draft.base,
    at: draft.at,
  });

/** Share of the limit that is in use, of entries or bytes, whichever is more. */
export const usedShare = (outbox: Outbox): number =>
  Math.max(outbox.pending.length / OUTBOX_MAX_ENTRIES, pendingBytes(outbox) / OUTBOX_MAX_BYTES);

/**
 * An oversized command is refused here because it would loop for ever at the core's door. `replaced` is an earlier wish
 * for the same that was never sent (O17): it goes as one that was taken back, and what was seen for it stays the base.
 */
export function enqueue(before: Outbox, draft: Draft, replaced: Entry | null = null): Enqueued {
  const outbox = replaced === null ? before : withoutEntry(before, replaced.id, draft.at);
  const wish = replaced === null ? draft : { ...draft, ...onBaseOf(replaced, draft) };
  const bytes = commandBytes(wish);
  if (bytes > MAX_COMMAND_BYTES) return { ok: false, code: 'too_large' };
  const limit = RECORDS.has(draft.name) ? 1 : SPARE;
  const used = Math.max(
    (outbox.pending.length + 1) / OUTBOX_MAX_ENTRIES,
    (pendingBytes(outbox) + bytes) / OUTBOX_MAX_BYTES,
  );
  if (used > limit) return { ok: false, code: 'outbox_full' };
  const order = (outbox.pending.at(-1)?.order ?? -1) + 1;
  const entry: Entry = { ...wish, bytes, mid: null, hadMid: false, marked: false, held: false, order };
  return { ok: true, outbox: { ...outbox, pending: [...outbox.pending, entry] } };
}

const withoutEntry = (outbox: Outbox, id: string, at: string): Outbox => ({
  ...outbox,
  pending: outbox.pending.filter((pending) => pending.id !== id),
  undone: new Map(outbox.undone).set(id, at),
});

/** [R12] Only an entry without a mid, never a marked or untold one, can be changed: anything else the core may know. */
export const isFree = (entry: Entry): boolean => entry.mid === null && !entry.marked && !entry.untold;

/** [R12] Takes back an entry; its id stays in `undone`. Null if it is too late. */
export function undo(outbox: Outbox, id: string, at: string): Outbox | null {
  const entry = outbox.pending.find((pending) => pending.id === id);
  if (entry === undefined || !isFree(entry)) return null;
  return withoutEntry(outbox, id, at);
}

/** Holds an entry back or lets it go; within its customer the order is kept. Null if it is too late. */
export function hold(outbox: Outbox, id: string, held: boolean): Outbox | null {
  const entry = outbox.pending.find((pending) => pending.id === id);
  if (entry === undefined || entry.mid !== null) return null;
  return {
    ...outbox,
    pending: outbox.pending.map((pending) => (pending.id === id ? { ...entry, held } : pending)),
  };
}

/**
 * Changes the args of an entry that has not been sent; its id and time stay, and so does the base of facts that it was
 * about before. Null if it is too late or too large.
 */
export function edit(outbox: Outbox, id: string, args: JsonObject, about?: Based): Outbox | null {
  const entry = outbox.pending.find((pending) => pending.id === id);
  if (entry === undefined || !isFree(entry)) return null;
  const edited = { ...entry, args, ...(about && onBaseOf(entry, about)) };
  const bytes = commandBytes(edited);
  if (bytes > MAX_COMMAND_BYTES) return null;
  return {
    ...outbox,
    pending: outbox.pending.map((pending) => (pending.id === id ? { ...edited, bytes } : pending)),
  };
}

/** Puts a refused or conflicting entry away; it is kept on record. Null if there is none that still asks. */
export function discard(
  outbox: Outbox,
  id: string,
  by: 'operator' | 'redo' = 'operator',
  at?: string,
): Outbox | null {
  const conflict = outbox.conflict.get(id);
  if (conflict === undefined || conflict.archived) return null;
  const away = {
    ...conflict,
    archived: true,
    archivedBy: by,
    ...(at === undefined ? {} : { archivedAt: at }),
  };
  return { ...outbox, conflict: new Map(outbox.conflict).set(id, away) };
}

/**
 * [O11] Takes a discard back: the entry asks again. Its place in the core's sequence is forgotten, because it may be
 * another entry's by now. Null if it was not its operator who put it away.
 */
export function restore(outbox: Outbox, id: string): Outbox | null {
  const conflict = outbox.conflict.get(id);
  if (conflict === undefined || !isDiscarded(conflict)) return null;
  const { archivedBy: _by, archivedAt: _at, ...asked } = conflict;
  const entry = { ...conflict.entry, mid: null };
  return {
    ...outbox,
    conflict: new Map(outbox.conflict).set(id, { ...asked, entry, archived: false }),
  };
}

/** Put away by the operator, so that it can be brought back. */
export const isDiscarded = (conflict: ConflictEntry): boolean =>
  conflict.archived && conflict.archivedBy === 'operator';
