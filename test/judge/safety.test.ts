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
import { bundles, clockBundles, clockRequests, requestsOf } from './generate.ts';
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
    now += luck.int(0, luck.once(0.5) ? 30 * 60 : 90) * MINUTE + luck.int(0, 1);
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

const story = (bundle: Bundle, requests: fc.Arbitrary<Request>) =>
  fc.tuple(fc.constant(bundle), fc.array(requests, { minLength: 8, maxLength: 12 }), fc.nat());
const clockStories = clockBundles.chain((bundle) => story(bundle, clockRequests));
const stories = fc.oneof(
  bundles.chain((bundle) => story(bundle, requestsOf(bundle))),
  clockStories,
);

/** What the checker says of an engine that may be wrong, over bundles in which the clock decides, ten sequences each. */
function found(planted: (bundle: Bundle) => Decider, bundleCount = 60): Map<string, number> {
  const said = new Map<string, number>();
  for (const [generated, requests, seed] of fc.sample(clockStories, { seed: 7, numRuns: bundleCount })) {
    const bundle = plain(generated);
    const decide = planted(bundle);
    const luck = chance(`planted/${seed}`);
    for (let i = 0; i < 10; i++) {
      const sentences = sequence(bundle, decide, plain(requests), luck);
      for (const rule of new Set(sentences.map((one) => RULE.exec(one)?.[1] ?? one)))
        said.set(rule, (said.get(rule) ?? 0) + 1);
    }
  }
  return said;
}
const RULE = /: (cap|quiet hours|consent|expiry|minimum delay)/u;

const more = <T extends { count: number }>(caps: readonly T[] = []): T[] =>
  caps.map((cap) => ({ ...cap, count: cap.count + 1 }));
const asIf =
  (change: (bundle: Bundle) => Bundle): ((bundle: Bundle) => Decider) =>
  (bundle) =>
    engine(compileBundle(change(bundle)));
/** Another request than the one that was asked. */
const asked =
  (change: (request: Request) => Request): ((bundle: Bundle) => Decider) =>
  (bundle) => {
    const decide = engine(compileBundle(bundle));
    return (request) => decide(change(request));
  };
const inZone = ({ profile, ...rest }: Request, zones: ReadonlyMap<string, string>): Request => {
  const zone = profile.zone === undefined ? undefined : zones.get(profile.zone);
  return { ...rest, profile: { ...profile, ...(zone && { zone }) } };
};
/** An hour off after the change of the clock in autumn, or before the one in spring; and the other way round. */
const SUMMER = new Map([
  ['Europe/Berlin', 'Etc/GMT-2'],
  ['America/New_York', 'Etc/GMT+4'],
]);
const WINTER = new Map([
  ['Europe/Berlin', 'Etc/GMT-1'],
  ['America/New_York', 'Etc/GMT+5'],
]);
const SECOND_PASS = new Map([
  ['Europe/Berlin', [Date.parse('2026-10-25T01:00:00Z'), 'Etc/GMT-4']],
  ['America/New_York', [Date.parse('2026-11-01T06:00:00Z'), 'Etc/GMT+2']],
] as const) as ReadonlyMap<string, readonly [began: number, later: string]>;
const changed = (change: (action: Action) => Action) =>
  asIf(({ catalogue, ...rest }) => ({ ...rest, catalogue: catalogue.map(change) }));

describe('[D9] the checker finds a planted error:', () => {
  it('none in the engine as it is', () => {
    expect(found((bundle) => engine(compileBundle(bundle)))).toEqual(new Map());
  });

  it('a cap that is off by one', () => {
    const wrong = changed(({ caps, ...action }) => ({ ...action, caps: more(caps) }));
    expect(found(wrong).get('cap')).toBeGreaterThan(0);
  });

  it.each([
    ['summer time all year', SUMMER],
    ['winter time all year', WINTER],
  ])('%s', (_, zones) => {
    expect(found(asked((request) => inZone(request, zones))).get('quiet hours')).toBeGreaterThan(0);
  });

  it('only the first pass of a repeated hour is quiet', () => {
    // In the second pass the engine is asked as if it were hours after the window.
    const wrong = asked((request) => {
      const { zone = '' } = request.profile;
      const [began, later] = SECOND_PASS.get(zone) ?? [Number.NaN, ''];
      const passed = Date.parse(request.at) - began;
      return passed >= 0 && passed < HOUR ? inZone(request, new Map([[zone, later]])) : request;
    });
    expect(found(wrong, 240).get('quiet hours')).toBeGreaterThan(0);
  });

  it('a consent that is not asked for', () => {
    expect(found(changed(({ consent: _, ...action }) => action)).get('consent')).toBeGreaterThan(0);
  });

  it('an expiry that is left out, or a minute too late', () => {
    const without = changed(({ expiresMinutes: _, ...action }) => action);
    expect(found(without).get('expiry')).toBeGreaterThan(0);
    const late = changed(({ expiresMinutes, ...action }) => ({
      ...action,
      ...(expiresMinutes !== undefined && { expiresMinutes: expiresMinutes + 1 }),
    }));
    expect(found(late).get('expiry')).toBeGreaterThan(0);
  });

  it('a minimum delay that is left out', () => {
    const wrong = changed(({ minDelayMinutes: _, ...action }) => action);
    expect(found(wrong).get('minimum delay')).toBeGreaterThan(0);
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
          if (sequences % 1_000 === 0) process.stderr.write(`${sequences} sequences\n`);
          expect(sequence(bundle, engine(compiled), plain(requests), luck)).toEqual([]);
        }
      }),
      { numRuns: Math.ceil(SEQUENCES / perBundle), endOnFailure: true },
    );
    expect(sequences).toBeGreaterThanOrEqual(SEQUENCES);
  });
});
