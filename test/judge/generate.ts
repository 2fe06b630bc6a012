/** Bundles and requests of every kind that the contract allows, names chosen to trip a careless reader. */
import fc from 'fast-check';
import type { Action, Bundle, CommonCap, Entry, FactType, Policy, Predicate, Request } from './shapes.ts';

const FACTS = ['f1', '__proto__', 'constructor', 'toString', 'größe 😀', 'x'.repeat(200), 'f1\n', '0'];
const IDS = ['a1', '__proto__', 'constructor', 'hasOwnProperty', '日本', '😀'.repeat(200), 'a"\\\u0007', '1'];
const CHANNELS = ['web', 'phone', '__proto__', 'valueOf', 'é'];
const APPROACHES = ['plain', 'warm', '__proto__'];
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
const BAD_ZONES = ['Mars/Base', '', '__proto__', 'Europe/Berlin ', '+01:00'];
/** Around changes of the clock, ends of quarters, and an ordinary day. */
const BASES = [
  '2026-10-25T00:00:00Z',
  '2027-03-28T00:00:00Z',
  '2026-11-01T05:00:00Z',
  '2027-04-03T14:00:00Z',
  '2026-12-31T22:00:00Z',
  '2026-11-21T10:00:00Z',
].map((text) => Date.parse(text));
const MINUTE = 60_000;

const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 1e300, -0);
const text = fc.constantFrom('', 'a', 'b', '__proto__', '😀', 'ö'.repeat(1000));
const instant = fc
  .tuple(fc.constantFrom(...BASES), fc.integer({ min: -2_000, max: 4_000 }), fc.constantFrom(0, 0, 0, 1, 999))
  .map(([base, minutes, ms]) => base + minutes * MINUTE + ms);
const offset = fc.constantFrom(0, 60, -210, 345, 1439);

/** One instant in one of its many forms. */
function written(at: number, minutes: number, digits: number): string {
  const local = new Date(at + minutes * MINUTE).toISOString();
  const ms = local.slice(20, 23);
  const fraction = digits === 0 && ms === '000' ? '' : `.${ms}${'7'.repeat(digits)}`;
  const sign = minutes < 0 ? '-' : '+';
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  const zone = minutes === 0 ? 'Z' : `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${local.slice(0, 19)}${fraction}${zone}`;
}
const time = fc
  .tuple(instant, offset, fc.integer({ min: 0, max: 6 }))
  .map(([at, minutes, digits]) => written(at, minutes, digits));

const typeOf = fc.constantFrom<FactType>('number', 'text', 'boolean', 'time', 'times');
const minutes = fc.constantFrom(0, 1, 60, 600, 3_000);

function leafFor(fact: string, type: FactType): fc.Arbitrary<Predicate> {
  const leaf = (op: string, value: fc.Arbitrary<unknown>) => value.map((one) => ({ fact, op, value: one }));
  const exists = fc.oneof(leaf('exists', fc.boolean()), fc.constant({ fact, op: 'exists' }));
  const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 4 });
  const own: Record<FactType, fc.Arbitrary<Predicate>> = {
    number: fc.oneof(
      leaf('eq', number),
      leaf('in', list(number)),
      leaf('gte', number),
      leaf('lte', number),
      leaf('between', fc.tuple(number, number)),
    ),
    text: fc.oneof(leaf('eq', text), leaf('in', list(text))),
    boolean: leaf('eq', fc.boolean()),
    time: leaf('withinLast', minutes),
    times: leaf(
      'countInWindow',
      fc.record(
        { minutes, min: fc.integer({ min: 0, max: 3 }), max: fc.integer({ min: 0, max: 3 }) },
        { requiredKeys: ['minutes'] },
      ),
    ),
  };
  return fc.oneof({ weight: 4, arbitrary: own[type] }, { weight: 1, arbitrary: exists });
}

function predicateOver(facts: Bundle['facts']): fc.Arbitrary<Predicate> {
  const leaves = Object.entries(facts).map(([fact, { type }]) => leafFor(fact, type));
  const leaf = fc.oneof(...leaves);
  return fc.letrec<{ any: Predicate }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'predicate' },
      { weight: 5, arbitrary: leaf },
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 2, arbitrary: fc.record({ all: fc.array(tie('any'), { maxLength: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ any: fc.array(tie('any'), { minLength: 1, maxLength: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ not: tie('any') }) },
    ),
  })).any;
}

const cap = { count: fc.integer({ min: 1, max: 3 }), windowHours: fc.constantFrom(0.5, 1, 24, 168) };
const clockTime = fc
  .integer({ min: 0, max: 1439 })
  .map((at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
const window = fc.oneof(
  fc.constantFrom<[string, string]>(['21:00', '08:00'], ['01:30', '02:30'], ['02:00', '03:00']),
  fc.tuple(clockTime, clockTime).filter(([from, to]) => from !== to),
);
const some = <T>(names: readonly T[], minLength = 1) =>
  fc.subarray([...names], { minLength, maxLength: names.length });
const perName = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc
    .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 })
    .map((pairs) => Object.fromEntries(pairs));

