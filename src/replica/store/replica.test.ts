import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Op } from '../../protocol/frame.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { bucketOf } from '../../protocol/sums.ts';
import type { ReplicaStore, RowKey } from './contract.ts';
import { MemoryReplica } from './memory.ts';
import type { Db } from './open.ts';
import { isDamage, openFile } from './open.ts';
import { allRows } from './reader.ts';
import { openReplicaFile, SqliteReplica } from './replica.ts';

const KEY = 'ab'.repeat(32);
const folders: string[] = [];
const open: Db[] = [];

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'replica-'));
  folders.push(folder);
  return join(folder, 'replica.db');
}

function openAt(path: string): { db: Db; rebuilt: boolean } {
  const opened = openReplicaFile(path, KEY);
  open.push(opened.db);
  return opened;
}

afterEach(() => {
  for (const db of open.splice(0)) db.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const SCOPES = ['station:FRA', 'queue:support', 'profile:P1'];
const IDS = ['A', 'B', 'C', 'D'];
const scope = fc.constantFrom(...SCOPES);
const id = fc.constantFrom(...IDS);
const version = fc.integer({ min: 1, max: 6 });
const snapRow = fc.record({ table: fc.constant('profile' as const), id, v: version }).map(
  (row): SnapRow => ({
    ...row,
    row: { id: row.id, n: row.v },
  }),
);
const op = fc.record({ id, v: version, scopes: fc.uniqueArray(scope, { maxLength: 2 }) }).map(
  ({ id, v, scopes }): Op => ({
    table: 'profile',
    id,
    v,
    scopes,
    row: scopes.length > 0 ? { id, n: v, op: true } : null,
  }),
);
const gone = fc.array(
  id.map((one): RowKey => ['profile', one]),
  { maxLength: 2 },
);

type Act = (store: ReplicaStore) => void;
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ scope, rows: fc.array(snapRow, { maxLength: 4 }), gone, end: fc.boolean() }).map(
    ({ scope, rows, gone, end }): Act =>
      (store) =>
        end ? store.endStage(scope, rows, gone) : store.stage(scope, rows, gone),
  ),
  fc
    .record({
      ops: fc.array(op, { maxLength: 4 }),
      drop: fc.uniqueArray(scope, { maxLength: 1 }),
      granted: fc.subarray(SCOPES),
    })
    .map(
      ({ ops, drop, granted }): Act =>
        (store) =>
          store.applyFrame({
            ops,
            drop,
            granted,
            cursor: store.meta().cursor + 1,
            chain: 'c',
            proof: 'p',
            clientId: 'me',
            lmid: 3,
          }),
    ),
  fc
    .record({ deleteRows: fc.boolean(), granted: fc.subarray(SCOPES), epoch: fc.constantFrom('e1', 'e2') })
    .map(
      (change): Act =>
        (store) =>
          store.reset({
            ...change,
            cursor: 7,
            chain: 'x',
            proof: 'y',
            mask: 'm',
            schemaHash: 's',
            clientId: 'me',
            lmid: 1,
          }),
    ),
  fc.subarray(SCOPES).map(
    (granted): Act =>
      (store) =>
        store.keepGranted(granted),
  ),
  fc
    .record({
      scope,
      rows: fc.array(snapRow, { maxLength: 4 }),
      gone,
      end: fc.boolean(),
      of: fc.subarray(IDS),
    })
    .map(({ scope, rows, gone, end, of }): Act => {
      const buckets = of.map((one) => bucketOf('profile', one));
      return (store) =>
        end ? store.endRepair(scope, buckets, rows, gone) : store.stageRepair(scope, rows, gone);
    }),
  fc.nat(3).map(
    (rows): Act =>
      (store) => {
        if (store instanceof SqliteReplica) store.sumSlice(rows);
      },
  ),
  fc.constant<Act>((store) => store.discardStages()),
  fc.constant<Act>((store) => store.deleteRows()),
);

/** The files know their SUMs only when there was time for them, but never know wrong ones. */
function compareSums(model: MemoryReplica, files: SqliteReplica): void {
  for (const one of SCOPES) {
    const sums = files.sums(one);
    if (sums !== undefined) expect(sums).toEqual(model.sums(one));
  }
}

const sorted = (rows: Iterable<{ id: string }>): { id: string }[] =>
  [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));

