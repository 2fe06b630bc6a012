/**
 * Safety over sequences: what was sent becomes history, consents come and go, clocks change. After each decision it is
 * asked, without the library, whether this could have been sent at all. `KAIROS_SAFETY_SEQUENCES=100000` for the long run.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompiledBundle, compileBundle } from '../../src/decision/bundle.ts';
import type { Decision } from '../../src/decision/contract.ts';
import { consider } from '../../src/decision/decide.ts';
import { readRequest } from '../../src/decision/request.ts';
import { type Chance, chance } from '../../src/demo/random.ts';
import { instantOf, isQuiet, isZone } from './clock.ts';
import { capsOf, counted, expectation } from './expect.ts';
import { bundles, requestsOf } from './generate.ts';
import { truth } from './rules.ts';
import { type Action, type Bundle, type Entry, member, type Request } from './shapes.ts';

const SEQUENCES = Number(process.env['KAIROS_SAFETY_SEQUENCES'] ?? 400);
const STEPS = 6;
const HOUR = 3_600_000;
const MINUTE = 60_000;

type Sent = { action: Action; channel: string; at: number };

/** What is wrong with sending this, as sentences. */
function violations(bundle: Bundle, request: Request, sent: Sent, history: Entry[]): string[] {
  const { action, channel, at } = sent;
  const wrong: string[] = [];
  const must = (isRight: boolean, sentence: string) => {
    if (!isRight) wrong.push(`${action.id} on ${channel} at ${new Date(at).toISOString()}: ${sentence}`);
  };
  const now = instantOf(request.at) as number;
  const { profile } = request;
  const world = { bundle, facts: profile.facts, at: now };
  for (const rule of ['eligible', 'applicable', 'suitable'] as const)
    must(truth(world, action[rule] ?? {}) === true, rule);
  if (action.consent !== undefined) must(member(profile.consents, action.consent) === true, 'consent');
  must(member(profile.preferences, channel) !== false, 'preference');
  must(at <= now + (action.expiresMinutes ?? Infinity) * MINUTE, 'expiry');
  if (action.lane >= 2 && bundle.policy.suppress)
    must(truth(world, bundle.policy.suppress) !== true, 'suppression');
  if (action.lane === 0) return wrong;
  must(at >= now + (member(action.minDelayMinutes, channel) ?? 0) * MINUTE, 'minimum delay');
  if (request.mode !== 'inspire') must(at === now, 'respond is now');
  const hours = member(bundle.policy.quietHours, channel);
  const zones = profile.zone !== undefined && isZone(profile.zone) ? [profile.zone] : bundle.policy.zones;
  if (hours !== undefined) must(zones?.every((zone) => !isQuiet(hours, zone, at)) === true, 'quiet hours');
  for (const cap of capsOf(bundle, action, channel)) {
    const inWindow = counted(bundle, history, cap).filter((one) => one > at - cap.windowHours * HOUR);
    must(inWindow.length < cap.count, `cap ${JSON.stringify(cap)}`);
  }
  return wrong;
}

type Decider = (request: Request) => Decision;

/** The product's engine. */
const engine =
  (compiled: CompiledBundle): Decider =>
  (request) =>
    consider(compiled, readRequest(request));

/** One customer over days: everything that is sent is in the history of what comes after. */
function sequence(bundle: Bundle, decide: Decider, seeds: readonly Request[], luck: Chance): string[] {
  const wrong: string[] = [];
  const history: Entry[] = [];
  let now = instantOf((luck.pick(seeds) as Request).at) as number;
  const id = `p${luck.int(0, 99_999)}`;
  for (let step = 0; step < STEPS; step++) {
    now += luck.int(0, 30 * 60) * MINUTE + luck.int(0, 1);
    const { profile, mode } = luck.pick(seeds);
    const request: Request = {
      id: `d${luck.int(0, 1e9)}`,
      at: new Date(now).toISOString(),
      profile: { ...profile, id, history },
      channels: ['web', 'phone', '__proto__', 'valueOf', 'é'],
      ...(mode && { mode }),
    };
    const { chosen, sendAt, candidates, propensity, holdout } = decide(request);
    const expected = expectation(bundle, request);
    if ((chosen === null) !== (expected.topLane === null)) wrong.push('something or nothing');
    if (chosen === null || sendAt === null) continue;
    const action = bundle.catalogue.find((one) => one.id === chosen.action) as Action;
    if (action.lane !== expected.topLane) wrong.push(`lane ${action.lane} before ${expected.topLane}`);
    if ((holdout === true) !== expected.isHeldOut) wrong.push('holdout');
    if (expected.isHeldOut && propensity !== 1) wrong.push('a held-out customer was explored');
    if (candidates.some((one) => one.propensity > 0 && one.stage !== 'open'))
      wrong.push('a blocked one could be drawn');
    const sent = { action, channel: chosen.channel, at: Date.parse(sendAt) };
    wrong.push(...violations(bundle, request, sent, history));
    history.push({ action: chosen.action, channel: chosen.channel, at: sendAt });
  }
  return wrong;
}

