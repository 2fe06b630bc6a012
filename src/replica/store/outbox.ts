/** outbox.db: what the operator asked for and what became of it. Synchronous FULL, one owner, additive for ever. */
import { existsSync, renameSync } from 'node:fs';
import { migrateOutbox } from '../migrations/outbox.ts';
import type { ConflictEntry, Entry, KeptDraft, Outbox, OutboxChange, SettledEntry } from '../outbox/model.ts';
import { changesBetween, newOutbox } from '../outbox/model.ts';
import type { OutboxStore } from './contract.ts';
import { applyChanges } from './memory.ts';
import { type Db, isDamage, type Key, openFile, removeFile } from './open.ts';
import { salvageOutbox } from './salvage.ts';

export type OpenedOutbox = {
  store: SqliteOutbox;
  /** Set if the file was damaged: where it was put, and how many entries came out of it. */
  salvaged: { movedTo: string; entries: number } | null;
};

/**
 * Opens one operator's outbox. A damaged file is put aside, never deleted, and what can be read of it goes on in a new one.
 * @throws SqliteError SQLITE_BUSY if another process has it
 */
export function openOutboxFile(path: string, key: Key, newId: () => string, now: Date): OpenedOutbox {
  const movedTo = `${path}.damaged-${now.getTime()}`;
  if (!existsSync(salvagedBeside(path))) {
    const store = openWhole(path, key, newId);
    if (store !== null) return { store, salvaged: null };
    writeSalvaged(path, key, newId);
  }
  exchange(path, movedTo);
  const store = new SqliteOutbox(owned(path, key), newId);
  const { pending, conflict } = store.load();
  return { store, salvaged: { movedTo, entries: pending.length + conflict.size } };
}

/** Null where the file is damaged. */
function openWhole(path: string, key: Key, newId: () => string): SqliteOutbox | null {
  try {
    const db = owned(path, key);
    if (db.pragma('integrity_check(1)', { simple: true }) === 'ok') return new SqliteOutbox(db, newId);
    db.close();
    return null;
  } catch (error) {
    if (!isDamage(error) || !existsSync(path)) throw error;
    return null;
  }
}

const salvagedBeside = (path: string): string => `${path}.salvaged`;

/**
 * What can be read of a damaged file, whole in a file beside it before that one is moved: whenever the process dies, no
 * entry is in neither. What was lost is not known, so the saved entries go on as those of a rolled-back disk would,
 * under a new clientId.
 */
function writeSalvaged(path: string, key: Key, newId: () => string): void {
  const unfinished = `${path}.salvaging`;
  removeFile(unfinished);
  const saved = salvageOutbox(path, key);
  const store = new SqliteOutbox(owned(unfinished, key), newId);
  const empty = store.load();
  store.write(changesBetween(empty, { ...saved, me: empty.me }));
  store.close();
  renameSync(unfinished, salvagedBeside(path));
}

/** The saved file takes the place of the damaged one; done again where a crash came between. */
function exchange(path: string, movedTo: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(path + suffix)) renameSync(path + suffix, movedTo + suffix);
  renameSync(salvagedBeside(path), path);
}

