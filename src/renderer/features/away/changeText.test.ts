import { describe, expect, it } from 'vitest';
import type { Json } from '../../../domain/json.ts';
import { createWords } from '../../i18n/words.tsx';
import { changeText } from './changeText.ts';

const en = createWords('en', 'Europe/Berlin');
const told = (fact: string, was: Json, now: Json, flight: string | null = null): string =>
  changeText(en, { fact, was, now, flight, source: 'dcs', at: '2026-11-23T20:00:00Z' });

describe('[P34] a change in a line', () => {
  it('says what became of a flight, a bag or a case, and of other facts what they were', () => {
    expect([
      told('trip.QX7R2M.1.flightStatus', 'scheduled', 'cancelled', 'LH400'),
      told('bag.0220431877.status', 'not loaded', 'loaded'),
      told('case.7310.status', null, 'resolved'),
      told('trip.QX7R2M.1.seat', '14C', '12K', 'LH400'),
      told('trip.QX7R2M.1.flight', 'LH400', 'LH402', 'LH402'),
    ]).toEqual([
      'LH 400: cancelled',
      'Bag 0220431877: loaded',
      'Case 7310: resolved',
      'Seat LH 400 14C → 12K',
      'Flight LH 402 LH 400 → LH 402',
    ]);
  });

  it('leaves out what it was where that is not known', () => {
    expect(told('trip.QX7R2M.1.gate', null, 'B61', 'LH568')).toBe('Gate LH 568: B61');
    expect(told('trip.QX7R2M.1.seat', '14C', null, 'LH568')).toBe('Seat LH 568 14C → none');
  });
});
