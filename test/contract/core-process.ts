/** A real core as a child process, and its HTTP doors as docs/spec/doors.md describes them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { databaseOf } from '../nodes/own-database.ts';
import type { Json } from './hash.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const START_MS = 60_000;

// biome-ignore lint/suspicious/noExplicitAny: what the core answers is judged by expectations, not by types
export type Loose = any;
/** The first line of a core in development. */
export type Started = { url: string; writeKey: string; consoleToken: string; pid: number };
export type Answer = { status: number; json: Loose; text: string; headers: Headers };
export type TokenWish = { subject?: string; role?: string; scopes?: string[]; ttlSeconds?: number };

/** Everything that the printed console token grants (airline.md). */
export const ALL_SCOPES = ['station:*', 'flight:*', 'queue:*', 'opened:*', 'profile:*'];

export class Core {
  dir: string;
  started!: Started;
  /** The exit code of the last process that ended. */
  exitCode: number | null = null;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  /** What the running core wrote beside its first line (the end of it). */
  output = '';

  private readonly database: string | null | undefined;

  /** @param database a PostgreSQL that it shares with other nodes; null: a file of its own, whatever the run is over */
  constructor(dir = mkdtempSync(join(tmpdir(), 'kairos-contract-')), database?: string | null) {
    this.dir = dir;
    this.database = database;
  }

  get url(): string {
    return this.started.url;
  }

  /** Starts the core on this data folder and reads its first line. */
  async start(port = 0): Promise<this> {
    // What `npm run core` runs, in its very process; npm itself would cost each of some dozens half a second.
    const args = ['scripts/core.mjs', '--port', String(port), '--data', this.dir, '--dev'];
    const database = this.database === undefined ? await databaseOf(this.dir) : this.database;
    if (database) args.push('--database', database);
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.output = '';
    const keep = (text: string) => {
      this.output = (this.output + text).slice(-100_000);
    };
    child.stderr.on('data', (chunk: Buffer) => keep(chunk.toString()));
    this.ended = new Promise((done) =>
      child.once('close', (code) => {
        this.exitCode = code;
        done();
      }),
    );
    const line = await this.firstLine(child, keep);
    this.started = JSON.parse(line) as Started;
    return this;
  }

  private async firstLine(child: ChildProcess, keep: (text: string) => void): Promise<string> {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    return new Promise((done, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no first line: ${this.output.slice(-4000)}`)),
        START_MS,
      );
      lines.once('line', (line) => {
        clearTimeout(timer);
        lines.on('line', keep);
        done(line);
      });
      child.once('close', (code) =>
        reject(new Error(`the core ended with ${code}: ${this.output.slice(-4000)}`)),
      );
    });
  }

  /** Ends the core and waits until it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    try {
      if (this.child?.exitCode === null && this.child.signalCode === null)
        process.kill(this.started.pid, signal);
    } catch (error) {
      // It has ended by itself, and what had started it is about to.
      if ((error as { code?: unknown }).code !== 'ESRCH') throw error;
    }
    await this.ended;
  }

  /** Starts a core that has ended again on the same data folder and port. */
  startAgain(): Promise<this> {
    return this.start(Number(new URL(this.url).port));
  }

  /** Ends the core and starts it again on the same data folder and port. */
  async restart(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.kill(signal);
    await this.startAgain();
  }

  /** Ends the core and deletes its data. */
  async dispose(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async http(method: string, path: string, options: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url + path, { method, ...options });
    const text = await response.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    return { status: response.status, json, text, headers: response.headers };
  }

  private get basic(): string {
    return `Basic ${Buffer.from(`${this.started.writeKey}:`).toString('base64')}`;
  }

  /** POST with the write key. */
  async post(
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<Answer> {
    return this.http('POST', path, {
      ...(signal && { signal }),
      headers: { 'content-type': 'application/json', authorization: this.basic, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** GET with a bearer token (the printed one unless told). */
  async get(path: string, token = this.started.consoleToken): Promise<Answer> {
    return this.http('GET', path, { headers: { authorization: `Bearer ${token}` } });
  }

  /** POST with a bearer token. */
  async ask(path: string, body: unknown, token = this.started.consoleToken): Promise<Answer> {
    return this.http('POST', path, {
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  }

  private async must(answer: Promise<Answer>, what: string): Promise<Loose> {
    const { status, json, text } = await answer;
    if (status !== 200) throw new Error(`${what} was answered with ${status}: ${text.slice(0, 600)}`);
    return json;
  }

  /** Sends one event to its own endpoint; throws unless it is accepted. */
  async send(event: { type: string } & Record<string, unknown>): Promise<void> {
    await this.must(this.post(`/v1/${event.type}`, event), `${event.type} ${String(event.event ?? '')}`);
  }

  /** Sends events as one batch; throws unless all are accepted. */
  async batch(batch: Record<string, unknown>[], sentAt?: string): Promise<void> {
    const json = await this.must(this.post('/v1/batch', { batch, sentAt }), 'a batch');
    if (json.rejected?.length) throw new Error(`a batch was rejected: ${JSON.stringify(json.rejected[0])}`);
  }

  /** The profile that an identity names; throws unless there is exactly one. */
  async profile(type: string, value: string, token?: string): Promise<Loose> {
    const path = `/v1/profiles/by/${type}/${encodeURIComponent(value)}`;
    const { profile } = await this.must(this.get(path, token), `reading ${type} ${value}`);
    if (!profile) throw new Error(`${type} ${value} has no single profile`);
    return profile;
  }

  /** One page of a profile's timeline. */
  async events(id: string, query = '', token?: string): Promise<{ events: Loose[]; next?: string }> {
    return this.must(this.get(`/v1/profiles/${id}/events${query}`, token), `events of ${id}`);
  }

  async dev(path: string, body: Json): Promise<Loose> {
    const options = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.must(this.http('POST', `/dev/${path}`, options), `/dev/${path}`);
  }

  async token(wish: TokenWish = {}): Promise<string> {
    const { subject = 'anna', role = 'operator', scopes = ALL_SCOPES, ttlSeconds = 3600 } = wish;
    return (await this.dev('token', { subject, role, scopes, ttlSeconds })).token;
  }

  async alarms(): Promise<{ kind: string; at: string; detail: unknown }[]> {
    return (await this.must(this.http('GET', '/dev/alarms'), '/dev/alarms')).alarms;
  }
}
