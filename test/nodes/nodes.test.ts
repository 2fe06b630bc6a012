/** Two real nodes over a real PostgreSQL (docs/spec/store.md). */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StationState } from '../../src/domain/board.ts';
import { Client, type Notice } from '../contract/client.ts';
import { Core } from '../contract/core-process.ts';
import { booked, trip } from '../contract/world.ts';
import { type Postgres, startPostgres } from './postgres.ts';

let postgres: Postgres;
let nodes: [Core, Core];

const node = () => new Core(mkdtempSync(join(tmpdir(), 'kairos-node-')), postgres.url);

beforeAll(async () => {
  postgres = await startPostgres();
  nodes = [await node().start(), await node().start()];
}, 120_000);

afterAll(async () => {
  for (const one of nodes) await one.dispose();
  await postgres.stop();
});

const event = (i: number) => ({
  type: 'track',
  userId: `u${i % 7}`,
  messageId: `m${i}`,
  event: 'Preference Changed',
  properties: { name: `n${i}`, value: i },
});

/** Sends until it is accepted: what was answered with anything else is sent again, as sources do. */
async function deliver(target: () => Core, i: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await target()
      .post('/v1/track', event(i))
      .catch(() => null);
    if (answer?.status === 200) return;
    if (Date.now() > deadline) throw new Error(`m${i} got ${answer?.status}: ${answer?.text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline) throw new Error('it did not come to hold');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const run = promisify(execFile);
const core = (...args: string[]) => run('npm', ['run', '-s', 'core', '--', ...args]);

const seqOf = async (core: Core) => (await core.http('GET', '/healthz')).json.seq as number;
const level = () => until(async () => (await seqOf(nodes[0])) === (await seqOf(nodes[1])));

/** Each delivered event once in the timelines, and the same at both nodes. */
async function expectAll(count: number): Promise<void> {
  await level();
  for (const core of nodes) {
    const ids: string[] = [];
    for (let u = 0; u < 7; u++) {
      const { id } = await core.profile('userId', `u${u}`);
      let query = '?limit=200';
      for (;;) {
        const page = await core.events(id, query);
        ids.push(...page.events.map((one) => String(one.id)));
        if (!page.next) break;
        query = `?limit=200&before=${page.next}`;
      }
    }
    const wanted = Array.from({ length: count }, (_, i) => `m${i}`);
    expect(ids.sort()).toEqual(wanted.sort());
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('two nodes over one database', () => {
  it('[N1] give one history: what one accepts the other has', async () => {
    await Promise.all(range(0, 40).map((i) => deliver(() => nodes[i % 2] as Core, i)));
    await expectAll(40);
  });

  it('[C1] send away at both whom one has revoked', async () => {
    const [one, two] = nodes;
    const subject = 'op-revoked';
    const client = new Client({ url: two.url, token: await two.token({ subject }) });
    await client.connect();
    await level();
    const began = performance.now();
    await one.dev('revoke', { subject });
    await client.until(() => client.closed, 'the other node closing');
    process.stdout.write(
      `revoked at one node, out at the other after ${Math.round(performance.now() - began)} ms\n`,
    );
    expect(client.byes).toEqual([expect.objectContaining({ reason: 'station_revoked' })]);
  });

  it('[N1] [D32] steer as one: what a supervisor pauses at one, the other neither suggests nor publishes again', async () => {
    const [one, two] = nodes;
    await one.send({ type: 'identify', userId: 'steered', traits: { firstName: 'Anna', tier: 'Gold' } });
    await level();
    const chief = await one.token({ subject: 'chief', role: 'supervisor' });
    const identity = { type: 'userId', value: 'steered' };
    const decide = async (core: Core) =>
      (await core.ask('/v1/decide', { identity, channel: 'counter' }, chief)).json.chosen.action as string;
    const action = await decide(two);
    const paused = await Promise.all([
      one.ask('/v1/steering/pause', { actions: [action], reason: 'test' }, chief),
      one.ask('/v1/steering', { levers: { [action]: 120 }, note: 'test' }, chief),
    ]);
    await level();
    const [board, other] = await Promise.all(
      nodes.map(async (core) => (await core.get('/v1/board', chief)).json),
    );
    expect(paused.map(({ status }) => status)).toEqual([200, 200]);
    expect(board.steering).toBe(2);
    expect(other).toMatchObject({ steering: 2, bundle: board.bundle, acceptance: board.acceptance });
    expect(await decide(two)).not.toBe(action);
    expect((await two.ask('/v1/steering/resume', { actions: [action] }, chief)).status).toBe(200);
    await level();
    expect(await decide(one)).toBe(action);
  });

  it('[N10] show consoles of both on the board, and who has a customer open, wherever they are connected', async () => {
    await nodes[0].send(booked({ ...trip({ from: 'FRA' }), userId: 'open', booking: 'OPEN01' }));
    await level();
    const { id: profileId } = await nodes[0].profile('userId', 'open');
    const [here, there] = await Promise.all(
      nodes.map(async (core, i) => {
        const client = new Client({
          ...{ url: core.url, token: await core.token({ subject: `desk-${i}` }), wanted: ['station:FRA'] },
        });
        await client.ready();
        return client;
      }),
    );
    if (!here || !there) throw new Error('two consoles');
    here.emit('presence', { profileId, state: 'editing' });
    const told = (by: string, state: string) => (one: Notice) => one.by === by && one.state === state;
    await there.until(
      () => there.notices.some(told('desk-0', 'editing')),
      'the other node telling who edits',
    );
    there.emit('presence', { profileId, state: 'viewing' });
    await here.until(() => here.notices.some(told('desk-1', 'viewing')), 'the other node telling who views');
    // Who opens him learns who has him open, though nothing has changed there.
    const late = new Client({ url: there.url, token: there.token, wanted: ['station:FRA'] });
    await late.ready();
    late.emit('presence', { profileId, state: 'viewing' });
    await late.until(
      () => late.notices.some(told('desk-0', 'editing')),
      'who had him open at the other node',
    );
    const chief = await nodes[0].token({ subject: 'chief', role: 'supervisor' });
    const live = async (core: Core) => {
      const { stations } = (await core.get('/v1/board', chief)).json;
      return stations
        .filter((one: StationState) => one.state === 'live')
        .map((one: StationState) => one.subject);
    };
    for (const core of nodes)
      await until(async () => (await live(core)).sort().join() === 'desk-0,desk-1,desk-1');
    here.close();
    await until(async () => (await live(nodes[1])).join() === 'desk-1,desk-1');
    for (const client of [there, late]) client.close();
  }, 60_000);

  it('[N6] go on after the database was started again; meanwhile they refuse and say so', async () => {
    const restarted = postgres.restart();
    await Promise.all(range(40, 60).map((i) => deliver(() => nodes[i % 2] as Core, i)));
    await restarted;
    await expectAll(60);
  }, 120_000);

  it('[N3] a node without an image makes it anew', async () => {
    await nodes[0].kill('SIGTERM');
    rmSync(nodes[0].dir, { recursive: true });
    await nodes[0].start();
    await expectAll(60);
  }, 120_000);

  it('[N7] a backup of the one store is put back into either, with a new epoch; nodes begin anew from it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-backup-'));
    const file = join(folder, 'backup.db');
    const shared = ['--data', folder, '--database', postgres.url, '--file', file];
    await core('backup', ...shared);
    await deliver(() => nodes[1], 60);
    await core('restore', ...shared);
    // Both have ended by themselves: their images are ahead of what was put back.
    for (const one of nodes) await one.restart('SIGTERM');
    await expectAll(60);
    const alone = join(folder, 'alone');
    await core('restore', '--data', alone, '--file', file);
    const single = await new Core(alone, null).start();
    expect(await seqOf(single)).toBeGreaterThan(0);
    expect((await single.profile('userId', 'u1')).id).toBe((await nodes[0].profile('userId', 'u1')).id);
    await single.dispose();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});
