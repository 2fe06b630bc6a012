/**
 * A core and several consoles as real processes, each console on a line of its own that can be broken. It lives for many
 * runs: what one run has left is where the next begins.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Died, Host, Refused } from './children.ts';
import { limitFiles } from './disk.ts';
import { type Access, Door } from './door.ts';
import type { Ledger } from './ledger.ts';
import { freePort, Line } from './proxy.ts';
import { type Customer, Station } from './station.ts';

export const AIRPORT = 'FRA';

/** The real program of the core, as `npm run core` starts it. */
export class CoreProcess {
  readonly folder: string;
  readonly port: number;
  access!: Access;
  readonly door = new Door(() => this.access);
  private readonly program: string;
  private child: ChildProcess | null = null;
  private ended: Promise<unknown> = Promise.resolve();
  private errors = '';

  constructor(folder: string, port: number, program: string) {
    this.folder = folder;
    this.port = port;
    this.program = program;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const args = ['--port', `${this.port}`, '--data', this.folder, '--dev', '--station', AIRPORT];
    const child = spawn(process.execPath, [this.program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-4_000);
    });
    this.ended = new Promise((resolve) => child.once('close', resolve));
    const lines = createInterface({ input: child.stdout });
    this.access = await new Promise<Access>((resolve, reject) => {
      lines.once('line', (line) => resolve(JSON.parse(line) as Access));
      child.once('close', (code) => reject(new Error(`the core ended with ${code}: ${this.errors}`)));
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
    this.child = null;
  }

  /** What it said beside its first line. */
  get said(): string {
    return this.errors;
  }
}

/** A place with a console: its files, its line, and the process that is there now. */
export class Place {
  readonly station: Station;
  readonly line: Line;
  readonly hosts: Host[] = [];
  private readonly stack: Stack;
  /** Why it did not start the last time. */
  private reason = '';
  /** What is done to the process, one after the other. */
  private work: Promise<void> = Promise.resolve();

  constructor(stack: Stack, station: Station, line: Line) {
    this.stack = stack;
    this.station = station;
    this.line = line;
  }

  get folder(): string {
    return this.station.config.dataDir;
  }

  get host(): Host | null {
    return this.station.isOpen ? this.station.host : null;
  }

  async start(): Promise<void> {
    const host = new Host({ folder: this.stack.programs, armed: true });
    this.hosts.push(host);
    try {
      await this.station.open(host);
      await this.station.watch(this.stack.customers);
    } catch (error) {
      // Killed while it started, or its disk is full: whoever mends it starts it again.
      await host.kill();
      this.reason = `${error}; ${host.lines.join(', ')}`;
      if (!(error instanceof Died || error instanceof Refused)) throw error;
    }
  }

  /** Something that needs the process gone: it is killed, and started again after a while. */
  whileDown(downMs: number, work: () => unknown): Promise<void> {
    return this.inTurn(async () => {
      await this.host?.kill();
      await work();
      await new Promise((resolve) => void setTimeout(resolve, downMs));
      await this.start();
    });
  }

  /** Something that needs the process to stand still for a moment. */
  whileStopped(work: () => unknown): Promise<void> {
    return this.inTurn(async () => {
      this.host?.signal('SIGSTOP');
      try {
        await work();
      } finally {
        this.host?.signal('SIGCONT');
      }
    });
  }

  inTurn(work: () => Promise<unknown>): Promise<void> {
    this.work = this.work.then(work).then(() => undefined);
    return this.work;
  }

  /** The process runs, undisturbed. */
  async mend(): Promise<void> {
    this.line.mend();
    await this.work;
    this.host?.signal('SIGCONT');
    limitFiles(this.host?.pid ?? 0, null);
    if (this.host === null) await this.start();
    if (this.host === null) throw new Error(`${this.station.name} does not start: ${this.reason}`);
    await this.host.ask({ t: 'clock', offsetMs: 0 });
  }

  async close(): Promise<void> {
    await this.host?.kill();
    await this.line.close();
  }
}

export class Stack {
  /** Folder of the bundled programs. */
  readonly programs: string;
  readonly folder = mkdtempSync(join(tmpdir(), 'stack-'));
  readonly places: Place[] = [];
  core!: CoreProcess;
  customers: Customer[] = [];
  private work: Promise<void> = Promise.resolve();

  constructor(programs: string) {
    this.programs = programs;
  }

  async open(stations: number): Promise<this> {
    this.core = new CoreProcess(join(this.folder, 'core'), await freePort(), join(this.programs, 'core.mjs'));
    await this.core.start();
    for (let i = 0; i < stations; i++) this.places.push(await this.place(`station-${i}`, `op-${i}`));
    await Promise.all(this.places.map((place) => place.start()));
    return this;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  private async place(name: string, operator: string): Promise<Place> {
    mkdirSync(this.path(name));
    const line = await Line.open(this.core.port);
    const station = new Station(name, {
      dataDir: this.path(name),
      coreUrl: line.url,
      token: await this.core.door.token(operator),
      station: AIRPORT,
      operator,
      wanted: [`station:${AIRPORT}`],
      jitter: 0.05,
    });
    return new Place(this, station, line);
  }

  /** A copy of a place with its files as they are now begins to work beside it; it is on the same line. */
  async clone(of: Place): Promise<Place> {
    const name = `${of.station.name}-clone-${this.places.length}`;
    const config = { ...of.station.config, dataDir: this.path(name) };
    const copy = new Place(this, new Station(name, config), await Line.open(this.core.port));
    copy.station.config = { ...config, coreUrl: copy.line.url };
    await of.whileStopped(() => cpSync(of.folder, copy.folder, { recursive: true }));
    return copy;
  }

  /** Other customers and another ledger from now on. */
  async begin(customers: Customer[], ledger: Ledger): Promise<void> {
    this.customers = customers;
    for (const place of this.places) {
      place.station.ledger = ledger;
      place.hosts.splice(0, place.hosts.length - 1);
      place.host?.forget();
      await place.station.watch(customers);
    }
    await Promise.all(this.places.map((place) => place.station.shows(customers)));
  }

  /** Something that needs the core gone. */
  whileCoreDown(downMs: number, work: () => unknown): Promise<void> {
    return this.thenCore(async () => {
      await this.core.kill();
      await work();
      await new Promise((resolve) => void setTimeout(resolve, downMs));
      await this.core.start();
    });
  }

  thenCore(work: () => Promise<unknown>): Promise<void> {
    this.work = this.work.then(work).then(() => undefined);
    return this.work;
  }

  /** Everything runs, undisturbed. */
  async mend(): Promise<void> {
    await this.work;
    this.core.signal('SIGCONT');
    limitFiles(this.core.pid, null);
    await this.core.door.dev('clock', { offsetSeconds: 0 });
    await Promise.all(this.places.map((place) => place.mend()));
  }

  async close(): Promise<void> {
    await Promise.all(this.places.map((place) => place.close()));
    await this.core.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
