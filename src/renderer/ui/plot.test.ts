import { describe, expect, it } from 'vitest';
import { plotOf, SIZE } from './plot.ts';

describe('a plot', () => {
  it('holds line, control and interval within its box, with ticks in ascending order', () => {
    const plot = plotOf({
      own: [
        { x: 0, y: 0.2 },
        { x: 10, y: 0.3 },
      ],
      control: [{ x: 0, y: 0.1 }],
      band: [{ x: 0, low: -0.4, high: 0.9 }],
    });
    expect(plot?.place({ x: 0, y: -0.4 }).x).toBe(SIZE.left);
    for (const { at } of plot?.yTicks ?? []) {
      expect(at).toBeGreaterThanOrEqual(SIZE.top);
      expect(at).toBeLessThanOrEqual(SIZE.height - SIZE.bottom);
    }
    expect(plot?.yTicks[0]?.value).toBeLessThan(0);
    expect(plot?.yTicks.at(-1)?.value).toBeGreaterThanOrEqual(0.9);
    expect(plot?.own).toMatch(/^M/u);
    expect(plot?.band).toMatch(/Z$/u);
  });

  it('can show a single point, and is none without any', () => {
    const plot = plotOf({ own: [{ x: 5, y: 0 }] });
    expect(Number.isFinite(plot?.place({ x: 5, y: 0 }).y)).toBe(true);
    expect(plotOf({ own: [] })).toBeNull();
  });
});