function actionOf(id: string, predicate: fc.Arbitrary<Predicate>): fc.Arbitrary<Action> {
  return fc.record(
    {
      id: fc.constant(id),
      lane: fc.constantFrom(0, 1, 2, 2, 2, 3),
      channels: some(CHANNELS),
      group: fc.constantFrom('g', '__proto__'),
      approaches: some(APPROACHES),
      value: fc.constantFrom(0, 1, 2, 5, 300, -1),
      cost: fc.constantFrom(0, 0.01, 0.5, -0.2),
      startRate: fc.constantFrom(0.01, 0.3, 0.999),
      eligible: predicate,
      applicable: predicate,
      suitable: predicate,
      minDelayMinutes: perName(CHANNELS, fc.constantFrom(0, 5, 90, 0.5)),
      expiresMinutes: fc.constantFrom(0, 30, 1_440),
      caps: fc.array(fc.record(cap), { maxLength: 2 }),
      consent: fc.constantFrom('marketing', '__proto__', 'constructor'),
    },
    { requiredKeys: ['id', 'lane', 'channels'] },
  );
}

function policyOf(facts: Bundle['facts'], predicate: fc.Arbitrary<Predicate>): fc.Arbitrary<Policy> {
  const names = Object.keys(facts);
  const open = names.filter((name) => facts[name]?.protected !== true);
  return fc.record(
    {
      learn: some(open, 0),
      exploration: fc.record({ c: fc.constantFrom(0, 1, 30), floor: fc.constantFrom(0.001, 0.02, 0.5) }),
      feedbackWindowMinutes: fc.constantFrom(0, 60),
      quietHours: perName(CHANNELS, window),
      zones: some(ZONES),
      holdout: fc.constantFrom(0, 0.3, 0.99),
      holdoutSalt: text,
      caps: fc.array(
        fc.record(
          { ...cap, channel: fc.constantFrom(...CHANNELS), lane: fc.integer({ min: 0, max: 3 }) },
          { requiredKeys: ['count', 'windowHours'] },
        ) as fc.Arbitrary<CommonCap>,
        { maxLength: 2 },
      ),
      suppress: predicate,
      completeness: fc.record({ facts: some(names), share: fc.constantFrom(0, 0.5, 1) }),
      weights: fc.array(
        fc.record(
          { when: predicate, action: fc.constantFrom(...IDS), percent: fc.constantFrom(-100, -30, 50, 400) },
          { requiredKeys: ['when', 'percent'] },
        ),
        { maxLength: 3 },
      ),
      levers: perName(IDS, fc.constantFrom(-100, -20, 20, 400)),
      alpha: fc.constantFrom(1, 0.5, 2, 0),
    },
    { requiredKeys: [] },
  );
}

const declared = some(FACTS).chain((names) =>
  fc
    .tuple(
      ...names.map(() => fc.record({ type: typeOf, protected: fc.boolean() }, { requiredKeys: ['type'] })),
    )
    .map((types) => Object.fromEntries(names.map((name, i) => [name, types[i]!]))),
);

export const bundles: fc.Arbitrary<Bundle> = declared.chain((facts) => {
  const predicate = predicateOver(facts);
  return fc.record({
    version: fc.constantFrom('b1', 'v "2"', '😀'),
    validUntil: fc.constantFrom('2030-01-01T00:00:00Z', '2026-11-01T00:00:00+05:30'),
    facts: fc.constant(facts),
    catalogue: some(IDS).chain((ids) => fc.tuple(...ids.map((id) => actionOf(id, predicate)))),
    policy: policyOf(facts, predicate),
    model: fc.constant(null),
  });
});

const OTHER = fc.constantFrom<unknown>(null, true, 'x', 7, [], {}, [1, { a: [null] }], 'y'.repeat(1001));

function valueFor(type: FactType): fc.Arbitrary<unknown> {
  const own = {
    number,
    text,
    boolean: fc.boolean(),
    time,
    times: fc.array(time, { maxLength: 4 }),
  }[type] as fc.Arbitrary<unknown>;
  return fc.oneof({ weight: 8, arbitrary: own }, { weight: 1, arbitrary: OTHER });
}

function factsOf(bundle: Bundle): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(bundle.facts).map(([name, { type }]) =>
    fc.option(
      valueFor(type).map((value): [string, unknown] => [name, value]),
      { freq: 8, nil: null },
    ),
  );
  return fc
    .tuple(...entries, fc.constant<[string, unknown]>(['undeclared', 'anything']))
    .map((all) => Object.fromEntries(all.filter((one) => one !== null)));
}

