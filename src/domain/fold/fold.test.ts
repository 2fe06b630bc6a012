import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addList, isListed, leftOutBy, type MemberList } from './lists.ts';
import { compareStamps, winnerOf } from './register.ts';
import {
  applyCommand,
  applyEvent,
  decodeState,
  encodeState,
  type FoldState,
  mergeInto,
  newState,
} from './state.ts';

const stamp = fc.record({ at: fc.integer({ min: 0, max: 6 }), priority: fc.integer({ min: 0, max: 1 }) });
const names = fc.constantFrom('a', 'b');
const eventArb = fc.record({
  stamp,
  facts: fc.uniqueArray(fc.tuple(names, fc.option(fc.integer())), {
    selector: ([name]) => name,
    maxLength: 2,
  }),
  members: fc.option(fc.uniqueArray(fc.constantFrom('1', '2', '3'))),
});
const commandArb = fc.record({ at: fc.integer({ min: 0, max: 6 }), name: names, value: fc.integer() });

type Step = (state: FoldState) => void;

const history = fc
  .tuple(fc.array(eventArb, { maxLength: 8 }), fc.array(commandArb, { maxLength: 4 }))
  .map(([events, commands]): Step[] => [
    ...events.map(
      ({ stamp, facts, members }, i): Step =>
        (state) =>
          applyEvent(state, { ...stamp, id: `m${i}` }, 'app', {
            facts: new Map(facts),
            lists: members ? new Map([['g', members]]) : new Map(),
          }),
    ),
    ...commands.map(
      ({ at, name, value }, i): Step =>
        (state) =>
          applyCommand(state, { at, priority: 9, id: `c${i}` }, 'console', i, [[name, value]]),
    ),
  ]);

const canonical = (state: FoldState) => ({
  facts: [...state.facts]
    .map(([name, { event, command }]) => ({ name, event, command }))
    .sort((a, b) => (a.name < b.name ? -1 : 1)),
  lists: [...state.lists],
});

const run = (steps: Step[]) => {
  const state = newState();
  for (const step of steps) step(state);
  return state;
};

describe('fold state', () => {
  it('[A8] is the same for every order of arrival, with duplicates and in parts', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (steps, random) => {
        const clean = canonical(run(steps));
        const shuffled = [...steps, ...steps.slice(0, 3)]
          .map((step) => ({ step, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ step }) => step);
        expect(canonical(run(shuffled))).toEqual(clean);
        const half = run(steps.slice(0, steps.length >> 1));
        mergeInto(half, run(steps.slice(steps.length >> 1)));
        expect(canonical(half)).toEqual(clean);
        expect(canonical(decodeState(encodeState(half)))).toEqual(clean);
      }),
      { numRuns: 500 },
    );
  });

  it('lets the later commit win between two commands even where the clock went backwards', () => {
    const state = newState();
    applyCommand(state, { at: 100, priority: 9, id: 'c1' }, 'console', 1, [['a', 1]]);
    applyCommand(state, { at: 90, priority: 9, id: 'c2' }, 'console', 2, [['a', 2]]);
    const register = state.facts.get('a');
    expect(register && winnerOf(register)?.value).toBe(2);
  });
});

describe('lists', () => {
  it('says of every member the same as all lists together would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.uniqueArray(fc.constantFrom('1', '2', '3')))), (said) => {
        const all: MemberList[] = said.map(([at, members], i) => ({ at, priority: 0, id: `m${i}`, members }));
        let kept: readonly MemberList[] = [];
        for (const list of all) kept = addList(kept, list);
        const latestFirst = [...all].sort((a, b) => compareStamps(b, a));
        for (const member of ['1', '2', '3', '4']) {
          const out = latestFirst.find((list) => !list.members.includes(member));
          expect(leftOutBy(kept, member)?.id).toBe(out?.id);
          expect(isListed(kept, member)).toBe(latestFirst[0]?.members.includes(member) ?? true);
        }
        expect(kept.length).toBeLessThanOrEqual(5);
      }),
    );
  });
});
