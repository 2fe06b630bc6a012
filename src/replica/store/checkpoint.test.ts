import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCheckpoints } from './checkpoint.ts';
import { openFile } from './open.ts';
import { openReplicaFile, SqliteReplica } from './replica.ts';

const KEY = 'ab'.repeat(32);
const PAGE = 4_096;
const MOST = 200;
const WRITTEN = 50_000;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkpoint-'));
  path = join(folder, 'replica.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('[P5] begins the log anew while somebody writes without a pause', { timeout: 60_000 }, async () => {
  const db = openFile(path, KEY);
  db.pragma(`page_size = ${PAGE}`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('busy_timeout = 10000');
  db.exec('CREATE TABLE t (n INTEGER PRIMARY KEY, text BLOB)');
  const write = db.prepare('INSERT OR REPLACE INTO t (n, text) VALUES (? % 500, randomblob(3000))');
  const checkpoints = startCheckpoints(path, KEY, db, { every: 50, most: MOST });
  try {
    for (let n = 0; n < WRITTEN; n++) {
      write.run(n);
      if (n % 100 === 0) await setImmediate();
    }
    // Each write adds a page at least; what is left is what came while a checkpoint was made.
    expect(statSync(`${path}-wal`).size).toBeLessThan((WRITTEN * PAGE) / 2);
  } finally {
    await checkpoints.stop();
    db.close();
  }
});

/** Holds the writer's lock for a while, as a checkpoint on a bad disk does that has the log begin anew. */
const HOLD = `
const { parentPort, workerData } = require('node:worker_threads');
const db = new (require(workerData.driver))(workerData.path);
db.pragma("cipher = 'aegis'"); db.pragma('key = "x\\'' + workerData.key + '\\'"');
db.exec('BEGIN IMMEDIATE');
parentPort.postMessage('held');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
db.exec('COMMIT');
db.close();
`;

it('[P5] a frame waits for a checkpoint that holds the lock', async () => {
  const { db } = openReplicaFile(path, KEY);
  const store = new SqliteReplica(db, () => null);
  const place = { chain: 'c', proof: 'p', clientId: 'me', granted: ['station:FRA'] };
  store.reset({
    ...place,
    epoch: 'e',
    cursor: 0,
    mask: '',
    schemaHash: '',
    lmid: 0,
    rowsSeen: 0,
    deleteRows: false,
  });
  store.endStage('station:FRA', [{ table: 'profile', id: 'A', v: 1, row: { id: 'A' } }], []);
  while (store.tidy() === 'more');
  const driver = createRequire(import.meta.url).resolve('better-sqlite3');
  const holder = new Worker(HOLD, { eval: true, workerData: { driver, path, key: KEY } });
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  await new Promise((resolve) => holder.once('message', resolve));
  const ops = [
    { table: 'profile' as const, id: 'A', v: 2, scopes: ['station:FRA'], row: { id: 'A', more: 1 } },
  ];
  store.applyFrame({ ...place, ops, drop: [], cursor: 2, lmid: 0 });
  expect(store.meta().cursor).toBe(2);
  await ended;
  store.close();
});
