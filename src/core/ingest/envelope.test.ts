import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../errors.ts';
import { readEvent } from './envelope.ts';
import { shapeOf } from './shape.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE = 60_000;
const iso = (ms: number) => new Date(ms).toISOString();
const read = (raw: unknown, sentAt?: unknown) =>
  readEvent(raw, { type: 'track', sentAt, received: NOW, newId: () => 'made' });
const track = (more: object) => read({ userId: 'u', event: 'E', ...more });

function codeOf(raw: unknown): string {
  try {
    read(raw);
    return '';
  } catch (error) {
    if (error instanceof DoorError) return error.code;
    throw error;
  }
}

describe('readEvent', () => {
  it('corrects a time by sentAt only where the clock is wrong by more than five minutes', () => {
    const said = { userId: 'u', event: 'E', timestamp: iso(NOW - 10 * MINUTE) };
    expect(read(said, iso(NOW - 4 * MINUTE))).toMatchObject({ at: NOW - 10 * MINUTE });
    const corrected = read(said, iso(NOW - 9 * MINUTE));
    expect(corrected).toMatchObject({ at: NOW - MINUTE, originalAt: iso(NOW - 10 * MINUTE) });
    expect(read(said, 'yesterday')).toMatchObject({ at: NOW - 10 * MINUTE });
    expect(read(said)).not.toHaveProperty('originalAt');
  });

  it('takes a time more than a day ahead as that of the receipt, and keeps the original', () => {
    expect(track({ timestamp: '2999-01-01T00:00:00Z' })).toMatchObject({
      at: NOW,
      originalAt: '2999-01-01T00:00:00.000Z',
    });
    expect(track({ timestamp: iso(NOW + 23 * 60 * MINUTE) })).toMatchObject({ at: NOW + 23 * 60 * MINUTE });
    expect(track({})).toMatchObject({ at: NOW, id: 'made' });
  });

  it('names the fault of a bad event', () => {
    expect(codeOf([])).toBe('malformed');
    expect(codeOf({ userId: 'u' })).toBe('event_missing');
    expect(codeOf({ event: 'E' })).toBe('user_missing');
    expect(codeOf({ event: 'E', userId: ' ' })).toBe('user_missing');
    expect(codeOf({ event: 'E', userId: {} })).toBe('value_wrong_kind');
    expect(codeOf({ event: 'E', userId: 'u', timestamp: '21.11.2026' })).toBe('timestamp_invalid');
    expect(codeOf({ event: 'E', userId: 'u', timestamp: '2026-02-30T10:00:00Z' })).toBe('timestamp_invalid');
    expect(codeOf({ event: 'E', userId: 'u', properties: { a: 'x'.repeat(33_000) } })).toBe(
      'event_too_large',
    );
    expect(codeOf({ event: 'Seat Changed', userId: 'u', properties: { booking: 'B', segment: 'one' } })).toBe(
      'value_wrong_kind',
    );
    const booking = {
      event: 'Booking Created',
      userId: 'u',
      properties: { booking: 'B', segments: [{ segment: 0 }] },
    };
    expect(codeOf(booking)).toBe('value_wrong_kind');
    expect(codeOf({ event: 'Unknown', userId: 'u', properties: { booking: 7, segments: 'all' } })).toBe('');
  });

  it('refuses what is nested too deep before anything walks into it', () => {
    const nested = (levels: number) =>
      JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as object;
    expect(codeOf({ event: 'E', userId: 'u', properties: nested(31) })).toBe('');
    expect(codeOf({ event: 'E', userId: 'u', properties: nested(32) })).toBe('too_deep');
    expect(codeOf({ event: 'E', userId: 'u', properties: nested(50_000) })).toBe('too_deep');
    expect(shapeOf(JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), 32).depth).toBe(33);
  });

  it('keeps a flight’s event with its flight, whoever sent it, and a customer’s with both', () => {
    const status = {
      event: 'Flight Status',
      properties: { flight: 'LH 400', date: '2026-11-21', from: 'fra' },
    };
    const sent = read({ ...status, anonymousId: 'flight/LH400/2026-11-21/FRA' });
    expect(sent).toMatchObject({ kind: 'flight', flight: 'LH400/2026-11-21/FRA', identities: [] });
    expect(read({ ...status, userId: 'u' })).toMatchObject({ kind: 'event', flight: 'LH400/2026-11-21/FRA' });
    expect(read({ event: 'Gate Opened', anonymousId: 'flight/LH400/2026-11-21/FRA' }).kind).toBe('flight');
  });

  it('lets no source speak as the console', () => {
    expect(track({ context: { app: { name: 'console' } } }).source).toBe('source:console');
    expect(track({ context: { library: { name: 'lib' } } }).source).toBe('lib');
    expect(track({ messageId: 'command/01J' }).id).toBe('source/command/01J');
    expect(track({ messageId: 'intent/01J' }).id).toBe('source/intent/01J');
    expect(track({ messageId: '01J' }).id).toBe('01J');
  });

  it('[C10] answers any JSON with an entry that can be stored or with a code', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (whole, part) => {
        for (const raw of [
          whole,
          { userId: 'u', event: 'Booking Created', properties: part, context: part },
        ]) {
          try {
            expect(typeof JSON.stringify(read(raw))).toBe('string');
          } catch (error) {
            expect(error).toBeInstanceOf(DoorError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