function owned(path: string, key: Key): Db {
  const db = openFile(path, key);
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    migrateOutbox(db);
    // In EXCLUSIVE mode the first write takes the lock and keeps it: a second process fails here, not at its first save.
    db.transaction(() => db.prepare('DELETE FROM undone WHERE id IS NULL').run()).immediate();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export class SqliteOutbox implements OutboxStore {
  private readonly db: Db;
  private readonly writeAll: (changes: readonly OutboxChange[]) => void;
  private outbox: Outbox;

  constructor(db: Db, newId: () => string) {
    this.db = db;
    this.writeAll = db.transaction((changes: readonly OutboxChange[]) => {
      for (const change of changes) writeChange(db, change);
    });
    const stored = readOutbox(db);
    if (stored === null) {
      this.outbox = newOutbox(newId());
      this.write([{ table: 'me', me: this.outbox.me }]);
    } else this.outbox = stored;
  }

  load(): Outbox {
    return this.outbox;
  }

  write(changes: readonly OutboxChange[]): void {
    if (changes.length === 0) return;
    this.writeAll(changes);
    this.outbox = applyChanges(this.outbox, changes);
  }

  /** An erasure's changes: of what they remove nothing stays in this file, also between its rows, nor in its log. */
  erase(changes: readonly OutboxChange[]): void {
    this.write(changes);
    this.db.exec('VACUUM');
    this.db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.db.close();
  }
}

function writeChange(db: Db, change: OutboxChange): void {
  switch (change.table) {
    case 'me': {
      const { clientId, epoch, nextMid, lmidAck } = change.me;
      db.prepare(
        'INSERT OR REPLACE INTO me (one, client_id, epoch, next_mid, lmid_ack) VALUES (1, ?, ?, ?, ?)',
      ).run(clientId, epoch, nextMid, lmidAck);
      return;
    }
    case 'pending':
      if (change.entry === null) db.prepare('DELETE FROM pending WHERE id = ?').run(change.id);
      else {
        db.prepare('INSERT OR REPLACE INTO pending (id, ord, json) VALUES (?, ?, ?)').run(
          change.id,
          change.entry.order,
          JSON.stringify(change.entry),
        );
      }
      return;
    case 'settled':
      if (change.settled === null) db.prepare('DELETE FROM settled WHERE id = ?').run(change.id);
      else {
        db.prepare('INSERT OR REPLACE INTO settled (id, at, json) VALUES (?, ?, ?)').run(
          change.id,
          change.settled.settledAt,
          JSON.stringify(change.settled),
        );
      }
      return;
    case 'undone':
      if (change.at === null) db.prepare('DELETE FROM undone WHERE id = ?').run(change.id);
      else db.prepare('INSERT OR REPLACE INTO undone (id, at) VALUES (?, ?)').run(change.id, change.at);
      return;
    case 'conflict':
      if (change.conflict === null) db.prepare('DELETE FROM conflict WHERE id = ?').run(change.id);
      else {
        db.prepare('INSERT OR REPLACE INTO conflict (id, at, json) VALUES (?, ?, ?)').run(
          change.id,
          change.conflict.settledAt,
          JSON.stringify(change.conflict),
        );
      }
      return;
    case 'draft':
      if (change.draft === null) db.prepare('DELETE FROM draft WHERE key = ?').run(change.key);
      else {
        db.prepare('INSERT OR REPLACE INTO draft (key, at, json) VALUES (?, ?, ?)').run(
          change.key,
          change.draft.at,
          JSON.stringify(change.draft),
        );
      }
  }
}

type MeColumns = [string, string, number, number];

/** The whole outbox as a value, or null in a new file. */
export function readOutbox(db: Db): Outbox | null {
  const me = db
    .prepare<[], MeColumns>('SELECT client_id, epoch, next_mid, lmid_ack FROM me WHERE one = 1')
    .raw()
    .get();
  if (me === undefined) return null;
  const texts = (sql: string): string[] => db.prepare<[], string>(sql).pluck().all();
  const pending = texts('SELECT json FROM pending ORDER BY ord').map((text) => JSON.parse(text) as Entry);
  const settled = texts('SELECT json FROM settled ORDER BY at, id').map(
    (text) => JSON.parse(text) as SettledEntry,
  );
  const conflict = texts('SELECT json FROM conflict ORDER BY at, id').map(
    (text) => JSON.parse(text) as ConflictEntry,
  );
  return {
    me: { clientId: me[0], epoch: me[1], nextMid: me[2], lmidAck: me[3] },
    pending,
    settled: new Map(settled.map((one) => [one.entry.id, one])),
    undone: new Map(db.prepare<[], [string, string]>('SELECT id, at FROM undone').raw().all()),
    conflict: new Map(conflict.map((one) => [one.entry.id, one])),
    drafts: new Map(
      db
        .prepare<[], [string, string]>('SELECT key, json FROM draft ORDER BY at, key')
        .raw()
        .all()
        .map(([key, text]) => [key, JSON.parse(text) as KeptDraft]),
    ),
  };
}
