import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { ContactRow } from '../../domain/contact.ts';
import { BoardStore } from './board.ts';
import { migrate } from './database.ts';

it('[DB2] looks at the contacts that began last, however their rows came into the file', () => {
  const db = new Database(':memory:');
  migrate(db);
  // As a node's image gets them: in any order, and each row anew when it has changed.
  const put = db.prepare("INSERT OR REPLACE INTO contact (id, profile, json, open) VALUES (?, 'P', ?, 1)");
  const began = (id: string, since: string) =>
    put.run(id, JSON.stringify({ id, since } satisfies Partial<ContactRow>));
  began('last', '2026-11-27T10:02:00.000Z');
  began('second', '2026-11-27T10:01:00.000Z');
  began('first', '2026-11-27T10:00:00.000Z');
  expect(new BoardStore(db).contacts(2).map(({ row }) => row.id)).toEqual(['last', 'second']);
});
