import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { besideOf } from './place.ts';

const bubble = { width: 300, height: 120 };
const view = { width: 1024, height: 768 };

describe('the place of a bubble', () => {
  it.each([
    ['right of a tall column', { left: 56, top: 48, width: 208, height: 690 }, { left: 276, top: 60 }],
    [
      'left of one at the right edge',
      { left: 720, top: 48, width: 304, height: 690 },
      { left: 408, top: 60 },
    ],
    ['below what is flat', { left: 72, top: 8, width: 520, height: 32 }, { left: 72, top: 52 }],
    [
      'over the end of what fills the screen',
      { left: 0, top: 0, width: 1024, height: 768 },
      { left: 712, top: 636 },
    ],
    ['in the middle where there is nothing', null, { left: 362, top: 324 }],
  ])('is %s', (_, box, place) => {
    expect(besideOf(box, bubble, view)).toEqual(place);
  });

  it('is never outside of a window that has room for it', () => {
    const side = fc.integer({ min: -200, max: 2000 });
    const size = fc.integer({ min: 0, max: 2000 });
    fc.assert(
      fc.property(side, side, size, size, (left, top, width, height) => {
        const at = besideOf({ left, top, width, height }, bubble, view);
        expect(at.left >= 8 && at.left + 300 <= 1016 && at.top >= 8 && at.top + 120 <= 760).toBe(true);
      }),
    );
  });
});
