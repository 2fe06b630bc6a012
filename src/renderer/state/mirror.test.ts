import { describe, expect, it } from 'vitest';
import type { AwayView, CustomerView, StatusView } from '../../bridge/views.ts';
import { createMirror } from './mirror.ts';

function framed() {
  const frames: (() => void)[] = [];
  const soon: (() => void)[] = [];
  const mirror = createMirror(
    (flush) => frames.push(flush),
    () => 1000,
    (flush) => soon.push(flush),
  );
  return { mirror, frames, frame: () => frames.shift()?.(), together: () => soon.shift()?.() };
}

const status = (latencyMs: number): StatusView => ({ latencyMs }) as StatusView;
const customer = (seat: string): CustomerView =>
  ({
    tier: null,
    now: null,
    next: null,
    trips: [],
    bags: [],
    cases: [],
    consents: [],
    preferences: [],
    audiences: [],
    needs: [],
    others: [{ name: 'seat', value: seat }],
  }) as unknown as CustomerView;

describe('the mirror of the replica', () => {
  it('changes once a frame, to the latest value of each stream', () => {
    const { mirror, frames, frame } = framed();
    let changes = 0;
    mirror.store.subscribe(() => {
      changes += 1;
    });
    for (const latency of [1, 2, 3]) mirror.put('status', status(latency));
    mirror.put('outbox', { needsYou: [], onTheWay: [], settled: [] });
    expect([frames.length, changes]).toEqual([1, 0]);
    frame();
    expect([changes, mirror.store.getState().status?.latencyMs]).toEqual([1, 3]);
  });

  it('waits for no frame to show a customer who has just been opened, with what came together with him', () => {
    const { mirror, frame, together } = framed();
    mirror.open('p1');
    mirror.put('customer', customer('14C'));
    mirror.put('suggestion', null);
    together();
    const shown = mirror.store.getState();
    expect([shown.customer, shown.suggestion]).toEqual([customer('14C'), null]);
    let changes = 0;
    mirror.store.subscribe(() => {
      changes += 1;
    });
    frame();
    mirror.put('customer', customer('12A'));
    together();
    expect([changes, mirror.store.getState().customer]).toEqual([0, customer('14C')]);
    frame();
    expect([changes, mirror.store.getState().customer]).toEqual([1, customer('12A')]);
  });

  it('[P34] lets the strip after a gap wait for the frame: until then nobody knows where the pointer is', () => {
    const { mirror, frame, together } = framed();
    const gap = { from: '2026-11-28T10:00:00Z' } as AwayView;
    mirror.open('p1');
    mirror.put('away', gap);
    mirror.put('customer', customer('14C'));
    together();
    expect([mirror.store.getState().customer, mirror.store.getState().away]).toEqual([customer('14C'), null]);
    frame();
    expect(mirror.store.getState().away).toBe(gap);
  });

  it('keeps the facts as they were when the customer was opened', () => {
    const { mirror, frame } = framed();
    mirror.open('p1');
    mirror.put('customer', customer('14C'));
    frame();
    mirror.put('customer', customer('12A'));
    frame();
    expect(mirror.store.getState().baseline?.get('seat')?.value).toBe('14C');
  });

  it('shows nothing of the customer before when another is opened, not even what was under way', () => {
    const { mirror, frame } = framed();
    mirror.open('p1');
    mirror.put('customer', customer('14C'));
    mirror.open('p2');
    frame();
    const { customerId, customer: shown, baseline } = mirror.store.getState();
    expect([customerId, shown, baseline]).toEqual(['p2', undefined, null]);
  });
});
