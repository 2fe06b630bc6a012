import { cpSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningReplica } from '../../src/replica/start.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import { until, Whole } from '../builders/whole.ts';
import { copyOfStore } from '../nodes/own-database.ts';

let whole: Whole;
beforeEach(async () => {
  whole = new Whole();
  await whole.startCore();
});
afterEach(() => whole.close());

const GRANTS = ['station:*', 'profile:*', 'queue:*'];

async function tokenOf(subject: string, more: { [name: string]: unknown } = {}): Promise<string> {
  const answer = (await whole.post('/dev/token', { subject, role: 'operator', scopes: GRANTS, ...more })) as {
    token: string;
  };
  return answer.token;
}

async function liveAs(
  subject: string,
  more: Parameters<Whole['replica']>[0] = {},
): Promise<{ replica: RunningReplica; bridge: ReturnType<Whole['window']> }> {
  const replica = await whole.replica({
    operator: subject,
    token: await tokenOf(subject, { role: more.role ?? 'operator' }),
    ...more,
  });
  const bridge = whole.window(replica);
  await until(bridge, 'status', {}, (view) => view.connection === 'live');
  return { replica, bridge };
}

const rows = (replica: RunningReplica) => allRows(replica.parts.files.replica.db);
const note = (text: string, profileId = 'P') => ({ name: 'add-note', profileId, args: { text }, seen: [] });
const profilesOf = (replica: RunningReplica) =>
  rows(replica)
    .filter((row) => row.table === 'profile')
    .map((row) => row.id);

