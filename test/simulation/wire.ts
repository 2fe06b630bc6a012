/** One connection of a console to a node: ordered within itself, at its own pace, and easily broken on either side. */
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { RawJson } from '../../src/core/sync/raw.ts';
import type { Session as CoreSession } from '../../src/core/sync/session.ts';
import { CREDIT_BYTES, CREDIT_MESSAGES } from '../../src/protocol/limits.ts';
import type { Said } from '../../src/replica/sync/runner.ts';
import type { Input } from '../../src/replica/sync/session.ts';
import { unreadMessage } from '../../src/replica/sync/unread.ts';
import { Broken } from './broken.ts';
import type { CoreNode } from './node.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import { assertServed } from './served.ts';
import { assertReadable } from './versions.ts';

export type WireParts = {
  scheduler: Scheduler;
  random: Random;
  /** A node that takes connections now; null while there is none. */
  node(): CoreNode | null;
  viewerOf(token: unknown): Viewer | undefined;
  /** The console hears this, on this wire. */
  heard(wire: Wire, input: Input): void;
  /** Whatever transaction is made now is made for this wire. */
  handling(wire: Wire, work: () => void): void;
  /** The core has answered: what must hold of the answer is looked at. */
  answered(wire: Wire, effect: Said, reply: unknown): void;
  /** A message went over the wire. */
  count(): void;
  reached(situation: string): void;
  /** A promise was made that must be let run before the next event. */
  promised(): void;
};

/** A peer that says nothing any more is given up after so long. */
const HEARTBEAT = [20_000, 45_000] as const;
/** How long the client waits for a connection. */
const CONNECT_TIMEOUT = 20_000;

/** Messages that the process has taken from the socket but not handled yet are at most so old, ms; or it hangs. */
const ARRIVED = 40;
const HANGING = 5_000;

/** What the other side reads of a message: a copy, of what JSON carries. */
const plain = <T>(value: T): T => copied(value) as T;

function copied(value: unknown): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (Array.isArray(value)) return value.map((one) => copied(one) ?? null);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
    return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : undefined;
  const copy: { [name: string]: unknown } = {};
  for (const name in value) {
    const member = copied((value as { [name: string]: unknown })[name]);
    if (member !== undefined) copy[name] = member;
  }
  return copy;
}
const textOf = (arg: unknown): string => (arg instanceof RawJson ? arg.text : JSON.stringify(arg));

/** Nothing with another end stays unread (unread.ts): making bytes of it would be in vain. */
const UNREAD_END = /(?:\}\}\]|\}\],"part":\d+)\}$/;

/** Head and body of a frame or snapshot as the console's socket hands them over: what is only rows stays bytes. */
function arrived(event: string, head: unknown, body: unknown): [head: unknown, body: unknown] {
  const texts: [string, string] = [textOf(head), textOf(body)];
  const unread = UNREAD_END.test(texts[1])
    ? unreadMessage(Buffer.from(`42/sync,["${event}",${texts[0]},${texts[1]}]`))
    : null;
  return unread ? [unread.args[1], unread.args[2]] : [JSON.parse(texts[0]), JSON.parse(texts[1])];
}

export class Wire {
  readonly generation: number;
  /** Whose connection it is. */
  readonly owner: object;
  /** Ids of the commands that are being executed for it. */
  pushed: readonly string[] = [];
  /** A push is in flight. */
  private pushing = false;
  /** What it has been asked to bring: the last list of wanted scopes that the console said. */
  toldWanted: readonly string[] = [];
  /** A frame or snapshot was lost or repeated on it. */
  slipped = false;
  /** Who the core took the console for when it sent the last frame that was applied; nobody before the first. */
  viewer: Viewer | undefined;
  private sentTo: Viewer | undefined;
  node: CoreNode | null = null;
  session: CoreSession | null = null;
  private readonly parts: WireParts;
  private readonly token: string;
  private readonly pace: number;
  /** What has arrived when it is closed is still heard for so long, ms. */
  private readonly handledWithin: number;
  /** On its way to the core, in order. */
  private readonly upward: (() => void)[] = [];
  private open = true;
  private closedAt = Number.POSITIVE_INFINITY;
  private upLost = false;
  private downLost = false;
  /** What becomes of the next frame or snapshot on its way. */
  private slip: 'lost' | 'twice' | null = null;
  private stalledUntil = 0;
  private upAt = 0;
  private downAt = 0;

