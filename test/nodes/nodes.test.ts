/** Two real nodes over a real PostgreSQL (docs/spec/store.md). */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Core } from '../contract/core-process.ts';
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

describe('[N1] two nodes over one database', () => {
  it('[N1] give one history: what one accepts the other has', async () => {
    await Promise.all(range(0, 40).map((i) => deliver(() => nodes[i % 2] as Core, i)));
    await expectAll(40);
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

  it('[N4] lose and double nothing when each is killed in turn', async () => {
    let sent = 40;
    for (const victim of [0, 1]) {
      const sending = Promise.all(range(sent, sent + 60).map((i) => deliver(() => nodes[i % 2] as Core, i)));
      await nodes[victim]?.restart('SIGKILL');
      await sending;
      sent += 60;
    }
    await expectAll(160);
  }, 120_000);

  it('[N5] lose and double nothing when one is frozen for longer than it may hold the head, and wakes', async () => {
    const { pid } = nodes[0].started;
    process.kill(pid, 'SIGSTOP');
    await Promise.all(range(160, 200).map((i) => deliver(() => nodes[1], i)));
    await until(async () => (await nodes[1].http('GET', '/healthz')).status === 200);
    process.kill(pid, 'SIGCONT');
    await deliver(() => nodes[0], 200);
    await expectAll(201);
  }, 120_000);

  it('[N6] go on after the database was started again; meanwhile they refuse and say so', async () => {
    const restarted = postgres.restart();
    await Promise.all(range(201, 221).map((i) => deliver(() => nodes[i % 2] as Core, i)));
    await restarted;
    await expectAll(221);
  }, 120_000);

  it('[N3] a node without an image makes it anew', async () => {
    await nodes[0].kill('SIGTERM');
    rmSync(nodes[0].dir, { recursive: true });
    await nodes[0].start();
    await expectAll(221);
  }, 120_000);

  it('[N7] a backup of the one store is put back into either, with a new epoch; nodes begin anew from it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-backup-'));
    const file = join(folder, 'backup.db');
    const shared = ['--data', folder, '--database', postgres.url, '--file', file];
    await core('backup', ...shared);
    await deliver(() => nodes[1], 221);
    await core('restore', ...shared);
    // Both have ended by themselves: their images are ahead of what was put back.
    for (const one of nodes) await one.restart('SIGTERM');
    await expectAll(221);
    const alone = join(folder, 'alone');
    await core('restore', '--data', alone, '--file', file);
    const single = await new Core(alone).start();
    expect(await seqOf(single)).toBeGreaterThan(0);
    expect((await single.profile('userId', 'u1')).id).toBe((await nodes[0].profile('userId', 'u1')).id);
    await single.dispose();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);
});
