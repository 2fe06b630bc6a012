/** The bare server of floor/broadcast.ts as a process that is asked one thing after the other. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { cpuSeconds } from './core-process.ts';
import type { FloorAsk, FloorReply } from './floor/broadcast.ts';

export class Broadcast {
  readonly url: string;
  private readonly child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.child = child;
    process.once('exit', () => this.end());
  }

  static async start(): Promise<Broadcast> {
    const child = fork(join(import.meta.dirname, 'floor-broadcast.mjs'), { execArgv: ['--expose-gc'] });
    const { url } = await new Promise<FloorReply>((resolve) => child.once('message', resolve));
    return new Broadcast(url ?? '', child);
  }

  cpu(): number {
    return cpuSeconds(this.child.pid ?? 0);
  }

  private ask(ask: FloorAsk): Promise<FloorReply> {
    return new Promise((resolve) => {
      this.child.once('message', resolve);
      this.child.send(ask);
    });
  }

  /** When each message was sent, in ms since 1970. */
  async send(perSecond: number, seconds: number): Promise<[seq: number, at: number][]> {
    return (await this.ask({ do: 'send', perSecond, seconds })).commits ?? [];
  }

  async memory(): Promise<NodeJS.MemoryUsage> {
    return (await this.ask({ do: 'memory' })).memory as NodeJS.MemoryUsage;
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}
