import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../domain/canonical.ts';
import { type CompiledBundle, compileBundle } from './bundle.ts';
import type { Answer, DecideProfile, Mode } from './contract.ts';
import { decide } from './decide.ts';
import { uniform } from './draw.ts';
import { RequestError } from './shape.ts';
import { parseInstant } from './time.ts';

const AT = '2026-11-21T10:00:00Z';
type Change = Record<string, unknown>;

function bundleOf(actions: readonly Change[], policy: Change = {}, more: Change = {}): CompiledBundle {
  return compileBundle({
    version: 'b1',
    validUntil: '2030-01-01T00:00:00Z',
    facts: { f1: { type: 'number' }, f2: { type: 'text' }, f3: { type: 'boolean' } },
    catalogue: actions.map((action, i) => ({ id: `a${i + 1}`, lane: 2, channels: ['web'], ...action })),
    policy,
    model: null,
    ...more,
  });
}

function ask(
  bundle: CompiledBundle,
  profile: Partial<DecideProfile> = {},
  change: { at?: string; mode?: Mode; channels?: string[]; id?: string; seed?: number } = {},
): Answer {
  const { at = AT, mode = 'respond', channels = ['web', 'phone', 'email'], id = 'd1', seed = 0 } = change;
  return decide(bundle, { id, at, mode, channels, profile: { facts: {}, ...profile } }, { seed });
}
const stages = (answer: Answer) => answer.candidates.map(({ stage }) => stage);
const failures = (answer: Answer, i = 0) => answer.candidates[i]!.failed;

describe('[D1] candidates', () => {
  it('come in the order of catalogue, channels, approaches, and only for the channels asked for', () => {
    const bundle = bundleOf([
      { channels: ['phone', 'web'], approaches: ['x', 'y'] },
      { channels: ['email', 'web'] },
    ]);
    const names = ask(bundle, {}, { channels: ['web', 'email', 'pigeon', 'web'] }).candidates.map(
      ({ action, channel, approach }) => `${action} ${channel} ${approach}`,
    );
    expect(names).toEqual(['a1 web x', 'a1 web y', 'a2 email plain', 'a2 web plain']);
    expect(ask(bundle, {}, { channels: [] })).toMatchObject({
      candidates: [],
      chosen: null,
      sendAt: null,
      propensity: null,
      explored: false,
      reasons: { runnerUp: null },
    });
  });
});

describe('[D7] consent and preference', () => {
  it('consent is given only by exactly true', () => {
    const bundle = bundleOf([{ consent: 'marketing' }]);
    for (const [consents, actual] of [
      [undefined, null],
      [{}, null],
      [{ marketing: 'yes' }, 'yes'],
      [{ marketing: false }, false],
    ] as const) {
      const answer = ask(bundle, consents === undefined ? {} : { consents });
      expect(stages(answer)).toEqual(['consent']);
      expect(failures(answer)).toEqual([
        { actual, fact: 'marketing', needed: true, op: 'eq', rule: 'consent' },
      ]);
    }
    expect(stages(ask(bundle, { consents: { marketing: true } }))).toEqual(['open']);
    expect(stages(ask(bundleOf([{ consent: 'constructor', lane: 0 }])))).toEqual(['consent']);
  });

  it('[B4] a stated "no phone" always wins', () => {
    const bundle = bundleOf([{ channels: ['phone', 'web'] }]);
    const answer = ask(bundle, { preferences: { phone: false } });
    expect(stages(answer)).toEqual(['preference', 'open']);
    expect(failures(answer)).toEqual([
      { actual: false, fact: 'phone', needed: true, op: 'eq', rule: 'preference' },
    ]);
    expect(stages(ask(bundle, { preferences: { phone: null, web: 'no' } }))).toEqual(['open', 'open']);
  });
});

describe('[D8] completeness and suppression', () => {
  it('[A29] inspire waits until enough is known, respond does not', () => {
    const bundle = bundleOf([{}, { lane: 0 }], { completeness: { facts: ['f1', 'f2', 'f3'], share: 0.6 } });
    const answer = ask(bundle, { facts: { f1: 1, f2: 7 } }, { mode: 'inspire' });
    expect(stages(answer)).toEqual(['completeness', 'open']);
    expect(failures(answer)).toEqual([
      { actual: 1 / 3, fact: null, needed: 0.6, op: 'gte', rule: 'completeness' },
    ]);
    expect(stages(ask(bundle, { facts: { f1: 1, f2: 'x' } }, { mode: 'inspire' }))).toEqual(['lane', 'open']);
    expect(stages(ask(bundle, {}))).toEqual(['lane', 'open']);
  });

  it('an open disruption blocks lanes 2 and 3, an unknown one does not', () => {
    const bundle = bundleOf([{ lane: 1 }, { lane: 2 }, { lane: 3 }], {
      suppress: { fact: 'f3', op: 'eq', value: true },
    });
    const answer = ask(bundle, { facts: { f3: true } });
    expect(stages(answer)).toEqual(['open', 'suppressed', 'suppressed']);
    expect(failures(answer, 1)).toEqual([
      { actual: true, fact: 'f3', needed: true, not: true, op: 'eq', rule: 'suppressed' },
    ]);
    expect(stages(ask(bundle, {}))).toEqual(['open', 'lane', 'lane']);
  });
});

