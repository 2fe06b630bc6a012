/**
 * A console for tests, written from docs/spec/wire.md alone (no import from src).
 * It keeps rows, acknowledges, and fails on the first clause that the core breaks (see replica.ts).
 */
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { bucketSums, type Json } from './hash.ts';
import type {
  Base,
  Bye,
  Command,
  Fact,
  Found,
  FrameBody,
  FrameHead,
  Granted,
  Hello,
  HelloReply,
  PushAck,
  Refusal,
  Result,
  SnapBody,
  Welcome,
} from './messages.ts';
import { type Held, must, Replica } from './replica.ts';

const PATIENCE_MS = 30_000;

export type Notice = { kind: string; profileId?: string; by?: string; state?: string; contactId?: string };
export type Logged = { kind: string; head: FrameHead; body: FrameBody & SnapBody };
export type ClientOptions = { url: string; token: string; wanted?: string[]; clientId?: string };
/** Why a connection was not made: `data.code` of `connect_error`. */
export class ConnectRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`connect_error ${code}`);
    this.code = code;
  }
}

export class Client {
  readonly replica = new Replica();
  clientId: string;
  token: string;
  conn = '';
  wanted: string[];
  reply: HelloReply | undefined;
  byes: Bye[] = [];
  resets: string[] = [];
  wipes: { id: string; mode: string }[] = [];
  notices: Notice[] = [];
  log: Logged[] = [];
  /** False: messages are kept but not acknowledged (a stalled console). */
  acking = true;
  /** What this console says in the receipt of a wipe. */
  pending = 0;
  nextMid = 1;
  lmidAck = 0;
  lastN = 0;
  closed = true;
  private socket: Socket | undefined;
  private fault: Error | undefined;
  private welcomed = false;
  readonly url: string;
  private watchers = new Set<() => void>();

  constructor(options: ClientOptions) {
    this.url = options.url;
    this.token = options.token;
    this.wanted = options.wanted ?? [];
    this.clientId = options.clientId ?? randomUUID();
  }

