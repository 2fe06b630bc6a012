import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MemoryOutbox } from '../store/memory.ts';
import type { Db } from '../store/open.ts';
import { openReplicaFile, SqliteReplica } from '../store/replica.ts';
import { UnreadRows } from '../store/rows.ts';
import { Runner } from './runner.ts';

let folder: string;
let db: Db;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-'));
  db = openReplicaFile(join(folder, 'replica.db'), 'ab'.repeat(32)).db;
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const text = (rows: string): UnreadRows => new UnreadRows(Buffer.from(`{"scope":"s","rows":${rows}}`), 1);

it.each([
  '[{"table":"profile","id":"A","v":1,"row":{"id":"A"}},{"table":"profile","id":"B","v":1,"row":{"id":',
  '[{"table":"people","id":"A","v":1,"row":{"id":"A"}}]',
  '[{"table":"profile","id":7,"v":1,"row":{"id":"A"}}]',
  '[{"table":"profile","id":"A","v":"new","row":{"id":"A"}}]',
  '[{"table":"profile","id":"A","row":{"id":"A"}}]',
  '[{"table":"profile","id":"A","v":1,"row":[]}]',
  '[7]',
])('[R4] gives the connection up over rows that are none, and stores nothing of the part: %s', (rows) => {
  const store = new SqliteReplica(db, () => null);
  const outbox = new MemoryOutbox('client');
  const opened: number[] = [];
  const failed: unknown[] = [];
  const runner = new Runner({
    replica: () => store,
    outbox: () => outbox,
    link: {
      open: (generation) => opened.push(generation),
      close: () => undefined,
      send: () => undefined,
      receipt: () => undefined,
    },
    timers: { set: () => undefined },
    now: () => 0,
    random: () => 0,
    newId: () => 'conn',
    onRows: () => undefined,
    onChange: () => undefined,
    onReport: () => undefined,
    onNeedToken: () => undefined,
    onWipe: async () => undefined,
    onStoreFailure: (error) => {
      failed.push(error);
      return false;
    },
  });
  runner.dispatch({ type: 'start', token: 't', wanted: ['s'] });
  const generation = opened[0] as number;
  runner.dispatch({ type: 'connected', generation });
  runner.dispatch({
    type: 'hello-reply',
    generation,
    reply: {
      ...{ type: 'welcome', epoch: 'e', seq: 4, chain: 'c', proof: 'p', mask: 'm', schemaHash: 'h', lmid: 0 },
      ...{ ids: [], idsFrom: 1, reset: true, reason: 'new', granted: ['s'], denied: [] },
      ...{ serverTime: '1970-01-01T00:00:00Z', leaseUntil: '1970-01-04T00:00:00Z' },
    },
  } as Parameters<Runner['dispatch']>[0]);
  expect(runner.session.phase).toBe('live');
  runner.dispatch({ type: 'snap', generation, head: { n: 1 }, body: { scope: 's', rows: text(rows) } });
  expect(runner.session).toMatchObject({ phase: 'waiting', reason: 'core_unreadable' });
  expect(failed).toEqual([]);
  expect(db.prepare('SELECT count(*) FROM base').pluck().get()).toBe(0);
  expect(store.meta().cursor).toBe(4);
});
