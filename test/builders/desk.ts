/** A console on in-memory stores with a scripted core: what it sends is recorded, what it hears is said by the test. */

import type { FrameBody, FrameHead } from '../../src/protocol/frame.ts';
import type { Welcome } from '../../src/protocol/hello.ts';
import type { Wipe } from '../../src/protocol/wipe.ts';
import type { Entry } from '../../src/replica/outbox/model.ts';
import { enqueue } from '../../src/replica/outbox/operations.ts';
import type { OutboxStore, ReplicaStore } from '../../src/replica/store/contract.ts';
import { MemoryOutbox, MemoryReplica } from '../../src/replica/store/memory.ts';
import { Runner, type Said } from '../../src/replica/sync/runner.ts';
import type { Input, TimerName } from '../../src/replica/sync/session.ts';

export const NOW = Date.parse('2026-11-21T10:00:00.000Z');

type Sent = Said | { do: 'connect' } | { do: 'close' };

export class TestDesk {
  readonly sent: Sent[] = [];
  readonly reports: string[] = [];
  readonly timers = new Map<TimerName, number>();
  /** The order in which the stores were written, for R10. */
  readonly writes: string[] = [];
  readonly wiped: Wipe[] = [];
  readonly receipts: { id: string; pending: number; way: string }[] = [];
  needToken = 0;
  now = NOW;
  readonly runner: Runner;
  readonly replica: ReplicaStore;
  readonly outbox: OutboxStore;
  private ids = 0;

  constructor(stores: { replica?: ReplicaStore; outbox?: OutboxStore } = {}) {
    this.replica = stores.replica ?? new MemoryReplica();
    this.outbox = stores.outbox ?? new MemoryOutbox('client-0');
    this.runner = new Runner({
      replica: () => this.replica,
      outbox: () => this.recordingOutbox(),
      link: {
        open: () => this.sent.push({ do: 'connect' }),
        close: () => this.sent.push({ do: 'close' }),
        send: (effect) => {
          if (effect.do === 'ack') this.writes.push('ack');
          this.sent.push(effect);
        },
        receipt: (wipe, way, pending) => this.receipts.push({ id: wipe.id, way, pending }),
      },
      timers: {
        set: (name, ms) => void (ms === null ? this.timers.delete(name) : this.timers.set(name, ms)),
      },
      now: () => this.now,
      random: () => 0.5,
      newId: () => `id-${++this.ids}`,
      onRows: (change) => this.writes.push(`replica ${change.kind}`),
      onChange: () => undefined,
      onReport: (code) => this.reports.push(code),
      onNeedToken: () => void this.needToken++,
      onWipe: async (wipe) => void this.wiped.push(wipe),
      onStoreFailure: () => false,
    });
  }

  private recordingOutbox(): OutboxStore {
    return {
      load: () => this.outbox.load(),
      write: (changes) => {
        if (changes.length > 0) this.writes.push('outbox');
        this.outbox.write(changes);
      },
    };
  }

  say(
    input: Input extends infer I ? (I extends { generation: number } ? Omit<I, 'generation'> : never) : never,
  ): this {
    this.runner.dispatch({ ...input, generation: this.runner.session.generation } as Input);
    return this;
  }

  /** Starts, connects and says hello. */
  hello(wanted: string[] = ['station:FRA']): this {
    if (this.runner.session.phase === 'stopped') this.runner.dispatch({ type: 'start', token: 't', wanted });
    else this.runner.dispatch({ type: 'timer', name: 'connect' });
    return this.say({ type: 'connected' });
  }

  welcome(change: Partial<Welcome> = {}): this {
    const { epoch } = this.replica.meta();
    const { cursor } = this.replica.meta();
    const reply: Welcome = {
      type: 'welcome',
      epoch: 'e1',
      seq: cursor,
      chain: `c${cursor}`,
      proof: 'p',
      mask: 'm',
      schemaHash: 's',
      lmid: this.outbox.load().me.nextMid - 1,
      ids: [],
      idsFrom: 1,
      reset: epoch === '',
      reason: epoch === '' ? 'new' : '',
      granted: ['station:FRA'],
      denied: [],
      serverTime: new Date(this.now).toISOString(),
      leaseUntil: new Date(this.now + 72 * 3_600_000).toISOString(),
      ...change,
    };
    return this.say({ type: 'hello-reply', reply });
  }

  frame(head: Partial<FrameHead> = {}, body: Partial<FrameBody> = {}): this {
    const meta = this.replica.meta();
    const to = body.to ?? meta.cursor + 1;
    return this.say({
      type: 'frame',
      head: { n: this.runner.session.n + 1, lmid: this.seen(), ...head },
      body: { epoch: meta.epoch, from: meta.cursor, to, chain: `c${to}`, proof: 'p', ops: [], ...body },
    });
  }

  seen(): number {
    return this.replica.seen(this.outbox.load().me.clientId) ?? 0;
  }

  note(id: string, change: Partial<Entry> = {}): this {
    const draft = {
      id,
      name: 'add-note',
      ver: 1,
      args: { profileId: 'P1', text: id },
      base: [],
      baseValues: {},
      profileId: 'P1',
      at: new Date(this.now).toISOString(),
      operator: 'op-1',
      ...change,
    };
    const result = enqueue(this.outbox.load(), draft);
    if (!result.ok) throw new Error(result.code);
    this.runner.change(result.outbox);
    return this;
  }

  sentOf<D extends Sent['do']>(kind: D): Extract<Sent, { do: D }>[] {
    return this.sent.filter((one): one is Extract<Sent, { do: D }> => one.do === kind);
  }

  lastPush(): { mid: number; id: string }[] {
    return (
      this.sentOf('push')
        .at(-1)
        ?.commands.map(({ mid, id }) => ({ mid, id })) ?? []
    );
  }

  pending(): string[] {
    return this.outbox.load().pending.map((entry) => `${entry.id}:${entry.mid ?? '-'}`);
  }
}
