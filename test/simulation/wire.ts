/** One connection of a console: ordered within itself, at its own pace, and easily broken on either side. */
import type { Viewer } from '../../src/core/auth/viewer.ts';
import { RawJson } from '../../src/core/sync/raw.ts';
import type { Session as CoreSession } from '../../src/core/sync/session.ts';
import { CREDIT_BYTES, CREDIT_MESSAGES } from '../../src/protocol/limits.ts';
import type { Said } from '../../src/replica/sync/runner.ts';
import type { Input } from '../../src/replica/sync/session.ts';
import { Broken } from './broken.ts';
import type { CoreRun } from './core.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

export type WireParts = {
  scheduler: Scheduler;
  random: Random;
  /** The core's present process; null while there is none. */
  core(): CoreRun | null;
  viewerOf(token: unknown): Viewer | undefined;
  /** The console hears this, on this wire. */
  heard(wire: Wire, input: Input): void;
  count(): void;
  /** A promise was made that must be let run before the next event. */
  promised(): void;
};

/** A peer that says nothing any more is given up after so long. */
const HEARTBEAT = [20_000, 45_000] as const;

export class Wire {
  readonly generation: number;
  /** The token's content when it connected; nothing once it was renewed. */
  viewer: Viewer | undefined;
  /** A frame has been applied on this wire. */
  framed = false;
  private readonly parts: WireParts;
  private readonly token: string;
  private readonly pace: number;
  private run: CoreRun | null = null;
  private session: CoreSession | null = null;
  private open = true;
  private upLost = false;
  private downLost = false;
  /** What becomes of the next frame or snapshot on its way. */
  private slip: 'lost' | 'twice' | null = null;
  private upAt = 0;
  private downAt = 0;

  constructor(parts: WireParts, generation: number, token: string) {
    this.parts = parts;
    this.generation = generation;
    this.token = token;
    this.pace = parts.random.chance(0.15) ? parts.random.between(300, 2_500) : parts.random.between(1, 60);
    this.up(() => this.arrive());
  }

  get isOpen(): boolean {
    return this.open;
  }