export function requestsOf(bundle: Bundle): fc.Arbitrary<Request> {
  const entry: fc.Arbitrary<Entry> = fc.record(
    { action: fc.constantFrom(...IDS), channel: fc.constantFrom(...CHANNELS), at: time },
    { requiredKeys: ['at'] },
  );
  const stated = perName(
    [...CHANNELS, 'marketing', 'constructor'],
    fc.constantFrom<unknown>(true, true, false, 'yes', null, 1),
  );
  const profile = fc.record(
    {
      facts: factsOf(bundle),
      id: fc.integer({ min: 0, max: 9 }).map((i) => `p${i}`),
      zone: fc.constantFrom(...ZONES, ...ZONES, ...BAD_ZONES),
      version: fc.constantFrom('v1', 7),
      consents: stated,
      preferences: stated,
      history: fc.array(entry, { maxLength: 6 }),
    },
    { requiredKeys: ['facts'] },
  );
  return fc.record(
    {
      id: fc.integer({ min: 0, max: 99_999 }).map((i) => `d${i}`),
      at: time,
      profile,
      channels: fc.array(fc.constantFrom(...CHANNELS, 'elsewhere'), { maxLength: 6 }),
      mode: fc.constantFrom('respond', 'inspire'),
    },
    { requiredKeys: ['id', 'at', 'profile', 'channels'] },
  ) as fc.Arbitrary<Request>;
}

/** Zones whose clocks change, and the moments at which they do. */
const CHANGES: readonly (readonly [zone: string, at: string])[] = [
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['Europe/Berlin', '2027-03-28T01:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['America/New_York', '2027-03-14T07:00:00Z'],
  ['Australia/Lord_Howe', '2027-04-03T15:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
];
/** Windows that begin, end or lie in an hour that is skipped or passed twice, and long ones over it. */
const AROUND_CHANGES: readonly (readonly [string, string])[] = [
  ['01:30', '02:30'],
  ['02:00', '03:00'],
  ['02:30', '01:45'],
  ['00:00', '02:15'],
  ['01:45', '03:30'],
  ['21:00', '08:00'],
];

/**
 * Bundles in which the clock decides: quiet hours around changes of the clock on most channels, and short last moments, so
 * that a wrong hour or a wrong minute sends what may not be sent. Random bundles seldom come to these edges.
 */
export const clockBundles: fc.Arbitrary<Bundle> = fc
  .array(
    fc.record(
      {
        lane: fc.constantFrom(0, 1, 2, 3),
        channels: some(CHANNELS.slice(0, 2)),
        minDelayMinutes: perName(CHANNELS.slice(0, 2), fc.constantFrom(1, 30, 59, 60, 61)),
        expiresMinutes: fc.constantFrom(0, 1, 29, 30, 59, 60, 61, 119, 120, 180),
        caps: fc.array(fc.record(cap), { maxLength: 1 }),
        consent: fc.constant('marketing'),
      },
      { requiredKeys: ['lane', 'channels'] },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((actions) =>
    fc.record({
      version: fc.constant('clock'),
      validUntil: fc.constant('2030-01-01T00:00:00Z'),
      facts: fc.constant({}),
      catalogue: fc.constant(actions.map((action, i) => ({ ...action, id: `a${i + 1}` }) as Action)),
      policy: fc.record(
        {
          quietHours: fc.record({
            web: fc.constantFrom(...AROUND_CHANGES).map(([from, to]): [string, string] => [from, to]),
            phone: window,
          }),
          zones: some(ZONES),
        },
        { requiredKeys: ['quietHours'] },
      ),
      model: fc.constant(null),
    }),
  );

/** Customers of zones whose clocks change, within a day and a half of it, half of them within an hour and a half; to the minute, often a millisecond beside. */
export const clockRequests: fc.Arbitrary<Request> = fc
  .tuple(
    fc.constantFrom(...CHANGES),
    fc.oneof(fc.integer({ min: -36 * 60, max: 12 * 60 }), fc.integer({ min: -90, max: 90 })),
    fc.constantFrom(0, 0, 1, -1),
    fc.constantFrom<Record<string, unknown>>({ marketing: true }, { marketing: true }, { marketing: false }),
    fc.constantFrom('inspire', 'inspire', 'respond'),
    fc.constantFrom(true, true, true, false),
  )
  .map(([[zone, change], offBy, ms, consents, mode, isKnown]) => ({
    id: 'd',
    at: new Date(Date.parse(change) + offBy * MINUTE + ms).toISOString(),
    profile: { facts: {}, consents, ...(isKnown && { zone }) },
    channels: CHANNELS,
    mode: mode as 'inspire' | 'respond',
  }));
