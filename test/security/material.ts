/** Hostile input, seeded: what every fuzz test of a door draws from, and how much of it. */
import * as fc from 'fast-check';

/** Inputs per door: few enough for every run of `npm test`, or as many as KAIROS_FUZZ says (100000 for a check-in). */
export const INPUTS = Number(process.env.KAIROS_FUZZ ?? 0) || 3_000;
/** Another seed tries other inputs: KAIROS_FUZZ_SEED. */
export const SEED = Number(process.env.KAIROS_FUZZ_SEED ?? 0) || 20_261_123;
/** ms for one door: a minute, and a hundredth of a second per input beyond the usual number. */
export const PATIENCE = 60_000 + INPUTS * 20;

/**
 * Settings of a property that takes this share of the inputs, `size` at a time. A failure is shown as it was found:
 * its shrinking would ask a real process thousands of times more.
 */
export const inputs = (share: number, size = 1) => ({
  seed: SEED,
  numRuns: Math.max(20, Math.ceil((INPUTS * share) / size)),
  endOnFailure: true,
});

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
};

/** `{"__proto__": ...}` as JSON.parse makes it: an own property. */
export const withProto = (): object =>
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');

export const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  -(2 ** 53),
  '',
  ' ',
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  'a\udfffb',
  '\u202e\u2066abc',
  '\ufeff',
  'e\u0301'.repeat(50),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  'station:*',
  'profile:*',
  '*',
  '../../etc/passwd',
  "' OR 1=1; DROP TABLE row --",
  '" OR "x"=* NEAR(',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '%00%2e%2e',
  [],
  {},
  [[]],
  [null],
  Array.from({ length: 300 }, () => 0),
  { length: 3 },
  { toString: 1, valueOf: 2, toJSON: 3 },
  { length: { toString: 1, valueOf: 2 } },
  { constructor: { prototype: {} } },
  withProto(),
  nested(31),
  nested(33),
  nested(200),
];

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 20 }),
);

/** Any JSON value, with the keys and texts that break parsers. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...JUNK) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 5 }) },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: fc.double() },
);

type Step = { place: number; what: number; junk: unknown };
const step: fc.Arbitrary<Step> = fc.record({ place: fc.nat(10_000), what: fc.nat(9), junk: anyJson });

const copyOf = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

type Place = { holder: Record<string, unknown>; key: string };

function placesOf(holder: Record<string, unknown>, found: Place[] = []): Place[] {
  for (const key of Object.keys(holder)) {
    found.push({ holder, key });
    const inner = holder[key];
    if (typeof inner === 'object' && inner !== null) placesOf(inner as Record<string, unknown>, found);
  }
  return found;
}

/** A copy with some places replaced by junk, removed, renamed, wrapped or doubled. */
function mutate(sample: unknown, steps: Step[]): unknown {
  const root = { root: copyOf(sample) };
  for (const { place, what, junk } of steps) {
    const places = placesOf(root);
    const { holder, key } = places[place % places.length] as Place;
    if (what === 0 && holder !== root) delete holder[key];
    else if (what === 1) holder[key] = [holder[key]];
    else if (what === 2 && holder !== root && !Array.isArray(holder)) {
      const value = holder[key];
      delete holder[key];
      Object.defineProperty(holder, '__proto__', {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else if (what === 3 && Array.isArray(holder))
      holder.push(...Array.from({ length: 60 }, () => holder[key]));
    else holder[key] = copyOf(junk);
  }
  return root.root;
}

/** One of the samples with one to four faults. */
export const mutated = (samples: readonly unknown[]): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...samples), fc.array(step, { minLength: 1, maxLength: 4 }))
    .map(([sample, steps]) => mutate(sample, steps));

/** The JSON text of a value with bytes cut out, doubled or replaced; often no JSON or no UTF-8 any more. */
export const broken = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(values, fc.nat(10_000), fc.nat(30), fc.uint8Array({ maxLength: 12 }))
    .map(([value, at, cut, put]) => {
      const bytes = Buffer.from(JSON.stringify(value) ?? '');
      const place = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)]);
    });

/** What an answer to the outside must never hold, whatever was asked. */
export const LEAK =
  /node_modules|\.[cm]?[jt]s:\d+|\bat (?:async )?[\w.<>]+ \(|SQLITE|SqliteError|\b(?:SELECT|INSERT|UPDATE|DELETE) [\w*]|no such (?:table|column)|TypeError|RangeError|Cannot read|is not a function|ZodError/u;