  private arrive(): void {
    const run = this.parts.core();
    const viewer = this.parts.viewerOf(this.token);
    if (!run || run.dead) return this.refuse(null);
    if (!viewer) return this.refuse('token_invalid');
    if (run.isRevoked(viewer)) return this.refuse('station_revoked');
    this.run = run;
    this.viewer = viewer;
    this.session = run.hub.connect(
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

  /** [I7] What one console may leave unacknowledged is bounded. */
  private emitted(event: string, args: unknown[]): void {
    const session = this.session;
    if (this.run?.dead || !session) return;
    if (session.unacked.length > CREDIT_MESSAGES || session.unackedBytes > CREDIT_BYTES)
      throw new Broken(
        'I7',
        `${session.unacked.length} messages, ${session.unackedBytes} bytes are on their way`,
      );
    this.parts.count();
    const [head, body] = args.map((arg) =>
      JSON.parse(arg instanceof RawJson ? arg.text : JSON.stringify(arg)),
    );
    const { generation } = this;
    const told = event === 'frame' || event === 'snap' ? this.slip : null;
    if (told) this.slip = null;
    if (told === 'lost') return;
    if (event === 'frame' && told === 'twice') this.down({ type: 'frame', generation, head, body });
    if (event === 'snap' && told === 'twice') this.down({ type: 'snap', generation, head, body });
    if (event === 'frame') this.down({ type: 'frame', generation, head, body });
    else if (event === 'snap') this.down({ type: 'snap', generation, head, body });
    else if (event === 'bye') this.down({ type: 'bye', generation, bye: head });
    else if (event === 'reset') this.down({ type: 'reset', generation, reason: head.reason });
  }

  private wipeAnswer: ((answer: unknown) => void) | null = null;

  private asked(event: string, message: unknown, answered: (answer: unknown) => void): void {
    if (this.run?.dead) return;
    this.wipeAnswer = answered;
    this.down({ type: event as 'wipe', generation: this.generation, wipe: message as never });
  }

  /** The receipt of a wipe, as the console gives it. */
  receipt(id: string, way: 'ack' | 'wiped', pending: number): void {
    this.up(() =>
      this.run?.guarded(() => {
        if (way === 'wiped') this.run?.hub.wiped(this.session as CoreSession, { id, pending });
        else this.wipeAnswer?.({ id, done: true, pending });
      }),
    );
  }

  private coreCloses(): void {
    this.down({ type: 'lost', generation: this.generation, reason: 'core_unreachable' });
  }

  /** The console says something. */
  send(effect: Said): void {
    this.parts.count();
    const message: Said = JSON.parse(JSON.stringify(effect));
    this.up(() => this.run?.guarded(() => this.deliver(message)));
  }

  private deliver(effect: Said): void {
    const { hub } = this.run as CoreRun;
    const session = this.session as CoreSession;
    const { generation } = this;
    const plain = (answer: unknown) => JSON.parse(JSON.stringify(answer));
    const failed = (error: unknown) => hub.failed(session, effect.do, () => undefined, error);
    switch (effect.do) {
      case 'hello':
        return hub.hello(session, effect.hello, (reply) =>
          this.down({ type: 'hello-reply', generation, reply: plain(reply) }),
        );
      case 'push':
        return hub.push(session, { commands: effect.commands }, (ack) =>
          this.down({ type: 'push-ack', generation, ack: plain(ack) }),
        );
      case 'sub':
        return hub.sub(session, { wanted: effect.wanted }, (ack) =>
          this.down({ type: 'sub-ack', generation, ack: plain(ack) }),
        );
      case 'compare':
        return hub.compare(session, effect.compare, (ack) =>
          this.down({ type: 'compare-ack', generation, scope: effect.compare.scope, ack: plain(ack) }),
        );
      case 'repair':
        return hub.repair(session, effect.repair, (ack) =>
          this.down({ type: 'repair-ack', generation, ack: plain(ack) }),
        );
      case 'ack':
        return hub.ack(session, { n: effect.n });
      case 'auth': {
        this.parts.promised();
        const renewed = hub.auth(session, { token: effect.token }, (ack) => {
          // What it may not see any more goes with a frame that comes later.
          this.viewer = undefined;
          this.down({ type: 'auth-ack', generation, ack: plain(ack) });
        });
        renewed.catch(failed);
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
    scheduler.after(this.upAt - scheduler.now, () => {
      if (!this.upLost) run();
    });
  }

  private down(input: Input): void {
    if (this.downLost) return;
    const { scheduler } = this.parts;
    this.downAt = Math.max(this.downAt, scheduler.now + this.delay());
    scheduler.after(this.downAt - scheduler.now, () => {
      if (!this.downLost && this.open) this.parts.heard(this, input);
    });
  }

  /** socket.io may lose an event of a living connection; nothing here relies on it. */
  misplace(slip: 'lost' | 'twice'): void {
    this.slip = slip;
  }

  /** Holds back what is on its way, and what follows: a hello or push may arrive after that of a newer connection. */
  stall(ms: number): void {
    this.upAt = Math.max(this.upAt, this.parts.scheduler.now) + ms;
  }

  /** The console closes; what it has sent still arrives, and the end of it too unless it is never heard of. */
  close(silently = false): void {
    if (!this.open) return;
    this.open = false;
    if (silently) this.forget();
    else this.up(() => this.coreForgets());
  }

  private coreForgets(): void {
    const { session, run } = this;
    if (session && run) run.guarded(() => run.hub.disconnected(session));
  }

  private forget(): void {
    const { scheduler, random } = this.parts;
    scheduler.after(random.between(...HEARTBEAT), () => this.coreForgets());
  }

  /** The network breaks in one or both directions; what is on its way is lost. Both sides learn of it late. */
  cut(up: boolean, down: boolean): void {
    const { scheduler, random } = this.parts;
    this.upLost ||= up;
    this.downLost ||= down;
    const late = () => (random.chance(0.5) ? random.between(0, 500) : random.between(...HEARTBEAT));
    scheduler.after(late(), () => this.coreForgets());
    scheduler.after(late(), () => {
      if (this.open)
        this.parts.heard(this, { type: 'lost', generation: this.generation, reason: 'core_unreachable' });
    });
  }

  /** The core's process has ended: what it sent may still arrive. */
  coreDied(): void {
    if (!this.run?.dead && this.run !== null) return;
    this.upLost = true;
    if (this.parts.random.chance(0.5)) this.downLost = true;
    this.parts.scheduler.after(this.parts.random.between(0, 3_000), () => {
      this.downLost = true;
      if (this.open)
        this.parts.heard(this, { type: 'lost', generation: this.generation, reason: 'core_unreachable' });
    });
  }
}
