/** Reads what can still be read of a damaged outbox, entry by entry. */
import type { ConflictEntry, Entry, Outbox, SettledEntry } from '../outbox/model.ts';
import { newOutbox } from '../outbox/model.ts';
import { type Key, openFile } from './open.ts';

/**
 * The readable entries of a damaged file as the outbox of a forked console (R14): all without mids and marked, because
 * nobody knows which places were given. `me` is left to the caller.
 */
export function salvageOutbox(path: string, key: Key): Outbox {
  const pending = readEach<Entry>(path, key, 'SELECT json FROM pending ORDER BY ord');
  const settled = readEach<SettledEntry>(path, key, 'SELECT json FROM settled ORDER BY at');
  const conflict = readEach<ConflictEntry>(path, key, 'SELECT json FROM conflict');
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
    conflict: new Map(conflict.map((one) => [one.entry.id, { ...one, archived: true }])),
  };
}

/** Rows up to the first that cannot be read, from the front and, if that failed, from the back. */
function readEach<T>(path: string, key: Key, sql: string): T[] {
  const found = new Map<string, T>();
  for (const order of ['', ' DESC']) {
    try {
      const db = openFile(path, key);
      try {
        for (const text of db
          .prepare<[], string>(sql.includes('ORDER BY') ? sql + order : sql)
          .pluck()
          .iterate()) {
          found.set(text, JSON.parse(text) as T);
        }
        if (order === '') return [...found.values()];
      } finally {
        db.close();
      }
    } catch {
      // The damage was reached; what was read before it counts.
    }
  }
  return [...found.values()];
}
