import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure, Predicate } from './contract.ts';
import { makeDeclaredFacts, makeFactTable, readFacts } from './facts.ts';
import {
  compilePredicate,
  FALSE,
  listFailures,
  makeLeafTable,
  readLeaves,
  sealLeaves,
  TRUE,
  UNKNOWN,
} from './predicate.ts';
import { BundleError } from './shape.ts';
import { parseInstant } from './time.ts';

const names = ['n', 't', 'b', 'w', 'l', '__proto__', 'constructor'];
const types = ['number', 'text', 'boolean', 'time', 'times', 'number', 'text'] as const;
const declared = makeDeclaredFacts(names, types);
const AT = parseInstant('2026-11-21T10:00:00Z');

function evaluate(
  predicate: unknown,
  facts: Record<string, unknown>,
): { result: number; failed: Failure[]; failedNot: Failure[] } {
  const leaves = makeLeafTable();
  const compiled = compilePredicate(predicate, declared, leaves, 'test');
  sealLeaves(leaves);
  const table = makeFactTable(declared);
  readFacts(table, declared, facts, AT);
  readLeaves(leaves, table);
  const failed: Failure[] = [];
  const failedNot: Failure[] = [];
  const result = compiled.evaluate(leaves.states);
  listFailures(compiled, TRUE, 'eligible', table, leaves, failed);
  listFailures(compiled, FALSE, 'suppressed', table, leaves, failedNot);
  return { result, failed, failedNot };
}
const result = (predicate: unknown, facts: Record<string, unknown>) => evaluate(predicate, facts).result;
const leaf = (fact: string, op: string, value?: unknown) => ({ fact, op, value });
const ago = (minutes: number) => new Date(AT - minutes * 60_000).toISOString();

