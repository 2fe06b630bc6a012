/**
 * The floor of keeping consoles up to date: a bare socket.io server that says one prepared message to everybody in the
 * room, no log, no credit, no place in a history. Told by its parent; a process of its own like the core.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

export type FloorAsk = { do: 'send'; perSecond: number; seconds: number } | { do: 'memory' };
export type FloorReply = {
  url?: string;
  commits?: [seq: number, at: number][];
  memory?: NodeJS.MemoryUsage;
};

const WELCOME = {
  type: 'welcome',
  epoch: 'floor',
  seq: 0,
  chain: '',
  proof: '',
  mask: '',
  granted: [],
  reset: true,
};
/** As large as a frame that holds a customer and a line of his timeline. */
const ROW = { id: 'P', facts: 'x'.repeat(2_400) };

const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
const sync = io.of('/sync');
let seq = 0;
let n = 0;
sync.on('connection', (socket) => {
  // Everybody counts from 1.
  if (sync.sockets.size === 1) n = 0;
  socket.on('hello', (_hello: unknown, reply: (welcome: unknown) => void) => reply({ ...WELCOME, seq }));
});

function send(): number {
  const at = Date.now();
  const to = ++seq;
  const op = { table: 'event', id: 'e', v: to, scopes: [], row: ROW };
  const body = { epoch: 'floor', from: to - 1, to, chain: '', proof: '', ops: [op] };
  sync.emit('frame', { n: ++n, lmid: 0, results: [], drop: [] }, body);
  return at;
}

async function paced(perSecond: number, seconds: number): Promise<[number, number][]> {
  const commits: [number, number][] = [];
  const start = performance.now();
  for (let k = 0; k < perSecond * seconds; k++) {
    const wait = start + (k * 1000) / perSecond - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    commits.push([seq + 1, send()]);
  }
  return commits;
}

process.on('message', async (ask: FloorAsk) => {
  if (ask.do === 'send') process.send?.({ commits: await paced(ask.perSecond, ask.seconds) });
  else {
    globalThis.gc?.();
    globalThis.gc?.();
    process.send?.({ memory: process.memoryUsage() });
  }
});
process.once('disconnect', () => process.exit(0));
http.listen(0, '127.0.0.1', () =>
  process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }),
);
