import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup, restore } from './backup.ts';
import { DATABASE_FILE, openDatabase } from './database.ts';
import { LogStore } from './log.ts';

let folder: string;
let dataDir: string;
let file: string;

const epochOf = (): string => {
  const db = openDatabase(dataDir);
  try {
    return new LogStore(db, () => 1_000).head().epoch;
  } finally {
    db.close();
  }
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-backup-'));
  dataDir = join(folder, 'data');
  file = join(folder, 'backup.db');
  epochOf();
  await backup({ dataDir }, file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What an operator may take for a backup. */
const NO_BACKUPS: { [name: string]: () => void } = {
  'half of one': () => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'an empty file': () => writeFileSync(file, ''),
  'no database': () => writeFileSync(file, 'x'.repeat(5_000)),
  'a database of something else': () => {
    rmSync(file);
    new Database(file).exec('CREATE TABLE notes (text); PRAGMA user_version = 3').close();
  },
};

it('[N7] what is no whole backup is refused, and the store stays as it is', async () => {
  const before = epochOf();
  for (const [name, spoil] of Object.entries(NO_BACKUPS)) {
    spoil();
    await expect(restore({ dataDir }, file), name).rejects.toThrow(/no whole backup/u);
    expect(epochOf(), name).toBe(before);
  }
  expect(readdirSync(dataDir).filter((name) => name.startsWith('restore-'))).toEqual([]);
});

it('[N7] a backup takes the place even of a damaged store, with a new epoch', async () => {
  const before = epochOf();
  writeFileSync(join(dataDir, DATABASE_FILE), 'damaged');
  await restore({ dataDir }, file);
  expect(epochOf()).not.toBe(before);
});

it('[N7] a file that is there is no place for a backup', async () => {
  const before = readFileSync(file);
  await expect(backup({ dataDir }, file)).rejects.toThrow('there is a file already');
  expect(readFileSync(file).equals(before)).toBe(true);
});

it('[N7] nothing is left of a backup that failed', async () => {
  const other = join(folder, 'other.db');
  await expect(backup({ dataDir: join(folder, 'nowhere') }, other)).rejects.toThrow();
  expect(existsSync(other)).toBe(false);
});

// Customers, and the key of proofs and tags.
it.skipIf(process.platform === 'win32')(
  '[N7] store and backup can be read by nobody else of the machine',
  async () => {
    chmodSync(dataDir, 0o755);
    await restore({ dataDir }, file);
    const db = openDatabase(dataDir);
    new LogStore(db, () => 1_000).newEpoch();
    const rights = [file, ...readdirSync(dataDir).map((name) => join(dataDir, name))].map((path) => [
      path,
      statSync(path).mode & 0o077,
    ]);
    db.close();
    expect(rights.filter(([, others]) => others !== 0)).toEqual([]);
  },
);
