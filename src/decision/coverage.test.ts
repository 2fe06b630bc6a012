import { describe, expect, it } from 'vitest';
import { compileBundle } from './bundle.ts';
import { checkCoverage } from './coverage.ts';

const facts = {
  n: { type: 'number' },
  t: { type: 'text' },
  b: { type: 'boolean' },
  at: { type: 'time' },
  all: { type: 'times' },
  stage: { type: 'text' },
};
function problems(predicates: object[], more: object = {}) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const catalogue = predicates.map((eligible, i) => ({ id: `a${i}`, lane: 2, channels: ['web'], eligible }));
  const bundle = compileBundle({ version: 'v', facts, catalogue });
  return checkCoverage(bundle, { random, situations: [{}], ...more });
}
const kinds = (list: ReturnType<typeof problems>) => list.map(({ kind, about }) => `${kind}: ${about}`);

describe('[B29] a catalogue leaves no customer without an action', () => {
  it('finds the facts for every condition that can hold, of every op and negated', () => {
    const leaves = [
      { fact: 'n', op: 'between', value: [5, 6] },
      { fact: 'n', op: 'in', value: [3, 4] },
      { fact: 't', op: 'eq', value: 'x' },
      { fact: 'at', op: 'withinLast', value: 5 },
      { fact: 'all', op: 'countInWindow', value: { minutes: 10, min: 2, max: 2 } },
      { fact: 'all', op: 'countInWindow', value: { minutes: 10, max: 1 } },
      { fact: 'b', op: 'exists', value: true },
      { fact: 'n', op: 'gte', value: 3 },
      { fact: 'n', op: 'lte', value: 3 },
    ];
    const found = problems([...leaves, ...leaves.map((leaf) => ({ not: leaf })), {}]);
    expect(found).toEqual([]);
  });

  it('[D28] names actions whose conditions can never hold together', () => {
    const never = [
      {
        all: [
          { fact: 'b', op: 'eq', value: true },
          { fact: 'b', op: 'eq', value: false },
        ],
      },
      { all: [{ fact: 'n', op: 'gte', value: 5 }, { not: { fact: 'n', op: 'gte', value: 4 } }] },
      { not: {} },
      { fact: 'n', op: 'between', value: [2, 1] },
    ];
    expect(kinds(problems([...never, {}]))).toEqual(never.map((_, i) => `unreachable: a${i}`));
  });

  it('[D28] names dead ends with an example, and phases without an action', () => {
    const stage = (value: string) => ({ fact: 'stage', op: 'eq', value });
    const options = {
      situations: [{ stage: 'booked' }, { stage: 'under way', n: 7 }],
      phase: { fact: 'stage', values: ['booked', 'under way'] },
    };
    const found = problems([stage('booked')], options);
    expect(kinds(found)).toEqual(['dead end: all channels', 'phase without action: under way']);
    expect(found[0]?.example).toEqual({ stage: 'under way', n: 7 });
    expect(problems([stage('booked'), stage('under way')], options)).toEqual([]);
  });
});
