import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Op } from '../../protocol/frame.ts';
import { newOutbox, type Outbox } from '../outbox/model.ts';
import { enqueue } from '../outbox/operations.ts';
import { nextBatch, settle } from '../outbox/rules.ts';
import type { Db } from '../store/open.ts';
import { ReplicaReader } from '../store/reader.ts';
import { openReplicaFile, SqliteReplica } from '../store/replica.ts';
import { onScreen } from './customer.ts';

const AT = '2026-11-21T10:00:00.000Z';
const SCOPE = 'station:FRA';
const profile = { id: 'P1', identities: [], facts: { tier: { value: 'Senator', source: 'crm', at: AT } } };
const line = (id: string) => ({
  id,
  profileId: 'P1',
  type: 'note',
  name: 'Note Added',
  at: AT,
  source: 'console',
  properties: { text: id, by: 'op' },
});
const place = {
  epoch: 'e1',
  chain: 'c',
  proof: '',
  mask: '',
  schemaHash: '',
  clientId: 'c1',
  granted: [SCOPE],
};

let folder: string;
let db: Db;
let replica: SqliteReplica;
let reader: ReplicaReader;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'screen-'));
  db = openReplicaFile(join(folder, 'replica-operator.db'), null).db;
  replica = new SqliteReplica(db, () => null);
  reader = new ReplicaReader(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

/** An outbox with one note that has the place 1. */
function sent(): Outbox {
  const draft = { id: 'n1', name: 'add-note', ver: 1, args: { profileId: 'P1', text: 'n1' }, base: [] };
  const put = enqueue(newOutbox('c1'), { ...draft, baseValues: {}, profileId: 'P1', at: AT, operator: 'op' });
  if (!put.ok) throw new Error(put.code);
  return nextBatch(put.outbox, { lmid: 0, maxCommands: 5, now: Date.parse(AT), held: () => false }).outbox;
}
const applied = (outbox: Outbox): Outbox => settle(outbox, [[1, 'n1', 'applied', '', null]], AT);

const notes = (outbox: Outbox): string[] =>
  onScreen(reader, 'P1', outbox, 'op-1', {
    seen: replica.seen('c1') ?? 0,
    staleSeen: replica.staleSeen('c1'),
  })?.screen.events.map((event) => event.id) ?? ['nobody'];

describe('[I4] [R11] an own note', () => {
  it.each([
    ['applied', applied(sent())],
    ['executed, but not settled yet', sent()],
  ])(
    'that is %s is there once while its snapshot arrives: the profile comes before its timeline',
    (_, outbox) => {
      replica.reset({ ...place, cursor: 9, lmid: 1, rowsSeen: 0, deleteRows: false });
      replica.stage(SCOPE, [{ table: 'profile', id: 'P1', v: 5, row: profile }], []);
      expect(notes(outbox)).toEqual(['n1']);
      replica.stage(SCOPE, [{ table: 'event', id: 'n1', v: 6, row: line('n1') }], []);
      expect(notes(outbox)).toEqual(['n1']);
      replica.endStage(SCOPE, [], []);
      expect(notes(outbox)).toEqual(['n1']);
    },
  );

  it('is there once over a row that a reset has made stale, which says that the core has executed it', () => {
    replica.reset({ ...place, cursor: 1, lmid: 0, rowsSeen: 0, deleteRows: false });
    replica.endStage(SCOPE, [{ table: 'profile', id: 'P1', v: 1, row: profile }], []);
    replica.reset({ ...place, cursor: 9, lmid: 1, rowsSeen: 0, deleteRows: false });
    expect(notes(sent())).toEqual(['n1']);
    replica.stage(SCOPE, [{ table: 'profile', id: 'P1', v: 5, row: profile }], []);
    replica.endStage(SCOPE, [{ table: 'event', id: 'n1', v: 6, row: line('n1') }], []);
    expect(notes(sent())).toEqual(['n1']);
  });

  it('is not the only one: a preference is there over a part that was read before the core executed it', () => {
    const args = { profileId: 'P1', name: 'seat', value: 'aisle' };
    const draft = { id: 'p1', name: 'set-preference', ver: 1, args, base: [], baseValues: {} };
    const put = enqueue(newOutbox('c1'), { ...draft, profileId: 'P1', at: AT, operator: 'op' });
    if (!put.ok) throw new Error(put.code);
    const options = { lmid: 0, maxCommands: 5, now: Date.parse(AT), held: () => false };
    const outbox = settle(nextBatch(put.outbox, options).outbox, [[1, 'p1', 'applied', '', null]], AT);
    const shown = () =>
      onScreen(reader, 'P1', outbox, 'op-1', { seen: 1, staleSeen: 0 })?.screen.profile.facts[
        'preference.seat'
      ];
    // The file is a new one, as after damage, and the core had read this part for another console.
    replica.reset({ ...place, cursor: 9, lmid: 1, rowsSeen: 0, deleteRows: false });
    replica.stage(SCOPE, [{ table: 'profile', id: 'P1', v: 5, row: profile }], []);
    expect(shown()).toMatchObject({ value: 'aisle' });
    const facts = {
      ...profile.facts,
      'preference.seat': { value: 'window', source: 'app', at: '2026-11-21T10:05:00.000Z' },
    };
    replica.stage(SCOPE, [{ table: 'profile', id: 'P1', v: 8, row: { ...profile, facts } }], []);
    expect(shown()).toMatchObject({ value: 'window' });
    replica.endStage(SCOPE, [], []);
    expect(shown()).toMatchObject({ value: 'window' });
  });

  it('is not shown any more once the rows are here without it', () => {
    replica.reset({ ...place, cursor: 9, lmid: 1, rowsSeen: 0, deleteRows: false });
    replica.stage(SCOPE, [{ table: 'profile', id: 'P1', v: 5, row: profile }], []);
    replica.endStage(SCOPE, [], []);
    const op: Op = { table: 'profile', id: 'P1', v: 10, scopes: [SCOPE], row: profile };
    replica.applyFrame({ ...place, ops: [op], drop: [], cursor: 10, lmid: 1 });
    expect(notes(applied(sent()))).toEqual([]);
  });
});