const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const stories = bundles.chain((bundle) =>
  fc.tuple(fc.constant(bundle), fc.array(requestsOf(bundle), { minLength: 8, maxLength: 12 }), fc.nat()),
);

/** A bundle in which every constraint is met often: random ones seldom come to the edge of one. */
const TIGHT: Bundle = {
  version: 'tight',
  validUntil: '2030-01-01T00:00:00Z',
  facts: {},
  catalogue: [
    { id: 'a1', lane: 2, channels: ['web'], caps: [{ count: 1, windowHours: 24 }] },
    { id: 'a2', lane: 2, channels: ['web', 'phone'], expiresMinutes: 30 },
    { id: 'a3', lane: 3, channels: ['phone'], consent: 'marketing' },
  ],
  policy: {
    quietHours: { web: ['21:00', '08:00'], phone: ['12:00', '07:00'] },
    caps: [{ channel: 'web', count: 2, windowHours: 48 }],
  },
  model: null,
};
const tightRequest = (at: string, zone: string, consents: Record<string, unknown>): Request => ({
  ...{ id: 'd', at, channels: ['web', 'phone'], mode: 'inspire' },
  profile: { facts: {}, zone, consents },
});
/** Just before the clock changes in Berlin and in New York. */
const TIGHT_REQUESTS = [
  tightRequest('2026-10-24T10:00:00Z', 'Europe/Berlin', { marketing: false }),
  tightRequest('2026-10-31T10:00:00Z', 'America/New_York', { marketing: true }),
  tightRequest('2027-03-27T10:00:00Z', 'Europe/Berlin', {}),
];

/** What the checker says of an engine that may be wrong; always the same 300 sequences. */
function found(planted: (bundle: Bundle) => Decider): Set<string> {
  const said = new Set<string>();
  const luck = chance('planted');
  const decide = planted(TIGHT);
  for (let i = 0; i < 300; i++)
    for (const sentence of sequence(TIGHT, decide, TIGHT_REQUESTS, luck))
      said.add(/: (cap|quiet hours|consent|expiry)/u.exec(sentence)?.[1] ?? sentence);
  return said;
}

const more = <T extends { count: number }>(caps: readonly T[] = []): T[] =>
  caps.map((cap) => ({ ...cap, count: cap.count + 1 }));
const asIf =
  (change: (bundle: Bundle) => Bundle): ((bundle: Bundle) => Decider) =>
  (bundle) =>
    engine(compileBundle(change(bundle)));
/** Summer time all year: an hour off after the change of the clock. */
const SUMMER = new Map([
  ['Europe/Berlin', 'Etc/GMT-2'],
  ['America/New_York', 'Etc/GMT+4'],
]);

describe('[D9] the checker finds a planted error:', () => {
  it('none in the engine as it is', () => {
    expect(found((bundle) => engine(compileBundle(bundle)))).toEqual(new Set());
  });

  it('a cap that is off by one', () => {
    const wrong = asIf(({ catalogue, policy, ...rest }) => ({
      ...rest,
      catalogue: catalogue.map((action) => ({ ...action, caps: more(action.caps) })),
      policy: { ...policy, caps: more(policy.caps) },
    }));
    expect(found(wrong)).toContain('cap');
  });

  it('an hour off at the change of the clock', () => {
    const wrong = (bundle: Bundle): Decider => {
      const decide = engine(compileBundle(bundle));
      return (request) => {
        const { zone } = request.profile;
        const off = zone === undefined ? undefined : SUMMER.get(zone);
        return decide(
          off === undefined ? request : { ...request, profile: { ...request.profile, zone: off } },
        );
      };
    };
    expect(found(wrong)).toContain('quiet hours');
  });

  it('a consent that is not asked for, and an expiry that is left out', () => {
    const unasked = asIf(({ catalogue, ...rest }) => ({
      ...rest,
      catalogue: catalogue.map(({ consent: _, ...action }) => action),
    }));
    expect(found(unasked)).toContain('consent');
    const late = asIf(({ catalogue, ...rest }) => ({
      ...rest,
      catalogue: catalogue.map(({ expiresMinutes: _, ...action }) => action),
    }));
    expect(found(late)).toContain('expiry');
  });
});

describe('[D9] safety', () => {
  it(`nothing is sent that may not be, in ${SEQUENCES} sequences`, { timeout: 3_600_000 }, () => {
    const perBundle = 50;
    let sequences = 0;
    fc.assert(
      fc.property(stories, ([generated, requests, seed]) => {
        const bundle = plain(generated);
        const compiled = compileBundle(bundle);
        const luck = chance(`safety/${seed}`);
        for (let i = 0; i < perBundle; i++) {
          sequences++;
          expect(sequence(bundle, engine(compiled), plain(requests), luck)).toEqual([]);
        }
      }),
      { numRuns: Math.ceil(SEQUENCES / perBundle), endOnFailure: true },
    );
    expect(sequences).toBeGreaterThanOrEqual(SEQUENCES);
  });
});
