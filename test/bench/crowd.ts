/** Many consoles of the wire alone, spread over a few processes (crowd-process.ts). */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Counts, Histogram } from './histogram.ts';

export type CrowdConsole = { clientId: string; token: string; wanted: string[] };

/**
 * `live`: acknowledges what comes. `silent`: is no console at all and acknowledges nothing. `deaf`: says hello and takes
 * its welcome, and then reads but acknowledges nothing more; `blind`: does not even read.
 */
export type Manner = 'live' | 'silent' | 'deaf' | 'blind';

export type CrowdAsk =
  | { do: 'open'; url: string; consoles: CrowdConsole[]; manner: Manner }
  | { do: 'begin' }
  | { do: 'reach'; seq: number }
  | { do: 'latencies'; commits: [seq: number, at: number][] }
  | { do: 'returned'; since: number }
  | { do: 'close' };

export type Returned = {
  /** ms from `since` to the frame that brought a console to where the core was at its welcome */
  back: number[];
  resets: number;
  waits: number;
  byes: number;
};

export type CrowdReply = { failed?: string; counts?: Counts; returned?: Returned };

export class Crowd {
  private readonly processes: ChildProcess[];

  constructor(processes = 2) {
    const file = join(import.meta.dirname, 'crowd-process.mjs');
    this.processes = Array.from({ length: processes }, () => fork(file, { execArgv: [] }));
    process.once('exit', this.end);
  }

  private ask(child: ChildProcess, ask: CrowdAsk): Promise<CrowdReply> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`a crowd's process ended with ${code}`));
      child.once('exit', gone);
      child.once('message', (reply: CrowdReply) => {
        child.removeListener('exit', gone);
        if (reply.failed === undefined) resolve(reply);
        else reject(new Error(reply.failed));
      });
      child.send(ask);
    });
  }

  private all(ask: CrowdAsk): Promise<CrowdReply[]> {
    return Promise.all(this.processes.map((child) => this.ask(child, ask)));
  }

  /** Resolves when every console is live with its scopes, or has its welcome where it takes nothing more. */
  async open(url: string, consoles: readonly CrowdConsole[], manner: Manner = 'live'): Promise<void> {
    const { length } = this.processes;
    const share = (k: number): CrowdConsole[] => consoles.filter((_console, i) => i % length === k);
    await Promise.all(
      this.processes.map((child, k) => this.ask(child, { do: 'open', url, consoles: share(k), manner })),
    );
  }

  /** Forgets what was counted so far. */
  async begin(): Promise<void> {
    await this.all({ do: 'begin' });
  }

  /** Resolves when every console's cursor is at `seq`. */
  async reach(seq: number): Promise<void> {
    await this.all({ do: 'reach', seq });
  }

  /** From the commit of each event to its arrival at each console that it concerns. */
  async latencies(commits: [seq: number, at: number][]): Promise<Histogram> {
    const histogram = new Histogram();
    for (const { counts } of await this.all({ do: 'latencies', commits })) histogram.merge(counts ?? {});
    return histogram;
  }

  /** Resolves when all have come back after `since`. */
  async returned(since: number): Promise<Returned> {
    const all = (await this.all({ do: 'returned', since })).flatMap((reply) => reply.returned ?? []);
    const sum = (key: 'resets' | 'waits' | 'byes'): number => all.reduce((total, one) => total + one[key], 0);
    return {
      back: all.flatMap((one) => one.back),
      resets: sum('resets'),
      waits: sum('waits'),
      byes: sum('byes'),
    };
  }

  async close(): Promise<void> {
    await this.all({ do: 'close' });
  }

  readonly end = (): void => {
    process.removeListener('exit', this.end);
    for (const child of this.processes) child.kill('SIGKILL');
  };
}
