/** A real core as a process of its own, fed and asked by HTTP over connections that stay open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Access = { url: string; writeKey: string; consoleToken: string; pid: number };
export type Answer = { status: number; text: string };

/** The built product; benchmarks are started in the project's folder. */
export const built = (...path: string[]): string => join(process.cwd(), 'out', ...path);

export class CoreProcess {
  readonly access: Access;
  private readonly child: ChildProcess;
  private readonly agent: Agent;

  private constructor(access: Access, child: ChildProcess) {
    this.access = access;
    this.child = child;
    this.agent = new Agent({ keepAlive: true, maxSockets: 32 });
    // Whatever ends the benchmark ends the core with it.
    process.once('exit', this.kill);
  }

  static async start(dataDir: string): Promise<CoreProcess> {
    // For finding out where the time goes: KAIROS_BENCH_NODE="--cpu-prof --cpu-prof-dir=/tmp/profile".
    const extra = (process.env['KAIROS_BENCH_NODE'] ?? '').split(' ').filter((word) => word !== '');
    const args = [...extra, built('main', 'core.js'), '--port', '0', '--data', dataDir, '--dev'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`the core ended with code ${code}`)));
    });
    return new CoreProcess(JSON.parse(line) as Access, child);
  }

  send(method: string, path: string, body: Buffer | null, authorization: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization,
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

  private readonly kill = (): void => {
    this.child.kill('SIGKILL');
  };

  async end(): Promise<void> {
    process.removeListener('exit', this.kill);
    this.agent.destroy();
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}
