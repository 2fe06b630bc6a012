import { describe, expect, it } from 'vitest';
import { isLocalDate, parseTime } from './time.ts';

describe('parseTime', () => {
  it('reads ISO 8601 with and without zone, to whole milliseconds', () => {
    const noon = Date.UTC(2026, 10, 21, 12);
    for (const text of [
      '2026-11-21T12:00:00Z',
      '2026-11-21T12:00:00.0009Z',
      '2026-11-21T13:00+01:00',
      '2026-11-21T13:00:00+0100',
      '2026-11-21T13:00:00+01',
      '2026-11-21T12:00:00',
    ]) {
      expect(parseTime(text), text).toBe(noon);
    }
    expect(parseTime('2026-11-21')).toBe(Date.UTC(2026, 10, 21));
    expect(parseTime('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
  });

  it('refuses what is another form or names no existing instant', () => {
    for (const text of [
      '',
      'yesterday',
      '21.11.2026',
      '2026-11-21 12:00:00Z',
      '2026-02-30T00:00:00Z',
      '2026-13-01',
      '2026-11-21T24:30:00Z',
      '2026-11-21T12:00:60Z',
      '2026-11-21T12:00:00+25:00',
      '1969-12-31T23:59:59Z',
      '2026-11-21T12:00:00Zx',
    ]) {
      expect(parseTime(text), text).toBeNull();
    }
    expect(parseTime('2026-11-21T12:00:00', true)).toBeNull();
    expect(isLocalDate('2026-11-31')).toBe(false);
  });
});
