/** A real core as a process of its own, fed and asked by HTTP over connections that stay open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Role } from '../../src/domain/role.ts';
import { Page } from './page.ts';

export type Access = { url: string; writeKey: string; consoleToken: string; pid: number };
export type Answer = { status: number; text: string };

/** The built product; benchmarks are started in the project's folder. */
export const built = (...path: string[]): string => join(process.cwd(), 'out', ...path);

export type Memory = { rss: number; heapUsed: number; external: number; arrayBuffers: number };

export type CoreOptions = {
  /** 0: any free one. */
  port?: number;
  /** For `memory`. */
  inspect?: boolean;
  /** A PostgreSQL that it shares with other nodes. */
  database?: string;
  /** Connections that events come over at most. */
  sockets?: number;
};

const TICKS_PER_SECOND = 100;

/** Processor seconds that a process has used so far, all its threads together. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything; utime and stime are fields 14 and 15 of the whole line.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * Memory of a process in MB, what it shares counted in part (proportional set size), or what of it is of a kind of pages;
 * 0 where it is gone.
 */
export function proportionalMb(pid: number, kind: 'Pss' | 'Pss_Anon' | 'Pss_Shmem' = 'Pss'): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(new RegExp(`^${kind}:\\s+(\\d+)`, 'mu').exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Processor seconds that the whole machine has used so far. */
export function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  // cpu user nice system idle iowait irq softirq ...
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/u).slice(1).map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** Where a Node process with `--inspect` listens; what else it says goes on to standard error. */
function inspectorOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (child.stderr === null) return;
    createInterface({ input: child.stderr }).on('line', (line) => {
      const address = /^Debugger listening on (ws:\/\/\S+)/u.exec(line)?.[1];
      if (address !== undefined) resolve(address);
      else if (!/^(?:For help, see|Debugger |Starting inspector)/u.test(line))
        process.stderr.write(`${line}\n`);
    });
  });
}

export class CoreProcess {
  readonly access: Access;
  private readonly child: ChildProcess;
  private readonly agent: Agent;
  private readonly inspector: Promise<string>;

  private constructor(access: Access, child: ChildProcess, inspector: Promise<string>, maxSockets: number) {
    this.access = access;
    this.child = child;
    this.inspector = inspector;
    this.agent = new Agent({ keepAlive: true, maxSockets });
  }

  static async start(
    dataDir: string,
    { port = 0, inspect = false, database, sockets = 32 }: CoreOptions = {},
  ): Promise<CoreProcess> {
    // For finding out where the time goes: KAIROS_BENCH_NODE="--cpu-prof --cpu-prof-dir=/tmp/profile".
    const extra = (process.env['KAIROS_BENCH_NODE'] ?? '').split(' ').filter((word) => word !== '');
    const looked = inspect ? ['--inspect=127.0.0.1:0', '--expose-gc'] : [];
    const shared = database === undefined ? [] : ['--database', database];
    const program = [built('main', 'core.js'), '--port', String(port), '--data', dataDir, '--dev', ...shared];
    const child = spawn(process.execPath, [...extra, ...looked, ...program], {
      stdio: ['ignore', 'pipe', inspect ? 'pipe' : 'inherit'],
    });
    // Whatever ends the benchmark ends the core with it.
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.removeListener('exit', kill));
    const inspector = inspectorOf(child);
    const line = await new Promise<string>((resolve, reject) => {
      if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the core ended with code ${code}`)));
    });
    return new CoreProcess(JSON.parse(line) as Access, child, inspector, sockets);
  }

  /** Processor seconds used so far. */
  cpu(): number {
    return cpuSeconds(this.access.pid);
  }

  /** Bytes, after everything that nobody holds was collected. */
  async memory(): Promise<Memory> {
    const page = await Page.at(await this.inspector);
    try {
      return await page.evaluate<Memory>('gc(), gc(), process.memoryUsage()');
    } finally {
      page.close();
    }
  }

  /** A token of its own for somebody. */
  async token(subject: string, scopes: readonly string[], role: Role = 'operator'): Promise<string> {
    const body = Buffer.from(JSON.stringify({ subject, role, scopes, ttlSeconds: 86_400 }));
    const { status, text } = await this.send('POST', '/dev/token', body, '');
    if (status !== 200) throw new Error(`/dev/token got ${status}: ${text.slice(0, 300)}`);
    return (JSON.parse(text) as { token: string }).token;
  }

  send(method: string, path: string, body: Buffer | null, authorization: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = {
        ...(authorization !== '' && { authorization }),
        ...(body && { 'content-type': 'application/json', 'content-length': body.length }),
      };
      const sent = request(
        `${this.access.url}${path}`,
        { method, headers, agent: this.agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
          response.once('error', reject);
        },
      );
      sent.once('error', reject);
      sent.end(body ?? undefined);
    });
  }

  /** With the write key. @throws unless it was accepted */
  async post(path: string, body: Buffer): Promise<void> {
    const basic = `Basic ${Buffer.from(`${this.access.writeKey}:`).toString('base64')}`;
    const { status, text } = await this.send('POST', path, body, basic);
    if (status !== 200 || text.includes('"rejected"'))
      throw new Error(`${path} got ${status}: ${text.slice(0, 300)}`);
  }

  /** @throws unless every event of the batch was accepted */
  batch(body: Buffer): Promise<void> {
    return this.post('/v1/batch', body);
  }

  read(path: string): Promise<Answer> {
    return this.send('GET', path, null, `Bearer ${this.access.consoleToken}`);
  }

  /** Ends the core, in order with SIGTERM and at once with SIGKILL. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.agent.destroy();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await ended;
  }
}
