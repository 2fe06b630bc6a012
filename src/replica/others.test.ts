import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicaConfig } from './config.ts';
import { Files, replicaPath } from './files.ts';
import { leaveAlone } from './others.ts';

const KEY = 'a1'.repeat(32);
const NEW = 'b2'.repeat(32);

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'others-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const of = (role: ReplicaConfig['role'], grants: string[], subject = 'oidc:anna'): ReplicaConfig => ({
  ...{ dataDir, coreUrl: 'http://127.0.0.1:9', token: '', station: 'FRA', operator: 'Anna', role },
  person: { subject, grants },
  ...{ keys: { replica: KEY, outbox: KEY }, protection: 'keystore', wanted: [], simulation: null },
});

/** Opened and closed, as by somebody who has worked here. */
async function left(config: ReplicaConfig): Promise<void> {
  await new Files(
    config,
    () => '01',
    () => null,
  ).close();
}

const replicas = () => readdirSync(dataDir).filter((name) => name.startsWith('replica-'));
const outboxes = () => readdirSync(dataDir).filter((name) => name.startsWith('outbox-'));

describe('[C3] [C5] at a change of role or grants', () => {
  const first = () => of('supervisor', ['station:*']);

  it.each([
    ['another role', () => of('restricted', ['station:*'], 'account:otto')],
    ['other grants', () => of('supervisor', ['station:FRA'])],
  ])('to %s the key of the other replicas goes, then their files; outboxes stay', async (_what, after) => {
    await left(first());
    const bytes = readFileSync(replicaPath(first()));
    expect(bytes.length).toBeGreaterThan(0);
    let destroyed = 0;
    const key = await leaveAlone(after(), async () => {
      destroyed += 1;
      // Nothing has gone before the key has: a crash in between leaves nothing that can be read.
      expect(replicas()).toHaveLength(1);
      return NEW;
    });
    expect([key, destroyed, replicas(), outboxes().length]).toEqual([NEW, 1, [], 1]);
  });

  it('nothing goes for somebody else of the same role and grants', async () => {
    await left(first());
    const same = of('supervisor', ['station:*'], 'oidc:sara');
    expect(await leaveAlone(same, () => Promise.reject(new Error('not asked')))).toBe(KEY);
    expect(replicas()).toHaveLength(1);
  });

  it('nothing goes, and nobody starts, where the key cannot be destroyed', async () => {
    await left(first());
    const after = of('restricted', ['station:*']);
    await expect(leaveAlone(after, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room');
    expect(replicas()).toHaveLength(1);
  });

  it('what an older console kept of several roles goes as a whole', async () => {
    for (const config of [first(), of('restricted', ['station:*']), of('operator', ['station:FRA'])])
      await left(config);
    expect(replicas().filter((name) => name.endsWith('.db'))).toHaveLength(3);
    expect(await leaveAlone(of('restricted', ['station:*']), async () => NEW)).toBe(NEW);
    expect(replicas()).toEqual([]);
  });
});
