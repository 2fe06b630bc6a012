/** Two nodes over a PostgreSQL, each with a line of its own to it, and consoles that come through one door in front. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Bridge } from '../../src/bridge/connect.ts';
import { type RunningReplica, startReplica } from '../../src/replica/start.ts';
import { allRows } from '../../src/replica/store/reader.ts';
import { windowOf } from '../builders/whole.ts';
import { Core } from '../contract/core-process.ts';
import { Line } from '../faults/proxy.ts';
import { type Postgres, startPostgres } from './postgres.ts';

const PATIENCE_MS = 90_000;

export async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Gives each new connection to the next node that is not avoided, as a balancer with a health check does. */
class Front {
  private readonly server: Server;
  private readonly pairs = new Map<Socket, number>();
  private next = 0;
  private avoided: number | null = null;

  constructor(ports: () => number[]) {
    this.server = createServer((socket) => {
      const all = ports();
      const index = this.avoided === null ? this.next++ % all.length : (this.avoided + 1) % all.length;
      const node = connectTo(all[index] as number, '127.0.0.1');
      this.pairs.set(socket, index);
      for (const [from, to] of [[socket, node] as const, [node, socket] as const]) {
        from.on('error', () => to.destroy());
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
      socket.on('close', () => this.pairs.delete(socket));
    });
  }

  open(): Promise<void> {
    return new Promise((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  avoid(index: number | null): void {
    this.avoided = index;
    for (const [socket, at] of this.pairs) if (at === index) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.pairs.keys()) socket.destroy();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }
}

export type Desk = { name: string; replica: RunningReplica; bridge: Bridge };

export class Site {
  postgres!: Postgres;
  nodes!: [Core, Core];
  lines!: [Line, Line];
  front!: Front;
  readonly desks: Desk[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'kairos-site-'));
  private watcher!: pg.Client;

  async start(): Promise<this> {
    this.postgres = await startPostgres();
    this.watcher = new pg.Client(this.postgres.url);
    await this.watcher.connect();
    const { port } = new URL(this.postgres.url);
    this.lines = [await Line.open(Number(port)), await Line.open(Number(port))];
    const node = ({ url }: Line, i: number) => {
      const database = Object.assign(new URL(this.postgres.url), { port: new URL(url).port }).href;
      return new Core(join(this.folder, `node-${i}`), database).start();
    };
    this.nodes = [await node(this.lines[0], 0), await node(this.lines[1], 1)];
    this.front = new Front(() => this.nodes.map((core) => Number(new URL(core.url).port)));
    await this.front.open();
    return this;
  }

  async desk(name: string): Promise<Desk> {
    const dataDir = join(this.folder, name);
    mkdirSync(dataDir, { recursive: true });
    const replica = startReplica({
      dataDir,
      coreUrl: this.front.url,
      token: await this.nodes[0].token({ subject: name }),
      station: 'FRA',
      operator: name,
      role: 'operator',
      keys: { replica: 'ab'.repeat(32), outbox: 'cd'.repeat(32) },
      protection: 'keystore',
      wanted: ['station:FRA'],
      simulation: null,
    });
    const desk = { name, replica, bridge: windowOf(replica) };
    this.desks.push(desk);
    return desk;
  }

  /** Freezes a node in a moment in which it holds the head; something must make it write meanwhile. */
  async freezeHolder(index: 0 | 1): Promise<void> {
    const { pid } = this.nodes[index].started;
    await until(async () => {
      process.kill(pid, 'SIGSTOP');
      if (await this.holdsHead(pid)) return true;
      process.kill(pid, 'SIGCONT');
      return false;
    }, `node ${index} to hold the head`);
  }

  wake(index: 0 | 1): void {
    process.kill(this.nodes[index].started.pid, 'SIGCONT');
  }

  /** Whether a node is between two statements of a transaction: in each of its transactions it holds the head. */
  async holdsHead(pid: number): Promise<boolean> {
    const { rows } = await this.watcher.query(
      `SELECT 1 FROM pg_stat_activity WHERE application_name LIKE $1 AND state = 'idle in transaction'`,
      [`kairos-core ${pid} %`],
    );
    return rows.length > 0;
  }

  async leave(desk: Desk): Promise<void> {
    this.desks.splice(this.desks.indexOf(desk), 1);
    desk.bridge.close?.();
    await desk.replica.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.desks].map((desk) => this.leave(desk)));
    await this.front.close();
    // Nothing of them is kept, and one that a test has left frozen hears no farewell.
    await Promise.all(this.nodes.map((core) => core.kill('SIGKILL')));
    for (const line of this.lines) await line.close();
    await this.watcher.end();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a console shows, in an order of its own. */
export const pictureOf = ({ replica }: Desk): string[] =>
  allRows(replica.parts.files.replica.db)
    .map(({ table, id, v, json, stale }) => JSON.stringify([table, id, v, json, stale]))
    .sort();
