import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { AIRLINE_COMMANDS } from '../../packs/airline/commands.ts';
import {
  MAX_COMMAND_BYTES,
  MAX_OPEN_MIDS,
  MAX_PUSH_BYTES,
  OUTBOX_MAX_ENTRIES,
} from '../../protocol/limits.ts';
import { jsonLength } from '../../protocol/size.ts';
import { migrateOutbox, OUTBOX_MIGRATIONS } from '../migrations/outbox.ts';
import { MemoryOutbox } from '../store/memory.ts';
import { openFile } from '../store/open.ts';
import { openOutboxFile } from '../store/outbox.ts';
import { superseded } from './coalesce.ts';
import { dropDraft, keepDraft } from './drafts.ts';
import { changesBetween, type Entry, newOutbox, type Outbox } from './model.ts';
import { type Draft, discard, edit, enqueue, hold, restore, undo, usedShare } from './operations.ts';
import { atFork, atWelcome, loseMidsAbove, nextBatch, settle, showsFork } from './rules.ts';

const KEY = 'ef'.repeat(32);
const AT = '2026-11-21T10:00:00.000Z';
const NOW = Date.parse(AT);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'outbox-'));
  folders.push(folder);
  return join(folder, 'outbox.db');
}

const draft = (id: string, change: Partial<Draft> = {}): Draft => ({
  id,
  name: 'add-note',
  ver: 1,
  args: { profileId: 'P1', text: id },
  base: [],
  baseValues: {},
  profileId: 'P1',
  at: AT,
  operator: 'op',
  ...change,
});

function put(outbox: Outbox, id: string, change: Partial<Draft> = {}): Outbox {
  const next = enqueue(outbox, draft(id, change));
  if (!next.ok) throw new Error(next.code);
  return next.outbox;
}

const sendAll = (outbox: Outbox) =>
  nextBatch(outbox, { lmid: outbox.me.lmidAck, maxCommands: 50, now: NOW, held: () => false });

describe('limits', () => {
  it('refuses a command above 48 KB when it is enqueued, because it would loop for ever', () => {
    const text = 'ü'.repeat(MAX_COMMAND_BYTES / 2);
    expect(enqueue(newOutbox('c'), draft('a', { args: { text } }))).toEqual({ ok: false, code: 'too_large' });
    expect(enqueue(newOutbox('c'), draft('a', { args: { text: text.slice(300) } })).ok).toBe(true);
  });

  it('refuses records at 100 % and people later, and says how full it is', () => {
    const [one] = put(newOutbox('c'), 'e').pending;
    const entries = Array.from({ length: OUTBOX_MAX_ENTRIES }, (_, i) => ({
      ...(one as Entry),
      id: `e${i}`,
      bytes: 10,
      order: i,
    }));
    const full = { ...newOutbox('c'), pending: entries };
    expect(usedShare(full)).toBe(1);
    expect(enqueue(full, draft('x', { name: 'record-outcome' }))).toEqual({ ok: false, code: 'outbox_full' });
    expect(enqueue(full, draft('x')).ok).toBe(true);
    const fuller = { ...full, pending: [...full.pending, ...entries.slice(0, OUTBOX_MAX_ENTRIES / 10)] };
    expect(enqueue(fuller, draft('x'))).toEqual({ ok: false, code: 'outbox_full' });
  });

  it('makes pushes of at most 64 KB and 50 commands', () => {
    let outbox = newOutbox('c');
    for (let i = 0; i < 70; i++)
      outbox = put(outbox, `e${i}`, { args: { profileId: 'P1', text: 'x'.repeat(i % 2 === 0 ? 3000 : 10) } });
    const { batch } = sendAll(outbox);
    const commands = batch.map(({ mid, id, name, ver, args, base, at }) => ({
      mid,
      id,
      name,
      ver,
      args,
      base,
      at,
    }));
    expect(batch.length).toBeGreaterThan(10);
    expect(jsonLength({ commands })).toBeLessThanOrEqual(MAX_PUSH_BYTES);
    let small = newOutbox('c');
    for (let i = 0; i < 70; i++) small = put(small, `e${i}`);
    expect(sendAll(small).batch).toHaveLength(50);
  });
});

