/** What a person is told when the files of the console are in trouble. */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import Database from 'better-sqlite3';
import { live, openStation, type Station } from './station.ts';

let station: Station;
test.beforeEach(async () => {
  station = await openStation();
  await live(station.console.page);
});
test.afterEach(async () => {
  await station.end();
});

const folder = (): string => join(station.folder, 'console', 'replica');
function outbox(): string {
  const name = readdirSync(folder()).find((one) => /^outbox-\w+\.db$/u.test(one));
  if (name === undefined) throw new Error('there is no outbox');
  return join(folder(), name);
}

/** Another program has the outbox: as the console itself would hold it. */
function hold(path: string): Database.Database {
  const stored = JSON.parse(readFileSync(join(station.folder, 'console', 'keys.json'), 'utf8'));
  const db = new Database(path);
  db.pragma("cipher = 'aegis'");
  db.pragma(`key = "x'${stored.keys.outbox}'"`);
  db.pragma('locking_mode = EXCLUSIVE');
  db.exec('BEGIN EXCLUSIVE');
  return db;
}

const says = (page: Page, text: RegExp) =>
  expect(page.getByText(text).first()).toBeVisible({ timeout: 20_000 });

test('that another program has the outbox, and goes on by itself when it is free', async () => {
  await station.console.close();
  const holder = hold(outbox());
  await station.reopen();
  await says(station.console.page, /Another Kairos on this machine/u);
  holder.close();
  await live(station.console.page);
});

test('that the outbox was damaged and salvaged, until that is put away', async () => {
  await station.console.close();
  const path = outbox();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(300, 9), 0, 300, statSync(path).size - 1_000);
  closeSync(file);
  await station.reopen();
  const { page } = station.console;
  await live(page);
  await says(page, /The outbox on this machine was damaged/u);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByText(/The outbox on this machine was damaged/u)).toHaveCount(0);
});
