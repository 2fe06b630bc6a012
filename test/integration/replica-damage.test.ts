import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRows } from '../../src/replica/store/reader.ts';
import { until, Whole } from '../builders/whole.ts';

let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
});
afterEach(() => whole.close());

/** Bytes of a page of replica.db. */
const PAGE = 8_192;

/** Overwrites everything behind the first page of a file. */
function ruin(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size - 4096, 7), 0, undefined, 4096);
  closeSync(file);
}

describe('a damaged replica', () => {
  it('is noticed at work, fetched again, and the outbox is not touched', async () => {
    for (let i = 0; i < 8; i++) await whole.passenger(`u${i}`, `QX7R${i}M`);
    const lines: string[] = [];
    const replica = await whole.replica({}, { log: (line) => lines.push(line) });
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 8);
    await whole.core.close();
    await until(bridge, 'status', {}, (view) => view.connection === 'offline');
    const { id } = await bridge.call('enqueue', {
      name: 'add-note',
      profileId: 'P',
      args: { text: 'kept' },
      seen: [],
    });
    const { db } = replica.parts.files.replica;
    db.pragma('wal_checkpoint(TRUNCATE)');
    ruin(join(whole.path('op-1'), 'replica-operator.db'));
    db.pragma('shrink_memory');
    await expect(bridge.call('search', { text: 'weber', limit: 5 })).rejects.toMatchObject({
      code: 'internal',
    });
    await until(bridge, 'status', {}, (view) => view.profiles === 0);
    expect(replica.parts.outbox().pending.map((entry) => entry.id)).toEqual([id]);
    expect(lines).toContain('replica_damaged');
    await whole.startCore();
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 8);
    expect(allRows(replica.parts.files.replica.db).filter((row) => row.table === 'profile')).toHaveLength(8);
  });

  it('is noticed at the start', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const first = await whole.replica();
    await until(
      whole.window(first),
      'status',
      {},
      (view) => view.connection === 'live' && view.profiles === 1,
    );
    await whole.stopReplica(first);
    const [file = ''] = readdirSync(whole.path('op-1')).filter(
      (name) => name.startsWith('replica') && name.endsWith('.db'),
    );
    ruin(join(whole.path('op-1'), file));
    const again = await whole.replica();
    await until(
      whole.window(again),
      'status',
      {},
      (view) => view.connection === 'live' && view.profiles === 1,
    );
  });

  it('[P3] never keeps a console from starting, whichever page it is', async () => {
    for (let i = 0; i < 8; i++) await whole.passenger(`u${i}`, `QX7R${i}M`);
    await whole.event('contacts', {
      ...{ id: 'c1', kind: 'call', state: 'ringing', queue: 'support', station: 'FRA' },
      ...{ identity: { type: 'userId', value: 'u1' }, at: new Date().toISOString() },
    });
    const first = await whole.replica();
    await until(
      whole.window(first),
      'status',
      {},
      (view) => view.connection === 'live' && view.profiles === 8,
    );
    await whole.stopReplica(first);
    const path = join(whole.path('op-1'), 'replica-operator.db');
    const good = readFileSync(path);
    await whole.core.close();
    const noticed: number[] = [];
    for (let at = PAGE; at < good.length; at += PAGE) {
      for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
      writeFileSync(
        path,
        Buffer.concat([good.subarray(0, at), Buffer.alloc(PAGE, 7), good.subarray(at + PAGE)]),
      );
      const lines: string[] = [];
      const replica = await whole.replica({}, { log: (line) => lines.push(line) });
      if (lines.includes('replica_damaged')) noticed.push(at / PAGE);
      // What it was started with is known from nowhere else: without it the core would refuse it for ever.
      const { token, wanted } = replica.parts.runner.session;
      expect({ page: at / PAGE, token, wanted }).toMatchObject({ token: expect.stringMatching(/./u) });
      expect(wanted.length).toBeGreaterThan(0);
      await whole.stopReplica(replica);
    }
    // Pages that opening does not read, but the work list that the strip after a gap begins with.
    expect(noticed.length).toBeGreaterThan(0);
    await whole.startCore();
  });
});

describe('an upload without an answer', () => {
  it('[P14] is said until the core has answered', async () => {
    await whole.passenger('u1', 'QX7R2M');
    // With a short wait it is back before anybody could be told.
    const replica = await whole.replica({}, { random: () => 0.999 });
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    const said = until(bridge, 'status', {}, (view) => view.reason === 'upload_stuck');
    const { link, runner } = replica.parts;
    const send = link.send.bind(link);
    // The push goes nowhere, so that no answer can come.
    link.send = (effect) => (effect.do === 'push' ? undefined : send(effect));
    await bridge.call('enqueue', { name: 'add-note', profileId: 'P', args: { text: 'x' }, seen: [] });
    link.send = send;
    runner.dispatch({ type: 'timer', name: 'watchdog' });
    expect((await said).connection).not.toBe('live');
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.waiting === 0);
  });
});

describe('two consoles', () => {
  it('see who else has a customer open, and each other’s writes', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const token = async (subject: string): Promise<string> =>
      (
        (await whole.post('/dev/token', { subject, role: 'operator', scopes: ['station:*'] })) as {
          token: string;
        }
      ).token;
    const [one, two] = await Promise.all(
      ['op-a', 'op-b'].map(async (operator) => {
        const replica = await whole.replica({ operator, token: await token(operator) });
        const bridge = whole.window(replica);
        await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
        return { replica, bridge };
      }),
    );
    if (!one || !two) throw new Error('two consoles');
    const [row] = allRows(one.replica.parts.files.replica.db).filter((each) => each.table === 'profile');
    const customer = { profileId: row?.id ?? '' };
    await one.bridge.call('presence', { ...customer, state: 'viewing' });
    const seen = await until(two.bridge, 'customer', customer, (view) => (view?.presence.length ?? 0) > 0);
    expect(seen?.presence[0]).toMatchObject({ by: 'op-a', state: 'viewing' });
    await one.bridge.call('presence', { profileId: null, state: 'none' });
    await until(two.bridge, 'customer', customer, (view) => view?.presence.length === 0);
    await one.bridge.call('enqueue', { name: 'add-note', ...customer, args: { text: 'hello' }, seen: [] });
    await until(
      two.bridge,
      'customer',
      customer,
      (view) => view?.timeline.some((line) => line.properties.text === 'hello') ?? false,
    );
  });
});
