import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileBundle } from '../../decision/bundle.ts';
import type { BundleData } from '../../decision/contract.ts';
import { consider } from '../../decision/decide.ts';
import type { Learner } from '../../decision/learner.ts';
import { learnOutcome } from '../../decision/record.ts';
import { readRequest } from '../../decision/request.ts';
import { NEUTRAL, type Steering } from '../../decision/steering.ts';
import type { BundleRow } from '../../domain/rows.ts';
import { airlineBundle } from '../../packs/airline/catalogue/bundle.ts';
import { migrate } from '../store/database.ts';
import { DecisionStore } from '../store/decisions.ts';
import { LearnedStore } from '../store/learned.ts';
import { LogStore } from '../store/log.ts';
import { SecretStore } from '../store/secrets.ts';
import { Bundles, hasMoved, PUBLISH_MS } from './bundles.ts';
import { LearningSide } from './side.ts';
import { BundleSigner } from './sign.ts';

const { validUntil: _, ...CATALOGUE } = airlineBundle('');
const LANGUAGES = Array.from({ length: 24 }, (_one, i) => `l${i}`);
const TIERS = ['Member', 'Silver', 'Gold', 'Senator', 'HON'];

/** mulberry32 */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A model of the airline that has seen every action in every channel, with facts of every value. */
function taught(outcomes: number): { model: Learner; inputs: () => Record<string, unknown> } {
  const luck = chance(5);
  const bundle = compileBundle(CATALOGUE);
  const of = <T>(list: readonly T[]): T => list[Math.floor(luck() * list.length)] as T;
  const inputs = () =>
    Object.fromEntries(
      (CATALOGUE.policy?.learn ?? []).map((name) => {
        const { type } = CATALOGUE.facts[name] as { type: string };
        if (type === 'boolean') return [name, luck() < 0.5];
        if (type === 'number') return [name, Math.round(luck() * 600)];
        return [name, of(name === 'language' ? LANGUAGES : TIERS)];
      }),
    );
  const candidates = consider(
    bundle,
    readRequest({
      id: 'd',
      at: '2026-11-23T10:00:00Z',
      profile: { facts: {} },
      channels: [...bundle.space.channels],
    }),
  ).candidates;
  for (let i = 0; i < outcomes; i++) {
    const { action, channel, approach } = of(candidates);
    const at = i * 1_000;
    const record = {
      id: `d${i}`,
      at,
      chosen: { action, channel, approach },
      override: null,
      inputs: inputs(),
    };
    const outcome = luck() < 0.3 ? 'positive' : 'customer-declined';
    learnOutcome(bundle, bundle.model, record, [], { outcome, at, candidate: null });
  }
  return { model: bundle.model, inputs };
}

let now: number;
let log: LogStore;
let model: Learner;
let steering: Steering;
const published = (): BundleRow => JSON.parse(log.row('bundle', 'airline')?.json ?? 'null') as BundleRow;

beforeEach(() => {
  const db = new Database(':memory:');
  migrate(db);
  now = Date.parse('2026-11-23T10:00:00Z');
  log = new LogStore(db, () => now);
  model = compileBundle(CATALOGUE).model;
  steering = NEUTRAL;
});

const bundles = (catalogue: BundleData = CATALOGUE) =>
  new Bundles({
    log,
    catalogue,
    signer: new BundleSigner(Buffer.alloc(32, 7)),
    now: () => now,
    steering: () => steering,
    model: () => model,
  });

