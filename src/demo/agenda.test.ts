import fc from 'fast-check';
import { expect, it } from 'vitest';
import { agenda } from './agenda.ts';

it('gives steps in the order of time, equal times in the order of adding', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const plan = agenda();
      const added = times.map((at, order) => ({ at, order, step: () => [] }));
      for (const { at, step } of added) plan.add(at, step);
      const taken = added.map(() => plan.take());
      const expected = [...added].sort((a, b) => a.at - b.at || a.order - b.order);
      expect(taken.map((t) => t?.step)).toEqual(expected.map((e) => e.step));
      expect(plan.take()).toBeUndefined();
    }),
  );
});