  constructor(parts: WireParts, owner: object, generation: number, token: string) {
    this.parts = parts;
    this.owner = owner;
    this.generation = generation;
    this.token = token;
    this.pace = parts.random.chance(0.15) ? parts.random.between(300, 2_500) : parts.random.between(1, 60);
    this.handledWithin = parts.random.chance(0.1) ? HANGING : ARRIVED;
    this.up(() => this.arrive());
    parts.scheduler.after(CONNECT_TIMEOUT, () => {
      if (this.session === null) this.refuse(null);
    });
  }

  get isOpen(): boolean {
    return this.open;
  }

  private arrive(): void {
    this.node = this.parts.node();
    if (!this.node) return this.refuse(null);
    this.run((node) => this.connect(node));
  }

  private connect(node: CoreNode): void {
    const viewer = this.parts.viewerOf(this.token);
    const refusal = viewer ? node.refusal(viewer) : 'token_invalid';
    if (!viewer || refusal) return this.refuse(refusal);
    this.session = node.hub.connect(
      {
        emit: (event, ...args) => this.emitted(event, args),
        ask: (event, message, _timeout, answered) => this.asked(event, message, answered),
        close: () => this.coreCloses(),
      },
      viewer,
    );
    this.down({ type: 'connected', generation: this.generation });
  }

  private refuse(code: string | null): void {
    this.down({ type: 'connect-failed', generation: this.generation, code });
  }

  private run(work: (node: CoreNode) => void): void {
    const { node } = this;
    node?.run(() => work(node));
  }

  /** [I7] What one console may leave unacknowledged is bounded. */
  private emitted(event: string, args: unknown[]): void {
    const session = this.session;
    if (this.node?.dead || !session) return;
    if (session.unacked.length > CREDIT_MESSAGES || session.unackedBytes > CREDIT_BYTES)
      throw new Broken(
        'I7',
        `${session.unacked.length} messages, ${session.unackedBytes} bytes are on their way`,
      );
    this.parts.count();
    if (this.downLost || !this.open) return;
    const { generation } = this;
    if (event === 'frame' || event === 'snap') {
      const [head, body] = arrived(event, args[0], args[1]);
      if ((body as { part?: number }).part === 1 && session.drops.size > 0)
        throw new Broken('R16', `a frame in parts begins while ${[...session.drops]} are to be dropped`);
      this.counted({ type: event, generation, head, body } as never);
    } else if (event === 'bye') this.down({ type: 'bye', generation, bye: plain(args[0]) as never });
    else if (event === 'reset')
      this.down({ type: 'reset', generation, ...(plain(args[0]) as { reason: never }) });
  }

  private counted(input: Extract<Input, { type: 'frame' | 'snap' }>): void {
    const { slip } = this;
    this.slip = null;
    const { viewer } = this.session as CoreSession;
    this.slipped ||= slip !== null;
    if (slip === 'lost') return;
    if (slip === 'twice') this.down(input, viewer);
    this.down(input, viewer);
  }

  private wipeAnswer: ((answer: unknown) => void) | null = null;

  private asked(event: string, message: unknown, answered: (answer: unknown) => void): void {
    if (this.node?.dead) return;
    this.wipeAnswer = answered;
    this.down({ type: event as 'wipe', generation: this.generation, wipe: plain(message) as never });
  }