describe('[D31] the bundle that is published', () => {
  it('is a new version when the model has moved enough, at most every ten minutes, and before it ends', () => {
    expect([hasMoved(0, 9), hasMoved(0, 10), hasMoved(1_000, 1_049), hasMoved(1_000, 1_050)]).toEqual([
      ...[false, true, false, true],
    ]);
    const one = bundles();
    one.start();
    expect(published().version).toBe('airline-4.1');
    Object.assign(model, { labels: 10 });
    one.tend();
    expect(published().version).toBe('airline-4.1');
    now += PUBLISH_MS;
    one.tend();
    expect(published().version).toBe('airline-4.2');
    now += PUBLISH_MS;
    Object.assign(model, { labels: 19 });
    one.tend();
    expect(published().version).toBe('airline-4.2');
    one.publish();
    expect(published().version).toBe('airline-4.3');
    now += 4 * 86_400_000;
    one.tend();
    expect(published()).toMatchObject({ version: 'airline-4.4' });
    expect(Date.parse(published().validUntil) - now).toBe(7 * 86_400_000);
    const again = bundles();
    again.start();
    expect(published().version).toBe('airline-4.4');
    bundles({ ...CATALOGUE, version: 'airline-5' }).start();
    expect(published().version).toBe('airline-5.1');
  });

  it('has a number of its own, also when a transaction publishes twice', () => {
    const one = bundles();
    one.start();
    log.transaction(() => {
      one.publish();
      one.publish();
    });
    expect(published().version).toBe('airline-4.3');
  });

  it('is published anew where its model is of another form, which consoles would refuse', () => {
    Object.assign(model, { labels: 10 });
    bundles().start();
    const row = published();
    const old = { ...row, bundle: { ...row.bundle, model: { form: 'kairos-hashed-logistic/1' } } };
    log.transaction((writer) =>
      writer.commit([{ table: 'bundle', id: 'airline', json: JSON.stringify(old), scopes: [] }]),
    );
    bundles().start();
    expect(published()).toMatchObject({ version: 'airline-4.2' });
    expect(() => compileBundle(published().bundle)).not.toThrow();
  });

  it('[D32] explores from the hundredth customer who has answered on, unless a person has paused it', () => {
    const paused = () => (published().bundle as unknown as BundleData).policy?.exploration?.paused;
    const one = bundles();
    one.start();
    // As at a core: others have published just before, and by their labels nothing is due for a while.
    for (const [labels, isPaused] of [
      [99, true],
      [100, false],
      [101, false],
      [99, true],
    ] as const) {
      Object.assign(model, { labels });
      one.tend();
      expect([labels, paused()]).toEqual([labels, isPaused]);
    }
    Object.assign(model, { labels: 100 });
    steering = { ...NEUTRAL, exploration: 'paused' };
    one.publish();
    one.tend();
    expect(paused()).toBe(true);
  });

  it('[D32] explores with the hundredth answer that is told, and waits for no clock', async () => {
    const db = new Database(':memory:');
    migrate(db);
    const own = new LogStore(db, () => now);
    const decisions = new DecisionStore(db);
    const stores = { log: own, decisions, learned: new LearnedStore(db), secrets: new SecretStore(db) };
    const onFailure = (error: unknown) => {
      throw error;
    };
    const side = new LearningSide({ ...stores, now: () => now, onFailure });
    let inForce = side.bundles.start();
    side.bundles.onRenewed = (bundle) => {
      inForce = bundle;
    };
    const explored: number[] = [];
    for (let label = 1; label <= 100; label++) {
      const chosen = { action: 'check-in', channel: 'counter', approach: 'plain' };
      const record = { id: `d${label}`, at: new Date(now).toISOString(), chosen, inputs: {} };
      decisions.add({ id: record.id, profile: 'p', at: now, json: JSON.stringify(record) });
      decisions.addOutcome(record.id, 'presented', now, '{}');
      await side.outcomeCame();
      if (!inForce.policy.isExplorationPaused) explored.push(label);
    }
    expect(explored).toEqual([100]);
  });

  it('fits into a row of 200 KB with everything that can be learned, and decides as the model does', () => {
    const school = taught(20_000);
    model = school.model;
    bundles().start();
    const row = log.row('bundle', 'airline')?.json ?? '';
    expect(model.toData().outcome.slots.length / 3).toBeGreaterThan(10_000);
    expect(Buffer.byteLength(row)).toBeLessThan(200_000);
    const frozen = compileBundle(published().bundle);
    const own = compileBundle(CATALOGUE);
    let worst = 0;
    for (let i = 0; i < 200; i++) {
      const request = readRequest({
        ...{ id: `d${i}`, at: '2026-11-23T10:00:00Z', channels: [...own.space.channels] },
        profile: { facts: school.inputs() },
      });
      const theirs = consider(frozen, request).candidates;
      for (const [j, candidate] of consider(own, request, { model }).candidates.entries())
        worst = Math.max(worst, Math.abs(candidate.p - (theirs[j]?.p ?? 0)));
    }
    expect(worst).toBeLessThan(0.001);
  }, 60_000);
});
