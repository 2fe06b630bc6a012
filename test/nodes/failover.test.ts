/** The database fails over to its synchronous standby under load (docs/spec/store.md N12). */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Core } from '../contract/core-process.ts';
import { startPostgres } from './postgres.ts';
import { until } from './site.ts';

/** The address of the database, which leads to another server after a failover. */
async function addressOf(target: { port: number }) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const to = connect(target.port, '127.0.0.1');
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    for (const [one, other] of [[socket, to] as const, [to, socket] as const])
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    socket.pipe(to).pipe(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, close };
}

it('[N12] a failover loses nothing that was acknowledged, and nodes and history go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-failover-'));
  const postgres = await startPostgres();
  const standby = await postgres.addStandby();
  const target = { port: Number(new URL(postgres.url).port) };
  const address = await addressOf(target);
  const url = Object.assign(new URL(postgres.url), { port: String(address.port) }).href;
  const node = (i: number) => new Core(join(folder, `node-${i}`), url).start();
  const nodes = [await node(0), await node(1)] as const;
  const accepted: number[] = [];
  let isOver = false;
  const source = async (from: number) => {
    for (let i = from; !isOver; i += 2) {
      const event = { userId: `u${i % 7}`, messageId: `m${i}`, event: 'Preference Changed' };
      const body = { ...event, properties: { name: `n${i}`, value: i } };
      // What was not accepted is sent again, under the same id, as sources do.
      while ((await nodes[i % 2 === 0 ? 0 : 1].post('/v1/track', body).catch(() => null))?.status !== 200)
        await new Promise((resolve) => setTimeout(resolve, 50));
      accepted.push(i);
    }
  };
  const sources = [source(0), source(1)];
  try {
    await until(() => accepted.length > 40, 'events before the failover');
    const [before] = await Promise.all(nodes.map((one) => one.get('/healthz')));
    await standby.failOver();
    target.port = standby.port;
    const { length } = accepted;
    await until(() => accepted.length > length + 40, 'events after the failover');
    isOver = true;
    await Promise.all(sources);
    const seqOf = async (one: Core) => (await one.get('/healthz')).json.seq as number;
    await until(async () => (await seqOf(nodes[0])) === (await seqOf(nodes[1])), 'both nodes at one place');
    expect(before?.json.seq).toBeLessThan(await seqOf(nodes[0]));
    for (const one of nodes) {
      const told = new Set<string>();
      for (let user = 0; user < 7; user++) {
        const { facts } = await one.profile('userId', `u${user}`);
        for (const name of Object.keys(facts)) if (name.startsWith('preference.n')) told.add(name);
      }
      expect(told).toEqual(new Set(accepted.map((i) => `preference.n${i}`)));
      // A new epoch would say that the history had been put back.
      expect(await one.alarms()).toEqual([]);
    }
  } finally {
    isOver = true;
    for (const one of nodes) await one.kill('SIGKILL');
    address.close();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
