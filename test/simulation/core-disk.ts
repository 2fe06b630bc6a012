/** What of the core survives its processes: one store that all nodes share. In memory, or the production one on SQLite. */
import Database from 'better-sqlite3';
import type { ClientStore } from '../../src/core/store/client-contract.ts';
import { SqliteClients } from '../../src/core/store/clients.ts';
import type { CoreStore, LogWriter } from '../../src/core/store/contract.ts';
import { migrate } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { CoreMemory } from './core-memory.ts';

export type CoreDisk = {
  log: CoreStore & LogWriter & { cutLog(keep: number): unknown };
  clients: ClientStore;
  /** Two profiles are one from now on; inside of a transaction. */
  redirect(lost: string, survivor: string): void;
  /** A backup: nothing that happens to one happens to the other. */
  copy(): CoreDisk;
  close(): void;
  /** So many writes fail with nothing written. */
  failing: number;
};

/** @param now the core's clock, ms @param newId names epochs */
export type MakeDisk = (now: () => number, newId: () => string) => CoreDisk;

export const memoryDisk: MakeDisk = (now, newId) => ofMemory(new CoreMemory(now, newId), now, newId);

function ofMemory(memory: CoreMemory, now: () => number, newId: () => string): CoreDisk {
  const { log, clients } = memory;
  return {
    log,
    clients,
    redirect: (lost, survivor) => log.redirect(lost, survivor),
    copy: () => ofMemory(new CoreMemory(now, newId, memory), now, newId),
    close: () => undefined,
    failing: 0,
  };
}

let empty: Buffer | null = null;

export const sqliteDisk: MakeDisk = (now, newId) => {
  if (!empty) {
    const db = new Database(':memory:');
    migrate(db);
    empty = db.serialize();
    db.close();
  }
  return ofSqlite(empty, now, newId);
};

function ofSqlite(content: Buffer, now: () => number, newId: () => string): CoreDisk {
  const db = new Database(Buffer.from(content));
  const putRedirect = db.prepare('INSERT OR REPLACE INTO redirect (lost, survivor, at) VALUES (?, ?, ?)');
  return {
    log: new LogStore(db, now, newId),
    clients: new SqliteClients(db),
    redirect: (lost, survivor) => void putRedirect.run(lost, survivor, now()),
    copy: () => ofSqlite(db.serialize(), now, newId),
    close: () => void db.close(),
    failing: 0,
  };
}
