/** A station: one disk, its operators' outboxes, and the production session of whoever is logged in. */

import type { Outbox } from '../../src/replica/outbox/model.ts';
import { MemoryReplica } from '../../src/replica/store/memory.ts';
import { Runner } from '../../src/replica/sync/runner.ts';
import type { Input, TimerName } from '../../src/replica/sync/session.ts';
import { Died, OutboxDisk, ReplicaDisk, type Writer } from './disk.ts';
import type { Random } from './random.ts';
import type { Cancel, Scheduler } from './scheduler.ts';
import { Wire, type WireParts } from './wire.ts';

export type StationParts = Omit<WireParts, 'heard'> & {
  scheduler: Scheduler;
  random: Random;
  tokenOf(subject: string): string;
  tell(line: string): void;
  newId(prefix: string): string;
  /** Something happened here: what it shows and keeps is looked at. */
  inspect(station: Station): void;
  /** The process has ended by itself; somebody starts it again. */
  onFall(station: Station): void;
  crashed(): void;
  reset(): void;
  forked(): void;
};

/** One process of the console, from its start to its end. */
class Process implements Writer {
  dead = false;
  /** Durable writes until it dies; 0 is never. */
  fuse = 0;

  alive(): void {
    if (this.dead) throw new Died('the console has died');
  }

  wrote(): void {
    if (this.fuse > 0 && --this.fuse === 0) {
      this.dead = true;
      throw new Died('the console has died');
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
  private process = new Process();
  private readonly timers = new Map<TimerName, Cancel>();
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
    const made = new OutboxDisk(this.parts.newId('client'));
    this.outboxes.set(this.subject, made);
    return made;
  }

  start(subject = this.subject): void {
    if (this.runner) return;
    this.subject = subject;
    this.framed = false;
    const process = new Process();
    this.process = process;
    this.replica.writer = process;
    this.outbox.writer = process;
    this.runner = this.makeRunner(process);
    this.say({ type: 'start', token: this.parts.tokenOf(subject), wanted: this.wanted });
  }

  private makeRunner(process: Process): Runner {
    const { scheduler, random } = this.parts;
    return new Runner({
      replica: () => this.replica,
      outbox: () => this.outbox,
      link: {
        open: (generation, token) => {
          if (!process.dead) this.open(generation, token);
        },
        close: () => {
          if (!process.dead) this.wire?.close();
        },
        send: (effect) => {
          if (!process.dead && this.wire?.isOpen) this.wire.send(effect);
        },
        receipt: (wipe, way, pending) => this.wire?.receipt(wipe.id, way, pending),
      },
      timers: {
        set: (name, ms) => {
          if (!process.dead) this.timer(name, ms);
        },
      },
      now: () => Math.floor(scheduler.now),
      random: random.next,
      newId: () => this.parts.newId('id'),
      onRows: (change) => {
        if (change.kind === 'frame' && this.wire) {
          this.wire.framed = true;
          this.framed = true;
        }
        if (change.kind === 'reset') this.parts.reset();
      },
      onChange: () => undefined,
      onReport: (code) => {
        if (code === 'outbox_forked') this.parts.forked();
      },
      onNeedToken: () => this.needToken(process),
      onWipe: async (wipe) => {
        this.parts.promised();
        this.replica.putBack(new MemoryReplica());
        if (wipe.mode === 'all') this.outboxes.delete(this.subject);
        this.outbox.writer = process;
      },
      onStoreFailure: () => false,
    });
  }

  private needToken(process: Process): void {
    this.parts.scheduler.after(1_500, () => {
      if (!process.dead) this.say({ type: 'token', token: this.parts.tokenOf(this.subject) });
    });
  }

  private open(generation: number, token: string): void {
    this.wire?.close();
    const heard = (wire: Wire, input: Input) => {
      if (wire === this.wire) this.say(input);
    };
    this.wire = new Wire({ ...this.parts, heard }, generation, token);
  }

  private timer(name: TimerName, ms: number | null): void {
    this.timers.get(name)?.();
    this.timers.delete(name);
    if (ms === null) return;
    this.timers.set(
      name,
      this.parts.scheduler.after(ms, () => {
        this.timers.delete(name);
        this.say({ type: 'timer', name });
      }),
    );
  }

  /** Gives the session an input; afterwards what is on disk and on screen is looked at. */
  say(input: Input): void {
    this.parts.tell(`${this.name} ${this.subject} hears ${JSON.stringify(input).slice(0, 160)}`);
    this.act(() => this.runner?.dispatch(input));
  }

  /** The operator changes the outbox; false if the process died before it was said to be kept. */
  change(next: Outbox): boolean {
    return this.act(() => this.runner?.change(next));
  }

  private act(work: () => void): boolean {
    const { process } = this;
    if (!this.runner) return false;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    if (process.dead) {
      this.parts.crashed();
      const power = this.parts.random.chance(0.4);
      this.gone(power);
      if (power) this.losePower(this.parts.random.below(5));
      this.parts.onFall(this);
      return false;
    }
    this.parts.inspect(this);
    return true;
  }

  /** Dies after so many more durable writes. */
  light(fuse: number): void {
    this.process.fuse = fuse;
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
