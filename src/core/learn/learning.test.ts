import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BundleData, CandidateName, Outcome } from '../../decision/contract.ts';
import { migrate } from '../store/database.ts';
import { DecisionStore } from '../store/decisions.ts';
import { LearnedStore } from '../store/learned.ts';
import { takeRecorded } from './intake.ts';
import { Learning } from './learning.ts';

const T0 = Date.parse('2026-11-21T10:00:00Z');
const CATALOGUE: BundleData = {
  version: 'test',
  facts: { colour: { type: 'text' }, size: { type: 'number' } },
  catalogue: ['a1', 'a2', 'a3'].map((id) => ({ id, lane: 2, channels: ['web', 'phone'] })),
  policy: { learn: ['colour', 'size'] },
};
const name = (action: string, channel = 'web'): CandidateName => ({ action, channel, approach: 'plain' });

type Told = {
  kind: 'record' | Outcome;
  id: string;
  at: number;
  profile: string;
  chosen?: CandidateName;
  presented?: CandidateName;
};

class World {
  readonly decisions: DecisionStore;
  readonly learned: LearnedStore;
  learning: Learning;
  now = T0;
  /** The survivor of each profile that is another's now. */
  readonly joinedInto = new Map<string, string>();

  constructor() {
    const db = new Database(':memory:');
    migrate(db);
    this.decisions = new DecisionStore(db);
    this.learned = new LearnedStore(db);
    this.learning = this.open();
  }

  open(catalogue = CATALOGUE): Learning {
    return new Learning({
      decisions: this.decisions,
      learned: this.learned,
      survivor: (id) => this.joinedInto.get(id) ?? id,
      now: () => this.now,
      onFailure: (error) => {
        throw error;
      },
      isTentative: () => false,
      write: async (work) => work(),
      catalogue,
    });
  }

  /** What a process that ended leaves, and what the next one finds. */
  restart(orderly: boolean): void {
    if (orderly) this.learning.stop();
    this.learning = this.open();
  }

  tell({ kind, id, at, profile, chosen, presented }: Told): void {
    const time = new Date(at).toISOString();
    const n = Number(id.slice(1));
    const record = {
      ...{ id, at: time, chosen: chosen ?? name(`a${1 + (n % 3)}`, n % 2 ? 'web' : 'phone') },
      ...{ presented, inputs: { colour: ['red', 'blue'][n % 2], size: (n * 7) % 30 } },
    };
    const args = kind === 'record' ? { record } : { decisionId: id, outcome: kind };
    const command = { name: kind === 'record' ? 'record-decision' : 'record-outcome', at: time };
    takeRecorded(this.decisions, { ...command, args: JSON.parse(JSON.stringify(args)) }, profile);
  }

  async rebuilt(): Promise<string> {
    await this.learning.rebuild();
    return this.learning.hash();
  }
}

const OUTCOMES: Outcome[] = [
  'presented',
  'positive',
  'customer-declined',
  'complaint',
  'opt-out',
  'operator-declined',
];

