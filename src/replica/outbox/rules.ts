/**
 * The core's answers applied to the outbox: places given and taken (R12), results (R10, R15), what a welcome undoes
 * (R13) and what a fork means (R14). Each function is one durable transaction.
 */
import type { JsonObject } from '../../domain/json.ts';
import type { Result } from '../../protocol/frame.ts';
import {
  MAX_ENTRY_AGE,
  MAX_OPEN_MIDS,
  MAX_PUSH_BYTES,
  MAX_PUSH_COMMANDS,
  SETTLED_MAX_AGE,
  SETTLED_MAX_ENTRIES,
} from '../../protocol/limits.ts';
import type { ConflictEntry, ConflictStatus, Entry, Me, Outbox, SettledEntry } from './model.ts';

/** [mid, id] pairs as `ids` of welcome and `results` of a frame carry them. */
export type Places = readonly (readonly [number, string, ...unknown[]])[];

const withoutMid = (entry: Entry): Entry => (entry.mid === null ? entry : { ...entry, mid: null });

/**
 * [R12] Entries that were certainly not executed lose their mids; the next one given is lmid + 1. So does one that became
 * too old in the middle: another's result at its former place would look like a fork.
 */
export function loseMidsAbove(outbox: Outbox, lmid: number): Outbox {
  const isAbove = ({ mid }: Entry): boolean => mid !== null && mid > lmid;
  const me = outbox.me.nextMid === lmid + 1 ? outbox.me : { ...outbox.me, nextMid: lmid + 1 };
  const pending = outbox.pending.some(isAbove)
    ? outbox.pending.map((entry) => (isAbove(entry) ? withoutMid(entry) : entry))
    : outbox.pending;
  const old = [...outbox.conflict].filter(([, { status, entry }]) => status === 'unknown' && isAbove(entry));
  if (old.length === 0) return { ...outbox, me, pending };
  const conflict = new Map(outbox.conflict);
  for (const [id, one] of old) conflict.set(id, { ...one, entry: withoutMid(one.entry) });
  return { ...outbox, me, pending, conflict };
}

export type Batch = { outbox: Outbox; batch: Entry[]; unknown: number };

/**
 * [R12] Chooses what the next push carries and gives mids: first the entries that have one above `lmid`, then those
 * without in the order of the outbox, none above lmidAck + 2,000. Of a customer with an entry held back nothing later
 * is sent either. Entries that once had a mid and are older than 30 days become conflicts of status `unknown`.
 */
export function nextBatch(
  before: Outbox,
  options: { lmid: number; maxCommands: number; now: number; held: (entry: Entry) => boolean },
): Batch {
  const aged = retireOld(before, options.now);
  const batch: Entry[] = [];
  let bytes = 20;
  const fits = (entry: Entry): boolean =>
    batch.length < Math.min(options.maxCommands, MAX_PUSH_COMMANDS) &&
    (batch.length === 0 || bytes + entry.bytes + 40 <= MAX_PUSH_BYTES);
  const take = (entry: Entry): void => {
    batch.push(entry);
    bytes += entry.bytes + 40;
  };
  const placed = aged.pending
    .filter((entry) => entry.mid !== null && entry.mid > options.lmid)
    .sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));
  let full = false;
  for (const entry of placed) {
    if (!fits(entry)) {
      full = true;
      break;
    }
    take(entry);
  }
  let { nextMid } = aged.me;
  const given = new Map<string, Entry>();
  const waitingFor = new Set<string>();
  for (const entry of full ? [] : aged.pending) {
    if (entry.mid !== null) continue;
    if (entry.held || waitingFor.has(entry.profileId) || options.held(entry)) {
      waitingFor.add(entry.profileId);
      continue;
    }
    if (nextMid > aged.me.lmidAck + MAX_OPEN_MIDS || !fits(entry)) break;
    const sent = { ...entry, mid: nextMid, hadMid: true };
    nextMid += 1;
    given.set(entry.id, sent);
    take(sent);
  }
  const outbox =
    given.size === 0
      ? aged
      : {
          ...aged,
          me: { ...aged.me, nextMid },
          pending: aged.pending.map((entry) => given.get(entry.id) ?? entry),
        };
  return { outbox, batch, unknown: before.pending.length - aged.pending.length };
}

/** [R12] An entry that the core may know and that is older than the core remembers is not sent again. */
function retireOld(outbox: Outbox, now: number): Outbox {
  const old = outbox.pending.filter((entry) => entry.hadMid && now - Date.parse(entry.at) > MAX_ENTRY_AGE);
  return old.reduce(
    (box, entry) => toConflict(box, entry, 'unknown', '', null, new Date(now).toISOString()),
    outbox,
  );
}

/** Moves an entry from wherever it is to `conflict`, in one step: its text is never nowhere (R15). */
function toConflict(
  outbox: Outbox,
  entry: Entry,
  status: ConflictStatus,
  code: string,
  detail: JsonObject | null,
  settledAt: string,
): Outbox {
  const conflict = new Map(outbox.conflict);
  conflict.set(entry.id, { entry, status, code, detail, settledAt, archived: false });
  return {
    ...outbox,
    conflict,
    pending: without(outbox.pending, entry.id),
    settled: cut(outbox.settled, entry.id),
  };
}

