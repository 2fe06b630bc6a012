/**
 * The program that kill.test.ts kills: one console's stores doing what sync and an operator do, as fast as they can.
 * It prints what has been promised only after the promise is durable.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { changesBetween } from '../../src/replica/outbox/model.ts';
import { enqueue } from '../../src/replica/outbox/operations.ts';
import { nextBatch, settle } from '../../src/replica/outbox/rules.ts';
import { openOutboxFile } from '../../src/replica/store/outbox.ts';
import { openReplicaFile, SqliteReplica } from '../../src/replica/store/replica.ts';
import { urgencyOf } from '../../src/replica/views/headline.ts';

const [folder = '', run = '0'] = process.argv.slice(2);
const key = 'ab'.repeat(32);
const { store } = openOutboxFile(join(folder, 'outbox.db'), key, () => 'client', new Date());
const { db } = openReplicaFile(join(folder, 'replica.db'), key);
const replica = new SqliteReplica(db, (profile) => urgencyOf(profile, Date.now()));
const say = (line: string): void => void writeSync(1, `${line}\n`);

function put(id: string): void {
  const draft = {
    id,
    name: 'add-note',
    ver: 1,
    args: { profileId: 'P1', text: 'x'.repeat(500) },
    base: [],
    baseValues: {},
    profileId: 'P1',
    at: new Date().toISOString(),
    operator: 'op',
  };
  const next = enqueue(store.load(), draft);
  if (!next.ok) return;
  store.write(changesBetween(store.load(), next.outbox));
  say(`+${id}`);
}

/** As the session does it: mids durable, then rows with `seen`, then the outbox settled (R10). */
function roundTrip(): void {
  const before = store.load();
  const lmid = before.me.lmidAck;
  const { outbox, batch } = nextBatch(before, { lmid, maxCommands: 3, now: Date.now(), held: () => false });
  store.write(changesBetween(before, outbox));
  const last = batch.at(-1)?.mid ?? lmid;
  const cursor = replica.meta().cursor + 1;
  const ops = batch.map((entry) => ({
    table: 'event' as const,
    id: entry.id,
    v: cursor,
    scopes: ['station:FRA'],
    row: { id: entry.id, profileId: 'P1', at: entry.at },
  }));
  replica.applyFrame({
    ops,
    drop: [],
    granted: [],
    cursor,
    chain: `c${cursor}`,
    proof: '',
    clientId: 'client',
    lmid: last,
  });
  say(`@${cursor}`);
  const results = batch.map(
    (entry) => [entry.mid ?? 0, entry.id, 'applied', '', null] as [number, string, 'applied', string, null],
  );
  const settled = settle(store.load(), results, new Date().toISOString());
  store.write(changesBetween(store.load(), settled));
  say(`=${last}`);
}

// A station at work: its first snapshot has ended, and its file is kept.
if (!replica.isKept()) {
  const place = { epoch: 'e', cursor: 0, chain: '', proof: '', mask: 'm', schemaHash: '' };
  replica.reset({ ...place, clientId: 'client', lmid: 0, granted: ['station:FRA'], deleteRows: false });
  replica.endStage('station:FRA', [], []);
}
while (replica.tidy() === 'more');
say('ready');
for (let i = 0; ; i++) {
  put(`${run}-${i}`);
  if (i % 3 === 2) roundTrip();
}
