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
import type { ProfileRow } from '../../domain/profile.ts';
import { TABLES, type Table } from '../../domain/rows.ts';
import type { Op } from '../../protocol/frame.ts';
import type { SnapRow } from '../../protocol/snap.ts';
import { bucketOf } from '../../protocol/sums.ts';
import { namedOf, searchKeys } from '../search/keys.ts';
import { formsOf } from '../search/near.ts';
import { urgencyOf } from '../views/headline.ts';
import type { ReplicaStore, RowKey } from './contract.ts';
import { MemoryReplica } from './memory.ts';
import type { Db } from './open.ts';
import { isDamage, openFile } from './open.ts';
import { allRows } from './reader.ts';
import { openReplicaFile, SqliteReplica, type Tidied } from './replica.ts';
import { UnreadOps } from './rows.ts';
import { firstWord } from './wordBook.ts';

const KEY = 'ab'.repeat(32);
const urgency = (profile: ProfileRow) => urgencyOf(profile, 0);
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
/**
 * A customer whose address, name, bag and trouble change with the version, each by itself: what he is found by has to
 * follow every one of them.
 */
const customer = (id: string, v: number, from: string): SnapRow['row'] => ({
  id,
  identities: [
    { type: 'email', value: `${id}${v === 5}@example.org` },
    { type: 'booking', value: from },
  ],
  facts: {
    firstName: { value: `${from} ${v === 6}`, source: 'crm', at: '2026-11-21T10:00:00Z' },
    [`bag.022012345${v % 3}.status`]: { value: 'accepted', source: 'dcs', at: '2026-11-21T10:00:00Z' },
    'trip.X.1.flight': { value: 'LH400', source: 'dcs', at: '2026-11-21T10:00:00Z' },
    'trip.X.1.flightStatus': {
      value: v % 2 ? 'cancelled' : 'scheduled',
      source: 'dcs',
      at: '2026-11-21T10:00:00Z',
    },
  },
});
/** Of any table, all with the same ids. */
function rowOf(table: Table, id: string, v: number, from: string): SnapRow['row'] {
  if (table === 'profile') return customer(id, v, from);
  if (table === 'bundle') return { id, version: `${v}` };
  // Rows may lack what places them in a timeline.
  return v === 1 ? { id } : { id, profileId: IDS[v % IDS.length], at: `2026-11-2${v}T10:00:00Z` };
}
const table = fc.oneof({ weight: 3, arbitrary: fc.constant('profile' as const) }, fc.constantFrom(...TABLES));
const snapRow = fc
  .record({ table, id, v: version })
  .map((row): SnapRow => ({ ...row, row: rowOf(row.table, row.id, row.v, 'snap') }));
const op = fc.record({ table, id, v: version, scopes: fc.uniqueArray(scope, { maxLength: 2 }) }).map(
  ({ table, id, v, scopes }): Op => ({
    table,
    id,
    v,
    scopes,
    row: scopes.length > 0 ? rowOf(table, id, v, 'op') : null,
  }),
);
const gone = fc.array(fc.tuple(table, id), { maxLength: 2 });

/** One thing that happens to a store, as a value, so that a counterexample can be read. */
type Act =
  | { do: 'stage'; scope: string; rows: SnapRow[]; gone: RowKey[]; end: boolean }
  | { do: 'frame'; early: Op[][]; ops: Op[]; drop: string[]; granted: string[] }
  | { do: 'reset'; deleteRows: boolean; granted: string[]; epoch: string }
  | { do: 'resume'; granted: string[]; lmid: number }
  | { do: 'repair'; scope: string; of: string[]; rows: SnapRow[]; gone: RowKey[]; end: boolean }
  | { do: 'sumSlice'; rows: number }
  | { do: 'discardStages' }
  | { do: 'deleteRows' };

const granted = fc.subarray(SCOPES);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('stage' as const),
    scope,
    rows: fc.array(snapRow, { maxLength: 4 }),
    gone,
    end: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('frame' as const),
    early: fc.array(fc.array(op, { maxLength: 4 }), { maxLength: 2 }),
    ops: fc.array(op, { maxLength: 4 }),
    drop: fc.uniqueArray(scope, { maxLength: 1 }),
    granted,
  }),
  fc.record({
    do: fc.constant('reset' as const),
    deleteRows: fc.boolean(),
    granted,
    epoch: fc.constantFrom('e1', 'e2'),
  }),
  fc.record({ do: fc.constant('resume' as const), granted, lmid: fc.nat(3) }),
  fc.record({
    do: fc.constant('repair' as const),
    scope,
    of: fc.subarray(IDS),
    rows: fc.array(snapRow, { maxLength: 4 }),
    gone,
    end: fc.boolean(),
  }),
  fc.record({ do: fc.constant('sumSlice' as const), rows: fc.nat(3) }),
  fc.constant({ do: 'discardStages' as const }),
  fc.constant({ do: 'deleteRows' as const }),
);

