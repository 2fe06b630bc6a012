/** A station: one disk, its operators' outboxes, and the production session of whoever is logged in. */

import type { Outbox } from '../../src/replica/outbox/model.ts';
import { MemoryReplica } from '../../src/replica/store/memory.ts';
import { Runner } from '../../src/replica/sync/runner.ts';
import type { Input, TimerName } from '../../src/replica/sync/session.ts';
import { Broken } from './broken.ts';
import { Died, DiskFailed, OutboxDisk, ReplicaDisk, type Writer } from './disk.ts';
import { type Inspected, nothingInspected } from './inspect.ts';
import type { Random } from './random.ts';
import type { Cancel, Scheduler } from './scheduler.ts';
import { situationsOf } from './situations.ts';
import { Wire, type WireParts } from './wire.ts';

export type StationParts = Omit<WireParts, 'heard'> & {
  scheduler: Scheduler;
  random: Random;
  /** A fresh token; the station renews it in time, or forgets to. */
  tokenOf(subject: string): { token: string; renewIn: number | null };
  tell(line: () => string): void;
  newId(prefix: string): string;
  /** A wire was opened. */
  wired(wire: Wire): void;
  /** Something happened here: what it shows and keeps is looked at. */
  inspect(station: Station): void;
  /** The process has ended by itself; somebody starts it again. */
  onFall(station: Station): void;
  crashed(): void;
  reset(): void;
  forked(station: Station): void;
  /** From now on a fork may be found. */
  mayFork(): void;
};

/** One for all: nobody looks at where it was made, and finding that out takes time. */
const DIED = new Died('the console has died');

/** One process of the console, from its start to its end. */
class Process implements Writer {
  dead = false;
  /** Durable writes until it dies; 0 is never. */
  fuse = 0;
  /** It dies before the last of them, after whatever it has sent since the one before. */
  early = false;

  alive(): void {
    if (this.early && this.fuse === 1) this.dead = true;
    if (this.dead) throw DIED;
  }

  wrote(): void {
    if (this.fuse > 0 && --this.fuse === 0) {
      this.dead = true;
      throw DIED;
    }
  }
}

export class Station {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly replica = new ReplicaDisk();
  readonly outboxes = new Map<string, OutboxDisk>();
  subject: string;
  wanted: string[];
  runner: Runner | null = null;
  wire: Wire | null = null;
  /** Since the login a frame has been applied: own writes are visible exactly once from then on. */
  framed = false;
  /** How far the station's clock is from the true time, ms. */
  skew = 0;
  /** It gave up a connection because nothing that it sent was answered. */
  stuck = false;
  inspected: Inspected = nothingInspected;
  /** What happens once this station hears such an input. */
  armed: { at: (input: Input) => boolean; run: () => void } | null = null;
  /** Of all hellos that this station ever said: a process knows only its own. */
  readonly conns = new Set<string>();
  private process = new Process();
  private readonly timers = new Map<TimerName | 'token', Cancel>();
  private readonly parts: StationParts;

  constructor(name: string, subjects: readonly string[], wanted: string[], parts: StationParts) {
    this.name = name;
    this.subjects = subjects;
    this.subject = subjects[0] as string;
    this.wanted = wanted;
    this.parts = parts;
  }

  get outbox(): OutboxDisk {
    const held = this.outboxes.get(this.subject);
    if (held) return held;
    const made = new OutboxDisk(this.parts.newId('client'), () => this.now);
    this.outboxes.set(this.subject, made);
    return made;
  }

  get now(): number {
    return Math.floor(this.parts.scheduler.now + this.skew);
  }

  start(subject = this.subject): void {
    if (this.runner) return;
    this.subject = subject;
    this.framed = false;
    const process = new Process();
    this.process = process;
    this.replica.writer = process;
    if (this.replica.damaged) this.replica.putBack(new MemoryReplica());
    this.outbox.writer = process;
    this.runner = this.makeRunner(process);
    this.say({ type: 'start', token: this.freshToken(), wanted: this.wanted });
  }

  private makeRunner(process: Process): Runner {
    const { random } = this.parts;
    return new Runner({
      replica: () => this.replica,
      outbox: () => this.outbox,
      link: {
        open: (generation, token) => {
          if (!process.dead) this.open(generation, token, process);
        },
        close: () => {
          if (!process.dead) this.wire?.close();
        },
        send: (effect) => {
          if (effect.do === 'hello') this.conns.add(effect.hello.conn);
          if (!process.dead && this.wire?.isOpen) this.wire.send(effect);
        },
        receipt: (wipe, way, pending) => this.wire?.receipt(wipe.id, way, pending),
      },
      timers: {
        set: (name, ms) => {
          if (!process.dead) this.timer(name, ms, () => this.say({ type: 'timer', name }));
        },
      },
      now: () => this.now,
      random: random.next,
      newId: () => this.parts.newId('id'),
      onRows: (change) => {
        if (change.kind === 'frame' || change.kind === 'end-stage') this.wire?.applied();
        if (change.kind === 'frame') this.framed = true;
        if (change.kind === 'reset') this.parts.reset();
      },
      onChange: () => undefined,
      onReport: (code) => {
        this.parts.reached(`says ${code}`);
        if (code === 'outbox_forked') this.parts.forked(this);
      },
      onNeedToken: () => this.timer('token', 1_500, () => this.renewToken()),
      onWipe: async (wipe) => {
        this.parts.promised();
        this.replica.putBack(new MemoryReplica());
        if (wipe.mode === 'all') this.outboxes.delete(this.subject);
        this.outbox.writer = process;
      },
      onStoreFailure: (error, which) => this.storeFailed(error, which),
    });
  }

