import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstLoud, firstLoudEverywhere, isQuiet, type QuietHours } from './quiet.ts';
import { HOUR, MINUTE, parseInstant, writeInstant } from './time.ts';
import { findZone, type Zone } from './zone.ts';

const zone = (name: string) => findZone(name) as Zone;
const hours = (from: string, to: string): QuietHours => {
  const minutes = (text: string) => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE;
  return { from: minutes(from), to: minutes(to) };
};
const loudAfter = (window: QuietHours, name: string, at: string) =>
  writeInstant(firstLoud(window, zone(name), parseInstant(at)));

describe('[D11] quiet hours', () => {
  it('last over midnight, from included, to excluded', () => {
    const night = hours('21:00', '08:00');
    const berlin = zone('Europe/Berlin');
    expect(isQuiet(night, berlin, parseInstant('2026-11-21T19:59:59.999Z'))).toBe(false);
    expect(isQuiet(night, berlin, parseInstant('2026-11-21T20:00:00Z'))).toBe(true);
    expect(isQuiet(night, berlin, parseInstant('2026-11-22T06:59:59.999Z'))).toBe(true);
    expect(isQuiet(night, berlin, parseInstant('2026-11-22T07:00:00Z'))).toBe(false);
    expect(loudAfter(night, 'Europe/Berlin', '2026-11-21T22:00:00Z')).toBe('2026-11-22T07:00:00.000Z');
  });

  it('of 2026-10-25 in Berlin: an hour longer, and both passes of the repeated hour are quiet', () => {
    expect(loudAfter(hours('21:00', '08:00'), 'Europe/Berlin', '2026-10-24T19:00:00Z')).toBe(
      '2026-10-25T07:00:00.000Z',
    );
    const repeated = hours('02:00', '03:00');
    expect(loudAfter(repeated, 'Europe/Berlin', '2026-10-25T00:00:00Z')).toBe('2026-10-25T02:00:00.000Z');
    const half = hours('02:00', '02:30');
    // Loud between the two passes of 02:00 to 02:30, quiet again in the second.
    expect(loudAfter(half, 'Europe/Berlin', '2026-10-25T00:10:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(loudAfter(half, 'Europe/Berlin', '2026-10-25T01:10:00Z')).toBe('2026-10-25T01:30:00.000Z');
  });

  it('of 2027-03-28 in Berlin: an hour shorter, and an end in the skipped hour is the first instant after it', () => {
    expect(loudAfter(hours('21:00', '08:00'), 'Europe/Berlin', '2027-03-27T20:00:00Z')).toBe(
      '2027-03-28T06:00:00.000Z',
    );
    expect(loudAfter(hours('22:00', '02:30'), 'Europe/Berlin', '2027-03-28T00:30:00Z')).toBe(
      '2027-03-28T01:00:00.000Z',
    );
    // Quiet hours that lie in the skipped hour altogether do not take place.
    expect(loudAfter(hours('02:10', '02:50'), 'Europe/Berlin', '2027-03-28T00:59:59Z')).toBe(
      '2027-03-28T00:59:59.000Z',
    );
  });

  it('hold in zones with half hours and changes at other times', () => {
    expect(loudAfter(hours('21:00', '08:00'), 'Asia/Kolkata', '2026-11-21T16:00:00Z')).toBe(
      '2026-11-22T02:30:00.000Z',
    );
    expect(loudAfter(hours('00:00', '02:00'), 'Australia/Lord_Howe', '2026-10-03T14:00:00Z')).toBe(
      '2026-10-03T15:30:00.000Z',
    );
  });

  it('agree with a search minute by minute over both changes, in many zones', () => {
    const names = [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Asia/Tokyo',
      'UTC',
    ];
    const starts = [
      parseInstant('2026-10-24T12:00:00Z'),
      parseInstant('2027-03-27T12:00:00Z'),
      parseInstant('2026-11-01T00:00:00Z'),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...starts),
        fc.integer({ min: 0, max: 36 * 60 }),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 1439 }),
        (name, start, minutes, from, length) => {
          const window = { from: from * MINUTE, to: ((from + length) % 1440) * MINUTE };
          const at = start + minutes * MINUTE;
          const clock = new Intl.DateTimeFormat('en-GB', {
            timeZone: name,
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          });
          const quietThen = (instant: number) => {
            const text = clock.format(instant);
            const wall = (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * MINUTE;
            return window.from < window.to
              ? wall >= window.from && wall < window.to
              : wall >= window.from || wall < window.to;
          };
          let expected = at;
          while (quietThen(expected)) expected += MINUTE;
          expect(firstLoud(window, zone(name), at)).toBe(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of several zones: the first instant that is quiet in none, or none at all', () => {
    const night = hours('21:00', '08:00');
    const at = parseInstant('2026-11-21T20:30:00Z');
    expect(writeInstant(firstLoudEverywhere(night, [zone('Europe/Berlin'), zone('Europe/London')], at))).toBe(
      '2026-11-22T08:00:00.000Z',
    );
    const halfTheDay = hours('00:00', '12:00');
    expect(firstLoudEverywhere(halfTheDay, [zone('UTC'), zone('Etc/GMT+12')], at)).toBeNaN();
  });
});

describe('[D11] zones', () => {
  it('are IANA names and nothing else, in every engine', () => {
    for (const bad of ['Mars/Base', '+01:00', '', 'Europe/', '../etc', 'Europe/Berlin '])
      expect(findZone(bad)).toBeNull();
    expect(findZone('Europe/Berlin')?.offsetAt(parseInstant('2026-10-25T00:59:59.999Z'))).toBe(2 * HOUR);
    expect(findZone('Europe/Berlin')?.offsetAt(parseInstant('2026-10-25T01:00:00Z'))).toBe(HOUR);
  });
});