describe('[D3] ops', () => {
  it('compare as the table says', () => {
    const cases: readonly (readonly [unknown, Record<string, unknown>, number])[] = [
      [leaf('n', 'eq', 3), { n: 3 }, TRUE],
      [leaf('t', 'eq', 'x'), { t: 'X' }, FALSE],
      [leaf('b', 'eq', false), { b: false }, TRUE],
      [leaf('n', 'in', [1, 2]), { n: 2 }, TRUE],
      [leaf('t', 'in', ['a']), { t: 'b' }, FALSE],
      [leaf('n', 'gte', 3), { n: 3 }, TRUE],
      [leaf('n', 'lte', 3), { n: 3.1 }, FALSE],
      [leaf('n', 'between', [1, 2]), { n: 2 }, TRUE],
      [leaf('n', 'between', [1, 2]), { n: 0.99 }, FALSE],
      [leaf('w', 'withinLast', 10), { w: ago(10) }, TRUE],
      [leaf('w', 'withinLast', 10), { w: ago(10.001) }, FALSE],
      [leaf('w', 'withinLast', 10), { w: ago(0) }, TRUE],
      [leaf('w', 'withinLast', 10), { w: ago(-1) }, FALSE],
      [
        leaf('l', 'countInWindow', { minutes: 10, min: 1, max: 1 }),
        { l: [ago(10), ago(9.99), ago(-1)] },
        TRUE,
      ],
      [leaf('l', 'countInWindow', { minutes: 10 }), { l: [] }, TRUE],
      [leaf('l', 'countInWindow', { minutes: 10, max: 0 }), { l: [ago(0)] }, FALSE],
      [leaf('__proto__', 'gte', 1), JSON.parse('{"__proto__":2}'), TRUE],
      [leaf('constructor', 'eq', 'x'), { constructor: 'x' }, TRUE],
    ];
    for (const [predicate, facts, expected] of cases)
      expect(result(predicate, facts), JSON.stringify(predicate)).toBe(expected);
  });

  it('exists is never unknown: a fact of another type does not exist', () => {
    expect(result({ fact: 'n', op: 'exists' }, { n: 1 })).toBe(TRUE);
    expect(result(leaf('n', 'exists', true), {})).toBe(FALSE);
    expect(result(leaf('n', 'exists', true), { n: 'text' })).toBe(FALSE);
    expect(result(leaf('n', 'exists', false), { n: null })).toBe(TRUE);
    expect(result(leaf('constructor', 'exists', true), {})).toBe(FALSE);
    expect(result(leaf('__proto__', 'exists', true), {})).toBe(FALSE);
  });

  it('a value of another type than declared is unknown', () => {
    const wrong: readonly (readonly [string, string, unknown, unknown])[] = [
      ['n', 'eq', 1, '1'],
      ['n', 'eq', 1, Infinity],
      ['t', 'eq', 'x', 5],
      ['t', 'eq', 'x', 'y'.repeat(1001)],
      ['b', 'eq', true, 1],
      ['w', 'withinLast', 5, '2026-02-30T00:00:00Z'],
      ['w', 'withinLast', 5, AT],
      ['l', 'countInWindow', { minutes: 1 }, ['x']],
      ['l', 'countInWindow', { minutes: 1 }, new Array(1001).fill(ago(0))],
    ];
    for (const [fact, op, value, actual] of wrong) {
      const { result: got, failed } = evaluate(leaf(fact, op, value), { [fact]: actual });
      expect(got).toBe(UNKNOWN);
      expect(failed[0]?.reason).toBe('type');
    }
    expect(result(leaf('t', 'eq', 'x'), { t: '😀'.repeat(1000) })).toBe(FALSE);
  });

  it('are refused where op, type and value do not fit', () => {
    const bad: readonly unknown[] = [
      leaf('zz', 'eq', 1),
      leaf('n', 'like', 1),
      leaf('n', 'eq', '1'),
      leaf('t', 'eq', 1),
      leaf('b', 'eq', 'true'),
      leaf('w', 'eq', ago(0)),
      leaf('n', 'in', []),
      leaf('n', 'in', [1, 'a']),
      leaf('b', 'in', [true]),
      leaf('n', 'in', new Array(101).fill(1)),
      leaf('t', 'gte', 'a'),
      leaf('n', 'between', [1]),
      leaf('n', 'between', 1),
      leaf('n', 'withinLast', 1),
      leaf('w', 'withinLast', -1),
      leaf('w', 'withinLast', '5'),
      leaf('l', 'countInWindow', 5),
      leaf('l', 'countInWindow', { minutes: -1 }),
      leaf('n', 'exists', 'yes'),
      leaf('n', 'eq'),
      leaf('n', 'eq', null),
      { any: [] },
      { all: {} },
      { all: [1] },
      { not: [] },
      { xor: [] },
      { all: [], any: [{}] },
      [],
      null,
      5,
      { fact: 'n' },
      { all: [{ fact: 'n', op: 'eq', value: 1 }], not: {} },
    ];
    for (const predicate of bad) {
      expect(() => evaluate(predicate, {}), JSON.stringify(predicate)).toThrow(BundleError);
    }
    const nest = (depth: number): unknown => (depth === 1 ? {} : { not: nest(depth - 1) });
    expect(result(nest(16), {})).toBe(FALSE);
    expect(() => result(nest(17), {})).toThrow(BundleError);
  });
});

describe('[D4] three-valued logic', () => {
  it('all of nothing is true, not of unknown is unknown', () => {
    expect(result({ all: [] }, {})).toBe(TRUE);
    expect(result({}, {})).toBe(TRUE);
    expect(result({ not: leaf('n', 'eq', 1) }, {})).toBe(UNKNOWN);
    expect(result({ any: [leaf('n', 'eq', 1), leaf('b', 'eq', true)] }, { b: true })).toBe(TRUE);
    expect(result({ all: [leaf('n', 'eq', 1), leaf('b', 'eq', true)] }, { b: false })).toBe(FALSE);
    expect(result({ all: [leaf('n', 'eq', 1), leaf('b', 'eq', true)] }, { b: true })).toBe(UNKNOWN);
  });
});

