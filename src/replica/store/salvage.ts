/** Reads what can still be read of a damaged outbox, entry by entry. */
import { draftKey } from '../outbox/drafts.ts';
import type { ConflictEntry, Entry, KeptDraft, Outbox, SettledEntry } from '../outbox/model.ts';
import { newOutbox } from '../outbox/model.ts';
import { type Db, type Key, openFile } from './open.ts';

/**
 * The readable entries of a damaged file as the outbox of a forked console (R14): all without mids and marked, because
 * nobody knows which places were given. `me` is left to the caller.
 */
export function salvageOutbox(path: string, key: Key): Outbox {
  const db = attempt(() => openFile(path, key));
  if (db === undefined) return newOutbox('');
  const pending = readEach<Entry>(db, 'pending').sort((a, b) => a.order - b.order);
  const settled = readEach<SettledEntry>(db, 'settled').sort(
    (a, b) => (a.entry.mid ?? 0) - (b.entry.mid ?? 0),
  );
  const conflict = readEach<ConflictEntry>(db, 'conflict');
  const drafts = readEach<KeptDraft>(db, 'draft');
  db.close();
  const again = [...settled.map((one) => one.entry), ...pending];
  const known = new Set<string>();
  const entries: Entry[] = [];
  for (const entry of again) {
    if (known.has(entry.id)) continue;
    known.add(entry.id);
    entries.push({ ...entry, mid: null, hadMid: true, marked: true, order: entries.length });
  }
  return {
    ...newOutbox(''),
    pending: entries,
    conflict: new Map(conflict.map((one) => [one.entry.id, { ...one, archived: true, archivedBy: 'fork' }])),
    drafts: new Map(drafts.map((one) => [draftKey(one.name, one.profileId, one.about), one])),
  };
}

/** Rowids that are tried where not even the highest can be read: more than an outbox ever holds. */
const MOST_ROWIDS = 20_000;

/** Row by row through the tree's key, so that one bad page costs only the rows that are on it. */
function readEach<T>(db: Db, table: keyof typeof SELECT): T[] {
  const found: T[] = [];
  const one = attempt(() => db.prepare<[number], string>(SELECT[table]).pluck());
  if (one === undefined) return found;
  const highest = attempt(() => db.prepare<[], number | null>(HIGHEST[table]).pluck().get()) ?? MOST_ROWIDS;
  for (let rowid = 1; rowid <= highest; rowid++) {
    const text = attempt(() => one.get(rowid));
    const value = text === undefined ? undefined : attempt(() => JSON.parse(text) as T);
    if (value !== undefined) found.push(value);
  }
  return found;
}

const SELECT = {
  pending: 'SELECT json FROM pending WHERE rowid = ?',
  settled: 'SELECT json FROM settled WHERE rowid = ?',
  conflict: 'SELECT json FROM conflict WHERE rowid = ?',
  draft: 'SELECT json FROM draft WHERE rowid = ?',
} as const;

const HIGHEST = {
  pending: 'SELECT max(rowid) FROM pending',
  settled: 'SELECT max(rowid) FROM settled',
  conflict: 'SELECT max(rowid) FROM conflict',
  draft: 'SELECT max(rowid) FROM draft',
} as const;

/** Undefined where the damage is. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
