import { describe, expect, it } from 'vitest';
import type { ProfileRow } from '../../domain/profile.ts';
import { activityAt, activityName } from './activity.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const doing = (at: string): ProfileRow => ({
  id: 'p',
  identities: [],
  facts: { 'now.activity': { value: 'Rebooking Viewed', source: 'app', at } },
});

describe('what a customer is doing now', () => {
  it('is what he did in the last half hour', () => {
    expect(activityName(doing('2026-11-21T11:31:00.000Z'), NOW)).toBe('Rebooking Viewed');
    expect(activityName(doing('2026-11-21T11:30:00.000Z'), NOW)).toBeNull();
    expect(activityAt(doing('2026-11-04T11:30:00.000Z'), NOW)).toBeNull();
    expect(activityName({ id: 'p', identities: [], facts: {} }, NOW)).toBeNull();
  });
});