describe('operations', () => {
  it('[R12] [R14] changes only what has no mid and is not marked', () => {
    const free = put(newOutbox('c'), 'a');
    const sent = sendAll(free).outbox;
    const marked = atFork(free, 'c2', [], NOW);
    expect(edit(free, 'a', { text: 'b' })?.pending[0]?.args).toEqual({ text: 'b' });
    for (const outbox of [sent, marked]) {
      expect(undo(outbox, 'a', AT)).toBeNull();
      expect(edit(outbox, 'a', {})).toBeNull();
    }
    expect(hold(sent, 'a', true)).toBeNull();
    expect(hold(marked, 'a', true)?.pending[0]?.held).toBe(true);
    expect(undo(free, 'nobody', AT)).toBeNull();
  });

  it('puts a conflict away without losing its text', () => {
    const sent = sendAll(put(newOutbox('c'), 'a')).outbox;
    const refused = settle(sent, [[1, 'a', 'rejected', 'args', null]], AT);
    const away = discard(refused, 'a');
    expect(away?.conflict.get('a')).toMatchObject({ archived: true, entry: { args: { text: 'a' } } });
    expect(discard(away ?? refused, 'a')).toBeNull();
  });

  it('[O11] takes a discard back, without its old place, and nothing that a redo or a fork put away', () => {
    const sent = sendAll(put(newOutbox('c'), 'a')).outbox;
    const refused = settle(sent, [[1, 'a', 'conflict', 'stale', { facts: [] }]], AT);
    const back = restore(discard(refused, 'a') as Outbox, 'a');
    expect(back?.conflict.get('a')).toMatchObject({
      archived: false,
      status: 'conflict',
      entry: { mid: null },
    });
    // Another entry may have the place by now: that is no fork.
    expect(showsFork(back as Outbox, 1, [[1, 'z']])).toBe(false);
    expect(restore(refused, 'a')).toBeNull();
    expect(restore(discard(refused, 'a', 'redo') as Outbox, 'a')).toBeNull();
    expect(restore(atFork(refused, 'c2', [], NOW), 'a')).toBeNull();
    expect(restore(atFork(discard(refused, 'a') as Outbox, 'c2', [], NOW), 'a')).toBeNull();
  });
});

type Act = (outbox: Outbox) => Outbox;
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const act: fc.Arbitrary<Act> = fc.oneof(
  id.map(
    (one): Act =>
      (outbox) =>
        knows(outbox, one) ? outbox : put(outbox, one),
  ),
  id.map(
    (one): Act =>
      (outbox) =>
        undo(outbox, one, AT) ?? outbox,
  ),
  fc.constant<Act>((outbox) => sendAll(outbox).outbox),
  fc.nat(6).map(
    (lmid): Act =>
      (outbox) =>
        loseMidsAbove(outbox, Math.min(lmid, outbox.me.nextMid - 1)),
  ),
  fc.constantFrom('applied' as const, 'conflict' as const, 'parked' as const).map(
    (status): Act =>
      (outbox) => {
        const next = outbox.pending.find((entry) => entry.mid === outbox.me.lmidAck + 1);
        return next?.mid == null ? outbox : settle(outbox, [[next.mid, next.id, status, 'x', null]], AT);
      },
  ),
  fc.record({ lmid: fc.nat(6), start: fc.nat(6) }).map(
    ({ lmid, start }): Act =>
      (outbox) => {
        const known = Math.min(lmid, outbox.me.nextMid - 1);
        return atWelcome(outbox, {
          lmid: known,
          epoch: 'e',
          idsFrom: Math.min(start, known) + 1,
          vouched: known,
          now: NOW,
        });
      },
  ),
  fc.constantFrom('c2', 'c3').map(
    (clientId): Act =>
      (outbox) =>
        atFork(outbox, clientId, [], NOW),
  ),
  id.map(
    (one): Act =>
      (outbox) =>
        discard(outbox, one) ?? outbox,
  ),
  id.map(
    (one): Act =>
      (outbox) =>
        restore(outbox, one) ?? outbox,
  ),
  id.map(
    (one): Act =>
      (outbox) =>
        knows(outbox, one) ? outbox : prefer(outbox, one),
  ),
  fc.record({ id, keep: fc.boolean() }).map(({ id, keep }): Act => {
    const kept = { name: 'add-note', profileId: id, about: null, answers: { text: id }, at: AT };
    return (outbox) => (keep ? (keepDraft(outbox, kept) ?? outbox) : dropDraft(outbox, 'add-note', id, null));
  }),
);

