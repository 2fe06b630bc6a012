import { describe, expect, it } from 'vitest';
import { createReadiness } from './readiness.ts';

describe('whether a child can be had', () => {
  it('is answered when it is up, and again only when it is back', async () => {
    const readiness = createReadiness();
    const first = readiness.outcome();
    readiness.up();
    expect(await first).toBeNull();
    expect(await readiness.outcome()).toBeNull();
    readiness.down();
    const later = readiness.outcome();
    readiness.up();
    expect(await later).toBeNull();
  });

  it('is answered with what is wrong, once; who asks after it waits over the death for the next answer', async () => {
    const readiness = createReadiness();
    const first = readiness.outcome();
    readiness.trouble('outbox_in_use');
    expect(await first).toBe('outbox_in_use');
    const second = readiness.outcome();
    readiness.down();
    readiness.up();
    expect(await second).toBeNull();
  });
});