const entry = (hoursAgo: number, action = 'a1', channel = 'web') => ({
  action,
  channel,
  at: new Date(parseInstant(AT) - hoursAgo * 3_600_000).toISOString(),
});

describe('[D9] caps', () => {
  it('count entries of the action strictly inside the window, whatever their channel, and say when they free', () => {
    const bundle = bundleOf([{ caps: [{ count: 2, windowHours: 24 }] }]);
    expect(stages(ask(bundle, { history: [entry(1), entry(24)] }))).toEqual(['open']);
    const answer = ask(bundle, {
      history: [entry(3), entry(-1, 'a1', 'phone'), entry(5), entry(2, 'other')],
    });
    expect(failures(answer)).toEqual([
      { actual: 3, fact: null, frees: '2026-11-22T07:00:00.000Z', needed: 2, op: 'lt', rule: 'cap' },
    ]);
    expect(stages(ask(bundle, { history: answerHistory }, { at: '2026-11-22T07:00:00Z' }))).toEqual(['open']);
  });
  const answerHistory = [entry(3), entry(5)];

  it('common caps count all entries that match and block what they speak of', () => {
    const bundle = bundleOf(
      [{ channels: ['email', 'web'] }, { channels: ['email'], lane: 1 }, { channels: ['email'], lane: 0 }],
      {
        caps: [
          { channel: 'email', lane: 2, count: 1, windowHours: 168 },
          { lane: 1, count: 2, windowHours: 1 },
        ],
      },
    );
    const answer = ask(bundle, {
      history: [entry(100, 'a1', 'email'), entry(0.5, 'a2', 'phone'), entry(0.2, 'a2', 'email')],
    });
    expect(stages(answer)).toEqual(['cap', 'lane', 'cap', 'open']);
    expect(failures(answer, 0)).toMatchObject([{ fact: 'email', actual: 1, needed: 1 }]);
    expect(failures(answer, 2)).toMatchObject([
      { fact: null, actual: 2, needed: 2, frees: '2026-11-21T10:30:00.000Z' },
    ]);
  });

  it('count at the send time when inspiring', () => {
    const bundle = bundleOf([{ caps: [{ count: 1, windowHours: 24 }], minDelayMinutes: { web: 60 } }]);
    const history = [entry(23.5)];
    expect(stages(ask(bundle, { history }, { mode: 'inspire' }))).toEqual(['open']);
    expect(ask(bundle, { history }).candidates[0]!.failed.map(({ rule }) => rule)).toEqual(['cap', 'delay']);
  });
});

describe('[D10] minimum delay and expiry', () => {
  it('[A30] respond is open only if nothing has to be waited for', () => {
    const bundle = bundleOf([{ minDelayMinutes: { web: 30 }, expiresMinutes: 30 }]);
    const answer = ask(bundle);
    expect(failures(answer)).toEqual([
      {
        actual: '2026-11-21T10:00:00.000Z',
        fact: null,
        needed: '2026-11-21T10:30:00.000Z',
        op: null,
        rule: 'delay',
      },
    ]);
    expect(ask(bundle, {}, { mode: 'inspire' }).sendAt).toBe('2026-11-21T10:30:00.000Z');
  });

  it('[A36] what comes too late is blocked, the last allowed instant is not', () => {
    const bundle = bundleOf([{ minDelayMinutes: { web: 30 }, expiresMinutes: 29.5 }]);
    expect(failures(ask(bundle, {}, { mode: 'inspire' }))).toEqual([
      {
        actual: '2026-11-21T10:30:00.000Z',
        fact: null,
        needed: '2026-11-21T10:29:30.000Z',
        op: null,
        rule: 'expiry',
      },
    ]);
  });
});