  /** The receipt of a wipe, as the console gives it. */
  receipt(id: string, way: 'ack' | 'wiped', pending: number): void {
    this.toHub((node, session) => {
      if (way === 'wiped') node.hub.wiped(session, { id, pending });
      else this.wipeAnswer?.({ id, done: true, pending });
    });
  }

  private coreCloses(): void {
    this.down({ type: 'lost', generation: this.generation, reason: 'core_unreachable' });
  }

  /** The console says something. */
  send(effect: Said): void {
    this.parts.count();
    if (effect.do === 'hello') this.toldWanted = effect.hello.wanted;
    if (effect.do === 'sub') this.toldWanted = effect.wanted;
    if (effect.do === 'push') this.begins();
    const message: Said = effect.do === 'ack' ? effect : plain(effect);
    this.toHub((node, session) => this.deliver(node, session, message));
  }

  private begins(): void {
    if (this.pushing) throw new Broken('R12', 'a push was sent while another is in flight');
    this.pushing = true;
  }

  /** Something that reaches the hub after what was sent before it. */
  toHub(work: (node: CoreNode, session: CoreSession) => void): void {
    this.up(() =>
      this.run((node) => {
        if (this.session) work(node, this.session);
      }),
    );
  }

  /** As the rim does it: what a message makes fail ends this connection only. */
  private deliver(node: CoreNode, session: CoreSession, message: Said): void {
    try {
      this.bring(node, session, message);
      if (!node.dead && message.do !== 'auth') assertServed(session, node.store);
    } catch (error) {
      if (!node.dead) node.hub.failed(session, message.do, () => undefined, error);
    }
  }

  private bring(node: CoreNode, session: CoreSession, effect: Said): void {
    const { hub } = node;
    const { generation } = this;
    const answer = (input: (reply: never) => Input) => (reply: unknown) => {
      if (node.dead) return;
      this.parts.answered(this, effect, reply);
      this.down(input(plain(reply) as never));
    };
    const failed = (error: unknown) => hub.failed(session, effect.do, () => undefined, error);
    switch (effect.do) {
      case 'hello':
        return hub.hello(
          session,
          effect.hello,
          answer((reply) => {
            assertReadable(node.version, effect.hello.schemaHash, reply);
            return { type: 'hello-reply', generation, reply };
          }),
        );
      case 'push':
        this.pushed = effect.commands.map(({ id }) => id);
        hub.push(
          session,
          { commands: effect.commands },
          answer((ack) => ({ type: 'push-ack', generation, ack })),
        );
        this.pushed = [];
        return;
      case 'sub':
        return hub.sub(
          session,
          { wanted: effect.wanted },
          answer((ack) => ({ type: 'sub-ack', generation, ack })),
        );
      case 'compare':
        return hub.compare(
          session,
          effect.compare,
          answer((ack) => ({ type: 'compare-ack', generation, scope: effect.compare.scope, ack })),
        );
      case 'repair':
        return hub.repair(
          session,
          effect.repair,
          answer((ack) => ({ type: 'repair-ack', generation, ack })),
        );
      case 'ack':
        return hub.ack(session, { n: effect.n });
      case 'auth': {
        this.parts.promised();
        const reply = answer((ack) => ({ type: 'auth-ack', generation, ack }));
        hub.auth(session, { token: effect.token }, reply).catch((error) => node.run(() => failed(error)));
      }
    }
  }

  private delay(): number {
    const { random } = this.parts;
    return this.pace * random.between(0.5, 1.5) + (random.chance(0.02) ? random.between(0, 12_000) : 0);
  }

  private up(run: () => void): void {
    if (this.upLost) return;
    const { scheduler } = this.parts;
    this.upAt = Math.max(this.upAt, scheduler.now + this.delay());
    this.upward.push(run);
    scheduler.after(this.upAt - scheduler.now, () => this.pull());
  }

  /** Something is on its way to a hub that knows this connection. */
  get isAwaited(): boolean {
    return this.session !== null && this.upward.length > 0;
  }

