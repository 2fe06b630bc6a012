/** Many conversations at once, each over a connection of its own that stays open, as channels hold theirs. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What one conversation posts when its turn comes; null where there is nothing to say yet. */
type Say = (conversation: number) => { path: string; body: object } | null;
type Heard = (conversation: number, text: string) => void;

export type Turn = { say: Say; heard?: Heard };

export class Conversations {
  readonly count: number;
  private readonly url: URL;
  private readonly authorization: string;
  private readonly agents: Agent[];
  private next = 0;

  constructor(url: string, authorization: string, count: number) {
    this.url = new URL(url);
    this.authorization = authorization;
    this.count = count;
    this.agents = Array.from({ length: count }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  }

  /**
   * Gives so many turns a second for some seconds, to the conversations in turn, whatever became of those before. A turn
   * is several requests, one after the other. Answers by request the ms from the moment it was to be sent (for the first
   * of a turn: the turn's own) to the last byte of its answer. @throws where something is not answered with 200
   */
  async round(perSecond: number, seconds: number, turns: readonly Turn[]): Promise<number[][]> {
    const took: number[][] = turns.map(() => []);
    const open: Promise<void>[] = [];
    const start = performance.now();
    for (let k = 0; k < perSecond * seconds; k++) {
      const due = start + (k * 1000) / perSecond;
      if (due - performance.now() > 1) await pause(due - performance.now());
      open.push(this.turn(this.next, due, turns, took));
      this.next = (this.next + 1) % this.count;
    }
    await Promise.all(open);
    return took;
  }

  private async turn(i: number, due: number, turns: readonly Turn[], took: number[][]): Promise<void> {
    let sent = due;
    for (const [n, { say, heard }] of turns.entries()) {
      const said = say(i);
      if (said === null) continue;
      const text = await this.post(i, said.path, said.body);
      const now = performance.now();
      took[n]?.push(now - sent);
      sent = now;
      heard?.(i, text);
    }
  }

  private post(i: number, path: string, body: object): Promise<string> {
    return new Promise((resolve, reject) => {
      const bytes = Buffer.from(JSON.stringify(body));
      const headers = {
        authorization: this.authorization,
        'content-type': 'application/json',
        'content-length': bytes.length,
      };
      const sent = request(
        {
          host: this.url.hostname,
          port: this.url.port,
          path,
          method: 'POST',
          headers,
          agent: this.agents[i],
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (response.statusCode === 200) resolve(text);
            else reject(new Error(`${path} got ${response.statusCode}: ${text.slice(0, 300)}`));
          });
        },
      );
      // A connection that the server has just closed for being idle: as every client does, over a new one.
      sent.once('error', (error) =>
        sent.reusedSocket ? this.post(i, path, body).then(resolve, reject) : reject(error),
      );
      sent.end(bytes);
    });
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}