describe('[D11] quiet hours in a decision', () => {
  const night = { quietHours: { email: ['21:00', '08:00'] } };
  const bundle = bundleOf([{ channels: ['email', 'web'], expiresMinutes: 300 }], night);
  const berlin = { zone: 'Europe/Berlin' };

  it('respond is blocked, inspire waits to exactly their end, other channels have none', () => {
    const at = '2026-11-21T20:30:00Z';
    const answer = ask(bundle, berlin, { at });
    expect(stages(answer)).toEqual(['quiet', 'open']);
    expect(failures(answer).map(({ rule }) => rule)).toEqual(['quiet', 'expiry']);
    expect(failures(answer)[0]).toEqual({
      actual: '2026-11-21T20:30:00.000Z',
      fact: null,
      needed: '2026-11-22T07:00:00.000Z',
      op: null,
      rule: 'quiet',
    });
    const inspired = ask(bundle, berlin, {
      at: '2026-11-22T03:00:00Z',
      mode: 'inspire',
      channels: ['email'],
    });
    expect(inspired.sendAt).toBe('2026-11-22T07:00:00.000Z');
  });

  it('an unknown zone is quiet wherever one of the listed zones is, and always without a list', () => {
    for (const zone of [undefined, 'Mars/Base']) {
      const answer = ask(bundle, zone === undefined ? {} : { zone }, { channels: ['email'] });
      expect(failures(answer)).toEqual([
        { actual: null, fact: 'zone', needed: true, op: 'exists', reason: 'missing', rule: 'quiet' },
      ]);
    }
    const listed = bundleOf([{ channels: ['email'] }], { ...night, zones: ['Europe/Berlin', 'Asia/Tokyo'] });
    expect(ask(listed, {}, { mode: 'inspire', at: '2026-11-21T13:00:00Z' }).sendAt).toBe(
      '2026-11-22T07:00:00.000Z',
    );
    expect(stages(ask(listed, {}, { at: '2026-11-21T10:00:00Z' }))).toEqual(['open']);
  });
});

describe('[D12] lanes', () => {
  it('only the open ones of the top lane can be chosen', () => {
    const answer = ask(bundleOf([{ lane: 3 }, { lane: 1 }, { lane: 1 }, { lane: 0, eligible: { not: {} } }]));
    expect(stages(answer)).toEqual(['lane', 'open', 'open', 'eligible']);
    expect(failures(answer)).toEqual([{ actual: 3, fact: null, needed: 1, op: null, rule: 'lane' }]);
    expect(answer.candidates.map(({ propensity }) => propensity > 0)).toEqual([false, true, true, false]);
  });

  it('[A9] lane 0 ignores caps, quiet hours, delays and suppression, but not eligibility or its own consent', () => {
    const change = {
      lane: 0,
      channels: ['email'],
      caps: [{ count: 1, windowHours: 24 }],
      minDelayMinutes: { email: 60 },
      expiresMinutes: 0,
    };
    const policy = {
      quietHours: { email: ['00:00', '23:59'] },
      suppress: {},
      completeness: { facts: ['f1'], share: 1 },
    };
    const answer = ask(bundleOf([change], policy), { history: [entry(1)] }, { mode: 'inspire' });
    expect(stages(answer)).toEqual(['open']);
    expect(answer.sendAt).toBe('2026-11-21T10:00:00.000Z');
    expect(stages(ask(bundleOf([{ ...change, consent: 'c' }], policy)))).toEqual(['consent']);
  });
});

describe('[D13] score and arbitration', () => {
  it('is the share of the largest capped value, weighted by context and levers', () => {
    const bundle = bundleOf(
      [
        { value: 10, cost: 0.2, startRate: 0.25 },
        { value: 4, startRate: 0.5 },
        { value: -3, startRate: 0.5 },
        { value: 2, startRate: 0.01, cost: 1 },
      ],
      {
        weights: [
          { when: { fact: 'f3', op: 'eq', value: true }, action: 'a2', percent: 50 },
          { when: { fact: 'f1', op: 'exists' }, percent: 100 },
        ],
        levers: { a1: -50 },
      },
    );
    const scores = (facts: Change) => ask(bundle, { facts }).candidates.map(({ score }) => score);
    expect(scores({})).toEqual([((0.25 * 10 - 0.2) * 0.5) / 5, 2 / 5, 0, 0]);
    expect(scores({ f3: true })).toEqual([((0.25 * 10 - 0.2) * 0.5) / 6, 3 / 6, 0, 0]);
    expect(scores({ f1: 1 })[1]).toBe(4 / 10);
  });

  it('caps a value at 20 times the median of the positive ones', () => {
    const bundle = bundleOf([{ value: 1000 }, { value: 1 }, { value: 3 }, { value: -5 }, { value: 1 }], {});
    // Positive values 1, 1, 3, 1000: the median is 2, the cap 40.
    expect(bundle.actions.map(({ value }) => value)).toEqual([40, 1, 3, -5, 1]);
    expect(ask(bundle).candidates[0]!.score).toBeCloseTo(0.05, 15);
  });

  it('is 0 for all where nothing can be worth anything; alpha bends P', () => {
    expect(ask(bundleOf([{ value: 0 }, { value: -1 }])).candidates.map(({ score }) => score)).toEqual([0, 0]);
    expect(ask(bundleOf([{ startRate: 0.25 }], { alpha: 0.5 })).candidates[0]!.score).toBeCloseTo(0.5, 14);
  });
});