  /** Opens the socket; throws ConnectRefused with the core's code. No hello yet. */
  async open(): Promise<void> {
    const socket = io(`${this.url}/sync`, {
      transports: ['websocket'],
      auth: this.token ? { token: this.token } : {},
      forceNew: true,
      reconnection: false,
    });
    this.socket = socket;
    this.listen(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error: Error & { data?: { code?: string } }) => {
        socket.close();
        reject(new ConnectRefused(error.data?.code ?? error.message));
      });
    });
    this.closed = false;
  }

  /** Says hello on an open socket and answers what the core said; `fields` replace the usual ones. */
  async hello(fields: Record<string, unknown> = {}): Promise<HelloReply> {
    const hello = { ...this.helloFields(), ...fields };
    this.conn = String(hello.conn);
    return (await this.ask('hello', hello, (answer) => this.onReply(answer as HelloReply))) as HelloReply;
  }

  helloFields(): Hello {
    const { epoch, cursor, chain, proof, mask, active } = this.replica;
    return {
      proto: 'kairos-sync/1',
      schemaHash: '',
      clientId: this.clientId,
      conn: randomUUID(),
      epoch,
      cursor,
      chain,
      proof,
      mask,
      active: [...active],
      wanted: this.wanted,
      lmidAck: this.lmidAck,
      outboxDepth: 0,
    };
  }

  /** Opens and says hello, again where the core says when; throws unless the core welcomes. */
  async connect(fields: Record<string, unknown> = {}): Promise<Welcome> {
    await this.open();
    const reply = await this.hello(fields);
    if (reply.type === 'wait') {
      this.close();
      await new Promise((done) => setTimeout(done, reply.ms));
      return this.connect(fields);
    }
    if (reply.type !== 'welcome') throw new Error(`hello was answered with ${JSON.stringify(reply)}`);
    this.throwFault();
    return reply;
  }

  /** Connects and waits until every granted scope is active. */
  async ready(): Promise<Welcome> {
    const welcome = await this.connect();
    await this.until(() => this.hasAll(welcome.granted), `the scopes ${welcome.granted} active`);
    return welcome;
  }

  hasAll(scopes: string[]): boolean {
    return scopes.every((scope) => this.replica.active.has(scope));
  }

  /** Ends the connection from this side. */
  close(): void {
    this.socket?.disconnect();
  }

  /** Resolves when `condition` holds; it is looked at after each message. Throws on a broken rule. */
  async until(condition: () => unknown, what: string, patienceMs = PATIENCE_MS): Promise<void> {
    this.throwFault();
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => {
        clearTimeout(timer);
        this.watchers.delete(look);
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (this.fault) done(this.fault);
        else if (condition()) done();
      };
      const timer = setTimeout(
        () => done(new Error(`waited in vain for ${what}; ${this.describe()}`)),
        patienceMs,
      );
      this.watchers.add(look);
    });
  }

  /** For a console that has lied to the core on purpose: what it was told then proves nothing. */
  forget(): void {
    this.fault = undefined;
  }

  throwFault(): void {
    if (this.fault) throw this.fault;
  }

  /**
   * Sends a request and answers its acknowledgement; throws when none comes.
   * `first` runs in the acknowledgement itself, before any message that follows it.
   */
  async ask(event: string, payload: unknown, first?: (answer: unknown) => void): Promise<unknown> {
    const socket = this.socket as Socket;
    if (this.closed) throw this.fault ?? new Error(`${event} on a closed connection`);
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        socket.off('disconnect', gone);
        reject(this.fault ?? new Error(`no answer to ${event}: ${why}; ${this.describe()}`));
      };
      const gone = () => fail('the connection was closed');
      const timer = setTimeout(() => fail('time is up'), PATIENCE_MS);
      socket.once('disconnect', gone);
      socket.emit(event, payload, (answer: unknown) => {
        clearTimeout(timer);
        socket.off('disconnect', gone);
        if (first) this.note(() => first(answer));
        resolve(answer);
      });
    });
  }

  /** Emits without waiting for anything; `ack` is called if the core answers. */
  emit(event: string, payload: unknown, ack?: (answer: unknown) => void): void {
    if (ack) this.socket?.emit(event, payload, ack);
    else this.socket?.emit(event, payload);
  }

  async sub(wanted: string[]): Promise<Granted> {
    this.wanted = wanted;
    for (const scope of wanted) {
      this.replica.wanted.add(scope);
      this.replica.asked.add(scope);
    }
    return (await this.ask('sub', { wanted }, (answer) => {
      this.replica.granted = new Set((answer as Granted).granted);
      this.replica.wanted = new Set(wanted);
    })) as Granted;
  }

  async auth(token: string): Promise<{ until?: string; refused?: Refusal }> {
    const answer = (await this.ask('auth', { token })) as { until?: string; refused?: Refusal };
    if (answer.until) this.token = token;
    return answer;
  }

  async find(type: string, value: string, purpose = 'service'): Promise<Found> {
    return (await this.ask('find', { type, value, purpose })) as Found;
  }

  /** The 256 SUMs over the rows held in a scope. */
  sums(scope: string): string[] {
    return bucketSums(this.replica.inScope(scope));
  }

  /** A command with the next mid; nothing is sent. */
  command(name: string, args: Record<string, Json>, base: Base[] = []): Command {
    const mid = this.nextMid++;
    return { mid, id: randomUUID(), name, ver: 1, args, base, at: new Date().toISOString() };
  }

  async push(commands: unknown[]): Promise<PushAck> {
    return (await this.ask('push', { commands })) as PushAck;
  }

  /** Pushes one command and waits for its result on the stream. */
  async run(name: string, args: Record<string, Json>, base: Base[] = []): Promise<Result> {
    const command = this.command(name, args, base);
    const ack = await this.push([command]);
    must(
      ack.lmid === command.mid,
      'Messages',
      `push of mid ${command.mid} acked with ${JSON.stringify(ack)}`,
    );
    return this.result(command.id);
  }

  /** Waits until the stream has brought the result of an id. */
  async result(id: string): Promise<Result> {
    const find = () => this.replica.results.find((result) => result[1] === id);
    await this.until(find, `the result of ${id}`);
    return find() as Result;
  }

  profile(id: string): Held | undefined {
    return this.replica.get('profile', id);
  }

  fact(profileId: string, name: string): Fact | undefined {
    const facts = this.profile(profileId)?.row.facts as Record<string, Fact> | undefined;
    return facts?.[name];
  }

  /** Waits until a fact of a held profile has this value. */
  async seesFact(profileId: string, name: string, value: Json): Promise<void> {
    await this.until(() => this.fact(profileId, name)?.value === value, `${name} = ${JSON.stringify(value)}`);
  }

  /** A request that changes nothing: everything that the core sent before has arrived when it returns. */
  async flush(): Promise<void> {
    await this.ask('compare', { scope: 'station:nowhere', at: 0, sums: bucketSums([]) });
    this.throwFault();
  }

  ack(n = this.lastN): void {
    this.socket?.emit('ack', { n });
  }

  /** What is held, in a form that two consoles can be compared by. */
  picture(): unknown {
    const rows = [...this.replica.rows.values()].map(({ table, id, v, row, scopes, stale }) => ({
      table,
      id,
      v,
      row,
      scopes: [...scopes].sort(),
      stale,
    }));
    return rows.sort((a, b) => (`${a.table}/${a.id}` < `${b.table}/${b.id}` ? -1 : 1));
  }

  private listen(socket: Socket): void {
    socket.on('frame', (head: FrameHead, body: FrameBody) => this.onMessage('frame', head, body));
    socket.on('snap', (head: { n: number }, body: SnapBody) => this.onMessage('snap', head, body));
    socket.on('notice', (notice: Notice) => this.note(() => this.notices.push(notice)));
    socket.on('bye', (bye: Bye) => this.note(() => this.onBye(bye)));
    socket.on('reset', (reset: { reason: string }) => this.note(() => this.onReset(reset.reason)));
    socket.on('wipe', (wipe: { id: string; mode: string }, ack: (receipt: unknown) => void) =>
      this.note(() => this.onWipe(wipe, ack)),
    );
    socket.on('disconnect', () =>
      this.note(() => {
        this.closed = true;
        this.welcomed = false;
        this.lastN = 0;
        this.replica.disconnected();
      }),
    );
  }

  private onReply(reply: HelloReply): void {
    this.reply = reply;
    if (reply.type !== 'welcome') return;
    this.replica.wanted = new Set(this.wanted);
    this.replica.welcome(reply);
    this.welcomed = true;
    this.nextMid = reply.lmid + 1;
    this.lmidAck = Math.min(this.lmidAck, reply.idsFrom - 1);
  }

  private onMessage(kind: 'frame' | 'snap', head: FrameHead, body: FrameBody | SnapBody): void {
    this.note(() => {
      this.log.push({ kind, head, body: body as FrameBody & SnapBody });
      must(this.welcomed, 'R1', `${kind} before welcome`);
      if (kind === 'frame') this.replica.frame(head, body as FrameBody);
      else this.replica.snap(head, body as SnapBody);
      const last = head.results?.at(-1);
      if (last) this.lmidAck = last[0];
      this.lastN = head.n;
      if (this.acking) this.ack();
    });
  }

  private onBye(bye: Bye): void {
    this.byes.push(bye);
    if (bye.reason === 'station_revoked') this.replica.clear();
  }

  private onReset(reason: string): void {
    this.resets.push(reason);
    if (reason === 'mask') this.replica.clear();
  }

  private onWipe(wipe: { id: string; mode: string }, ack: (receipt: unknown) => void): void {
    this.wipes.push(wipe);
    this.replica.clear();
    Object.assign(this.replica, { epoch: '', cursor: 0, chain: '', proof: '', mask: '', seen: 0 });
    ack({ id: wipe.id, done: true, pending: this.pending });
  }

  private note(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.fault ??= error as Error;
    }
    this.wake();
  }

  private wake(): void {
    for (const look of [...this.watchers]) look();
  }

  private describe(): string {
    const { epoch, cursor, active, rows, seen } = this.replica;
    const state = { epoch, cursor, active: [...active], rows: rows.size, seen, byes: this.byes };
    return `state ${JSON.stringify({ ...state, closed: this.closed, last: this.log.slice(-2) }).slice(0, 1200)}`;
  }
}
