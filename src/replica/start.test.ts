import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { connect } from '../bridge/connect.ts';
import type { PortLike } from '../bridge/port.ts';
import type { ReplicaConfig } from './config.ts';
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
