import { describe, expect, it } from 'vitest';
import type { RowChange } from '../store/contract.ts';
import { type TestConsole, World } from './test-world.ts';

const SCOPES = ['station:FRA', 'station:MUC', 'flight:LH1/2026-11-23', 'queue:de'];

/** A small generator of its own (mulberry32), so that a failing history can be run again by its seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Random commits, subs, pushes, acknowledgements held back, lost connections, cuts of the log, time passing. */
class History {
  readonly world = new World();
  readonly consoles: TestConsole[];
  private readonly pick: (below: number) => number;
  private readonly mids = new Map<string, number>();
  private text = 0;
  /** Everything is large and wanted, and few messages are acknowledged: catch-ups come in many parts. */
  private readonly heavy: boolean;
  /** One row in so many is large, so that frames and snapshots come in parts. */
  private readonly largeOneIn: number;

  constructor(seed: number) {
    this.pick = randomOf(seed);
    this.heavy = seed % 2 === 0;
    this.largeOneIn = this.heavy ? 1 : 4;
    this.consoles = [
      this.world.console('a'),
      this.world.console('b', { subject: 'bo', grants: ['station:FRA', 'flight:*'] }),
      this.world.role('kiosk'),
    ];
    for (const one of this.consoles) this.connect(one);
  }

  private scopes(): string[] {
    return SCOPES.filter(() => this.pick(this.heavy ? 2 : 3) === 0);
  }

  private change(): RowChange {
    const id = `P${this.pick(30)}`;
    const size = this.pick(this.largeOneIn) === 0 ? 120_000 : 20;
    const kind = this.pick(10);
    if (kind < 2) return this.world.gone('profile', id);
    if (kind < 6) return this.world.profile(id, this.scopes(), { text: `${this.text++}${'x'.repeat(size)}` });
    if (kind < 7) return this.world.gone('event', `E${this.pick(8)}`);
    if (kind < 9) {
      const n = this.pick(8);
      return this.world.event(
        `E${n}`,
        id,
        this.scopes(),
        n % 2 ? { type: 'note', name: `${this.text++}` } : {},
      );
    }
    const bundle = { id: `B${this.pick(2)}`, version: `${this.text++}` };
    return this.pick(3) === 0
      ? this.world.gone('bundle', bundle.id)
      : { table: 'bundle', id: bundle.id, json: JSON.stringify(bundle), scopes: [] };
  }

  private commit(): void {
    const changes = new Map<string, RowChange>();
    for (let i = this.pick(12); i >= 0; i--) {
      const change = this.change();
      if (change.json !== null || this.world.store.row(change.table, change.id))
        changes.set(`${change.table} ${change.id}`, change);
    }
    if (changes.size > 0) this.world.commit(...changes.values());
  }

  private connect(one: TestConsole): void {
    const answer = one.hello(this.scopes());
    if (answer?.type === 'welcome') this.mids.set(one.clientId, answer.lmid);
  }

  private step(one: TestConsole): void {
    const does = this.pick(12);
    if (does < 5) this.commit();
    else if (does === 5 && this.pick(this.heavy ? 4 : 1) === 0) one.ask('sub', { wanted: this.scopes() });
    else if (does === 6 && this.pick(this.heavy ? 6 : 1) === 0) this.connect(one);
    else if (does === 7) one.acks = this.pick(3) === 0;
    else if (does === 8) this.push(one);
    else if (does === 9 && this.pick(4) === 0) this.world.store.cutLog(this.pick(6));
    else if (does === 10) {
      this.world.clock.now += this.pick(40_000);
      this.world.hub.tick();
    } else one.ack();
    for (const each of this.consoles) each.take();
    if (one.link.closed) this.connect(one);
  }

  private push(one: TestConsole): void {
    const mid = (this.mids.get(one.clientId) ?? 0) + 1;
    const args = { profileId: `P${this.pick(30)}`, name: 'meal', value: `${this.text++}` };
    const command = {
      mid,
      id: `${one.clientId}-${this.text}`,
      name: 'set-preference',
      ver: 1,
      args,
      base: [],
      at: '',
    };
    const ack = one.push(command);
    if (ack) this.mids.set(one.clientId, ack.lmid);
  }

  run(steps: number): void {
    for (let i = 0; i < steps; i++) this.step(this.consoles[this.pick(3)] as TestConsole);
    for (const one of this.consoles) {
      if (one.link.closed) this.connect(one);
      one.acks = true;
      for (let i = 0; i < 60; i++) {
        one.ack();
        one.take();
      }
      // A frame is not due while nothing concerns the console; the heartbeat brings its cursor to the head.
      this.world.clock.now += 61_000;
      one.ack();
      this.world.hub.tick();
      one.take();
    }
  }
}

/** How many seeds and from where on: SEEDS=500 FROM=1000. Seeds that once failed are kept here for ever. */
const KEPT: number[] = [];

describe('[I1] random histories', () => {
  it.each([
    ...KEPT,
    ...Array.from(
      { length: Number(process.env.SEEDS ?? 8) },
      (_, i) => i + 1 + Number(process.env.FROM ?? 0),
    ),
  ])('seed %i ends with equal rows', (seed) => {
    const history = new History(seed);
    history.run(90);
    for (const one of history.consoles) {
      expect([...one.active].sort()).toEqual([...one.session.granted].sort());
      const expected = one.expected();
      if (one.viewer.role === 'kiosk')
        for (const [key] of expected) if (/^event E[1357]$/u.test(key)) expected.delete(key);
      expect(one.held()).toEqual(expected);
      for (const sent of one.link.sent) expect(sent.bytes).toBeLessThanOrEqual(256 * 1024);
    }
    expect(history.world.errors).toEqual([]);
  });
});