/** Decisions with up to three outcomes each, at times that may be equal, before the decision or after the window. */
const storyOf = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: 40 }),
      isOverridden: fc.boolean(),
      outcomes: fc.array(
        fc.record({ kind: fc.constantFrom(...OUTCOMES), after: fc.integer({ min: -1, max: 80 }) }),
        { maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((decisions) =>
    decisions.flatMap(({ at, isOverridden, outcomes }, i): Told[] => {
      const base = { id: `d${i}`, profile: `p${i % 4}` };
      const decidedAt = T0 + at * 60_000;
      return [
        { ...base, kind: 'record', at: decidedAt, ...(isOverridden && { presented: name('a3') }) },
        ...outcomes.map(({ kind, after }) => ({ ...base, kind, at: decidedAt + after * 60_000 })),
      ];
    }),
  );

describe('[D29] what the core learns', () => {
  it('is the same model, bit for bit, after a rebuild, whatever came in which order, how often and over which restarts', async () => {
    let learned = 0;
    await fc.assert(
      fc.asyncProperty(storyOf, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), async (story, luck) => {
        const straight = new World();
        for (const told of story) straight.tell(told);
        const wanted = await straight.rebuilt();
        learned += straight.learning.model.labels;
        const mixed = new World();
        const twice = [...story, ...story.filter((_, i) => (luck[i % 60] as number) % 3 === 0)];
        const order = twice.map((told, i) => ({ told, key: (luck[(i * 7) % 60] as number) % 97 }));
        for (const { told, key } of order.sort((a, b) => a.key - b.key)) {
          mixed.tell(told);
          if (key % 5 === 0) mixed.learning.catchUp();
          if (key % 11 === 0) mixed.restart(key % 2 === 0);
        }
        expect(await mixed.rebuilt()).toBe(wanted);
        expect(mixed.learning.isCanonical).toBe(true);
        mixed.restart(true);
        expect(mixed.learning.hash()).toBe(wanted);
      }),
      // Bounds the search for a smaller story when one has failed.
      { numRuns: 40, interruptAfterTimeLimit: 45_000, markInterruptAsFailure: false },
    );
    expect(learned).toBeGreaterThan(40);
  }, 60_000);

  it('needs no rebuild where everything came in order, and says where it does', async () => {
    const world = new World();
    const at = (minutes: number) => T0 + minutes * 60_000;
    world.tell({ kind: 'record', id: 'd1', at: at(0), profile: 'p1' });
    world.tell({ kind: 'presented', id: 'd1', at: at(1), profile: 'p1' });
    world.tell({ kind: 'record', id: 'd2', at: at(1), profile: 'p2' });
    world.tell({ kind: 'positive', id: 'd1', at: at(2), profile: 'p1' });
    const live = world.learning.hash();
    expect(world.learning.isCanonical).toBe(true);
    expect(await world.rebuilt()).toBe(live);
    world.tell({ kind: 'customer-declined', id: 'd2', at: at(1), profile: 'p2' });
    world.learning.catchUp();
    expect(world.learning.isCanonical).toBe(false);
    expect(await world.rebuilt()).not.toBe(live);
    expect(world.learning.isCanonical).toBe(true);
  });

  it('takes a second outcome, a repeated one and a repeated record once', () => {
    const once = new World();
    const often = new World();
    const record: Told = { kind: 'record', id: 'd1', at: T0, profile: 'p1' };
    const positive: Told = { kind: 'positive', id: 'd1', at: T0 + 1_000, profile: 'p1' };
    for (const told of [record, positive]) once.tell(told);
    for (const told of [record, positive, positive, record]) often.tell(told);
    often.learning.catchUp();
    often.tell({ kind: 'customer-declined', id: 'd1', at: T0 + 2_000, profile: 'p1' });
    often.restart(false);
    expect(once.learning.model.labels).toBe(1);
    expect(often.learning.hash()).toBe(once.learning.hash());
  });

  it('lets an outcome wait for its record, and hears nobody about another customer', () => {
    const world = new World();
    world.tell({ kind: 'positive', id: 'd1', at: T0, profile: 'p2' });
    expect([world.decisions.waiting(), world.learning.model.labels]).toEqual([1, 0]);
    world.tell({ kind: 'record', id: 'd1', at: T0, profile: 'p1' });
    expect([world.decisions.waiting(), world.learning.model.labels]).toEqual([0, 0]);
    const same = new World();
    same.joinedInto.set('p2', 'p1');
    same.tell({ kind: 'positive', id: 'd1', at: T0, profile: 'p2' });
    same.tell({ kind: 'record', id: 'd1', at: T0, profile: 'p1' });
    expect(same.learning.model.labels).toBe(1);
  });

  it('gives an override its labels, as if it had been chosen, and none to what had been suggested', () => {
    const modelAfter = (more: Partial<Told>) => {
      const world = new World();
      world.tell({ kind: 'record', id: 'd1', at: T0, profile: 'p1', ...more });
      world.tell({ kind: 'positive', id: 'd1', at: T0, profile: 'p1' });
      return world.learning.hash();
    };
    const [overridden, chosen] = [modelAfter({ presented: name('a3') }), modelAfter({ chosen: name('a3') })];
    expect(overridden).toBe(chosen);
    expect(overridden).not.toBe(modelAfter({}));
  });

  it('is learned anew by itself with another catalogue, and otherwise once a day', async () => {
    const world = new World();
    world.tell({ kind: 'record', id: 'd1', at: T0, profile: 'p1' });
    world.tell({ kind: 'positive', id: 'd1', at: T0, profile: 'p1' });
    await world.rebuilt();
    world.learning.stop();
    const built = world.learning.builtAt;
    world.now += 1_000;
    world.learning = world.open({ ...CATALOGUE, version: 'other' });
    expect(world.learning.isCanonical).toBe(false);
    world.learning.tend();
    await world.learning.rebuild();
    expect(world.learning.builtAt).toBeGreaterThan(built);
    expect(world.learning.isCanonical).toBe(true);
    world.tell({ kind: 'record', id: 'd2', at: T0 - 60_000, profile: 'p1' });
    world.tell({ kind: 'positive', id: 'd2', at: T0 - 60_000, profile: 'p1' });
    world.learning.tend();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.learning.isCanonical).toBe(false);
    world.now += 86_400_000;
    world.learning.tend();
    await world.learning.rebuild();
    expect(world.learning.isCanonical).toBe(true);
  });
  it('is learned anew from the log where what was saved is of another form', () => {
    const world = new World();
    for (let n = 0; n < 30; n++) {
      world.tell({ kind: 'record', id: `d${n}`, at: T0 + n, profile: 'p1' });
      world.tell({ kind: n % 3 ? 'positive' : 'customer-declined', id: `d${n}`, at: T0 + n, profile: 'p1' });
    }
    const hash = world.learning.hash();
    world.learning.stop();
    const saved = world.learned.model();
    if (saved === undefined) throw new Error('nothing was saved');
    const old = { ...(JSON.parse(saved.json) as object), form: 'kairos-hashed-logistic/1' };
    world.learned.saveModel({ ...saved, json: JSON.stringify(old) });
    world.learning = world.open();
    expect(world.learning.hash()).toBe(hash);
  });
});