describe('[D14] holdout and expiry', () => {
  it('a stable share of the profiles gets the best by start rates', () => {
    const bundle = bundleOf([{ startRate: 0.1 }, { startRate: 0.2 }], { holdout: 0.3, holdoutSalt: 's' });
    let held = 0;
    for (let i = 0; i < 500; i++) {
      const answer = ask(bundle, { id: `p${i}` });
      expect(answer.holdout === true).toBe(uniform(`s\np${i}\n2026Q4`) < 0.3);
      if (answer.holdout !== true) continue;
      held++;
      expect(answer.candidates.map(({ propensity }) => propensity)).toEqual([0, 1]);
    }
    expect(held).toBeGreaterThan(100);
    expect(ask(bundle, {}).holdout).toBeUndefined();
  });

  it('an expired bundle explores no more and says so', () => {
    const bundle = bundleOf([{ startRate: 0.1 }, { startRate: 0.2 }], {}, { validUntil: AT });
    expect(ask(bundle)).toMatchObject({
      expired: true,
      chosen: { action: 'a2' },
      propensity: 1,
      explored: false,
    });
    expect(ask(bundle, {}, { at: '2026-11-21T09:59:59.999Z' }).expired).toBeUndefined();
  });
});

describe('[D15] propensities', () => {
  it('are uniform without evidence, 1 for a single one', () => {
    const answer = ask(bundleOf([{}, {}, {}, {}]));
    for (const { propensity } of answer.candidates) expect(propensity).toBeCloseTo(0.25, 12);
    expect(ask(bundleOf([{}])).propensity).toBe(1);
  });

  it('[D16] the draw follows them over ids and seeds, and depends on nothing else', () => {
    const bundle = bundleOf([{}, {}, {}]);
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++) {
      const { chosen } = ask(bundle, {}, { id: `d${i}`, seed: i % 7 });
      counts.set(chosen!.action, (counts.get(chosen!.action) ?? 0) + 1);
    }
    // Chi-square with 2 degrees of freedom: 13.8 is passed by chance once in a thousand.
    const chi = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(3);
    expect(chi).toBeLessThan(13.8);
    const u = uniform('5\nd1\nb1');
    expect(ask(bundle, {}, { seed: 5 }).chosen!.action).toBe(`a${Math.floor(u * 3) + 1}`);
    const digest = createHash('sha256').update('5\nd1\nb1').digest();
    expect(u).toBe(Number(digest.readBigUInt64BE(0) >> 11n) / 2 ** 53);
  });
});

describe('[D21] the record', () => {
  it('has a hash over its canonical form, and the same input gives the same bytes', () => {
    const bundle = bundleOf([{ eligible: { fact: 'f1', op: 'gte', value: 1 } }, {}]);
    const { hash, ...rest } = ask(bundle, { facts: { f1: 0.5 }, version: 7 });
    expect(rest.profileVersion).toBe(7);
    expect(hash).toBe(createHash('sha256').update(canonicalJson(rest)).digest('hex'));
    expect(ask(bundle, { facts: { f1: 0.5 }, version: 7 }).hash).toBe(hash);
    expect(canonicalJson(JSON.parse(JSON.stringify(rest)))).toBe(canonicalJson(rest));
  });

  it('survives a fact that JSON cannot write back', () => {
    const bundle = bundleOf([{ eligible: { fact: 'f1', op: 'gte', value: 1 } }]);
    expect(failures(ask(bundle, { facts: { f1: JSON.parse('1e999') } }))).toMatchObject([
      { actual: null, reason: 'type' },
    ]);
    expect(failures(ask(bundle, { facts: { f1: { deep: [1] } } }))).toMatchObject([
      { actual: { deep: [1] }, reason: 'type' },
    ]);
  });
});

