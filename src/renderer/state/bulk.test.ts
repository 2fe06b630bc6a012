import { describe, expect, it } from 'vitest';
import type { DisruptedPassenger } from '../../bridge/views.ts';
import { bulkLines, commandsFor, flightTo, giveInSlices } from './bulk.ts';

const passenger = (change: Partial<DisruptedPassenger> = {}): DisruptedPassenger => ({
  ...{ key: 'P/B/1', profileId: 'P', name: 'Anna', tier: null, booking: 'B', segment: '1', flight: 'LH400' },
  ...{ from: 'FRA', to: 'JFK', misses: [{ kind: 'flight', flight: 'LH400', to: 'JFK', minutes: null }] },
  ...{ seat: null, bags: 0, proposed: 'LH402', ownOffer: false, state: 'open', rebookedTo: null },
  ...{ entryId: null, code: '', by: null, seen: [{ fact: 'trip.B.1.flight', hash: 'h' }] },
  ...change,
});

describe('[X5] the preview of a bulk rebooking', () => {
  it('gives each what is proposed, or all the same flight', () => {
    const some = [passenger(), passenger({ proposed: 'LH404' }), passenger({ proposed: null })];
    const to = (all: string | null) => bulkLines(some, all).map((line) => line.to);
    expect(to(null)).toEqual(['LH402', 'LH404', null]);
    expect(to('LH408')).toEqual(['LH408', 'LH408', 'LH408']);
  });

  it('says what is missing', () => {
    const connection = { kind: 'connection' as const, flight: 'AA7', to: 'BOS', minutes: null };
    const misses = [...passenger().misses, connection];
    const lacks = (change: Partial<DisruptedPassenger>) => bulkLines([passenger(change)], null)[0]?.lacks;
    expect(lacks({})).toEqual([]);
    expect(lacks({ proposed: null, seat: '12A', bags: 2, misses })).toEqual([
      'flight',
      'seat',
      'bags',
      'connection',
    ]);
    // Where the connection is what is rebooked, it does not stay as it is.
    expect(lacks({ misses: [connection] })).toEqual([]);
  });

  it('becomes a command for each who has a flight, with what was seen of him', () => {
    const lines = bulkLines([passenger(), passenger({ key: 'Q', proposed: null })], null);
    expect(commandsFor(lines)).toEqual([
      {
        key: 'P/B/1',
        input: {
          ...{ name: 'rebook', profileId: 'P', args: { booking: 'B', segment: '1', to: 'LH402' } },
          seen: [{ fact: 'trip.B.1.flight', hash: 'h' }],
        },
      },
    ]);
  });

  it('reads a flight as it is typed, with its date', () => {
    expect(flightTo('lh 402', '')).toBe('LH402');
    expect(flightTo('LH402', '2026-11-22')).toBe('LH402/2026-11-22');
    for (const bad of ['', '402', 'LUFTHANSA', 'LH']) expect(flightTo(bad, '')).toBeNull();
  });
});

describe('[X6] giving in slices', () => {
  const many = Array.from({ length: 30 }, (_, i) => ({
    key: `k${i}`,
    input: { name: 'rebook', profileId: `P${i}`, args: {}, seen: [] },
  }));

  it('lets the window go on between two, and never has more under way than a slice', async () => {
    let under = 0;
    let most = 0;
    let pauses = 0;
    const enqueue = async (): Promise<void> => {
      most = Math.max(most, ++under);
      await Promise.resolve();
      under -= 1;
    };
    const told: number[] = [];
    const pause = async (): Promise<void> => {
      pauses += 1;
      expect(under).toBe(0);
    };
    const { given, problem } = await giveInSlices(many, enqueue, pause, (n) => told.push(n));
    expect(given).toEqual(many.map(({ key }) => key));
    expect([problem, most, pauses, told]).toEqual([null, 6, 5, [6, 12, 18, 24, 30]]);
  });

  it('stops after the slice in which one was not taken, and says which were', async () => {
    const full = new Error('outbox_full');
    const enqueue = async ({ profileId }: { profileId: string }): Promise<void> => {
      if (profileId === 'P14') throw full;
    };
    const { given, problem } = await giveInSlices(
      many,
      enqueue,
      async () => undefined,
      () => undefined,
    );
    expect(problem).toBe(full);
    expect(given).toHaveLength(17);
    expect(given).not.toContain('k14');
  });
});