function perform(act: Act, store: ReplicaStore): void {
  const place = { chain: 'c', proof: 'p', clientId: 'me' };
  switch (act.do) {
    case 'stage':
      return act.end
        ? store.endStage(act.scope, act.rows, act.gone)
        : store.stage(act.scope, act.rows, act.gone);
    case 'frame': {
      const { early, ops, drop, granted } = act;
      const unread = early.map((part) => new UnreadOps(Buffer.from(JSON.stringify({ ops: part }))));
      return store.applyFrame({
        ...place,
        unread,
        ops,
        drop,
        granted,
        cursor: store.meta().cursor + 1,
        lmid: 3,
      });
    }
    case 'reset': {
      const { deleteRows, granted, epoch } = act;
      const rowsSeen = store.seen(place.clientId) ?? 0;
      const at = { cursor: 7, mask: 'm', schemaHash: 's', lmid: 1, rowsSeen };
      return store.reset({ ...place, ...at, deleteRows, granted, epoch });
    }
    case 'resume':
      return store.resume({ granted: act.granted, clientId: place.clientId, lmid: act.lmid });
    case 'repair': {
      const { scope, of, rows, gone } = act;
      const buckets = of.flatMap((one) => TABLES.map((table) => bucketOf(table, one)));
      return act.end ? store.endRepair(scope, buckets, rows, gone) : store.stageRepair(scope, rows, gone);
    }
    case 'sumSlice':
      if (store instanceof SqliteReplica) store.sumSlice(act.rows);
      return;
    case 'discardStages':
      return store.discardStages();
    case 'deleteRows':
      return store.deleteRows();
  }
}

type Line = (string | null)[];

/** What the file finds each customer by and whom it takes for troubled, and what it should. */
function foundBy(db: Db) {
  const lines: Line[] = db
    .prepare<[], Line>(
      `SELECT b.id, k.name, k.code, k.phone FROM key_row AS k LEFT JOIN base AS b ON b.rid = k.rid ORDER BY k.rid, k.n`,
    )
    .raw()
    .all();
  const troubled = (): unknown[] =>
    db
      .prepare<[], [string, number]>(
        'SELECT b.id, t.urgency FROM trouble AS t LEFT JOIN base AS b ON b.rid = t.rid ORDER BY t.rid',
      )
      .raw()
      .all();
  const rows = db
    .prepare<[], [string, string]>('SELECT id, json(content) FROM base WHERE tbl = 0 ORDER BY rid')
    .raw()
    .all()
    .map(([id, json]) => [id, JSON.parse(json) as ProfileRow] as const);
  const should = rows.flatMap(([id, profile]) => {
    const { names, codes, phones } = searchKeys(namedOf(profile));
    const count = Math.max(names.length, codes.length, phones.length);
    const line = (n: number): Line => [id, names[n] ?? null, codes[n] ?? null, phones[n] ?? null];
    return Array.from({ length: count }, (_, n) => line(n));
  });
  const inNeed = rows.map(([id, profile]) => [id, urgency(profile)]).filter(([, urgent]) => urgent !== null);
  const words = [...new Set(lines.flatMap(([, name]) => (name ? firstWord(name) : [])))].sort();
  return {
    lines: { is: lines, should },
    troubled: () => ({ is: troubled(), should: inNeed }),
    words: () => ({
      is: db.prepare('SELECT word FROM word ORDER BY word').pluck().all(),
      should: words,
      forms: db.prepare('SELECT count(*) FROM form').pluck().get(),
      formsOfWords: words.reduce((sum, word) => sum + formsOf(word).length, 0),
    }),
  };
}