const without = (entries: readonly Entry[], id: string): readonly Entry[] =>
  entries.some((entry) => entry.id === id) ? entries.filter((entry) => entry.id !== id) : entries;

function cut<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  if (!map.has(id)) return map;
  const copy = new Map(map);
  copy.delete(id);
  return copy;
}

/** Where an id stands now. */
function entryOf(outbox: Outbox, id: string): Entry | undefined {
  return (
    outbox.pending.find((entry) => entry.id === id) ??
    outbox.settled.get(id)?.entry ??
    outbox.conflict.get(id)?.entry
  );
}

/** [R10] [R15] The results of a frame, one by one; `lmidAck` becomes the last mid whose result came. */
export function settle(before: Outbox, results: readonly Result[], settledAt: string): Outbox {
  let outbox = before;
  for (const result of results) outbox = settleOne(outbox, result, settledAt);
  const last = results.reduce((mid, result) => Math.max(mid, result[0]), before.me.lmidAck);
  if (last !== outbox.me.lmidAck) outbox = { ...outbox, me: { ...outbox.me, lmidAck: last } };
  return results.length === 0 ? outbox : pruneSettled(outbox, Date.parse(settledAt));
}

function settleOne(outbox: Outbox, [mid, id, status, code, detail]: Result, settledAt: string): Outbox {
  if (status === 'rejected' && code === 'id_reused') {
    // Only the place is ours: another command of that id was executed, perhaps one of our own (R10). After a restore what
    // another history applied at this place may have been refused in this one (R15, seed 5003011).
    const settled = outbox.settled.get(id)?.entry;
    const entry =
      outbox.pending.find((one) => one.mid === mid) ?? (settled?.mid === mid ? settled : undefined);
    return entry ? toConflict(outbox, entry, status, code, detail, settledAt) : outbox;
  }
  if (outbox.undone.has(id))
    return status === 'applied' ? tookEffect(outbox, mid, id, code, settledAt) : outbox;
  const entry = entryOf(outbox, id);
  if (entry === undefined || outbox.conflict.get(id)?.archived) return outbox;
  const placed = entry.mid === mid ? entry : { ...entry, mid, hadMid: true };
  if (status !== 'applied') return toConflict(outbox, placed, status, code, detail, settledAt);
  if (outbox.settled.has(id)) return outbox;
  const settled = new Map(outbox.settled);
  settled.set(id, { entry: placed, code, settledAt });
  return { ...outbox, settled, pending: without(outbox.pending, id), conflict: cut(outbox.conflict, id) };
}

/** [R15] Applied though it was taken back: only after a rolled-back disk. Its text may be lost, its effect is not hidden. */
function tookEffect(outbox: Outbox, mid: number | null, id: string, code: string, settledAt: string): Outbox {
  if (outbox.conflict.has(id)) return outbox;
  const known = entryOf(outbox, id) ?? { ...NAMELESS, id, mid, at: settledAt };
  return toConflict(outbox, known, 'took_effect', code, null, settledAt);
}

const NAMELESS: Entry = {
  id: '',
  name: '',
  ver: 0,
  args: {},
  base: [],
  baseValues: {},
  profileId: '',
  at: '',
  operator: '',
  bytes: 0,
  mid: null,
  hadMid: true,
  marked: true,
  held: false,
  order: 0,
};

/** [R6] A single command that the core refused to read: nothing of it was executed. */
export const refuseOne = (outbox: Outbox, id: string, code: string, settledAt: string): Outbox => {
  const entry = outbox.pending.find((pending) => pending.id === id);
  return entry ? toConflict(outbox, entry, 'rejected', code, null, settledAt) : outbox;
};

/** The limits of what is kept on record: 7 days or 5,000 settled ones, 7 days of undone ids. */
export function pruneSettled(outbox: Outbox, now: number): Outbox {
  const oldest = new Date(now - SETTLED_MAX_AGE).toISOString();
  let settled = outbox.settled;
  const excess = settled.size - SETTLED_MAX_ENTRIES;
  const gone = [...settled].filter(([, one], i) => i < excess || one.settledAt < oldest);
  if (gone.length > 0) {
    const copy = new Map(settled);
    for (const [id] of gone) copy.delete(id);
    settled = copy;
  }
  const undone = [...outbox.undone].some(([, at]) => at < oldest)
    ? new Map([...outbox.undone].filter(([, at]) => at >= oldest))
    : outbox.undone;
  return settled === outbox.settled && undone === outbox.undone ? outbox : { ...outbox, settled, undone };
}

/**
 * [R13] What every welcome does. Settled and conflicting entries above `lmid` were lost by the core and go back to
 * the front of pending without mids; known ids are only copied there, so nothing happens twice. The core tells
 * results again from `idsFrom` on. `vouched`: up to this mid the rows have what was settled.
 */