describe('[D5] failed conditions', () => {
  it('are the leaves that are not as they should be', () => {
    const predicate = {
      all: [leaf('n', 'gte', 3), { any: [leaf('t', 'eq', 'x'), { not: leaf('b', 'eq', true) }] }],
    };
    expect(evaluate(predicate, { n: 2, b: true }).failed).toEqual([
      { actual: 2, fact: 'n', needed: 3, op: 'gte', rule: 'eligible' },
      { actual: null, fact: 't', needed: 'x', op: 'eq', reason: 'missing', rule: 'eligible' },
      { actual: true, fact: 'b', needed: true, not: true, op: 'eq', rule: 'eligible' },
    ]);
    // A leaf that is as it should be is not listed, though its branch fails.
    expect(
      evaluate({ not: { all: [leaf('n', 'eq', 1), leaf('t', 'eq', 'x')] } }, { n: 1, t: 'x' }).failed,
    ).toHaveLength(2);
    expect(
      evaluate({ not: { any: [leaf('n', 'eq', 1), leaf('t', 'eq', 'x')] } }, { n: 1, t: 'y' }).failed,
    ).toEqual([{ actual: 1, fact: 'n', needed: 1, not: true, op: 'eq', rule: 'eligible' }]);
    expect(evaluate({ not: { not: leaf('n', 'eq', 1) } }, { n: 2 }).failed).toEqual([
      { actual: 2, fact: 'n', needed: 1, op: 'eq', rule: 'eligible' },
    ]);
    expect(evaluate({ fact: 'n', op: 'exists' }, {}).failed).toEqual([
      { actual: null, fact: 'n', needed: true, op: 'exists', reason: 'missing', rule: 'eligible' },
    ]);
    expect(evaluate(leaf('n', 'exists', false), { n: 1 }).failed).toEqual([
      { actual: 1, fact: 'n', needed: false, op: 'exists', rule: 'eligible' },
    ]);
  });

  const leafPredicate = fc.oneof(
    fc.record({
      fact: fc.constant('n'),
      op: fc.constantFrom('gte', 'lte', 'eq'),
      value: fc.integer({ min: 0, max: 3 }),
    }),
    fc.record({ fact: fc.constant('b'), op: fc.constant('eq'), value: fc.boolean() }),
    fc.record({ fact: fc.constant('t'), op: fc.constant('exists'), value: fc.boolean() }),
    fc.record({ fact: fc.constant('t'), op: fc.constant('in'), value: fc.constant(['x', 'y']) }),
  );
  const predicates = fc.letrec<{ node: Predicate }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leafPredicate as fc.Arbitrary<Predicate>,
      fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }) as fc.Arbitrary<Predicate>,
      fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Predicate>,
      fc.record({ not: tie('node') }) as fc.Arbitrary<Predicate>,
    ),
  })).node;
  const facts = fc.record(
    {
      n: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant('no')),
      b: fc.oneof(fc.boolean(), fc.constant(null)),
      t: fc.constantFrom('x', 'z', 5),
    },
    { requiredKeys: [] },
  );

  /** Kleene logic written again, as plainly as possible. */
  function plainly(predicate: Record<string, unknown>, given: Record<string, unknown>): boolean | null {
    if ('all' in predicate) {
      const parts = (predicate['all'] as Record<string, unknown>[]).map((part) => plainly(part, given));
      return parts.includes(false) ? false : parts.includes(null) ? null : true;
    }
    if ('any' in predicate) {
      const parts = (predicate['any'] as Record<string, unknown>[]).map((part) => plainly(part, given));
      return parts.includes(true) ? true : parts.includes(null) ? null : false;
    }
    if ('not' in predicate) {
      const part = plainly(predicate['not'] as Record<string, unknown>, given);
      return part === null ? null : !part;
    }
    const { fact, op, value } = predicate as { fact: string; op: string; value: never };
    const actual = given[fact] as never;
    const known = { n: 'number', b: 'boolean', t: 'string' }[fact as 'n'] === typeof actual;
    if (op === 'exists') return known === value;
    if (!known) return null;
    if (op === 'eq') return actual === value;
    if (op === 'in') return (value as unknown[]).includes(actual);
    return op === 'gte' ? actual >= value : actual <= value;
  }

  it('the compiled closure agrees with plain Kleene logic, and nothing is listed exactly where all is well', () => {
    fc.assert(
      fc.property(predicates, facts, (predicate, given) => {
        const expected = plainly(predicate as Record<string, unknown>, given);
        const { result: got, failed, failedNot } = evaluate(predicate, given);
        expect(got).toBe(expected === null ? UNKNOWN : expected ? TRUE : FALSE);
        if (got === TRUE) expect(failed).toEqual([]);
        if (got === FALSE) expect(failedNot).toEqual([]);
        for (const { not, fact, op, needed } of [...failed, ...failedNot]) {
          expect(plainly({ fact, op, value: needed } as Record<string, unknown>, given)).not.toBe(
            not !== true,
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