  /** A damaged replica is made anew; a disk that takes no more is tried again later. */
  private storeFailed(error: unknown, which: 'replica' | 'outbox'): boolean {
    if (!(error instanceof DiskFailed)) throw error;
    // What was written is half of a step: as after a login, until the next frame.
    this.framed = false;
    if (which === 'outbox' || !this.replica.damaged) return false;
    this.replica.putBack(new MemoryReplica());
    this.parts.reached('replica rebuilt');
    return true;
  }

  private freshToken(): string {
    const { token, renewIn } = this.parts.tokenOf(this.subject);
    this.timer('token', renewIn, () => this.renewToken());
    return token;
  }

  /** Somebody brings a new token. */
  renewToken(): void {
    if (this.runner) this.say({ type: 'token', token: this.freshToken() });
  }

  private open(generation: number, token: string, process: Process): void {
    this.wire?.close();
    const heard = (_wire: Wire, input: Input) => {
      if (!process.dead) this.say(input);
    };
    this.wire = new Wire({ ...this.parts, heard }, this, generation, token);
    this.parts.wired(this.wire);
  }

  private timer(name: TimerName | 'token', ms: number | null, due: () => void): void {
    this.timers.get(name)?.();
    this.timers.delete(name);
    if (ms === null) return;
    this.timers.set(
      name,
      this.parts.scheduler.after(ms, () => {
        this.timers.delete(name);
        due();
      }),
    );
  }

  want(wanted: string[]): void {
    this.wanted = wanted;
    this.say({ type: 'want', wanted });
  }

  /** Gives the session an input; afterwards what is on disk and on screen is looked at. */
  say(input: Input): void {
    this.parts.tell(() => `${this.name} ${this.subject} hears ${JSON.stringify(input).slice(0, 200)}`);
    situationsOf(input, this, this.parts);
    const { generation } = this.runner?.session ?? {};
    this.act(() => this.runner?.dispatch(input));
    // What still arrives of a connection that the console has given up is not heard: its next welcome says it again.
    this.assertTold(input, 'generation' in input && input.generation === generation);
    if (this.armed?.at(input)) this.strike();
  }

  /** [I5] Another mask takes the rows. [R1] The core knows what is wanted. [R2] Who lost nothing is not broken off. */
  private assertTold(input: Input, isHeard: boolean): void {
    const { runner, wire, wanted } = this;
    const hasNewMask = isHeard && input.type === 'reset' && input.reason === 'mask';
    if (hasNewMask && this.replica.live.rows.size > 0 && runner)
      throw new Broken('I5', `${this.name} was told of another mask and holds rows`);
    if (!runner || !wire) return;
    const { phase, reason } = runner.session;
    if (phase === 'live' && wire.isOpen && wire.toldWanted.join() !== wanted.join())
      throw new Broken('R1', `${this.name} wants ${wanted} and said ${wire.toldWanted}`);
    this.stuck ||= reason === 'upload_stuck';
    const isFrame = isHeard && input.type === 'frame';
    if (isFrame && phase === 'live' && input.body.epoch !== this.replica.meta().epoch)
      throw new Broken('R2', `${this.name} took a frame of another epoch`);
    const isBrokenOff = (input.type === 'frame' || input.type === 'snap') && phase === 'waiting';
    if (isBrokenOff && !wire.slipped && /^(frame|snap)_/u.test(reason ?? ''))
      throw new Broken('R2', `${this.name} broke off a connection that lost nothing: ${reason}`);
  }

  private strike(): void {
    const { armed } = this;
    this.armed = null;
    armed?.run();
  }

  /** The operator changes the outbox; false if it was not said to be kept. */
  change(next: Outbox): boolean {
    return this.act(() => this.runner?.change(next));
  }

  private act(work: () => void): boolean {
    const { process } = this;
    if (!this.runner) return false;
    let kept = true;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Died || error instanceof DiskFailed)) throw error;
      kept = false;
    }
    if (process.dead) {
      this.fell();
      return false;
    }
    this.parts.inspect(this);
    return kept;
  }

  private fell(): void {
    this.parts.crashed();
    const power = this.parts.random.chance(0.4);
    this.gone(power);
    if (power) this.losePower(this.parts.random.below(5));
    this.parts.onFall(this);
  }

  /** Dies after so many more durable writes, or before the last of them. */
  light(fuse: number, early = false): void {
    Object.assign(this.process, { fuse, early });
  }

  private gone(silently: boolean): void {
    this.process.dead = true;
    this.runner = null;
    this.framed = false;
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
    this.wire?.close(silently);
    this.wire = null;
    this.replica.live.discardStages();
    this.parts.inspect(this);
  }

  /** The process is killed. */
  kill(): void {
    if (this.runner) this.gone(false);
  }

  /** The plug is pulled: the last transactions of replica.db may be gone, those of outbox.db are not. */
  losePower(transactions: number): void {
    if (this.runner) this.gone(true);
    this.replica.losePower(transactions);
    this.parts.inspect(this);
  }

  /** The operator logs out. */
  leave(): void {
    if (!this.runner) return;
    this.say({ type: 'stop' });
    if (this.runner) this.gone(false);
  }
}
