import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../bridge/connect.ts';
import type { PortLike } from '../bridge/port.ts';
import type { ReplicaConfig } from './config.ts';
import type { Entry } from './outbox/model.ts';
import { type RunningReplica, startReplica } from './start.ts';

const folders: string[] = [];
const running: RunningReplica[] = [];

function config(change: Partial<ReplicaConfig> = {}): ReplicaConfig {
  const dataDir = mkdtempSync(join(tmpdir(), 'replica-'));
  folders.push(dataDir);
  return {
    dataDir,
    coreUrl: 'http://127.0.0.1:9',
    token: 'nobody',
    station: 'FRA',
    operator: 'op-1',
    role: 'operator',
    keys: { replica: 'ab'.repeat(32), outbox: 'cd'.repeat(32) },
    protection: 'keystore',
    wanted: ['station:FRA'],
    simulation: null,
    ...change,
  };
}

function begin(change: Partial<ReplicaConfig> = {}): RunningReplica {
  const replica = startReplica(config(change));
  running.push(replica);
  return replica;
}

function window(replica: RunningReplica) {
  const { port1, port2 } = new MessageChannel();
  const like = (port: typeof port1): PortLike => ({
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    close: () => port.close(),
  });
  replica.serve(like(port1));
  return connect(like(port2));
}

afterEach(async () => {
  for (const replica of running.splice(0)) await replica.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const NOTE = { name: 'add-note', profileId: 'P1', args: { text: 'asked for a wheelchair' }, seen: [] };

describe('replica without a core', () => {
  it('takes commands, shows them on the way, and takes them back while they are unsent', async () => {
    const replica = begin();
    const bridge = window(replica);
    const { id } = await bridge.call('enqueue', NOTE);
    expect(replica.parts.outbox().pending.map((entry) => entry.id)).toEqual([id]);
    const seen = await new Promise<string[]>((resolve) => {
      const stop = bridge.stream('outbox', {}, (view) => {
        resolve(view.onTheWay.map((entry) => `${entry.id} ${entry.state} ${entry.canUndo}`));
        stop();
      });
    });
    expect(seen).toEqual([`${id} waiting true`]);
    expect(await bridge.call('undo', { id })).toEqual({ undone: true });
    expect(await bridge.call('undo', { id })).toEqual({ undone: false });
    expect(replica.parts.outbox().pending).toEqual([]);
  });

  it('[O17] makes one command of a wish that was changed, and says so', async () => {
    const replica = begin();
    const bridge = window(replica);
    const seat = (seat: string) =>
      bridge.call('enqueue', { ...NOTE, name: 'change-seat', args: { booking: 'QX7R2M', segment: 1, seat } });
    const first = await seat('12A');
    expect(first.replaced).toBeNull();
    const second = await seat('12B');
    expect(second.replaced).toBe(first.id);
    expect(replica.parts.outbox().pending).toMatchObject([{ id: second.id, args: { seat: '12B' } }]);
  });

  it('[O10] changes an unsent entry in place, holds it, and tells when it is too late', async () => {
    const replica = begin();
    const bridge = window(replica);
    const { id } = await bridge.call('enqueue', NOTE);
    const edited = { id, args: { text: 'asked for two wheelchairs' }, seen: [] };
    expect(await bridge.call('edit', edited)).toEqual({ edited: true });
    expect(replica.parts.outbox().pending).toMatchObject([{ id, args: { profileId: 'P1', ...edited.args } }]);
    await expect(bridge.call('edit', { ...edited, args: { text: '' } })).rejects.toMatchObject({
      code: 'bad_command',
    });
    expect(await bridge.call('hold', { id, held: true })).toEqual({ done: true });
    expect(replica.parts.outbox().pending[0]?.held).toBe(true);
    expect(await bridge.call('edit', { ...edited, id: 'nobody' })).toEqual({ edited: false });
    expect(await bridge.call('hold', { id: 'nobody', held: true })).toEqual({ done: false });
  });

  it('[O7] refuses what is too large or too much, and says what of', async () => {
    const replica = begin();
    const bridge = window(replica);
    const { id } = await bridge.call('enqueue', NOTE);
    await expect(
      bridge.call('enqueue', { ...NOTE, args: { text: 'x'.repeat(50_000) } }),
    ).rejects.toMatchObject({
      code: 'too_large',
    });
    await expect(
      bridge.call('edit', { id, args: { text: 'x'.repeat(50_000) }, seen: [] }),
    ).rejects.toMatchObject({
      code: 'too_large',
    });
    const outbox = replica.parts.outbox();
    const [one] = outbox.pending as [Entry];
    const many = Array.from({ length: 2_000 }, (_, i) => ({ ...one, id: `n${i}`, order: i }));
    replica.parts.runner.change({ ...outbox, pending: many });
    const record = { ...NOTE, name: 'record-outcome', args: { decisionId: 'd', outcome: 'positive' } };
    await expect(bridge.call('enqueue', record)).rejects.toMatchObject({
      code: 'outbox_full',
      params: { kind: 'answer' },
    });
    expect(await bridge.call('enqueue', NOTE)).toMatchObject({ replaced: null });
    const more = Array.from({ length: 2_200 }, (_, i) => ({ ...one, id: `n${i}`, order: i }));
    replica.parts.runner.change({ ...outbox, pending: more });
    await expect(bridge.call('enqueue', NOTE)).rejects.toMatchObject({
      code: 'outbox_full',
      params: { kind: 'action' },
    });
  });

  it('[O19] keeps what was begun, also for the next process, until it is given', async () => {
    const replica = begin();
    const bridge = window(replica);
    const of = { name: 'add-note', profileId: 'P1', about: null };
    await bridge.call('draft', { ...of, answers: { text: 'asked f' } });
    await bridge.call('draft', { ...of, answers: { text: 'asked for' } });
    const drafts = () =>
      new Promise((resolve) => {
        const stop = window(running.at(-1) as RunningReplica).stream('drafts', {}, (view) => {
          resolve(view.map((one) => one.answers.text));
          stop();
        });
      });
    expect(await drafts()).toEqual(['asked for']);
    running.pop();
    await replica.stop();
    const again = begin({ dataDir: replica.parts.config.dataDir });
    expect(await drafts()).toEqual(['asked for']);
    await window(again).call('enqueue', NOTE);
    expect(again.parts.outbox().drafts.size).toBe(0);
  });

  it('refuses what the pack does not take, with a code', async () => {
    const bridge = window(begin({ role: 'kiosk' }));
    await expect(bridge.call('enqueue', NOTE)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(bridge.call('enqueue', { ...NOTE, name: 'fly-away' })).rejects.toMatchObject({
      code: 'bad_command',
    });
    await expect(bridge.call('find', { type: 'phone', value: '1', purpose: 'x' })).rejects.toMatchObject({
      code: 'offline',
    });
  });

  it('refuses a second console on the same outbox', () => {
    const first = begin();
    expect(() => startReplica(first.parts.config)).toThrow(/locked|busy/u);
  });

  it('says since when it is offline and what waits', async () => {
    const replica = begin();
    const bridge = window(replica);
    await bridge.call('enqueue', NOTE);
    const status = await new Promise((resolve) => {
      bridge.stream('status', {}, (view) => {
        if (view.connection === 'offline' && view.waiting === 1) resolve(view);
      });
    });
    expect(status).toMatchObject({
      reason: 'core_unreachable',
      needsYou: 0,
      station: 'FRA',
      protection: 'keystore',
    });
  });
});
