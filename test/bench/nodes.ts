/** One core, or two nodes over a PostgreSQL, with consoles shared out among them and a source that knows them all. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../nodes/postgres.ts';
import { type BusyStation, commitTimes, type Door } from './busy-station.ts';
import { busySeconds, CoreProcess } from './core-process.ts';
import { Crowd } from './crowd.ts';
import { Histogram } from './histogram.ts';
import { wallClock } from './wire-client.ts';

/** A subject has at most 100 clients. */
const PER_SUBJECT = 90;
const PATIENCE_MS = 120_000;
/** As many sources as consoles would make: fewer would wait for each other, and be what is measured. */
const SOCKETS = 300;

/** Consoles that hold a flight each, and events a second for so many seconds, each of them about one flight. */
export type Load = { consoles: number; rate: number; seconds: number };

/** `acks`: ms from sending an event to its 200, whichever node gave it; `told`: ms from a commit to its console. */
export type Round = {
  sent: number;
  seconds: number;
  acks: number[];
  told: Histogram;
  cpu: number;
  /** Processor seconds of the whole machine meanwhile, whoever used them. */
  busy: number;
};

export class Nodes implements Door {
  private readonly folder: string;
  private readonly station: BusyStation;
  private readonly database: string | undefined;
  private cores: CoreProcess[] = [];
  private readonly crowds: Crowd[] = [];
  private tokens: string[] = [];
  private acks: number[] = [];
  private turn = 0;

  private constructor(folder: string, station: BusyStation, database: string | undefined) {
    this.folder = folder;
    this.station = station;
    this.database = database;
  }

  static async start(folder: string, station: BusyStation, database?: string): Promise<Nodes> {
    const nodes = new Nodes(folder, station, database);
    const count = database === undefined ? 1 : 2;
    for (let i = 0; i < count; i++) {
      nodes.cores.push(await nodes.startCore(i));
      nodes.crowds.push(new Crowd(1));
    }
    return nodes;
  }

  private startCore(index: number, port = 0): Promise<CoreProcess> {
    const { database } = this;
    const shared = database !== undefined && { database };
    return CoreProcess.start(this.folderOf(index), { port, sockets: SOCKETS, ...shared });
  }

  private folderOf(index: number): string {
    return join(this.folder, `node-${index}`);
  }

  /** To the nodes in turn, again until one accepts it, as a source does. */
  async post(path: string, body: Buffer): Promise<void> {
    const began = performance.now();
    for (let i = this.turn++; ; i++) {
      const accepted = await this.cores[i % this.cores.length]?.post(path, body).then(
        () => true,
        () => false,
      );
      if (accepted) break;
      if (performance.now() - began > PATIENCE_MS) throw new Error(`nobody accepts ${path}`);
      await pause(50);
    }
    this.acks.push(performance.now() - began);
  }

  batch(body: Buffer): Promise<void> {
    return this.post('/v1/batch', body);
  }

  /** @throws where an event has not come to its console, or twice */
  async round(load: Load, during: () => Promise<void> = async () => undefined): Promise<Round> {
    await this.open(load.consoles);
    await this.station.events(this, load.rate, 1);
    const before = await this.head();
    for (const crowd of this.crowds) await crowd.begin();
    this.acks = [];
    const cores = [...this.cores];
    const cpu = this.cpu();
    const busyBefore = busySeconds();
    const began = performance.now();
    await Promise.all([this.station.events(this, load.rate, load.seconds), during()]);
    const seconds = (performance.now() - began) / 1000;
    const busy = busySeconds() - busyBefore;
    const sent = load.rate * load.seconds;
    const used = cores.every((core, i) => core === this.cores[i]) ? this.cpu() - cpu : Number.NaN;
    const { acks } = this;
    const told = await this.arrivals(before, load);
    for (const crowd of this.crowds) await crowd.close();
    return { sent, seconds, acks, told, cpu: used, busy };
  }

  /** `back`: ms from the kill until each console of the node had caught up; `away`: ms that events waited for their 200. */
  async roundWithKill(load: Load, index: number): Promise<{ back: number[]; away: number[] }> {
    let back: number[] = [];
    const { acks } = await this.round(load, async () => {
      await pause((load.seconds * 1000) / 3);
      const since = wallClock();
      await this.kill(index);
      await this.back(index);
      const returned = await this.crowds[index]?.returned(since);
      back = returned?.back ?? [];
    });
    return { back, away: acks };
  }

  async kill(index: number): Promise<void> {
    await this.cores[index]?.end('SIGKILL');
  }

  /** On the port that its consoles know. */
  async back(index: number): Promise<void> {
    const { port } = new URL((this.cores[index] as CoreProcess).access.url);
    this.cores[index] = await this.startCore(index, Number(port));
  }

  private cpu(): number {
    return this.cores.reduce((sum, core) => sum + core.cpu(), 0);
  }

  private async open(count: number): Promise<void> {
    const [first] = this.cores;
    while (first && this.tokens.length < Math.ceil(count / PER_SUBJECT))
      this.tokens.push(await first.token(`n-${this.tokens.length}`, ['flight:*']));
    const consoles = Array.from({ length: count }, (_, i) => ({
      clientId: `n-${i}`,
      token: this.tokens[Math.floor(i / PER_SUBJECT)] as string,
      wanted: [this.station.flightScope(i % this.station.customers)],
    }));
    const { length } = this.cores;
    for (const [k, crowd] of this.crowds.entries())
      await crowd.open(
        (this.cores[k] as CoreProcess).access.url,
        consoles.filter((_console, i) => i % length === k),
      );
  }

  /** The seq at which all nodes are. */
  private async head(): Promise<number> {
    for (;;) {
      const seqs = await Promise.all(
        this.cores.map(async (core) => JSON.parse((await core.read('/healthz')).text).seq as number),
      );
      if (seqs.every((seq) => seq === seqs[0])) return seqs[0] ?? 0;
      await pause(20);
    }
  }

  /** Of customers that a console holds each event comes once. */
  private async arrivals(before: number, load: Load): Promise<Histogram> {
    await this.head();
    const file = this.database === undefined ? 'core.db' : 'image.db';
    const commits = commitTimes(this.folderOf(0), before, file);
    const expected = this.station.concerning(load.consoles, load.rate * load.seconds);
    const all = new Histogram();
    for (let waited = 0; all.size < expected && waited < 600; waited++) {
      await pause(100);
      for (const crowd of this.crowds) all.merge((await crowd.latencies(commits)).counts);
    }
    if (all.size !== expected) throw new Error(`${all.size} events came to their consoles, not ${expected}`);
    return all;
  }

  async end(): Promise<void> {
    for (const crowd of this.crowds) crowd.end();
    for (const core of this.cores) await core.end();
  }
}

/** A PostgreSQL for the time of `work`. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const postgres = await startPostgres();
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}
