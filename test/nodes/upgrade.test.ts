/** A newer program takes a filled database over, beside a node of the older one (docs/spec/store.md). */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/store/contract.ts';
import { type Db, migrate } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { MIGRATIONS } from '../../src/core/store/migrations/all.ts';
import { written } from '../../src/core/store/outcome.ts';
import { Image } from '../../src/core/store/shared/image.ts';
import { sharedTables } from '../../src/core/store/shared/mirror.ts';
import { openSharedImage } from '../../src/core/store/shared/realm.ts';
import { type LeftBehind, SharedUnits, StoreUnreachable } from '../../src/core/store/shared/units.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { until } from './site.ts';

/** Of the program before this one, and of one that comes after it. */
const OLDER = MIGRATIONS.slice(0, -1);
const NEWER = [
  ...MIGRATIONS,
  `CREATE TABLE later (id TEXT PRIMARY KEY, what TEXT NOT NULL) STRICT;
   INSERT INTO later (id, what) SELECT id, 'of ' || profile FROM decision;
   ALTER TABLE outcome ADD COLUMN later INTEGER NOT NULL DEFAULT 7;`,
];

type Node = { folder: string; db: Db; log: LogStore; units: SharedUnits; left: LeftBehind[] };

const nodes: Node[] = [];
let postgres: Postgres;
let watcher: pg.Client;
/** Holds a table in a transaction; in one, nothing is seen of what other connections do meanwhile. */
let holder: pg.Client;

async function node(migrations: readonly string[]): Promise<Node> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-upgrade-'));
  const db = await openSharedImage(postgres.url, folder, Date.now, migrations);
  const log = new LogStore(db, Date.now);
  const left: LeftBehind[] = [];
  const onLeftBehind = (error: LeftBehind) => void left.push(error);
  const units = new SharedUnits(postgres.url, log, new Image(db), { report: () => undefined, onLeftBehind });
  await units.start();
  nodes.push({ folder, db, log, units, left });
  return { folder, db, log, units, left };
}

beforeAll(async () => {
  postgres = await startPostgres();
  watcher = new pg.Client(postgres.url);
  holder = new pg.Client(postgres.url);
  await Promise.all([watcher.connect(), holder.connect()]);
});

afterAll(async () => {
  for (const { folder, db, units } of nodes) {
    await units.stop();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
  await watcher.end();
  await holder.end();
  await postgres.stop();
});

const fill = (db: Db, from: number, to: number): void => {
  const decision = db.prepare("INSERT INTO decision (id, profile, at, json) VALUES (?, ?, ?, '{}')");
  const outcome = db.prepare(
    "INSERT INTO outcome (decision, outcome, at, joined, json) VALUES (?, 'positive', ?, ?, ?)",
  );
  for (let i = from; i < to; i++) {
    decision.run(`d${i}`, `P${i}`, i);
    outcome.run(`d${i}`, i, i, JSON.stringify({ text: `nul \0 and "quote" ${i}` }));
  }
};

/** All that is shared, table by table, each row as it stands. */
const content = (db: Db): object =>
  Object.fromEntries(
    sharedTables(db).map(({ name, key }) => [
      name,
      db.prepare(`SELECT * FROM "${name}" ORDER BY ${key.map((column) => `"${column.name}"`).join()}`).all(),
    ]),
  );

const lockedOut = async (count: number): Promise<boolean> => {
  const { rows } = await watcher.query(
    "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'kairos-core %' AND wait_event_type = 'Lock'",
  );
  return rows.length === count;
};

it.each([
  ['of the program before this one', OLDER, MIGRATIONS],
  ['of this program', MIGRATIONS, NEWER],
])(
  '[N9] a database %s is brought to the newer form; the older node reads meanwhile and ends',
  async (...[, before, after]) => {
    await watcher.query('DROP SCHEMA IF EXISTS kairos CASCADE');
    const old = await node(before);
    await written(old.log, () => fill(old.db, 0, 300));
    // What the migrations alone make of it.
    const copy = join(old.folder, 'copy.db');
    old.db.pragma('wal_checkpoint(TRUNCATE)');
    cpSync(join(old.folder, 'image.db'), copy);
    const expected = new Database(copy);
    migrate(expected, after);
    // Somebody who holds a table holds the migration in its middle.
    await holder.query('BEGIN; LOCK TABLE kairos.outcome IN SHARE MODE');
    const upgrade = node(after);
    await until(() => lockedOut(1), 'the migration to stand at the table');
    const outcomes: Outcome<unknown>[] = [];
    old.log.unit(
      () => fill(old.db, 300, 301),
      (outcome) => outcomes.push(outcome),
    );
    await until(() => lockedOut(2), 'the write to wait');
    expect(old.db.prepare('SELECT count(*) FROM decision').pluck().get()).toBe(300);
    expect(outcomes).toEqual([]);
    await holder.query('ROLLBACK');
    const fresh = await upgrade;
    await until(() => outcomes.length === 1 && old.left.length > 0, 'the older node to see it');
    expect(outcomes).toEqual([{ ok: false, error: expect.any(StoreUnreachable) }]);
    await expect(openSharedImage(postgres.url, join(old.folder, 'again'), Date.now, before)).rejects.toThrow(
      'newer version',
    );
    expect(content(fresh.db)).toEqual(content(expected));
    expected.close();
    // It goes on, and a further node of it has the same from PostgreSQL.
    await written(fresh.log, () => fill(fresh.db, 300, 301));
    const other = await node(after);
    expect(content(other.db)).toEqual(content(fresh.db));
  },
  60_000,
);
