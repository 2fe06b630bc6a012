import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import { World } from './test-world.ts';

describe('admission', () => {
  it('takes some hundreds at once, and sends the rest away for about as long as it needs for them', () => {
    const admission = new Admission(0, () => 1);
    const waits = Array.from({ length: 1_300 }, () => admission.ask(0));
    expect(waits.filter((ms) => ms === null)).toHaveLength(300);
    expect(waits.at(-1)).toBe(10_500);
    expect(admission.ask(20_000)).toBeNull();
  });

  it('takes all of a thousand that come back when they were told, in well under half a minute', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const admission = new Admission(0, random);
    let last = 0;
    const queue = Array.from({ length: 1_000 }, (_, i) => i / 1_000);
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const wait = admission.ask(at);
      if (wait === null) last = at;
      else queue.push(at + wait);
      queue.sort((a, b) => a - b);
    }
    expect(last).toBeGreaterThan(5_000);
    expect(last).toBeLessThan(20_000);
  });

  it('takes nobody while the core is late or starting, which does not last', () => {
    const admission = new Admission(0, () => 0);
    admission.late(2_700);
    expect(admission.ask(2_700)).toBe(500);
    expect(admission.ask(3_700)).toBeNull();
    admission.starting(3_700);
    expect(admission.ask(3_800)).toBe(500);
    admission.started();
    expect(admission.ask(3_800)).toBeNull();
    admission.starting(4_000);
    expect(admission.ask(14_000)).toBeNull();
  });

  it('[R1] a console that is sent away is told so before anything else, and its connection is closed', () => {
    const world = new World();
    world.hub.admission.starting(world.clock.now);
    const one = world.console();
    expect(one.hello([])).toEqual({ type: 'wait', ms: expect.any(Number) });
    expect(one.link.closed).toBe(true);
    expect(world.clients.client(one.clientId)).toBeUndefined();
    world.hub.admission.started();
    expect(one.hello([])).toMatchObject({ type: 'welcome' });
  });
});
