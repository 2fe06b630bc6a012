import { describe, expect, it } from 'vitest';
import type { CustomerView } from '../../bridge/views.ts';
import { seenFor } from './seen.ts';

const view = {
  tier: null,
  now: null,
  next: null,
  trips: [
    {
      status: null,
      segments: [{ fields: { seat: { name: 'trip.QX7R2M.1.seat', value: '14C', hash: 'h1' } } }],
    },
  ],
  bags: [],
  cases: [{ fields: { status: { name: 'case.8841.status', value: 'open', hash: 'h2' } } }],
  consents: [],
  preferences: [],
  audiences: [],
  needs: [],
  others: [],
} as unknown as CustomerView;

describe('what a command was based on', () => {
  it.each([
    [
      'change-seat',
      { booking: 'QX7R2M', segment: '1', seat: '12A' },
      [{ fact: 'trip.QX7R2M.1.seat', hash: 'h1' }],
    ],
    [
      'rebook',
      { booking: 'QX7R2M', segment: '1', to: 'LH402' },
      [
        { fact: 'trip.QX7R2M.1.flight', hash: null },
        { fact: 'trip.QX7R2M.1.flightStatus', hash: null },
      ],
    ],
    ['resolve-case', { caseId: '8841', outcome: 'refunded' }, [{ fact: 'case.8841.status', hash: 'h2' }]],
    ['set-preference', { name: 'seat', value: 'window' }, [{ fact: 'preference.seat', hash: null }]],
    ['add-note', { text: 'x' }, []],
  ])('%s names its facts with the hash that was shown, null where there was none', (name, args, expected) => {
    expect(seenFor(view, name, args)).toEqual(expected);
  });
});
