/**
 * A thread that sends one frame of the wire after the other at a fixed rate, each with one customer changed (his seat),
 * as text with the time of sending: the load of the live benchmark, the same for every way of storing it.
 */
import { Worker } from 'node:worker_threads';
import { profileLines } from './data.ts';

export type Stamped = {
  /** `[head, body]` as JSON text. */
  text: string;
  /** process.hrtime of the sending, in ms; one clock for all threads. */
  sentAt: number;
};

export const clock = (): number => Number(process.hrtime.bigint()) / 1e6;

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { lines, rate, epoch } = workerData;
const rows = lines.map((line) => JSON.parse(line));
const still = new Int32Array(new SharedArrayBuffer(4));
const clock = () => Number(process.hrtime.bigint()) / 1e6;
parentPort.on('message', ({ n, cursor, count, scope }) => {
  const start = clock();
  for (let i = 0; i < count; i++) {
    const row = rows[(cursor * 7919) % rows.length];
    const seat = Object.keys(row.facts).find((name) => name.endsWith('.seat'));
    row.facts[seat] = { value: (1 + (cursor % 46)) + 'ABCDEF'.charAt(cursor % 6), source: 'app', at: new Date().toISOString() };
    const op = { table: 'profile', id: row.id, v: cursor + 1, scopes: [scope], row };
    const body = { epoch, from: cursor, to: cursor + 1, chain: 'c' + cursor, proof: 'p' + cursor, ops: [op] };
    const text = JSON.stringify([{ n }, body]);
    const wait = start + (i * 1000) / rate - clock();
    if (wait > 0) Atomics.wait(still, 0, 0, wait);
    parentPort.postMessage({ text, sentAt: clock() });
    n++;
    cursor++;
  }
  parentPort.postMessage(null);
});
`;

export class Stream {
  private readonly worker: Worker;

  /** `among`: how many of the customers change, spread over all of them. */
  constructor(profiles: number, rate: number, epoch: string, among = 5_000) {
    const every = Math.max(1, Math.floor(profiles / among));
    const lines: string[] = [];
    let index = 0;
    for (const { text } of profileLines(profiles)) if (index++ % every === 0) lines.push(text);
    this.worker = new Worker(PROGRAM, { eval: true, workerData: { lines, rate, epoch } });
  }

  /** Sends `count` frames, the first with number `n` from `cursor`; resolves when the last one was handled. */
  send(
    from: { n: number; cursor: number; scope: string },
    count: number,
    handle: (message: Stamped) => void,
  ): Promise<void> {
    return new Promise((resolve) => {
      const listen = (message: Stamped | null): void => {
        if (message !== null) return handle(message);
        this.worker.off('message', listen);
        resolve();
      };
      this.worker.on('message', listen);
      this.worker.postMessage({ ...from, count });
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
