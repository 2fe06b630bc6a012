import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { migrateOutbox } from '../migrations/outbox.ts';
import { openFile } from '../store/open.ts';
import { openOutboxFile } from '../store/outbox.ts';
import { salvageOutbox } from '../store/salvage.ts';
import { dropDraft, keepDraft } from './drafts.ts';
import { changesBetween, type KeptDraft, newOutbox, type Outbox } from './model.ts';
import { enqueue } from './operations.ts';
import { atFork } from './rules.ts';

const KEY = 'ef'.repeat(32);
const AT = '2026-11-21T10:00:00.000Z';
const NOW = Date.parse(AT);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drafts-'));
  folders.push(folder);
  return join(folder, 'outbox.db');
}

const draft = (text: string, change: Partial<KeptDraft> = {}): KeptDraft => ({
  name: 'add-note',
  profileId: 'P1',
  about: null,
  answers: { text },
  at: AT,
  ...change,
});
const keep = (outbox: Outbox, one: KeptDraft): Outbox => {
  const next = keepDraft(outbox, one);
  if (next === null) throw new Error('too large');
  return next;
};
const texts = (outbox: Outbox): unknown[] => [...outbox.drafts.values()].map((one) => one.answers.text);

describe('[O19] drafts', () => {
  it('hold the last of what was typed, one for each dialog', () => {
    let outbox = keep(keep(newOutbox('c'), draft('h')), draft('he'));
    outbox = keep(outbox, draft('other', { profileId: 'P2' }));
    outbox = keep(outbox, draft('mended', { about: 'e1' }));
    expect(texts(outbox).sort()).toEqual(['he', 'mended', 'other']);
    expect(texts(dropDraft(outbox, 'add-note', 'P1', null)).sort()).toEqual(['mended', 'other']);
    expect(dropDraft(outbox, 'rebook', 'P1', null)).toBe(outbox);
  });

  it('are not larger than what they may become, and the oldest go', () => {
    expect(keepDraft(newOutbox('c'), draft('x'.repeat(50_000)))).toBeNull();
    const old = keep(newOutbox('c'), draft('old', { profileId: 'P0', at: '2026-10-01T10:00:00.000Z' }));
    expect(texts(keep(old, draft('new')))).toEqual(['new']);
    let many = newOutbox('c');
    for (let i = 0; i < 210; i++)
      many = keep(many, draft(`t${i}`, { profileId: `P${i}`, at: new Date(NOW + i).toISOString() }));
    expect(many.drafts.size).toBe(200);
    expect(texts(many)).not.toContain('t9');
  });

  it('survive the process, a fork and damage, and cannot be read without the key', () => {
    const path = newPath();
    const first = openOutboxFile(path, KEY, () => 'c', new Date(NOW)).store;
    const typed = keep(first.load(), draft('Quirinalis wants her bag'));
    first.write(changesBetween(first.load(), typed));
    for (const suffix of ['', '-wal']) expect(readFileSync(path + suffix).includes('Quirinalis')).toBe(false);
    first.close();
    let again = openOutboxFile(path, KEY, () => 'c', new Date(NOW)).store;
    expect(texts(again.load())).toEqual(['Quirinalis wants her bag']);
    expect(texts(atFork(again.load(), 'c2', [], NOW))).toEqual(['Quirinalis wants her bag']);
    again.close();
    expect(texts(salvageOutbox(path, KEY))).toEqual(['Quirinalis wants her bag']);
    again = openOutboxFile(path, KEY, () => 'c', new Date(NOW)).store;
    again.write(changesBetween(again.load(), dropDraft(again.load(), 'add-note', 'P1', null)));
    again.close();
    const last = openOutboxFile(path, KEY, () => 'c', new Date(NOW)).store;
    expect(last.load().drafts.size).toBe(0);
    last.close();
  });
});

describe('[O2] a file of version 1', () => {
  it('gains the table and keeps everything else', () => {
    const path = newPath();
    const db = openFile(path, KEY);
    migrateOutbox(db, 1);
    const put = enqueue(newOutbox('c'), {
      ...{
        id: 'a',
        name: 'add-note',
        ver: 1,
        args: { profileId: 'P1', text: 'kept' },
        base: [],
        baseValues: {},
      },
      ...{ profileId: 'P1', at: AT, operator: 'op' },
    });
    if (!put.ok) throw new Error(put.code);
    const [entry] = put.outbox.pending;
    db.prepare('INSERT INTO me VALUES (1, ?, ?, 7, 6)').run('c', 'e');
    db.prepare('INSERT INTO pending VALUES (?, 0, ?)').run('a', JSON.stringify(entry));
    db.close();
    const { store, salvaged } = openOutboxFile(path, KEY, () => 'other', new Date(NOW));
    expect(salvaged).toBeNull();
    expect(store.load()).toMatchObject({ me: { clientId: 'c', nextMid: 7 }, pending: [{ id: 'a' }] });
    store.write(changesBetween(store.load(), keep(store.load(), draft('new'))));
    expect(texts(store.load())).toEqual(['new']);
    store.close();
  });
});