  /** Nobody will say anything on it any more. */
  get isOver(): boolean {
    return !this.open && this.upward.length === 0 && this.session?.phase === 'closed';
  }

  /** What is being heard has been applied. */
  applied(): void {
    this.viewer = this.sentTo;
  }

  /** The next thing that the console has sent arrives, though it is held back if `now`; false if nothing can. */
  pull(now = false): boolean {
    const held = this.upLost || (!now && this.parts.scheduler.now < this.stalledUntil);
    const next = held ? undefined : this.upward.shift();
    if (next) this.parts.handling(this, next);
    return next !== undefined;
  }

  private down(input: Input, viewer?: Viewer): void {
    if (this.downLost || !this.open) return;
    const { scheduler } = this.parts;
    this.downAt = Math.max(this.downAt, scheduler.now + this.delay());
    scheduler.after(this.downAt - scheduler.now, () => {
      // What has arrived when it is closed is still heard afterwards.
      if (this.downLost || scheduler.now > this.closedAt + this.handledWithin) return;
      if (viewer) this.sentTo = viewer;
      if (input.type === 'push-ack') this.pushing = false;
      this.parts.heard(this, input);
    });
  }

  /** socket.io may lose an event of a living connection; nothing here relies on it. */
  misplace(slip: 'lost' | 'twice' | null): void {
    this.slip = slip;
  }

  /** Holds back what is on its way, and what follows: a hello or push may arrive after that of a newer connection. */
  stall(ms: number): void {
    const { scheduler } = this.parts;
    this.stalledUntil = scheduler.now + ms;
    this.upAt = Math.max(this.upAt, this.stalledUntil);
    for (let i = this.upward.length; i > 0; i--) scheduler.after(ms, () => this.pull());
  }

  /** What is held back arrives. */
  release(): void {
    const { scheduler } = this.parts;
    this.stalledUntil = scheduler.now;
    for (let i = 0; i < this.upward.length; i++) scheduler.after(i, () => this.pull());
  }

  /** The console closes; what it has sent still arrives, and the end of it too unless it is never heard of. */
  close(silently = false): void {
    if (!this.open) return;
    this.open = false;
    this.closedAt = this.parts.scheduler.now;
    if (silently)
      this.parts.scheduler.after(this.parts.random.between(...HEARTBEAT), () => this.coreForgets());
    else this.up(() => this.coreForgets());
  }

  private coreForgets(): void {
    this.run((node) => {
      if (this.session) node.hub.disconnected(this.session);
    });
  }

  /** The network breaks in one or both directions; what is on its way is lost. Both sides learn of it late. */
  cut(up: boolean, down: boolean): void {
    const { scheduler, random } = this.parts;
    this.upLost ||= up;
    this.downLost ||= down;
    const late = () => (random.chance(0.5) ? random.between(0, 500) : random.between(...HEARTBEAT));
    scheduler.after(late(), () => this.coreForgets());
    this.breakOff(late());
  }

  /** The console notices that nothing comes any more. */
  breakOff(ms: number): void {
    this.parts.scheduler.after(ms, () => {
      if (this.open)
        this.parts.heard(this, { type: 'lost', generation: this.generation, reason: 'core_unreachable' });
    });
  }

  /** The node stands still: is it for long, then the console gives it up. */
  frozen(): void {
    const ms = this.parts.random.between(...HEARTBEAT);
    this.parts.scheduler.after(ms, () => {
      if (this.node?.frozen) this.breakOff(0);
    });
  }

  /** The node's process has ended: what it sent may still arrive. */
  nodeDied(): void {
    this.upLost = true;
    if (this.parts.random.chance(0.5)) this.downLost = true;
    this.parts.scheduler.after(this.parts.random.between(0, 3_000), () => {
      this.downLost = true;
      this.breakOff(0);
    });
  }
}
