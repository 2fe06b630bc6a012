import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrate } from './database.ts';
import { SecretStore, START } from './secrets.ts';

it('[C1] a source keeps its key however often the core starts, until it is revoked; of the starts’ keys the last 50 are good', () => {
  const db = new Database(':memory:');
  migrate(db);
  const secrets = new SecretStore(db);
  const shop = secrets.issueWriteKey('shop', 0);
  const starts = Array.from({ length: 60 }, (_, i) => secrets.issueWriteKey(START, i));
  const isGood = (key: string) => secrets.writeKey(key) !== null;
  expect(isGood(shop)).toBe(true);
  expect(starts.map(isGood)).toEqual(starts.map((_, i) => i >= 10));
  expect(secrets.writeKeys()).toContainEqual({ name: 'shop', created: 0, isPage: false });
  expect(secrets.revokeWriteKey('shop')).toBe(true);
  expect(secrets.revokeWriteKey('shop')).toBe(false);
  expect(isGood(shop)).toBe(false);
  expect(isGood(starts.at(-1) as string)).toBe(true);
});