/** Where the file has each row of a timeline, and where it should be. */
function places(db: Db) {
  const rows = db
    .prepare<[], [number, string, string | null, string | null, string]>(
      'SELECT tbl, id, profile, at, json(content) FROM base',
    )
    .raw()
    .all();
  return {
    is: rows.map(([, id, profile, at]) => [id, profile, at]),
    should: rows.map(([tbl, id, , , json]) => {
      const row = JSON.parse(json) as { profileId?: string; at?: string };
      const isPlaced = TABLES[tbl] === 'event' || TABLES[tbl] === 'contact';
      return isPlaced ? [id, row.profileId ?? null, row.at ?? null] : [id, null, null];
    }),
  };
}

/** A store whose console was welcomed once. */
function welcomed(db: Db): SqliteReplica {
  const store = new SqliteReplica(db, urgency);
  perform({ do: 'reset', deleteRows: false, granted: [], epoch: 'e1' }, store);
  return store;
}

function tidied(files: SqliteReplica): Tidied {
  for (;;) {
    const done = files.tidy();
    if (done !== 'more') return done;
  }
}

/** The files know their SUMs only when there was time for them, but never know wrong ones. */
function compareSums(model: MemoryReplica, files: SqliteReplica): void {
  for (const one of SCOPES) {
    const sums = files.sums(one);
    if (sums !== undefined) expect(sums).toEqual(model.sums(one));
  }
}

const sorted = (rows: Iterable<{ table: Table; id: string }>) =>
  [...rows].sort((a, b) => (`${a.table} ${a.id}` < `${b.table} ${b.id}` ? -1 : 1));

