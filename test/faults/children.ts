/** The processes of a fault test, seen from their parent: hosts of consoles and cores, killed and stopped at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type {
  CallInput,
  CallName,
  CallResult,
  StreamInput,
  StreamName,
  StreamValue,
} from '../../src/bridge/contract.ts';
import type { Closed, ConsoleConfig, Expected, FromHost, Opened, Row, ToHost } from './ipc.ts';

/** The process was killed, or fell, while something was asked of it. */
export class Died extends Error {}

/** What the port or the start refused, by its code. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A wait that is longer than this is a defect; it is said with what was seen last. */
const PATIENCE = 120_000;

/** ms until what was asked for is asked for again. */
const LOOK_AGAIN = 20;

type Waiting = { resolve: (value: unknown) => void; reject: (error: Error) => void };
type Seen = { status: StreamValue['status'] | null; outbox: StreamValue['outbox'] | null };
type Without<T> = T extends unknown ? Omit<T, 'n'> : never;

export type HostOptions = {
  /** Folder of the bundle. */
  folder: string;
  /** Counts durable writes, so that the process can be told to die at one. */
  armed?: boolean;
  env?: { [name: string]: string };
  /** Told of everything that a console says by itself. */
  heard?: (message: FromHost) => void;
};

export class Host {
  readonly lines: string[] = [];
  readonly wrong: { kind: 'hidden' | 'doubled'; what: Expected; how: string }[] = [];
  readonly there = new Set<string>();
  seen: Seen = { status: null, outbox: null };
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private readonly watchers = new Set<() => void>();
  private readonly options: HostOptions;
  private last = 0;
  private dead = false;
  private errors = '';
  /** Resolves with the signal or code with which the process ended. */
  readonly ended: Promise<string>;

  constructor(options: HostOptions) {
    this.options = options;
    const preload = options.armed ? ['--require', join(options.folder, 'durable.cjs')] : [];
    this.child = spawn(process.execPath, [...preload, join(options.folder, 'host.mjs')], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '', ...options.env },
    });
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.errors = (this.errors + chunk.toString()).slice(-4_000);
    });
    this.child.on('message', (message) => this.hear(message as FromHost));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => {
        this.dead = true;
        const died = new Died(`the process ended with ${signal ?? code}${this.errors && `: ${this.errors}`}`);
        for (const { reject } of this.waiting.values()) reject(died);
        this.waiting.clear();
        for (const look of this.watchers) look();
        resolve(String(signal ?? code));
      }),
    );
  }

  get alive(): boolean {
    return !this.dead;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.dead) this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  private hear(message: FromHost): void {
    this.options.heard?.(message);
    if (message.t === 'reply') {
      const { n, error, value } = message;
      const waiting = this.waiting.get(n);
      this.waiting.delete(n);
      if (error) waiting?.reject(new Refused(error.code, error.message));
      else waiting?.resolve(value);
    } else if (message.t === 'status') this.seen = { ...this.seen, status: message.value };
    else if (message.t === 'outbox') this.seen = { ...this.seen, outbox: message.value };
    else if (message.t === 'wrong') this.wrong.push(message);
    else if (message.t === 'log') this.lines.push(message.line);
    else if (message.t === 'failed') this.lines.push(`failed ${message.code}`);
    else if (message.there) this.there.add(message.profileId);
    else this.there.delete(message.profileId);
    for (const look of this.watchers) look();
  }

  /** @throws Died where the process ends first, Refused where it says no */
  ask<T>(message: Without<ToHost>): Promise<T> {
    if (this.dead) return Promise.reject(new Died('the process has ended'));
    const n = ++this.last;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(n, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ ...message, n }, (error) => {
        if (error && this.waiting.delete(n)) reject(new Died(String(error)));
      });
    });
  }

  /** Resolves when what a console says of itself fits. @throws Died, or Error with what was seen last */
  until(what: string, fits: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => {
        clearTimeout(timer);
        this.watchers.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (this.dead) end(new Died(`the process has ended before ${what}`));
        else if (fits()) end();
      };
      const timer = setTimeout(
        () =>
          end(
            new Error(
              `never ${what}; last ${JSON.stringify(this.seen).slice(0, 1_500)}; ${this.lines.slice(-20).join(', ')}`,
            ),
          ),
        PATIENCE,
      );
      this.watchers.add(look);
      look();
    });
  }

  /** What it has said so far belongs to an earlier run. */
  forget(): void {
    this.lines.length = 0;
    this.wrong.length = 0;
  }

  openConsole(config: ConsoleConfig, at = 0): Promise<Opened> {
    this.seen = { status: null, outbox: null };
    this.there.clear();
    return this.ask({ t: 'console', config, at });
  }

  openCore(
    dataDir: string,
    port: number,
    at = 0,
  ): Promise<{ url: string; writeKey: string; consoleToken: string }> {
    return this.ask({ t: 'core', dataDir, port, at });
  }

  close(): Promise<Closed> {
    return this.ask({ t: 'close' });
  }

  call<N extends CallName>(name: N, input: CallInput[N]): Promise<CallResult[N]> {
    return this.ask({ t: 'call', name, input });
  }

  first<N extends StreamName>(name: N, input: StreamInput[N]): Promise<StreamValue[N]> {
    return this.ask({ t: 'first', name, input });
  }

  /** Every row of the base; none where a damaged replica has to be fetched again first. */
  async rows(): Promise<Row[]> {
    return (await this.ask<Row[] | null>({ t: 'rows' })) ?? [];
  }

  live(): Promise<void> {
    return this.until('live', () => this.seen.status?.connection === 'live');
  }

  /** Nothing of the operator's is on the way any more. What is streamed may be a moment old, so it is asked for too. */
  async settled(): Promise<void> {
    for (;;) {
      await this.until('settled', () => isSettled(this.seen.status, this.seen.outbox));
      const [status, outbox] = [await this.first('status', {}), await this.first('outbox', {})];
      if (isSettled(status, outbox)) return;
      await new Promise((resolve) => void setTimeout(resolve, LOOK_AGAIN));
    }
  }
}

const isSettled = (status: Seen['status'], outbox: Seen['outbox']): boolean =>
  status?.connection === 'live' && outbox?.onTheWay.length === 0;