describe('[D23] bad requests', () => {
  it('are refused with a reason', () => {
    const bundle = bundleOf([{}]);
    const good = { id: 'd', at: AT, profile: { facts: {} }, channels: ['web'] };
    const bad: readonly unknown[] = [
      null,
      5,
      [],
      {},
      { ...good, id: '' },
      { ...good, id: 5 },
      { ...good, at: 'now' },
      { ...good, profile: null },
      { ...good, profile: {} },
      { ...good, profile: { facts: [] } },
      { ...good, channels: 'web' },
      { ...good, channels: [5] },
      { ...good, mode: 'shout' },
      { ...good, mode: null },
      { ...good, profile: { facts: {}, consents: [] } },
      { ...good, profile: { facts: {}, history: {} } },
      { ...good, profile: { facts: {}, history: [5] } },
      { ...good, profile: { facts: {}, history: [{ action: 'a1' }] } },
      { ...good, profile: { facts: {}, zone: 5 } },
    ];
    for (const request of bad)
      expect(() => decide(bundle, request as never), JSON.stringify(request)).toThrow(RequestError);
    expect(decide(bundle, good as never).chosen).not.toBeNull();
  });
});

describe('safety', () => {
  const instant = fc
    .integer({ min: -72 * 60, max: 60 })
    .map((minutes) => new Date(parseInstant('2026-10-25T01:00:00Z') + minutes * 60_000).toISOString());
  const request = fc.record({
    at: instant,
    mode: fc.constantFrom<Mode>('respond', 'inspire'),
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'nowhere'),
    given: fc.boolean(),
    noEmail: fc.boolean(),
    f1: fc.integer({ min: 0, max: 4 }),
    history: fc.array(
      fc.record({
        action: fc.constantFrom('a1', 'a2', 'a3'),
        channel: fc.constantFrom('email', 'web'),
        at: instant,
      }),
      { maxLength: 6 },
    ),
  });
  const bundle = bundleOf(
    [
      {
        channels: ['email', 'web'],
        consent: 'marketing',
        caps: [{ count: 2, windowHours: 24 }],
        minDelayMinutes: { email: 45 },
        expiresMinutes: 600,
      },
      {
        channels: ['web'],
        eligible: { fact: 'f1', op: 'gte', value: 2 },
        caps: [{ count: 1, windowHours: 6 }],
      },
      { channels: ['email'], lane: 0, eligible: { fact: 'f1', op: 'eq', value: 4 } },
    ],
    { quietHours: { email: ['21:00', '08:00'] }, caps: [{ channel: 'email', count: 3, windowHours: 48 }] },
  );

  it('what is chosen never breaks consent, caps, quiet hours, delay or expiry (checked independently)', () => {
    let chosenOnes = 0;
    fc.assert(
      fc.property(request, ({ at, mode, zone, given, noEmail, f1, history }) => {
        const answer = ask(
          bundle,
          {
            zone,
            facts: { f1 },
            consents: { marketing: given },
            preferences: noEmail ? { email: false } : {},
            history,
          },
          { at, mode, channels: ['email', 'web'] },
        );
        const { chosen, sendAt } = answer;
        const sum = answer.candidates.reduce((total, { propensity }) => total + propensity, 0);
        expect(sum).toBeCloseTo(chosen === null ? 0 : 1, 9);
        if (chosen === null || sendAt === null) return;
        chosenOnes++;
        const sent = Date.parse(sendAt);
        const now = Date.parse(at);
        if (mode === 'respond') expect(sent).toBe(now);
        if (chosen.channel === 'email') expect(noEmail).toBe(false);
        if (chosen.action === 'a3') return;
        const within = (matches: (one: { action: string; channel: string }) => boolean, hours: number) =>
          history.filter((one) => matches(one) && Date.parse(one.at) > sent - hours * 3_600_000).length;
        if (chosen.action === 'a1') {
          expect(given).toBe(true);
          expect(within(({ action }) => action === 'a1', 24)).toBeLessThan(2);
          expect(sent).toBeLessThanOrEqual(now + 600 * 60_000);
        } else {
          expect(f1).toBeGreaterThanOrEqual(2);
          expect(within(({ action }) => action === 'a2', 6)).toBeLessThan(1);
        }
        if (chosen.channel !== 'email') return;
        expect(within(({ channel }) => channel === 'email', 48)).toBeLessThan(3);
        expect(sent).toBeGreaterThanOrEqual(now + 45 * 60_000);
        const hour = Number(
          new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(
            sent,
          ),
        );
        expect(hour >= 8 && hour < 21).toBe(true);
      }),
      { numRuns: 5_000 },
    );
    expect(chosenOnes).toBeGreaterThan(500);
  });
});
