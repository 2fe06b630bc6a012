import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../domain/json.ts';
import type { Op } from '../../protocol/frame.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { bucketOf, sumText, termOf } from '../../protocol/sums.ts';
import { allRows } from './reader.ts';
import { openReplicaFile, SqliteReplica } from './replica.ts';

const SCOPE = 'station:FRA';
let folder: string;
let opened: ReturnType<typeof openReplicaFile>;
let store: SqliteReplica;

function open(): void {
  opened = openReplicaFile(join(folder, 'replica.db'), 'ab'.repeat(32));
  store = new SqliteReplica(opened.db, () => null);
}
/** The same file in the next process. */
function reopen(): void {
  opened.db.close();
  open();
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sums-'));
  open();
  const place = { epoch: 'e', cursor: 0, chain: 'c', proof: 'p', mask: 'm', schemaHash: 's' };
  store.reset({ ...place, clientId: 'me', lmid: 0, rowsSeen: 0, granted: [], deleteRows: false });
  while (store.tidy() === 'more');
});
afterEach(() => {
  opened.db.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (id: string, v: number): SnapRow => ({ table: 'profile', id, v, row: { id, v } });
const op = (id: string, v: number, content: JsonObject = { id, v }): Op => ({
  table: 'profile',
  id,
  v,
  scopes: [SCOPE],
  row: content as Op['row'],
});
function frame(ops: Op[], drop: string[] = []): void {
  const cursor = store.meta().cursor + 1;
  store.applyFrame({ ops, drop, granted: [SCOPE], cursor, chain: 'c', proof: 'p', clientId: 'me', lmid: 0 });
}
const finish = (): void => {
  while (store.sumSlice(1_000));
};
const total = (sums: BigUint64Array | undefined): string | undefined =>
  sums && sumText(sums.reduce((sum, one) => sum + one, 0n));
const expected = (...rows: [id: string, v: number][]): string =>
  sumText(rows.reduce((sum, [id, v]) => sum + termOf({ table: 'profile', id, v }), 0n));

describe('[P32] the sums of a scope', () => {
  it('are not known before all of it was read, and follow what is written from then on', () => {
    store.endStage(SCOPE, [row('A', 1), row('B', 2), row('C', 3)], []);
    expect(store.sums(SCOPE)).toBeUndefined();
    expect(store.sumSlice(2)).toBe(true);
    frame([op('A', 4), op('D', 5)]);
    expect(store.sums(SCOPE)).toBeUndefined();
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 4], ['B', 2], ['C', 3], ['D', 5]));
    frame([{ ...op('B', 6), scopes: [], row: null }, op('C', 7)]);
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 4], ['C', 7], ['D', 5]));
    expect(store.sums('queue:other')).toBeUndefined();
  });

  it('are read from the disk again after a start, so that what is wrong there shows', () => {
    store.endStage(SCOPE, [row('A', 1), row('B', 2)], []);
    finish();
    opened.db.prepare("UPDATE base SET v = 1 WHERE id = 'B'").run();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1], ['B', 2]));
    reopen();
    expect(store.sums(SCOPE)).toBeUndefined();
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1], ['B', 1]));
  });

  it('have nothing of a snapshot that is still arriving', () => {
    store.endStage(SCOPE, [row('A', 1)], []);
    finish();
    store.stage(SCOPE, [row('B', 2)], []);
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1]));
    reopen();
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1]));
    store.endStage(SCOPE, [], []);
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1], ['B', 2]));
  });

  it('are made anew where the snapshot of another scope brings something newer', () => {
    store.endStage(SCOPE, [row('A', 1), row('B', 2)], []);
    finish();
    store.endStage('queue:de', [row('B', 3)], []);
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1], ['B', 3]));
    expect(total(store.sums('queue:de'))).toBe(expected(['B', 3]));
  });

  it('hold what holds after a transaction that failed', () => {
    store.endStage(SCOPE, [row('A', 1)], []);
    finish();
    // A row that cannot be written, in the middle of a frame.
    expect(() => frame([op('A', 2), op('B', 3, { id: 'B', n: 1n } as never)])).toThrow();
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1]));
    expect(allRows(opened.db)).toMatchObject([{ id: 'A', v: 1 }]);
  });

  it('read anew rather than keep more notes than there is room for', () => {
    store.endStage(SCOPE, [row('A', 1)], []);
    finish();
    for (let v = 1; v <= 67; v++) frame(Array.from({ length: 300 }, (_, i) => op(`R${i}`, v * 1_000 + i)));
    expect(store.sums(SCOPE)).toBeUndefined();
    // 301 rows are read in one slice; 20,100 notes would take 21.
    expect(store.sumSlice(1_000)).toBe(false);
    const rows = Array.from({ length: 300 }, (_, i): [string, number] => [`R${i}`, 67_000 + i]);
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 1], ...rows));
  });
});

describe('[P33] a repair', () => {
  const buckets = ['A', 'B', 'C', 'X'].map((id) => bucketOf('profile', id));

  it('replaces its buckets only, whatever the v, and leaves other scopes of a row alone', () => {
    store.endStage(SCOPE, [row('A', 9), row('B', 2), row('C', 3), row('Z', 4)], []);
    store.endStage('queue:de', [row('B', 2)], []);
    store.stageRepair(SCOPE, [row('A', 5)], []);
    expect(allRows(opened.db)).toHaveLength(4);
    store.endRepair(SCOPE, buckets, [row('C', 3)], []);
    const rows = allRows(opened.db).map(({ id, v, scopes }) => [id, v, scopes]);
    expect(rows.sort()).toEqual([
      ['A', 5, [SCOPE]],
      ['B', 2, ['queue:de']],
      ['C', 3, [SCOPE]],
      ['Z', 4, [SCOPE]],
    ]);
    finish();
    expect(total(store.sums(SCOPE))).toBe(expected(['A', 5], ['C', 3], ['Z', 4]));
  });

  it('that was given up with its scope, its connection or its process leaves nothing behind', () => {
    const begin = (): void => {
      store.endStage(SCOPE, [row('A', 1)], []);
      store.stageRepair(SCOPE, [row('X', 8)], []);
    };
    const ends: (() => void)[] = [
      () => frame([], [SCOPE]),
      () => store.discardStages(),
      () => store.deleteRows(),
      () => {
        reopen();
        store.discardStages();
      },
    ];
    for (const end of ends) {
      begin();
      end();
      store.endStage(SCOPE, [row('A', 1)], []);
      store.endRepair(SCOPE, buckets, [row('A', 1)], []);
      expect(allRows(opened.db).map(({ id }) => id)).toEqual(['A']);
    }
  });
});