describe('replica.db', () => {
  it('[R4] [R5] [R10] [R16] [P20] [P32] [P33] holds the same rows, keys and sums as the plain model, whatever the order of parts, frames, drops and resets', () => {
    const path = newPath();
    fc.assert(
      fc.property(fc.array(fc.tuple(act, fc.boolean()), { maxLength: 14 }), (acts) => {
        const { db } = openReplicaFile(path, KEY);
        try {
          const model = new MemoryReplica();
          const files = new SqliteReplica(db, urgency);
          for (const [one, asked] of acts) {
            perform(one, model);
            perform(one, files);
            expect(sorted(allRows(db))).toEqual(sorted(model.rows.values()));
            const { lines, troubled, words } = foundBy(db);
            expect(lines.is).toEqual(lines.should);
            expect(places(db).is).toEqual(places(db).should);
            if (tidied(files) === 'done') {
              expect(troubled().is).toEqual(troubled().should);
              expect(words().is).toEqual(words().should);
              expect(words().forms).toBe(words().formsOfWords);
            }
            const stored = db.prepare<[], number>('SELECT count(*) FROM base WHERE tbl = 0').pluck().get();
            expect(files.profiles()).toBe(stored);
            const members =
              "SELECT count(*) FROM member JOIN base USING (rid) WHERE tbl = 0 AND scope = (SELECT n FROM scope WHERE name = 'station:FRA')";
            expect(files.profilesIn('station:FRA')).toBe(db.prepare<[], number>(members).pluck().get());
            expect(files.meta()).toEqual(model.meta());
            expect(files.seen('me')).toBe(model.seen('me'));
            expect(files.staleSeen('me') ?? 0).toBeLessThanOrEqual(model.staleSeen('me') ?? 0);
            for (const table of TABLES)
              for (const id of IDS) expect(files.isStale(table, id)).toBe(model.isStale(table, id));
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
      { numRuns: Number(process.env['KAIROS_RUNS'] ?? 300) },
    );
  });

  it('[R10] knows cursor, scopes and rows after it was closed and opened again', () => {
    const path = newPath();
    const first = openAt(path);
    const store = new SqliteReplica(first.db, urgency);
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
    store.close();
    const second = openAt(path);
    const again = new SqliteReplica(second.db, urgency);
    expect(second.rebuilt).toBe(false);
    expect(again.meta()).toMatchObject({ cursor: 9, chain: 'c9', active: ['station:FRA'] });
    expect(again.seen('me')).toBe(5);
    expect(allRows(second.db)).toHaveLength(1);
  });

  it.each([
    ['in the file', () => new SqliteReplica(openAt(newPath()).db, urgency)],
    ['in memory', () => new MemoryReplica()],
  ])(
    '[P25] [I4] does not know what of an operator is in rows that were stale before he came, %s',
    (_, make) => {
      const store: ReplicaStore = make();
      const place = {
        cursor: 9,
        chain: 'c',
        proof: 'p',
        mask: 'm',
        schemaHash: 'h',
        granted: ['station:FRA'],
      };
      const reset = (clientId: string, epoch: string, mid: number): void =>
        store.reset({ ...place, clientId, epoch, lmid: mid, rowsSeen: mid, deleteRows: false });
      reset('anna', 'e1', 5);
      store.endStage('station:FRA', [{ table: 'profile', id: 'A', v: 4, row: { id: 'A' } }], []);
      reset('anna', 'e2', 5);
      expect(store.isStale('profile', 'A')).toBe(true);
      expect([store.staleSeen('anna'), store.staleSeen('bo')]).toEqual([5, undefined]);
      // Nor after a reset of his own: the rows are still those of before.
      reset('bo', 'e3', 2);
      expect([store.staleSeen('anna'), store.staleSeen('bo')]).toEqual([undefined, undefined]);
    },
  );

  it.each([
    ['in the file', () => new SqliteReplica(openAt(newPath()).db, urgency)],
    ['in memory', () => new MemoryReplica()],
  ])('[R13] has seen no more of a client than the core says it has executed, %s', (_, make) => {
    const store: ReplicaStore = make();
    const granted = ['station:FRA'];
    const place = { cursor: 9, chain: 'c', proof: 'p', mask: 'm', schemaHash: 'h', granted };
    store.reset({ ...place, clientId: 'anna', epoch: 'e', lmid: 5, rowsSeen: 5, deleteRows: false });
    // Another client's reset: the rows may be of a history now that lost what the first one's had.
    store.reset({ ...place, clientId: 'bo', epoch: 'e', lmid: 2, rowsSeen: 2, deleteRows: false });
    const seen = () => ['anna', 'bo', 'cem'].map((client) => store.seen(client));
    for (const clientId of ['anna', 'bo', 'cem']) store.resume({ granted, clientId, lmid: 3 });
    expect(seen()).toEqual([3, 2, undefined]);
  });

  it('[R4] forgets an unfinished snapshot that a crash left behind', () => {
    const path = newPath();
    const first = openAt(path);
    new SqliteReplica(first.db, urgency).stage(
      'station:FRA',
      [{ table: 'profile', id: 'A', v: 4, row: { id: 'A' } }],
      [],
    );
    first.db.close();
    const second = openAt(path);
    expect(second.rebuilt).toBe(false);
    expect(allRows(second.db)).toEqual([]);
  });

  it('[R4] forgets an unfinished snapshot of a further scope, and only that', () => {
    const path = newPath();
    const first = openAt(path);
    const store = welcomed(first.db);
    store.endStage('station:FRA', [{ table: 'profile', id: 'A', v: 4, row: { id: 'A' } }], []);
    tidied(store);
    store.stage('queue:support', [{ table: 'profile', id: 'B', v: 4, row: { id: 'B' } }], []);
    first.db.close();
    const second = openAt(path);
    expect(allRows(second.db).map((row) => row.id)).toEqual(['A']);
    new SqliteReplica(second.db, urgency).discardStages();
    expect(second.db.prepare('SELECT id FROM base').pluck().all()).toEqual(['A']);
  });

  it('[P11] [R16] keeps no memory of the parts of a frame once they are written', () => {
    const { db } = openAt(newPath());
    const store = welcomed(db);
    const memory = () => Number(db.pragma('temp.page_count', { simple: true }));
    const before = memory();
    const text = 'x'.repeat(10_000);
    const ops = IDS.map((id) => ({ table: 'profile', id, v: 1, scopes: ['station:FRA'], row: { id, text } }));
    store.applyFrame({
      unread: [new UnreadOps(Buffer.from(JSON.stringify({ ops })))],
      ops: [],
      drop: [],
      granted: ['station:FRA'],
      cursor: 1,
      chain: 'c1',
      proof: 'p',
      clientId: 'me',
      lmid: 0,
    });
    expect(allRows(db)).toHaveLength(IDS.length);
    expect(memory()).toBe(before);
  });

  it('[S28] shows nothing of a customer to somebody without the key', () => {
    const path = newPath();
    const { db } = openAt(path);
    const store = welcomed(db);
    store.endStage(
      'station:FRA',
      [{ table: 'profile', id: 'A', v: 1, row: { id: 'A', name: 'Quirinalis Weber' } }],
      [],
    );
    tidied(store);
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
    new SqliteReplica(first.db, urgency).endStage(
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
    expect(new SqliteReplica(second.db, urgency).meta()).toMatchObject({ epoch: '', cursor: 0, active: [] });
  });
});
