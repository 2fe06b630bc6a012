import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEY_INDEXES } from '../migrations/replica.ts';
import { formsOf } from '../search/near.ts';
import type { Db } from './open.ts';
import { openReplicaFile } from './replica.ts';
import { WordBook } from './wordBook.ts';

let folder: string;
let db: Db;
let words: WordBook;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'words-'));
  db = openReplicaFile(join(folder, 'replica-operator.db'), null).db;
  for (const sql of KEY_INDEXES.values()) db.exec(sql);
  words = new WordBook(db);
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const call = (rid: number, name: string): void =>
  void db.prepare('INSERT INTO key_row (rid, n, name) VALUES (?, 0, ?)').run(rid, name);
const uncall = (rid: number): void => void db.prepare('DELETE FROM key_row WHERE rid = ?').run(rid);
/** Every word with all its forms, as the file has them. */
const known = (): string[] =>
  db
    .prepare<[], string>("SELECT w.word || ' ' || f.form FROM form AS f LEFT JOIN word AS w ON w.n = f.word")
    .pluck()
    .all()
    .sort();
const expected = (names: string[]): string[] =>
  [...new Set(names)].flatMap((name) => formsOf(name).map((form) => `${name} ${form}`)).sort();
const nameOf = (i: number): string => `n${i.toString(36)}x${(i * 7919).toString(36)}`;

describe('[P35] words that a snapshot brought', () => {
  it('are all known when they have been learned, whatever came and went meanwhile', () => {
    const names = Array.from({ length: 1_500 }, (_, i) => nameOf(i));
    for (const [i, name] of names.entries()) call(i, `${name} anna`);
    words.learnAll();
    expect(words.learn()).toBe(true);
    // One that was learned already goes, one that was not comes by itself.
    const [first] = db.prepare<[], string>('SELECT word FROM word ORDER BY word LIMIT 1').pluck().all();
    uncall(names.indexOf(first as string));
    words.dropUnused(first as string);
    call(9_000, 'zyxw');
    words.add('zyxw');
    while (words.learn());
    expect(known()).toEqual(expected([...names.filter((name) => name !== first), 'zyxw']));
    expect(words.near(`${names[700]}q`)).toContainEqual({ word: names[700], slip: 'more' });
  });

  it('are all known wherever learning was broken off: by a start, a rollback, or words that go', () => {
    const names = Array.from({ length: 2_600 }, (_, i) => nameOf(i));
    for (const [i, name] of names.entries()) call(i, name);
    for (const turns of [3, 6, 7, 8, 9]) {
      words.clear();
      words.learnAll();
      for (let i = 0; i < turns; i++) words.learn();
      const gone = names.pop() as string;
      uncall(names.length);
      words.dropUnused(gone);
      if (turns % 3 === 0) words = new WordBook(db);
      if (turns % 3 === 1) words.reload();
      while (words.learn());
      expect(known()).toEqual(expected(names));
      // Of a second snapshot only what is new is made; numbers of words that went are not given again.
      call(names.length, gone);
      words.learnAll();
      while (words.learn());
      expect(known()).toEqual(expected([...names, gone]));
      uncall(names.length);
    }
  });

  it('[P38] names nobody where it stands in learning, once an erasure took him', () => {
    const names = Array.from({ length: 1_500 }, (_, i) => nameOf(i));
    for (const [i, name] of names.entries()) call(i, name);
    words.learnAll();
    words.learn();
    const standing = () => db.prepare("SELECT value FROM meta WHERE name = 'learnedWords'").pluck().get();
    const [last = ''] = db.prepare<[], string>('SELECT max(word) FROM word').pluck().all();
    expect(standing()).toContain(last);
    uncall(names.indexOf(last));
    words.dropUnused(last);
    words.relearn();
    expect(standing()).toBe('');
    while (words.learn());
    words.relearn();
    expect(standing()).toBeUndefined();
    expect(known()).toEqual(expected(names.filter((name) => name !== last)));
  });

  it('leave nothing behind when all customers go in the middle of learning', () => {
    for (let i = 0; i < 1_500; i++) call(i, nameOf(i));
    words.learnAll();
    words.learn();
    words.clear();
    const left = ['word', 'form', 'meta'].map((table) =>
      db.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    );
    expect(left).toEqual([0, 0, 0]);
  });

  it('are learned once more without changing anything', () => {
    for (const [i, name] of ['anna', 'hanna', 'ana'].entries()) call(i, name);
    for (let round = 0; round < 2; round++) {
      words.learnAll();
      while (words.learn());
      expect(known()).toEqual(expected(['anna', 'hanna', 'ana']));
    }
  });
});
