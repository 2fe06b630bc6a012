/** Units of one node over a real PostgreSQL, without a core around them (docs/spec/store.md). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Db } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { written } from '../../src/core/store/outcome.ts';
import { SecretStore } from '../../src/core/store/secrets.ts';
import { Image } from '../../src/core/store/shared/image.ts';
import { openSharedImage } from '../../src/core/store/shared/realm.ts';
import { SharedUnits } from '../../src/core/store/shared/units.ts';
import { type Postgres, startPostgres } from './postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-units-'));
const failures: unknown[] = [];
let postgres: Postgres;
let db: Db;
let log: LogStore;
let units: SharedUnits;
let shipped = 0;
let atHeadMs = 500;

beforeAll(async () => {
  postgres = await startPostgres();
  db = await openSharedImage(postgres.url, folder, Date.now);
  log = new LogStore(db, Date.now);
  const report = (error: unknown) => void failures.push(error);
  const measured = { wait: () => undefined, held: () => void shipped++ };
  units = new SharedUnits(postgres.url, log, new Image(db), {
    ...{ report, onLeftBehind: report, measured },
    get atHeadMs() {
      return atHeadMs;
    },
  });
  await units.start();
}, 120_000);

afterAll(async () => {
  await units.stop();
  db.close();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('[N2] a unit that is given at any moment after another one ended is run, though no third one comes', async () => {
  let ran = 0;
  for (let turns = 0; turns < 20; turns++) {
    await written(log, () => log.head());
    for (let turn = 0; turn < turns; turn++) await null;
    await written(log, () => {
      ran++;
    });
  }
  expect(ran).toBe(20);
  expect(failures).toEqual([]);
});

it('[N5] what there is no time for at the head waits for the next time, in its order, and none of it is lost', async () => {
  const order: number[] = [];
  const write = (i: number) =>
    written(log, () => {
      log.transaction((writer) => writer.commit([]));
      order.push(i);
    });
  const all = (count: number) => Promise.all(Array.from({ length: count }, (_, i) => write(i)));
  const before = log.head().seq;
  shipped = 0;
  await all(5);
  expect([shipped, log.head().seq - before]).toEqual([1, 5]);
  atHeadMs = 0;
  shipped = 0;
  await all(5);
  atHeadMs = 500;
  expect([shipped, log.head().seq - before]).toEqual([5, 10]);
  expect(order).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
  expect(failures).toEqual([]);
});

it('[N11] realms of one database share no history and no key', async () => {
  const other = mkdtempSync(join(tmpdir(), 'kairos-realm-'));
  const url = `${postgres.url}?realm=second`;
  const before = log.head();
  const image = await openSharedImage(url, other, Date.now);
  const second = new LogStore(image, Date.now);
  const report = (error: unknown) => void failures.push(error);
  const writes = new SharedUnits(url, second, new Image(image), { report, onLeftBehind: report });
  await writes.start();
  await written(log, () => {
    log.transaction((writer) => writer.commit([]));
  });
  await written(second, () => {
    second.transaction((writer) => writer.commit([]));
  });
  expect(second.head()).toMatchObject({ seq: 1 });
  expect(second.head().epoch).not.toBe(before.epoch);
  expect(log.head().seq).toBe(before.seq + 1);
  const keys = [new SecretStore(db), new SecretStore(image)];
  const made = await Promise.all([
    written(log, () => keys[0]?.key('proofs').toString('hex')),
    written(second, () => keys[1]?.key('proofs').toString('hex')),
  ]);
  expect(made[0]).not.toBe(made[1]);
  await writes.stop();
  image.close();
  rmSync(other, { recursive: true, force: true });
  await expect(openSharedImage(`${postgres.url}?realm=a;b`, other, Date.now)).rejects.toThrow('a realm has');
  expect(failures).toEqual([]);
});
