import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrate, openDatabase } from './database.ts';
import { LogStore } from './log.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'core-store-'));
const open = (at = folder(), now = () => 1_000) => new LogStore(openDatabase(at), now);
function migrated(): Database.Database {
  const db = new Database(':memory:');
  migrate(db);
  return db;
}
const profile = (id: string, scopes: string[], text = id) => ({
  table: 'profile' as const,
  id,
  json: JSON.stringify({ id: text }),
  scopes,
});

describe('commit log', () => {
  it('numbers commits without holes and chains them', () => {
    const store = open();
    const seqs = store.transaction((log) => [
      log.commit([profile('a', ['station:FRA'])]),
      log.commit([profile('b', [])]),
    ]);
    expect(seqs).toEqual([1, 2]);
    expect(store.head().seq).toBe(2);
    expect(store.chainAt(0)).toBe('');
    expect(store.chainAt(1)).toMatch(/^[0-9a-f]{64}$/);
    expect(store.chainAt(2)).toBe(store.head().chain);
    expect(store.chainAt(3)).toBeUndefined();
    store.db.close();
  });

  it('says per row once what held it at the start of a range', () => {
    const store = open();
    store.transaction((log) => log.commit([profile('a', ['station:FRA'])]));
    store.transaction((log) => log.commit([profile('a', ['station:MUC'])]));
    store.transaction((log) =>
      log.commit([{ table: 'profile', id: 'a', json: null, scopes: [] }, profile('b', [])]),
    );
    expect(store.changedRows(0, 3)).toEqual([
      { table: 'profile', id: 'a', scopesBefore: [], vBefore: 0, hidden: false, last: 3 },
      { table: 'profile', id: 'b', scopesBefore: [], vBefore: 0, hidden: false, last: 3 },
    ]);
    expect(store.changedRows(1, 3)[0]).toEqual({
      table: 'profile',
      id: 'a',
      scopesBefore: ['station:FRA'],
      vBefore: 1,
      hidden: false,
      last: 3,
    });
    expect(store.row('profile', 'a')).toBeUndefined();
    expect(store.scopesSinceFloor('profile', 'a').sort()).toEqual(['station:FRA', 'station:MUC']);
    store.db.close();
  });

  it('pages the rows of a scope in order, bundles last and in every scope', () => {
    const store = open();
    store.transaction((log) =>
      log.commit([
        profile('b', ['station:FRA']),
        profile('a', ['station:FRA', 'flight:LH1/2026-01-01']),
        { table: 'event', id: '0', json: '{}', scopes: ['station:FRA'] },
        { table: 'bundle', id: 'x', json: '{}', scopes: [] },
        profile('c', ['station:MUC']),
      ]),
    );
    const seen: string[] = [];
    let after: Parameters<typeof store.rowsOfScope>[1] = null;
    for (;;) {
      const rows = store.rowsOfScope('station:FRA', after, 2);
      const encoded = store.encodedRowsOfScope('station:FRA', after, 2);
      const asText = encoded.map((row) => ({ ...row, json: row.json.toString() }));
      expect(asText).toEqual(rows);
      const last = rows.at(-1);
      if (!last) break;
      seen.push(...rows.map((row) => `${row.table}/${row.id}`));
      after = { table: last.table, id: last.id };
    }
    expect(seen).toEqual(['profile/a', 'profile/b', 'event/0', 'bundle/x']);
    expect(store.rowsOfScope('station:ZZZ', null, 10).map((row) => row.id)).toEqual(['x']);
    store.db.close();
  });

  it('gives a row to be sent as what it has: the text that was just written, or the bytes of the file', () => {
    const at = folder();
    const store = open(at);
    store.transaction((log) => log.commit([profile('a', ['station:FRA'], 'Ünal 😀')]));
    const written = store.encodedRow('profile', 'a');
    expect(written).toEqual(store.row('profile', 'a'));
    store.db.close();
    const later = open(at);
    const read = later.encodedRow('profile', 'a');
    expect(read?.json).toBeInstanceOf(Buffer);
    expect({ ...read, json: read?.json.toString() }).toEqual(written);
    expect(later.encodedRow('profile', 'nobody')).toBeUndefined();
    later.db.close();
  });

  it('rolls a failed transaction back, head and listeners included', () => {
    const store = open();
    const told: number[] = [];
    store.onCommit((head) => told.push(head.seq));
    expect(() =>
      store.transaction((log) => {
        log.commit([profile('a', ['station:FRA'])]);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.head().seq).toBe(0);
    store.transaction((log) => log.commit([profile('a', [])]));
    expect(told).toEqual([1]);
    expect(store.changedRows(0, 1)).toHaveLength(1);
    store.db.close();
  });

  it('knows every scope that held a profile since the floor, through removals and returns', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b'),
      scopes: fc.option(fc.subarray(['station:FRA', 'station:MUC', 'queue:de'])),
    });
    const histories = fc.array(fc.oneof({ weight: 6, arbitrary: change }, fc.nat(6)), { maxLength: 25 });
    fc.assert(
      fc.property(histories, (history) => {
        const store = new LogStore(migrated(), () => 1_000);
        for (const step of history) {
          if (typeof step === 'number') store.cutLog(step);
          else if (step.scopes) {
            const { id, scopes } = step;
            store.transaction((log) => log.commit([profile(id, scopes)]));
          } else if (store.row('profile', step.id)) {
            const { id } = step;
            store.transaction((log) => log.commit([{ table: 'profile', id, json: null, scopes: [] }]));
          }
        }
        const { seq, floor } = store.head();
        for (const id of ['a', 'b']) {
          const expected = new Set(store.row('profile', id)?.scopes);
          for (let from = floor; from < seq; from++)
            for (const one of store.changedRows(from, from + 1))
              if (one.id === id) for (const scope of one.scopesBefore) expected.add(scope);
          expect(store.scopesSinceFloor('profile', id).sort()).toEqual([...expected].sort());
        }
        store.db.close();
      }),
      { numRuns: 200 },
    );
  });

  it('a relaxed transaction takes nothing for the log, and the next one is as durable as ever', () => {
    const store = open();
    const synchronous = () => store.db.pragma('synchronous', { simple: true });
    expect(() => store.transaction((log) => log.commit([profile('a', [])]), 'relaxed')).toThrow('durable');
    expect(store.head().seq).toBe(0);
    expect(store.transaction(() => synchronous(), 'relaxed')).toBe(1);
    expect(store.transaction(() => synchronous())).toBe(2);
    store.transaction((log) => log.commit([profile('a', [])]));
    expect(store.row('profile', 'a')).toBeDefined();
    store.db.close();
  });

  it('shows no row of a part that was rolled back, whether it was there before or not', () => {
    const store = open();
    store.transaction((log) => log.commit([profile('a', ['station:FRA'], 'before')]));
    store.transaction((log) => {
      expect(() =>
        store.savepoint(() => {
          log.commit([profile('a', [], 'after'), profile('b', [])]);
          expect(store.row('profile', 'a')?.json).toContain('after');
          throw new Error('no');
        }),
      ).toThrow('no');
      expect(store.row('profile', 'a')).toMatchObject({ v: 1, scopes: ['station:FRA'] });
      expect(store.row('profile', 'a')?.json).toContain('before');
      expect(store.row('profile', 'b')).toBeUndefined();
    });
    store.db.close();
  });

  it('[R5] cuts the log, keeps the chain at the floor, and finds everything again after a restart', () => {
    const at = folder();
    const store = open(at);
    for (let i = 0; i < 5; i++) store.transaction((log) => log.commit([profile('a', [`station:A${i}`])]));
    const chain = store.chainAt(3);
    expect(store.cutLog(2)).toBe(3);
    expect(store.chainAt(2)).toBeUndefined();
    expect(store.chainAt(3)).toBe(chain);
    expect(store.scopesSinceFloor('profile', 'a').sort()).toEqual(['station:A2', 'station:A3', 'station:A4']);
    const head = store.head();
    store.db.close();
    const again = open(at);
    expect(again.head()).toEqual(head);
    expect(again.newEpoch().epoch).not.toBe(head.epoch);
    expect(again.head().seq).toBe(5);
    again.db.close();
  });

  it('refuses a second process on the same folder and a file of a newer program', () => {
    const at = folder();
    const store = open(at);
    expect(() => openDatabase(at)).toThrow('in use');
    store.db.pragma('user_version = 99');
    expect(() => migrate(store.db)).toThrow('newer');
    store.db.close();
  }, 10_000);
});
