import { describe, expect, it } from 'vitest';
import { instantAt, isoInZone, localDate, offsetMinutes } from './zones.ts';

const at = (iso: string): number => Date.parse(iso);

describe('zones', () => {
  it('know summer, winter and half hours', () => {
    expect(offsetMinutes('Europe/Berlin', at('2026-07-01T12:00:00Z'))).toBe(120);
    expect(offsetMinutes('Europe/Berlin', at('2026-12-01T12:00:00Z'))).toBe(60);
    expect(offsetMinutes('Asia/Kolkata', at('2026-12-01T12:00:00Z'))).toBe(330);
    expect(offsetMinutes('America/New_York', at('2026-12-01T12:00:00Z'))).toBe(-300);
  });

  it('write a time with its offset and its local date', () => {
    expect(isoInZone(at('2026-11-21T20:55:00Z'), 'Europe/Berlin')).toBe('2026-11-21T21:55:00+01:00');
    expect(isoInZone(at('2026-11-22T04:30:00Z'), 'America/New_York')).toBe('2026-11-21T23:30:00-05:00');
    expect(localDate(at('2026-11-21T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-22');
  });

  it('find the instant of a local time on both sides of a change of the clocks', () => {
    for (const date of ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25', '2026-10-26']) {
      for (const minute of [0, 60, 5 * 60, 12 * 60, 23 * 60 + 55]) {
        const shown = isoInZone(instantAt(date, minute, 'Europe/Berlin'), 'Europe/Berlin');
        expect(shown.slice(0, 10)).toBe(date);
        expect(Number(shown.slice(11, 13)) * 60 + Number(shown.slice(14, 16))).toBe(minute);
      }
    }
  });
});
