import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant, quarterOf, writeInstant } from './time.ts';

describe('[D22] times', () => {
  it('reads what the contract allows', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000Z'],
      ['2026-11-21T10:00:00.1Z', '2026-11-21T10:00:00.100Z'],
      ['2026-11-21T10:00:00.123999999Z', '2026-11-21T10:00:00.123Z'],
      ['2026-11-21T10:00:00+05:30', '2026-11-21T04:30:00.000Z'],
      ['2026-11-21T10:00:00-11:00', '2026-11-21T21:00:00.000Z'],
      ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
      ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ];
    for (const [text, instant] of cases) expect(writeInstant(parseInstant(text))).toBe(instant);
  });

  it('refuses everything else', () => {
    const bad = [
      '2026-11-21',
      '2026-11-21T10:00Z',
      '2026-11-21T10:00:00',
      '2026-11-21 10:00:00Z',
      '2026-11-21t10:00:00z',
      '2025-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-11-21T24:00:00Z',
      '2026-11-21T10:60:00Z',
      '2026-06-30T23:59:60Z',
      '1969-12-31T23:59:59Z',
      '2026-11-21T10:00:00.Z',
      '2026-11-21T10:00:00.1234567890Z',
      '2026-11-21T10:00:00+0100',
      '2026-11-21T10:00:00+24:00',
      '2026-11-21T10:00:00Zx',
      '+002026-11-21T10:00:00Z',
      '',
      5,
      null,
      undefined,
    ];
    for (const value of bad) expect(parseInstant(value), String(value)).toBeNaN();
  });

  it('agrees with the platform on every instant it writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(253402300799999), noInvalidDate: true }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
    expect(quarterOf(Date.UTC(2026, 11, 31))).toBe('2026Q4');
    expect(quarterOf(Date.UTC(2027, 0, 1))).toBe('2027Q1');
  });
});