export function atWelcome(
  before: Outbox,
  told: { lmid: number; epoch: string; idsFrom: number; vouched: number; now: number },
): Outbox {
  let outbox = loseMidsAbove(before, told.lmid);
  // Of another history the ids below `idsFrom` are not known, nor what rows that lost transactions have not seen: what took
  // effect before may be missing in it, and is sent again. Where it is not, its id is known, and nothing happens twice (R6).
  const vouched = told.epoch === before.me.epoch ? told.vouched : 0;
  const isLost = ({ mid }: Entry): boolean => mid !== null && mid > told.lmid;
  const isUntold = ({ mid }: Entry): boolean => mid !== null && mid > vouched && mid < told.idsFrom;
  const again = (entry: Entry): Entry =>
    isUntold(entry) ? { ...withoutMid(entry), untold: true } : withoutMid(entry);
  const answered = [...before.conflict.values()].filter(wasAnswered);
  const lost = [
    ...[...before.settled.values()].filter(({ entry }) => isLost(entry) || isUntold(entry)),
    ...answered.filter(({ entry }) => isLost(entry)),
  ]
    .map((one) => one.entry)
    .sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));
  if (lost.length > 0) outbox = toFront(outbox, lost.map(again));
  outbox = retireForgotten(outbox, told);
  // Also above what was acknowledged: of mids whose record was cut no result comes, and none must wait for one.
  const lmidAck = told.idsFrom - 1;
  if (lmidAck !== outbox.me.lmidAck || outbox.me.epoch !== told.epoch) {
    outbox = { ...outbox, me: { ...outbox.me, lmidAck, epoch: told.epoch } };
  }
  return outbox;
}

/** Executed so long ago that the core cut its record: no result will ever come, so it is said, not waited for. */
function retireForgotten(outbox: Outbox, told: { lmid: number; idsFrom: number; now: number }): Outbox {
  const forgotten = outbox.pending.filter(
    (entry) => entry.mid !== null && entry.mid <= told.lmid && entry.mid < told.idsFrom,
  );
  return forgotten.reduce(
    (box, entry) => toConflict(box, entry, 'unknown', '', null, new Date(told.now).toISOString()),
    outbox,
  );
}

/** A conflict that the core answered: neither what took effect though undone nor what became too old is sent again. */
const wasAnswered = ({ archived, status }: ConflictEntry): boolean =>
  !archived && status !== 'took_effect' && status !== 'unknown';

function toFront(outbox: Outbox, entries: Entry[]): Outbox {
  const lowest = Math.min(0, ...outbox.pending.map((entry) => entry.order));
  const front = entries.map((entry, i) => ({ ...entry, order: lowest - entries.length + i }));
  const settled = new Map(outbox.settled);
  const conflict = new Map(outbox.conflict);
  for (const entry of entries) {
    settled.delete(entry.id);
    conflict.delete(entry.id);
  }
  return { ...outbox, settled, conflict, pending: [...front, ...outbox.pending] };
}

/** [R14] Whether what the core tells shows that this disk was rolled back or cloned. */
export function showsFork(outbox: Outbox, lmid: number, places: Places): boolean {
  if (lmid >= outbox.me.nextMid) return true;
  if (places.length === 0) return false;
  const told = new Map(places.map(([mid, id]) => [mid, id]));
  const differs = (entry: Entry): boolean => {
    const id = entry.mid === null ? undefined : told.get(entry.mid);
    return id !== undefined && id !== entry.id;
  };
  return (
    outbox.pending.some(differs) ||
    [...outbox.settled.values()].some((one) => differs(one.entry)) ||
    [...outbox.conflict.values()].some((one) => !one.archived && differs(one.entry))
  );
}

/**
 * [R14] A new client with the same work: applied settled entries and then pending ones go again, without mids and
 * marked for good; the core copies the results of ids that it knows. Conflicts are archived, and an undone id that
 * the core shows as executed becomes a conflict that says so.
 */
export function atFork(before: Outbox, clientId: string, places: Places, now: number): Outbox {
  const settledAt = new Date(now).toISOString();
  const settled = [...before.settled.values()]
    .map((one) => one.entry)
    .sort((a, b) => (a.mid ?? 0) - (b.mid ?? 0));
  const pending = [...settled, ...before.pending].map((entry, i) => ({
    ...entry,
    mid: null,
    // The other copy of this disk may have sent it.
    hadMid: true,
    marked: true,
    order: i,
  }));
  const conflict = new Map(
    [...before.conflict].map(([id, one]): [string, ConflictEntry] => [
      id,
      { ...one, archived: true, archivedBy: 'fork' },
    ]),
  );
  const me: Me = { clientId, epoch: before.me.epoch, nextMid: 1, lmidAck: 0 };
  let outbox: Outbox = {
    me,
    pending,
    settled: new Map<string, SettledEntry>(),
    undone: before.undone,
    conflict,
    drafts: before.drafts,
  };
  for (const [, id] of places)
    if (outbox.undone.has(id)) outbox = tookEffect(outbox, null, id, '', settledAt);
  return outbox;
}