describe('a session with a real core', () => {
  it('[R1] deletes its rows when the station is revoked, and comes back with a new token', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const { replica, bridge } = await liveAs('op-r');
    expect(profilesOf(replica)).toHaveLength(1);
    const revoked = until(bridge, 'status', {}, (view) => view.connection === 'revoked');
    await whole.post('/dev/revoke', { subject: 'op-r' });
    await revoked;
    expect(rows(replica)).toEqual([]);
    replica.token(await tokenOf('op-r'));
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
  });

  it('wipes its files under new keys, gives the receipt, and says hello as a new console', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const keys = { replica: '11'.repeat(32), outbox: '22'.repeat(32) };
    const replica = await whole.replica(
      { operator: 'op-w', token: await tokenOf('op-w') },
      { destroyKeys: async () => keys },
    );
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    const before = replica.parts.outbox().me.clientId;
    const away = until(bridge, 'status', {}, (view) => view.connection !== 'live');
    await whole.post('/dev/wipe', { subject: 'op-w', mode: 'all' });
    await away;
    await until(bridge, 'status', {}, (view) => view.connection === 'live' && view.profiles === 1);
    expect(replica.parts.outbox().me.clientId).not.toBe(before);
  });

  it('[R5] keeps its rows on screen over a cut log, and has each of them confirmed', async () => {
    for (let i = 0; i < 5; i++) await whole.passenger(`u${i}`, `QX7R${i}M`);
    const { replica, bridge } = await liveAs('op-c');
    await whole.stopReplica(replica);
    await whole.passenger('u9', 'ZZ7R9M');
    await whole.event('identify', { userId: 'u1', traits: { tier: 'Senator' } });
    await whole.post('/dev/cut', { keep: 0 });
    bridge.close();
    const again = await liveAs('op-c');
    expect(profilesOf(again.replica)).toHaveLength(6);
    expect(rows(again.replica).filter((row) => row.stale)).toEqual([]);
    expect(rows(again.replica).some((row) => row.json.includes('Senator'))).toBe(true);
  });

  it('[R13] sends again what a restored core has lost, and nothing happens twice', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const { replica, bridge } = await liveAs('op-b');
    const [profileId = ''] = profilesOf(replica);
    await bridge.call('enqueue', note('before', profileId));
    await until(bridge, 'outbox', {}, (view) => view.settled.length === 1);
    await whole.core.close();
    const copy = await copyOfStore(whole.path('core'));
    await whole.startCore();
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    await bridge.call('enqueue', note('after', profileId));
    await until(bridge, 'outbox', {}, (view) => view.settled.length === 2);
    const epoch = replica.parts.files.replica.store.meta().epoch;
    await whole.core.close();
    await copy.putBack();
    copy.discard();
    await whole.startCore();
    await until(
      bridge,
      'status',
      {},
      (view) => view.connection === 'live' && replica.parts.files.replica.store.meta().epoch !== epoch,
    );
    await until(bridge, 'outbox', {}, (view) => view.settled.length === 2 && view.onTheWay.length === 0);
    const view = await until(
      bridge,
      'customer',
      { profileId },
      (value) => value?.timeline.filter((one) => one.type === 'note' && !one.pending).length === 2,
    );
    expect(
      view?.timeline
        .filter((one) => one.type === 'note')
        .map((one) => one.properties.text)
        .sort(),
    ).toEqual(['after', 'before']);
  });

  it('[R14] gives a cloned console a clientId of its own, and both their work is done once', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const first = await liveAs('op-f');
    const [profileId = ''] = profilesOf(first.replica);
    await whole.stopReplica(first.replica);
    cpSync(whole.path('op-f'), whole.path('clone'), { recursive: true });
    const original = await liveAs('op-f');
    await original.bridge.call('enqueue', note('original', profileId));
    await until(original.bridge, 'outbox', {}, (view) => view.settled.length === 1);
    const clone = await liveAs('op-f', { dataDir: whole.path('clone') });
    await clone.bridge.call('enqueue', note('clone', profileId));
    const seen = await until(
      clone.bridge,
      'customer',
      { profileId },
      (value) => value?.timeline.filter((one) => one.type === 'note' && !one.pending).length === 2,
    );
    expect(
      seen?.timeline
        .filter((one) => one.type === 'note')
        .map((one) => one.properties.text)
        .sort(),
    ).toEqual(['clone', 'original']);
    expect(clone.replica.parts.outbox().me.clientId).not.toBe(original.replica.parts.outbox().me.clientId);
  });

  it('never holds in full what its role may not read', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const { replica } = await liveAs('op-m', { role: 'restricted' });
    const text = JSON.stringify(rows(replica));
    expect(text).toContain('masked');
    expect(text).not.toContain('17612345678');
    expect(text).not.toContain('u1@example.org');
  });

  it('is told that a token has ended, drops nothing, and goes on with the next', async () => {
    await whole.passenger('u1', 'QX7R2M');
    let needed = 0;
    const replica = await whole.replica(
      { operator: 'op-t', token: await tokenOf('op-t', { ttlSeconds: 2 }) },
      { onNeedToken: () => void needed++ },
    );
    const bridge = whole.window(replica);
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
    await until(
      bridge,
      'status',
      {},
      (view) => view.connection === 'refused' && view.reason === 'token_expired',
    );
    expect(needed).toBeGreaterThan(0);
    expect(profilesOf(replica)).toHaveLength(1);
    replica.token(await tokenOf('op-t'));
    await until(bridge, 'status', {}, (view) => view.connection === 'live');
  });

  it('[R6] [R7] gets everything executed once while the core fails on it', async () => {
    await whole.passenger('u1', 'QX7R2M');
    const { replica, bridge } = await liveAs('op-x');
    const [profileId = ''] = profilesOf(replica);
    await whole.post('/dev/fail', { command: 'add-note', times: 2 });
    for (const text of ['a', 'b', 'c']) await bridge.call('enqueue', note(text, profileId));
    await until(bridge, 'outbox', {}, (view) => view.settled.length === 3);
    const view = await until(
      bridge,
      'customer',
      { profileId },
      (value) => value?.timeline.every((one) => !one.pending) ?? false,
    );
    expect(
      view?.timeline
        .filter((one) => one.type === 'note')
        .map((one) => one.properties.text)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
  });

  it('[R16] catches up on more than one frame can carry, all at once', async () => {
    const count = 300;
    const departs = new Date(Date.now() + 4 * 3_600_000).toISOString();
    const booking = (i: number) => `AB${String(1000 + i)}`;
    await whole.batch(
      Array.from({ length: count }, (_, i) => ({
        type: 'track',
        userId: `m${i}`,
        event: 'Booking Created',
        properties: {
          booking: booking(i),
          segments: [
            {
              segment: 1,
              flight: 'LH400',
              date: departs.slice(0, 10),
              from: 'FRA',
              to: 'JFK',
              departs,
              seat: '1A',
            },
          ],
        },
      })),
    );
    const first = await liveAs('op-p');
    expect(profilesOf(first.replica)).toHaveLength(count);
    await whole.stopReplica(first.replica);
    await whole.batch(
      Array.from({ length: count * 2 }, (_, i) => ({
        type: 'track',
        userId: `m${i % count}`,
        event: 'Seat Changed',
        properties: {
          booking: booking(i % count),
          segment: 1,
          seat: `${(i % 60) + 1}C`,
          remark: 'x'.repeat(300),
        },
      })),
    );
    const parts: number[] = [];
    const again = await whole.replica({ operator: 'op-p', token: await tokenOf('op-p') });
    const { runner } = again.parts;
    const dispatch = runner.dispatch.bind(runner);
    runner.dispatch = (input) => {
      if (input.type === 'frame' && input.body.part !== undefined) parts.push(input.body.part);
      dispatch(input);
    };
    await until(whole.window(again), 'status', {}, (view) => view.connection === 'live');
    expect(parts.length).toBeGreaterThan(1);
    expect(rows(again).filter((row) => row.table === 'profile' && row.json.includes('"1A"'))).toEqual([]);
    expect(profilesOf(again)).toHaveLength(count);
  });
});
