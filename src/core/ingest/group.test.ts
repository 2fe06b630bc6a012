import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { Fold } from '../fold/fold.ts';
import { migrate } from '../store/database.ts';
import { EventStore } from '../store/events.ts';
import { IdentityStore } from '../store/identities.ts';
import { LogStore } from '../store/log.ts';
import { ProfileStore } from '../store/profiles.ts';
import { readEvent } from './envelope.ts';
import { GroupCommit } from './group.ts';

function makeGroup() {
  const db = new Database(':memory:');
  migrate(db);
  const now = () => 1_800_000_000_000;
  const log = new LogStore(db, now);
  const stores = {
    log,
    events: new EventStore(db),
    identities: new IdentityStore(db),
    profiles: new ProfileStore(db),
  };
  let ids = 0;
  const fold = new Fold(stores, { now, newId: () => `P${++ids}` });
  const failures: unknown[] = [];
  const clock = { now: 0 };
  const report = (error: unknown) => failures.push(error);
  const group = new GroupCommit(log, fold, report, undefined, () => clock.now);
  const track = (userId: string, messageId: string, value: string) => {
    const raw = { userId, messageId, event: 'Preference Changed', properties: { name: messageId, value } };
    const entry = readEvent(raw, { type: 'track', received: now(), newId: () => messageId });
    return () => fold.take(entry);
  };
  return { db, log, fold, group, track, failures, clock };
}

describe('GroupCommit', () => {
  it('puts what arrives together into one commit', async () => {
    const { log, group, track, fold } = makeGroup();
    const results = await Promise.all([
      group.submit([track('a', '1', 'x')]),
      group.submit([track('b', '2', 'x')]),
    ]);
    expect(results).toEqual([[null], [null]]);
    expect(log.head().seq).toBe(1);
    expect(fold.holders('userId', 'a')).toEqual(['P1']);
    await group.submit([track('a', '1', 'x')]);
    expect(log.head().seq).toBe(1);
  });

  it('refuses only what makes a row too large', async () => {
    const { group, track, fold, log } = makeGroup();
    const big = Array.from({ length: 8 }, (_, i) => track('big', `m${i}`, 'x'.repeat(30_000)));
    const results = await group.submit([track('a', '1', 'x'), ...big, track('b', '2', 'y')]);
    expect(results.map((result) => result?.code ?? null)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
      null,
      'row_too_large',
      'row_too_large',
      null,
    ]);
    expect(fold.holders('userId', 'b')).toHaveLength(1);
    const row = log.row('profile', fold.holders('userId', 'big')[0] as string);
    expect(row?.json.length).toBeLessThan(200 * 1024);
  });

  it('says store_unavailable while the disk is full, keeps nothing half, and goes on afterwards', async () => {
    const { db, group, track, fold, failures } = makeGroup();
    await group.submit([track('a', '1', 'x')]);
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    const jobs = Array.from({ length: 8 }, (_, i) => track(`u${i}`, `m${i}`, 'x'.repeat(30_000)));
    const results = await group.submit(jobs);
    expect(results.map((result) => result?.code)).toEqual(Array(8).fill('store_unavailable'));
    expect(failures).toHaveLength(1);
    expect(fold.holders('userId', 'u0')).toEqual([]);
    // A row that is rewritten in its place would still find room.
    expect(group.isWritable()).toBe(false);
    db.pragma('max_page_count = 1000000');
    expect(group.isWritable()).toBe(true);
    expect(db.prepare('SELECT count(*) FROM lease').pluck().get()).toBe(0);
    expect(await group.submit(jobs)).toEqual(Array(8).fill(null));
    expect(fold.holders('userId', 'u0')).toHaveLength(1);
  });

  it('notices a full disk also where nobody stores anything, within ten seconds', async () => {
    const { db, group, track, clock } = makeGroup();
    await group.submit([track('a', '1', 'x')]);
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
    clock.now = 9_999;
    expect(group.isWritable()).toBe(true);
    clock.now = 10_000;
    expect(group.isWritable()).toBe(false);
    db.pragma('max_page_count = 1000000');
    expect(group.isWritable()).toBe(true);
  });

  it('fails a job that throws, and not its neighbours', async () => {
    const { group, track, failures } = makeGroup();
    const poison = () => {
      throw new Error('poison');
    };
    const results = await group.submit([track('a', '1', 'x'), poison, track('b', '2', 'x')]);
    expect(results.map((result) => result?.code ?? null)).toEqual([null, 'internal', null]);
    expect(failures).toHaveLength(1);
  });

  it('[C6] refuses more than it can hold, at once', () => {
    const { group } = makeGroup();
    expect(() => group.submit(Array(20_001).fill(() => false))).toThrow('Too much at once');
  });
});
