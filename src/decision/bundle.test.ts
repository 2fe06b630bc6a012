import { describe, expect, it } from 'vitest';
import { loadBundle } from './bundle.ts';

const action = { id: 'a1', lane: 2, channels: ['web'] };
const good = {
  version: 'b1',
  validUntil: '2030-01-01T00:00:00Z',
  facts: { f1: { type: 'number' }, secret: { type: 'text', protected: true } },
  catalogue: [action],
  policy: {},
  model: null,
};
const withAction = (change: object) => ({ ...good, catalogue: [{ ...action, ...change }] });
const withPolicy = (policy: object) => ({ ...good, policy });

describe('[D6] a bundle', () => {
  it('needs little, ignores what it does not know, and takes null for a default', () => {
    const small = { version: 'v', facts: {}, catalogue: [] };
    for (const bundle of [
      good,
      small,
      { ...good, extra: 1 },
      withAction({ extra: 1, consent: null, caps: null }),
      withPolicy({ extra: [] }),
    ]) {
      expect(loadBundle(bundle)).toMatchObject({ ok: true });
    }
    const loaded = loadBundle(good);
    if (!loaded.ok) throw new Error(loaded.error.message);
    expect(loaded.bundle.actions[0]).toMatchObject({
      group: 'a1',
      approaches: ['plain'],
      value: 1,
      cost: 0,
      startRate: 0.05,
      caps: [],
      consent: null,
      expires: Infinity,
    });
    expect(loaded.bundle.policy).toMatchObject({
      explorationC: 30,
      floor: 0.02,
      feedbackWindow: 3_600_000,
      holdout: 0,
      alpha: 1,
    });
  });

  it('takes any names', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', ' ', '日本', '😀'];
    const facts = Object.fromEntries(names.map((name) => [name, { type: 'number' }]));
    const catalogue = names.map((name) => ({
      id: name,
      group: name,
      lane: 1,
      channels: names,
      approaches: ['plain'],
      consent: name,
      minDelayMinutes: Object.fromEntries(names.map((channel) => [channel, 1])),
      eligible: { all: names.map((fact) => ({ fact, op: 'gte', value: 0 })) },
    }));
    expect(loadBundle({ version: 'v', facts, catalogue, policy: { learn: names } })).toMatchObject({
      ok: true,
    });
  });

  it('is refused with code bundle for everything that the contract calls bad', () => {
    const many = Array.from({ length: 41 }, (_, i) => ({
      id: `a${i}`,
      lane: 1,
      channels: ['a', 'b', 'c', 'd', 'e'],
    }));
    const bad: readonly unknown[] = [
      null,
      [],
      'x',
      {},
      { ...good, version: undefined },
      { ...good, version: 5 },
      { ...good, validUntil: 'soon' },
      { ...good, facts: { f1: { type: 'date' } } },
      { ...good, facts: { '': { type: 'number' } } },
      { ...good, facts: { ['x'.repeat(201)]: { type: 'number' } } },
      { ...good, catalogue: {} },
      { ...good, catalogue: [5] },
      { ...good, catalogue: [action, action] },
      { ...good, catalogue: many },
      withAction({ id: '' }),
      withAction({ lane: 4 }),
      withAction({ lane: -1 }),
      withAction({ lane: 1.5 }),
      withAction({ lane: '1' }),
      withAction({ channels: [] }),
      withAction({ channels: undefined }),
      withAction({ channels: ['web', 'web'] }),
      withAction({ approaches: [] }),
      withAction({ startRate: 0 }),
      withAction({ startRate: 1 }),
      withAction({ value: 'much' }),
      withAction({ cost: Infinity }),
      withAction({ eligible: { fact: 'f2', op: 'exists' } }),
      withAction({ applicable: { fact: 'f1', op: 'eq', value: 'x' } }),
      withAction({ suitable: [] }),
      withAction({ expiresMinutes: -1 }),
      withAction({ minDelayMinutes: { web: -1 } }),
      withAction({ minDelayMinutes: 5 }),
      withAction({ caps: [{ count: 0, windowHours: 1 }] }),
      withAction({ caps: [{ count: 1, windowHours: 0 }] }),
      withAction({ caps: [{ count: 1.5, windowHours: 1 }] }),
      withAction({ caps: {} }),
      withAction({ consent: 5 }),
      withPolicy({ learn: ['f2'] }),
      withPolicy({ learn: ['secret'] }),
      withPolicy({ learn: 'f1' }),
      withPolicy({ exploration: { floor: 0 } }),
      withPolicy({ exploration: { floor: 0.51 } }),
      withPolicy({ exploration: { c: -1 } }),
      withPolicy({ feedbackWindowMinutes: -1 }),
      withPolicy({ holdout: 1 }),
      withPolicy({ holdout: -0.1 }),
      withPolicy({ holdoutSalt: 5 }),
      withPolicy({ quietHours: { web: ['24:00', '08:00'] } }),
      withPolicy({ quietHours: { web: ['08:00', '08:00'] } }),
      withPolicy({ quietHours: { web: ['8:00', '09:00'] } }),
      withPolicy({ quietHours: { web: ['08:60', '09:00'] } }),
      withPolicy({ quietHours: { web: ['08:00'] } }),
      withPolicy({ zones: ['Mars/Base'] }),
      withPolicy({ caps: [{ count: 1 }] }),
      withPolicy({ caps: [{ count: 1, windowHours: 1, lane: 7 }] }),
      withPolicy({ suppress: { any: [] } }),
      withPolicy({ completeness: { facts: ['zz'], share: 1 } }),
      withPolicy({ completeness: { facts: ['f1'], share: 2 } }),
      withPolicy({ weights: [{ when: {}, percent: 401 }] }),
      withPolicy({ weights: [{ when: { fact: 'zz', op: 'exists' }, percent: 1 }] }),
      withPolicy({ levers: { a1: -101 } }),
      withPolicy({ alpha: -1 }),
      { ...good, model: { form: 'other' } },
      { ...good, model: 5 },
      { ...good, version: 'half \ud800' },
    ];
    for (const bundle of bad) {
      const loaded = loadBundle(bundle);
      expect(loaded, JSON.stringify(bundle)?.slice(0, 200)).toMatchObject({
        ok: false,
        error: { code: 'bundle' },
      });
      if (!loaded.ok) expect(loaded.error.message.length).toBeLessThanOrEqual(200);
    }
  });
});