/** A wish for the same as the others of its kind: it takes the place of one that was never sent. */
function prefer(outbox: Outbox, one: string): Outbox {
  const wish = draft(one, { name: 'set-preference', args: { profileId: 'P1', name: 'meal', value: one } });
  const next = enqueue(outbox, wish, superseded(outbox, wish, AIRLINE_COMMANDS));
  return next.ok ? next.outbox : outbox;
}

const knows = (outbox: Outbox, one: string): boolean =>
  outbox.undone.has(one) ||
  outbox.conflict.has(one) ||
  outbox.settled.has(one) ||
  outbox.pending.some((entry) => entry.id === one);

describe('rules', () => {
  it('[I3] [I6] [R15] never loses or doubles an entry, whatever happens, and gives each place once', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let outbox = newOutbox('c');
        const ever = new Set<string>();
        for (const one of acts) {
          outbox = one(outbox);
          for (const entry of outbox.pending) ever.add(entry.id);
          for (const name of ever) {
            const places = [
              outbox.pending.filter((entry) => entry.id === name).length,
              outbox.settled.has(name) ? 1 : 0,
              outbox.conflict.has(name) ? 1 : 0,
              outbox.undone.has(name) ? 1 : 0,
            ];
            expect(places.reduce((sum, count) => sum + count)).toBe(1);
          }
          const mids = outbox.pending.flatMap((entry) => (entry.mid === null ? [] : [entry.mid]));
          expect(new Set(mids).size).toBe(mids.length);
          for (const mid of mids) expect(mid).toBeLessThan(outbox.me.nextMid);
          const orders = outbox.pending.map((entry) => entry.order);
          expect(orders).toEqual([...orders].sort((a, b) => a - b));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('says the same to a store as it holds in memory, change by change, and after opening the file again', () => {
    const path = newPath();
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const files = openOutboxFile(path, KEY, () => 'c', new Date(NOW));
        const memory = new MemoryOutbox('c');
        let outbox = newOutbox('c');
        for (const one of acts) {
          const next = one(outbox);
          const changes = changesBetween(outbox, next);
          files.store.write(changes);
          memory.write(changes);
          outbox = next;
        }
        const plain = (box: Outbox) => ({
          me: box.me,
          pending: box.pending,
          settled: [...box.settled].sort(),
          undone: [...box.undone].sort(),
          conflict: [...box.conflict].sort(),
          drafts: [...box.drafts].sort(),
        });
        expect(plain(memory.load())).toEqual(plain(outbox));
        expect(plain(files.store.load())).toEqual(plain(outbox));
        files.store.close();
        const again = openOutboxFile(path, KEY, () => 'other', new Date(NOW));
        expect(plain(again.store.load())).toEqual(plain(outbox));
        again.store.close();
        for (const file of readdirSync(join(path, '..'))) rmSync(join(path, '..', file));
      }),
      { numRuns: 40 },
    );
  });

  it('[R12] frees the place of one that became too old in the middle, so that its next owner is no fork', () => {
    const month = 30 * 86_400_000;
    const sent = sendAll(put(put(newOutbox('c'), 'old', { at: new Date(NOW - month).toISOString() }), 'new'));
    const later = { lmid: 0, maxCommands: 50, now: NOW + 1, held: () => false };
    const retired = nextBatch(sent.outbox, later).outbox;
    expect(retired.conflict.get('old')).toMatchObject({ status: 'unknown', entry: { mid: 1 } });
    const again = sendAll(loseMidsAbove(retired, 0)).outbox;
    expect(again.pending).toMatchObject([{ id: 'new', mid: 1 }]);
    expect(showsFork(again, 1, [[1, 'new']])).toBe(false);
    // A welcome does not send it again, before those that were written earlier.
    const welcomed = atWelcome(retired, { lmid: 0, epoch: '', idsFrom: 1, vouched: 0, now: NOW });
    expect(welcomed.pending).toMatchObject([{ id: 'new', mid: null }]);
    expect(welcomed.conflict.get('old')).toMatchObject({ status: 'unknown', entry: { mid: null } });
  });

  it('[R12] does not send an old entry again that the other copy of its disk may have sent', () => {
    const month = 30 * 86_400_000;
    const copy = put(newOutbox('c'), 'a');
    const options = { lmid: 0, maxCommands: 50, now: NOW + month + 1, held: () => false };
    expect(nextBatch(copy, options).batch).toHaveLength(1);
    const forked = nextBatch(atFork(copy, 'c2', [], NOW), options);
    expect(forked.batch).toEqual([]);
    expect(forked.outbox.conflict.get('a')?.status).toBe('unknown');
  });

  it('[R13] puts what was lost in front, in the order of its places, and leaves what was put away', () => {
    let outbox = newOutbox('c');
    for (const one of ['a', 'b', 'c', 'd']) outbox = put(outbox, one);
    outbox = settle(
      sendAll(outbox).outbox,
      [
        [1, 'a', 'applied', '', null],
        [2, 'b', 'conflict', 'stale', null],
        [3, 'c', 'rejected', 'args', null],
      ],
      AT,
    );
    outbox = discard(outbox, 'c') ?? outbox;
    const after = atWelcome(outbox, { lmid: 0, epoch: 'e2', idsFrom: 1, vouched: 0, now: NOW });
    expect(after.pending.map((entry) => [entry.id, entry.mid])).toEqual([
      ['a', null],
      ['b', null],
      ['d', null],
    ]);
    expect(after.me).toEqual({ clientId: 'c', epoch: 'e2', nextMid: 1, lmidAck: 0 });
    expect([...after.conflict.keys()]).toEqual(['c']);
  });

  it('[R15] hears that an id is somebody else’s by the place, also of what another history had applied there', () => {
    const sent = sendAll(put(put(newOutbox('c'), 'a'), 'b')).outbox;
    const applied = settle(
      sent,
      [
        [1, 'a', 'applied', '', null],
        [2, 'b', 'applied', '', null],
      ],
      AT,
    );
    for (const outbox of [sent, applied]) {
      const after = settle(outbox, [[1, 'a', 'rejected', 'id_reused', null]], AT);
      expect(after.conflict.get('a')?.code).toBe('id_reused');
      expect(after.settled.has('a')).toBe(false);
    }
    // Of another place it says nothing: there the id was our own.
    expect(settle(applied, [[2, 'a', 'rejected', 'id_reused', null]], AT).settled.has('a')).toBe(true);
  });

  it('[R13] sends again what another history may lack, where it tells the ids of later places only', () => {
    let outbox = sendAll(put(put(put(newOutbox('c'), 'a'), 'b'), 'd')).outbox;
    outbox = settle(
      { ...outbox, me: { ...outbox.me, epoch: 'e1' } },
      [
        [1, 'a', 'applied', '', null],
        [2, 'b', 'conflict', 'stale', null],
        [3, 'd', 'applied', '', null],
      ],
      AT,
    );
    const told = { lmid: 9, idsFrom: 3, vouched: 9, now: NOW };
    const other = atWelcome(outbox, { ...told, epoch: 'e2' });
    expect(other.pending.map((entry) => [entry.id, entry.mid])).toEqual([['a', null]]);
    expect([[...other.settled.keys()], [...other.conflict.keys()]]).toEqual([['d'], ['b']]);
    expect(atWelcome(outbox, { ...told, epoch: 'e1' }).pending).toEqual([]);
    // Of the same history too, where the rows have lost it (seed 6373970).
    const lost = atWelcome(outbox, { ...told, epoch: 'e1', vouched: 0 });
    expect(lost.pending.map((entry) => [entry.id, entry.mid, entry.untold])).toEqual([['a', null, true]]);
    // Its effect may be in this history too: nobody takes it back unheard (seed 3270).
    expect([undo(other, 'a', AT), edit(other, 'a', {})]).toEqual([null, null]);
  });

  it('[R13] waits for no result that the core has cut, and lowers lmidAck to where results begin again', () => {
    const lmid = 3 * MAX_OPEN_MIDS;
    const long = newOutbox('c');
    const used = { ...long, me: { ...long.me, nextMid: lmid + 1, lmidAck: 0 } };
    const after = put(atWelcome(used, { lmid, epoch: 'e', idsFrom: lmid + 1, vouched: lmid, now: NOW }), 'a');
    expect(nextBatch(after, { lmid, maxCommands: 50, now: NOW, held: () => false }).batch).toHaveLength(1);
    expect(atWelcome(after, { lmid, epoch: 'e', idsFrom: 5, vouched: lmid, now: NOW }).me.lmidAck).toBe(4);
  });

  it('[R12] has no more mids open than the core answers for at once', () => {
    const long = newOutbox('c');
    let outbox: Outbox = { ...long, me: { ...long.me, nextMid: MAX_OPEN_MIDS - 1, lmidAck: 0 } };
    for (const id of ['a', 'b', 'c', 'd']) outbox = put(outbox, id);
    const lmid = MAX_OPEN_MIDS - 2;
    const { pending } = nextBatch(outbox, { lmid, maxCommands: 50, now: NOW, held: () => false }).outbox;
    expect(pending.map(({ mid }) => mid)).toEqual([MAX_OPEN_MIDS - 1, MAX_OPEN_MIDS, null, null]);
  });

  it('[R14] sees a fork by a place beyond its own or by another id in a place of its own', () => {
    const sent = sendAll(put(newOutbox('c'), 'a')).outbox;
    expect(showsFork(sent, 1, [[1, 'a']])).toBe(false);
    expect(showsFork(sent, 2, [])).toBe(true);
    expect(showsFork(sent, 1, [[1, 'z']])).toBe(true);
    const settled = settle(sent, [[1, 'a', 'applied', '', null]], AT);
    expect(showsFork(settled, 1, [[1, 'z']])).toBe(true);
  });

  it('[R14] sends applied ones again before pending ones, and says what took effect though undone', () => {
    let outbox = settle(sendAll(put(newOutbox('c'), 'a')).outbox, [[1, 'a', 'applied', '', null]], AT);
    outbox = put(put(outbox, 'b'), 'u');
    outbox = undo(outbox, 'u', AT) ?? outbox;
    const forked = atFork(outbox, 'c2', [[2, 'u']], NOW);
    expect(forked.pending.map((entry) => [entry.id, entry.mid, entry.marked])).toEqual([
      ['a', null, true],
      ['b', null, true],
    ]);
    expect(forked.conflict.get('u')?.status).toBe('took_effect');
  });
});

