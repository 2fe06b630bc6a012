/** A replica's file filled through its own store: snapshot parts staged, ended, and indexed to the last row. */
import { type Db, type Key, removeFile } from '../../src/replica/store/open.ts';
import { openReplicaFile, SqliteReplica } from '../../src/replica/store/replica.ts';
import { SearchIndex } from '../../src/replica/store/searchIndex.ts';
import { urgencyOf } from '../../src/replica/views/headline.ts';
import { DATA_TIME } from './data.ts';
import type { Part } from './parts.ts';

export const KEY: Key = '5a'.repeat(32);
export const SCOPE = 'station:FRA';
export const EPOCH = 'bench-epoch';
export const CLIENT = 'bench-client';

export type Filled = { db: Db; store: SqliteReplica; index: SearchIndex };

export function newReplica(path: string, key: Key, clientId = CLIENT): Filled {
  removeFile(path);
  const { db } = openReplicaFile(path, key);
  const store = new SqliteReplica(db, (profile) => urgencyOf(profile, DATA_TIME));
  const granted = [SCOPE];
  store.reset({
    epoch: EPOCH,
    cursor: 0,
    chain: '',
    proof: '',
    mask: 'operator',
    schemaHash: '',
    clientId,
    lmid: 0,
    rowsSeen: 0,
    granted,
    deleteRows: false,
  });
  return { db, store, index: new SearchIndex(db) };
}

export function fill(filled: Filled, parts: Iterable<Part>): void {
  for (const { rows } of parts) filled.store.stage(SCOPE, rows, []);
  finish(filled);
}

/** What comes after the last part: the end, the search index, and everything from the log into the file. */
export function finish({ db, store }: Filled): void {
  store.endStage(SCOPE, [], []);
  while (store.tidy() === 'more');
  db.pragma('wal_checkpoint(TRUNCATE)');
}
