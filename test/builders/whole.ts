/** A real core and real replicas in one process, on real sockets and real encrypted files. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { type Bridge, connect } from '../../src/bridge/connect.ts';
import type { StreamInput, StreamName, StreamValue } from '../../src/bridge/contract.ts';
import type { PortLike } from '../../src/bridge/port.ts';
import { type Core, createCore } from '../../src/core/core.ts';
import type { Role } from '../../src/domain/role.ts';
import type { ReplicaConfig } from '../../src/replica/config.ts';
import type { ReplicaDeps } from '../../src/replica/replica.ts';
import { type RunningReplica, startReplica } from '../../src/replica/start.ts';
import type { Traces } from '../../src/telemetry/traces.ts';
import { databaseOf } from '../nodes/own-database.ts';

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export class Whole {
  core!: Core;
  port = 0;
  /** How far the core's clock is ahead of the system's, ms. */
  ahead = 0;
  /** What the core has logged. */
  readonly said: string[] = [];
  /** Who is told of the way of events and commands through the core. */
  traces: Traces | undefined;
  private folder = mkdtempSync(join(tmpdir(), 'whole-'));
  private replicas = new Set<RunningReplica>();
  private bridges: Bridge[] = [];

  async startCore(): Promise<void> {
    this.port ||= await freePort();
    this.core = await createCore({
      dataDir: this.path('core'),
      database: await databaseOf(this.path('core')),
      port: this.port,
      dev: true,
      station: 'FRA',
      now: () => Date.now() + this.ahead,
      logger: (line) => void this.said.push(line),
      traces: this.traces,
    });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async replica(change: Partial<ReplicaConfig> = {}, deps: ReplicaDeps = {}): Promise<RunningReplica> {
    const dataDir = this.path(change.operator ?? 'op-1');
    mkdirSync(dataDir, { recursive: true });
    const running = startReplica(
      {
        dataDir,
        coreUrl: this.core.url,
        token: this.core.consoleToken,
        station: 'FRA',
        operator: 'op-1',
        role: 'operator',
        keys: { replica: 'ab'.repeat(32), outbox: 'cd'.repeat(32) },
        protection: 'keystore',
        wanted: ['station:FRA'],
        simulation: null,
        ...change,
      },
      deps,
    );
    this.replicas.add(running);
    return running;
  }

  async stopReplica(replica: RunningReplica): Promise<void> {
    this.replicas.delete(replica);
    await replica.stop();
  }

  running(): ReadonlySet<RunningReplica> {
    return this.replicas;
  }

  window(replica: RunningReplica): Bridge {
    const bridge = windowOf(replica);
    this.bridges.push(bridge);
    return bridge;
  }

  /** Sends one event through the core's public door. */
  async event(
    type: string,
    body: { [name: string]: unknown },
    headers: { [name: string]: string } = {},
  ): Promise<void> {
    const answer = await fetch(`${this.core.url}/v1/${type}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${this.core.writeKey}:`).toString('base64')}`,
        ...headers,
      },
      body: JSON.stringify({
        timestamp: new Date().toISOString(),
        context: { app: { name: 'app' } },
        ...body,
      }),
    });
    if (answer.status !== 200) throw new Error(`${type}: ${answer.status} ${await answer.text()}`);
  }

  async batch(events: { [name: string]: unknown }[]): Promise<void> {
    const timestamp = new Date().toISOString();
    for (let i = 0; i < events.length; i += 200) {
      const batch = events
        .slice(i, i + 200)
        .map((one) => ({ timestamp, context: { app: { name: 'app' } }, ...one }));
      await this.event('batch', { batch });
    }
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.core.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** A token of the core that grants all profiles. */
  async tokenOf(role: Role): Promise<string> {
    const wish = { subject: `the ${role}`, role, scopes: ['profile:*'] };
    return ((await this.post('/dev/token', wish)) as { token: string }).token;
  }

  /** Two of a hundred customers are held out, by chance of their id, and get no message; from now on nobody is. */
  async holdNobodyOut(): Promise<void> {
    const answer = await fetch(`${this.core.url}/v1/steering`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await this.tokenOf('supervisor')}`,
      },
      body: JSON.stringify({ holdout: 0 }),
    });
    if (answer.status !== 200) throw new Error(`steering: ${answer.status} ${await answer.text()}`);
  }

  /** A passenger who departs from FRA soon. */
  async passenger(userId: string, booking: string, change: { [name: string]: unknown } = {}): Promise<void> {
    const departs = new Date(Date.now() + 4 * 3_600_000).toISOString();
    const arrives = new Date(Date.now() + 12 * 3_600_000).toISOString();
    await this.event('identify', {
      userId,
      traits: {
        firstName: 'Anna',
        lastName: 'Weber',
        email: `${userId}@example.org`,
        phone: '+4917612345678',
        language: 'de',
      },
    });
    const segment = {
      segment: 1,
      flight: 'LH400',
      date: departs.slice(0, 10),
      from: 'FRA',
      to: 'JFK',
      departs,
      arrives,
      seat: '12A',
      cabin: 'Economy',
      status: 'confirmed',
      ...change,
    };
    await this.event('track', {
      userId,
      event: 'Booking Created',
      properties: { booking, segments: [segment] },
    });
  }

  async close(): Promise<void> {
    for (const bridge of this.bridges) bridge.close?.();
    for (const replica of this.replicas) await replica.stop();
    await this.core?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A window's end of a replica's port. */
export function windowOf(replica: RunningReplica): Bridge {
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

/** The first value of a stream that fits. */
export function until<N extends StreamName>(
  bridge: Bridge,
  name: N,
  input: StreamInput[N],
  fits: (value: StreamValue[N]) => boolean,
): Promise<StreamValue[N]> {
  return new Promise((resolve, reject) => {
    let last: unknown;
    const timer = setTimeout(
      () => reject(new Error(`${name}: never; last ${JSON.stringify(last)?.slice(0, 600)}`)),
      30_000,
    );
    const stop = bridge.stream(name, input, (value) => {
      last = value;
      if (!fits(value)) return;
      clearTimeout(timer);
      queueMicrotask(() => stop());
      resolve(value);
    });
  });
}
