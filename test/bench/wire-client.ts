/**
 * A console of the wire alone (docs/spec/wire.md), light enough that hundreds share a process: it keeps its place in the
 * history and no rows, reads of a message only what it must know, and ends the run on whatever a console would not
 * accept. What it reads by the order of names is what this core writes; a client for any core would parse the JSON.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';

export type WireOptions = {
  url: string;
  clientId: string;
  token: string;
  wanted: string[];
  /** An event's row has arrived: the seq of its commit. */
  onEvent: (seq: number, at: number) => void;
};

const HEAD = 2_048;
const TAIL = 256;
const BACKOFF_CAP = 30_000;

/** ms since 1970 with fractions, as the clock of commits shows whole ones. */
export const wallClock = (): number => performance.timeOrigin + performance.now();

type Welcome = {
  type: string;
  epoch: string;
  seq: number;
  chain: string;
  proof: string;
  mask: string;
  granted: string[];
  reset: boolean;
  ms?: number;
};

export class WireClient {
  /** False: nothing is acknowledged. */
  acking = true;
  /** False: nothing is read any more once the welcome is there. */
  reading = true;
  cursor = 0;
  /** `seq` of the last welcome; the client has caught up when its cursor is there. */
  seq = Number.POSITIVE_INFINITY;
  welcomedAt = 0;
  caughtUpAt = 0;
  resets = 0;
  waits = 0;
  byes: string[] = [];
  private readonly options: WireOptions;
  private epoch = '';
  private chain = '';
  private proof = '';
  private mask = '';
  private readonly active = new Set<string>();
  private granted: string[] = [];
  private n = 0;
  private socket: Socket | null = null;
  private chunks: Buffer[] = [];
  private size = 0;
  private awaySince: number | null = null;
  private retryMs: number | null = null;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: WireOptions) {
    this.options = options;
  }

  /** Every granted scope is active and the cursor is where the core was at the welcome. */
  get isReady(): boolean {
    return this.cursor >= this.seq && this.granted.every((scope) => this.active.has(scope));
  }

  connect(): void {
    const { hostname, port } = new URL(this.options.url);
    const upgrade = request({
      hostname,
      port,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    upgrade.once('error', () => this.lost());
    upgrade.once('response', () => this.lost());
    upgrade.once('upgrade', (_response, socket, first) => this.opened(socket, first));
    upgrade.end();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.destroy();
  }

  private opened(socket: Socket, first: Buffer): void {
    this.socket = socket;
    this.chunks = [];
    this.size = 0;
    this.n = 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.received(chunk));
    socket.once('error', () => undefined);
    socket.once('close', () => this.lost());
    if (first.length > 0) this.received(first);
  }

  /** As a console does (replica.md P14), unless the core has said when to come back. */
  private lost(): void {
    this.socket = null;
    if (this.closed) return;
    this.awaySince ??= Date.now();
    const most = Math.min(BACKOFF_CAP, Math.max(1_000, Date.now() - this.awaySince));
    const wait = this.retryMs ?? Math.random() * most;
    this.retryMs = null;
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private received(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    for (;;) {
      const whole = this.takeFrame();
      if (whole === null) return;
      if ((whole.opcode & 0x0f) === 1) this.packet(whole.payload);
      else if ((whole.opcode & 0x0f) === 8) this.socket?.end();
    }
  }

  /** The next WebSocket frame; a server does not mask and this one does not split. */
  private takeFrame(): { opcode: number; payload: Buffer } | null {
    if (this.size < 2) return null;
    const short = this.joined()[1] as number;
    const header = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (this.size < header) return null;
    const all = this.chunks[0] as Buffer;
    const length =
      short === 127 ? Number(all.readBigUInt64BE(2)) : short === 126 ? all.readUInt16BE(2) : short;
    if (this.size < header + length) return null;
    const joined = this.joined(true);
    const rest = joined.subarray(header + length);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.size = rest.length;
    return { opcode: joined[0] as number, payload: joined.subarray(header, header + length) };
  }

  /** The first chunk with a whole header in it, or everything. */
  private joined(everything = false): Buffer {
    const [first] = this.chunks;
    if (first && (this.chunks.length === 1 || (!everything && first.length >= 10))) return first;
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }

  private packet(payload: Buffer): void {
    const at = wallClock();
    const start = payload.toString('latin1', 0, Math.min(HEAD, payload.length));
    if (start.startsWith('42/sync,["frame"')) return this.frame(payload, start, at);
    if (start.startsWith('42/sync,["snap"')) return this.snap(payload, start);
    if (start === '2') return this.send('3');
    if (start.startsWith('0{')) return this.send(`40/sync,${JSON.stringify({ token: this.options.token })}`);
    if (start.startsWith('40/sync')) return this.hello();
    if (start.startsWith('43/sync,0'))
      return this.answered(JSON.parse(payload.toString('utf8').slice('43/sync,0'.length))[0], at);
    if (start.startsWith('44/sync')) throw new Error(`refused: ${start}`);
    if (start.startsWith('42/sync,["bye"')) {
      const [, bye] = JSON.parse(payload.toString('utf8').slice('42/sync,'.length));
      this.byes.push(bye.reason);
      this.retryMs = bye.retryInMs;
    }
    if (start.startsWith('42/sync,["reset"')) this.resets++;
  }

  private hello(): void {
    const { epoch, cursor, chain, proof, mask } = this;
    const { clientId, wanted } = this.options;
    const hello = {
      proto: 'kairos-sync/1',
      schemaHash: '',
      clientId,
      conn: randomUUID(),
      ...{ epoch, cursor, chain, proof, mask },
      active: [...this.active],
      wanted,
      lmidAck: 0,
      outboxDepth: 0,
    };
    this.send(`42/sync,0${JSON.stringify(['hello', hello])}`);
  }

  private answered(reply: Welcome, at: number): void {
    if (reply.type === 'wait') {
      this.waits++;
      this.retryMs = reply.ms ?? 0;
      return;
    }
    if (reply.type !== 'welcome') throw new Error(`hello was answered with ${JSON.stringify(reply)}`);
    if (reply.reset) {
      this.resets++;
      this.active.clear();
      this.cursor = reply.seq;
      this.epoch = reply.epoch;
      this.chain = reply.chain;
      this.proof = reply.proof;
    }
    this.awaySince = null;
    this.mask = reply.mask;
    this.granted = reply.granted;
    this.seq = reply.seq;
    this.welcomedAt = at;
    this.caughtUpAt = 0;
    if (!this.reading) this.socket?.pause();
  }

  private frame(payload: Buffer, start: string, at: number): void {
    this.counted(/"n":(\d+)/u.exec(start)?.[1]);
    for (const scope of JSON.parse(/"drop":(\[[^\]]*\])/u.exec(start)?.[1] ?? '[]'))
      this.active.delete(scope);
    const place = /"from":(\d+),"to":(\d+),"chain":"([^"]*)","proof":"([^"]*)"/u.exec(start);
    if (place) {
      const [, from, to, chain, proof] = place as unknown as [string, string, string, string, string];
      if (Number(from) !== this.cursor) throw new Error(`a frame from ${from} at cursor ${this.cursor}`);
      this.cursor = Number(to);
      this.chain = chain;
      this.proof = proof;
      if (this.caughtUpAt === 0 && this.cursor >= this.seq) this.caughtUpAt = at;
    }
    const text = payload.length <= HEAD ? start : payload.toString('latin1');
    for (const [, seq] of text.matchAll(/"table":"event","id":"[^"]*","v":(\d+)/gu))
      this.options.onEvent(Number(seq), at);
  }

  private snap(payload: Buffer, start: string): void {
    this.counted(/"n":(\d+)/u.exec(start)?.[1]);
    const end = payload.toString('latin1', Math.max(0, payload.length - TAIL));
    const scope = /"scope":"([^"]*)"/u.exec(start)?.[1];
    if (scope !== undefined && /"end":true,"at":\d+\}\]$/u.test(end)) this.active.add(scope);
  }

  /** Only the number that is due is accepted (R2); each is acknowledged at once. */
  private counted(n: string | undefined): void {
    if (Number(n) !== this.n + 1) throw new Error(`number ${n} after ${this.n}`);
    this.n++;
    if (this.acking) this.send(`42/sync,["ack",{"n":${this.n}}]`);
  }

  /** One masked text frame; a mask of zeros is a mask. */
  private send(text: string): void {
    const body = Buffer.from(text);
    const extra = body.length > 65_535 ? 8 : body.length > 125 ? 2 : 0;
    const frame = Buffer.alloc(6 + extra + body.length);
    frame[0] = 0x81;
    frame[1] = 0x80 | (extra === 8 ? 127 : extra === 2 ? 126 : body.length);
    if (extra === 8) frame.writeBigUInt64BE(BigInt(body.length), 2);
    else if (extra === 2) frame.writeUInt16BE(body.length, 2);
    body.copy(frame, 6 + extra);
    this.socket?.write(frame);
  }
}