describe('replica.db', () => {
  it('[R4] [R5] [R10] [R16] [P31] [P32] holds the same rows and sums as the plain model, whatever the order of parts, frames, drops and resets', () => {
    const path = newPath();
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.boolean()), { maxLength: 14 }), (acts) => {
        const { db } = openReplicaFile(path, KEY);
        try {
          const model = new MemoryReplica();
          const files = new SqliteReplica(db);
          for (const [one, asked] of acts) {
            one(model);
            one(files);
            expect(sorted(allRows(db))).toEqual(sorted(model.rows.values()));
            const stored = db.prepare<[], number>('SELECT count(*) FROM base').pluck().get();
            expect(files.profiles()).toBe(stored);
            const members =
              "SELECT count(*) FROM member WHERE scope = (SELECT n FROM scope WHERE name = 'station:FRA')";
            expect(files.profilesIn('station:FRA')).toBe(db.prepare<[], number>(members).pluck().get());
            expect(files.meta()).toEqual(model.meta());
            expect(files.seen('me')).toBe(model.seen('me'));
            for (const id of IDS) expect(files.isStale('profile', id)).toBe(model.isStale('profile', id));
            if (asked) compareSums(model, files);
          }
          while (files.sumSlice(2));
          for (const one of SCOPES) expect(files.sums(one)).toEqual(model.sums(one));
        } finally {
          db.close();
          rmSync(path);
          for (const side of ['-wal', '-shm']) rmSync(path + side, { force: true });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('[R10] knows cursor, scopes and rows after it was closed and opened again', () => {
    const path = newPath();
    const first = openAt(path);
    const store = new SqliteReplica(first.db);
    store.endStage('station:FRA', [{ table: 'profile', id: 'A', v: 4, row: { id: 'A' } }], []);
    store.applyFrame({
      ops: [],
      drop: [],
      granted: [],
      cursor: 9,
      chain: 'c9',
      proof: 'p',
      clientId: 'me',
      lmid: 5,
    });
    first.db.close();
    const second = openAt(path);
    const again = new SqliteReplica(second.db);
    expect(second.rebuilt).toBe(false);
    expect(again.meta()).toMatchObject({ cursor: 9, chain: 'c9', active: ['station:FRA'] });
    expect(again.seen('me')).toBe(5);
    expect(allRows(second.db)).toHaveLength(1);
  });

  it('[R4] forgets an unfinished snapshot that a crash left behind', () => {
    const path = newPath();
    const first = openAt(path);
    new SqliteReplica(first.db).stage(
      'station:FRA',
      [{ table: 'profile', id: 'A', v: 4, row: { id: 'A' } }],
      [],
    );
    first.db.close();
    const second = openAt(path);
    expect(allRows(second.db)).toEqual([]);
    new SqliteReplica(second.db).discardStages();
    expect(second.db.prepare('SELECT count(*) FROM base').pluck().get()).toBe(0);
  });

  it('[S28] shows nothing of a customer to somebody without the key', () => {
    const path = newPath();
    const { db } = openAt(path);
    const store = new SqliteReplica(db);
    store.endStage(
      'station:FRA',
      [{ table: 'profile', id: 'A', v: 1, row: { id: 'A', name: 'Quirinalis Weber' } }],
      [],
    );
    db.pragma('wal_checkpoint(TRUNCATE)');
    for (const suffix of ['', '-wal']) expect(readFileSync(path + suffix).includes('Quirinalis')).toBe(false);
    copyFileSync(path, `${path}.copy`);
    let damage = false;
    try {
      openFile(`${path}.copy`, 'cd'.repeat(32)).close();
    } catch (error) {
      damage = isDamage(error);
    }
    expect(damage).toBe(true);
  });

  it('is made anew when it is damaged', () => {
    const path = newPath();
    const first = openAt(path);
    new SqliteReplica(first.db).endStage(
      'station:FRA',
      [{ table: 'profile', id: 'A', v: 1, row: { id: 'A' } }],
      [],
    );
    first.db.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(Math.min(4096, statSync(path).size), 7), 0, undefined, 0);
    closeSync(file);
    const second = openAt(path);
    expect(second.rebuilt).toBe(true);
    expect(new SqliteReplica(second.db).meta()).toMatchObject({ epoch: '', cursor: 0, active: [] });
  });
});