describe('outbox.db', () => {
  it('locks its released migrations and makes the same file fresh and step by step', () => {
    for (const { sql, lock } of OUTBOX_MIGRATIONS) {
      expect(createHash('sha256').update(sql).digest('hex').slice(0, 16)).toBe(lock);
    }
    const schemaOf = (steps: number[]): unknown => {
      const db = openFile(newPath(), KEY);
      for (const step of steps) migrateOutbox(db, step);
      const found = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
      const version = db.pragma('user_version', { simple: true });
      db.close();
      return { found, version };
    };
    expect(schemaOf(OUTBOX_MIGRATIONS.map((one) => one.version))).toEqual(
      schemaOf([Number.MAX_SAFE_INTEGER]),
    );
  });

  it('is put aside when it is damaged, and what can be read of it goes on under a new client', () => {
    const path = newPath();
    const first = openOutboxFile(path, KEY, () => 'c', new Date(NOW)).store;
    let outbox = first.load();
    for (let i = 0; i < 200; i++)
      outbox = put(outbox, `e${i}`, { args: { profileId: 'P1', text: 'x'.repeat(400) } });
    first.write(changesBetween(first.load(), outbox));
    first.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 9), 0, 4096, Math.floor(statSync(path).size / 8192) * 4096);
    closeSync(file);
    const { store, salvaged } = openOutboxFile(path, KEY, () => 'c2', new Date(NOW));
    const saved = store.load();
    store.close();
    expect(salvaged?.entries).toBe(saved.pending.length);
    expect(saved.pending.length).toBeGreaterThan(50);
    expect(saved.pending.length).toBeLessThan(200);
    expect(saved.pending.every((entry) => entry.marked && entry.mid === null)).toBe(true);
    expect(saved.me.clientId).toBe('c2');
    expect(readdirSync(join(path, '..')).some((name) => name.includes('damaged'))).toBe(true);
  });
});
