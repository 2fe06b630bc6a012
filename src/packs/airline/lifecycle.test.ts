import { describe, expect, it } from 'vitest';
import { LIFECYCLE, lifecycleOf } from './lifecycle.ts';
import { type ShownFacts, segmentsOf } from './trips.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-01-10T00:00:00Z');
const on = (day: number) => START + day * DAY;

/** Bookings made on a day, with the day on which they end; the third word is the booking's status. */
function customer(
  bookings: readonly (readonly [made: number, ends: number | null, status?: string])[],
  tier?: string,
) {
  const facts: ShownFacts = new Map();
  for (const [i, [made, ends, status = 'confirmed']] of bookings.entries()) {
    const say = (field: string, value: string) =>
      facts.set(`trip.B${i}.1.${field}`, { value, source: 'crs', at: on(made) });
    say('status', status);
    if (ends !== null) say('arrives', new Date(on(ends)).toISOString());
  }
  if (tier !== undefined) facts.set('tier', { value: tier, source: 'crm', at: on(3) });
  const at = (day: number) => lifecycleOf(facts, segmentsOf(facts), on(day));
  return { at, stage: (day: number) => at(day).fact?.value ?? null };
}

describe('[L1] the stage of the lifecycle', () => {
  it('[B5] follows from bookings: none, the first one, travelled, gone for a year', () => {
    expect(customer([]).stage(1)).toBeNull();
    const once = customer([[1, 20]]);
    expect([2, 19, 20, 384, 385].map(once.stage)).toEqual(['new', 'new', 'active', 'active', 'lapsed']);
    expect(
      customer([
        [1, 20],
        [2, 30],
      ]).stage(3),
    ).toBe('active');
    // Who books again is back.
    expect(
      customer([
        [1, 20],
        [400, 410],
      ]).stage(401),
    ).toBe('active');
    expect(customer([[1, null]]).stage(900)).toBe('new');
  });

  it('[B5] is loyal by status or by the fourth booking, as long as there is a trip within a year', () => {
    const four = customer([
      [1, 9],
      [2, 9],
      [3, 9],
      [4, 9],
    ]);
    expect(four.stage(5)).toBe('loyal');
    expect(four.at(5).fact).toMatchObject({ at: on(4), source: 'kairos' });
    expect(
      customer([
        [1, 9],
        [2, 9],
        [3, 9],
      ]).stage(5),
    ).toBe('active');
    const senator = customer([[1, 9]], 'Senator');
    expect([5, 374].map(senator.stage)).toEqual(['loyal', 'lapsed']);
    expect(customer([], 'Gold').stage(4)).toBe('loyal');
    expect(customer([], 'Member').stage(4)).toBeNull();
  });

  it('does not count what was cancelled', () => {
    expect(customer([[1, 20, 'cancelled']]).stage(2)).toBeNull();
    expect(
      customer([
        [1, 20],
        [2, 30, 'cancelled'],
      ]).stage(3),
    ).toBe('new');
  });

  it('has the time of what made it true, and knows when time alone will change it', () => {
    const once = customer([[1, 20]]);
    expect([2, 20, 385].map((day) => once.at(day).fact?.at)).toEqual([on(1), on(20), on(385)]);
    expect([2, 20, 385].map((day) => once.at(day).next)).toEqual([on(20), on(385), null]);
    expect(
      customer([
        [1, 20],
        [2, 30],
      ]).at(3).next,
    ).toBe(on(395));
    expect(customer([]).at(3).next).toBeNull();
  });

  it('is an audience like others, so that roles that see none do not see it', () => {
    expect(LIFECYCLE).toMatch(/^segment\./u);
  });
});
