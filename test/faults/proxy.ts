/**
 * The network between one console and the core, as a TCP relay that can be told to misbehave. A byte that was swallowed
 * never comes again, as on a line that is dead in one direction: such a connection is reset when the line is mended.
 */
import { createServer, type Server, Socket } from 'node:net';

/** `up` is what the console sends, `down` what the core sends. */
export type Direction = 'up' | 'down';

type Lane = { from: Socket; to: Socket; direction: Direction };

/** One connection of the console through this relay. */
class Relay {
  private readonly console: Socket;
  private readonly core: Socket;
  private readonly line: Line;
  /** Bytes until it is cut, counted per direction. */
  readonly cutAfter: { [direction in Direction]: number } = { up: Infinity, down: Infinity };
  private swallowed = false;
  private dead = false;

  constructor(line: Line, console: Socket, core: Socket) {
    this.line = line;
    this.console = console;
    this.core = core;
    this.carry({ from: console, to: core, direction: 'up' });
    this.carry({ from: core, to: console, direction: 'down' });
  }

  get isHollow(): boolean {
    return this.swallowed;
  }

  /** Reset both ways, as when a router forgets the connection. */
  cut(): void {
    if (this.dead) return;
    this.dead = true;
    this.line.gone(this);
    for (const socket of [this.console, this.core]) socket.resetAndDestroy();
  }

  private carry({ from, to, direction }: Lane): void {
    from.setNoDelay(true);
    from.on('error', () => this.cut());
    // While one end is still open it can be cut: otherwise nobody would ever close it.
    from.on('close', () => {
      if (from.destroyed && to.destroyed) this.line.gone(this);
    });
    void this.pump(from, to, direction);
  }

  /** Chunk by chunk, so that what is not passed on makes the sender wait; an orderly end is passed on too. */
  private async pump(from: Socket, to: Socket, direction: Direction): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) await this.pass(to, direction, chunk);
      to.end();
    } catch {
      // Reset by one end or by us.
    }
  }

  private async pass(to: Socket, direction: Direction, chunk: Buffer): Promise<void> {
    const { line } = this;
    if (line.swallows.has(direction)) {
      this.swallowed = true;
      return;
    }
    await line.wait(direction, chunk.length);
    if (this.dead) return;
    const left = this.cutAfter[direction];
    if (chunk.length >= left) {
      to.write(chunk.subarray(0, left), () => this.cut());
      return;
    }
    this.cutAfter[direction] = left - chunk.length;
    if (!to.write(chunk))
      await new Promise<void>((resolve) => to.once('drain', resolve).once('close', resolve));
  }
}

/** The line of one station: a port of its own, and what is wrong with it now. */
export class Line {
  readonly swallows = new Set<Direction>();
  /** Nobody is let through. */
  refuses = false;
  /** What is sent arrives so many ms later. */
  delayMs = 0;
  /** What the core sends trickles in: bytes per second, 0 is as fast as it goes. */
  trickle = 0;
  private held = new Set<Direction>();
  private release: (() => void)[] = [];
  private readonly relays = new Set<Relay>();
  private readonly server: Server;
  private readonly corePort: number;

  private constructor(corePort: number) {
    this.corePort = corePort;
    this.server = createServer((socket) => this.accept(socket));
  }

  static async open(corePort: number): Promise<Line> {
    const line = new Line(corePort);
    await new Promise<void>((resolve) => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the line is closed');
    return `http://127.0.0.1:${address.port}`;
  }

  private accept(socket: Socket): void {
    if (this.refuses) {
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    const core = new Socket();
    core.connect(this.corePort, '127.0.0.1');
    this.relays.add(new Relay(this, socket, core));
  }

  /** Ends every connection that there is. */
  cut(): void {
    for (const relay of [...this.relays]) relay.cut();
  }

  /** Ends them after so many more bytes in one direction: in the middle of a frame, as likely as not. */
  cutAfter(direction: Direction, bytes: number): void {
    for (const relay of this.relays) relay.cutAfter[direction] = bytes;
  }

  /** Keeps back what is sent until `letGo`; in order, and nothing is lost. */
  hold(direction: Direction): void {
    this.held.add(direction);
  }

  letGo(): void {
    this.held.clear();
    for (const go of this.release.splice(0)) go();
  }

  /** Nothing is wrong any more. Connections that have lost bytes are beyond mending. */
  mend(): void {
    this.swallows.clear();
    this.refuses = false;
    this.delayMs = 0;
    this.trickle = 0;
    this.letGo();
    for (const relay of [...this.relays]) {
      relay.cutAfter.up = Infinity;
      relay.cutAfter.down = Infinity;
      if (relay.isHollow) relay.cut();
    }
  }

  async close(): Promise<void> {
    this.letGo();
    this.cut();
    await new Promise<void>((resolve) => void this.server.close(() => resolve()));
  }

  // What relays ask.

  gone(relay: Relay): void {
    this.relays.delete(relay);
  }

  /** Returns when these bytes may go on. */
  async wait(direction: Direction, bytes: number): Promise<void> {
    while (this.held.has(direction)) await new Promise<void>((resolve) => void this.release.push(resolve));
    const ms = this.delayMs + (this.trickle > 0 && direction === 'down' ? (1_000 * bytes) / this.trickle : 0);
    if (ms > 0) await new Promise<void>((resolve) => void setTimeout(resolve, Math.min(ms, 500)));
  }
}

/** A port that nobody listens at now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
