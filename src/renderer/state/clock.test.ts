import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

describe('the clock of ages', () => {
  it('ticks only while somebody listens', () => {
    let running = 0;
    let tick = (): void => undefined;
    let now = 10;
    const clock = createClock(
      () => now,
      (run) => {
        running += 1;
        tick = run;
        return () => {
          running -= 1;
        };
      },
    );
    const heard: number[] = [];
    const stops = [0, 1].map(() => clock.subscribe(() => heard.push(clock.now())));
    now = 11;
    tick();
    expect([running, heard]).toEqual([1, [11, 11]]);
    for (const stop of stops) stop();
    expect(running).toBe(0);
  });
});
