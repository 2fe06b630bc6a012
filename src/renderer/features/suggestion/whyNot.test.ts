import { describe, expect, it } from 'vitest';
import type { CandidateView } from '../../../bridge/views.ts';
import { createWords } from '../../i18n/words.tsx';
import { othersThan, whyNotText } from './whyNot.ts';

const words = createWords('en', 'Europe/Berlin');
const NOW = Date.parse('2026-11-23T20:32:00.000Z');
const candidate = (action: string, stage: string, failures: string[] = []): CandidateView => ({
  action,
  title: action,
  channel: 'counter',
  stage,
  failures,
  score: 0,
});

describe('why not something else', () => {
  it('names each other action once, by the candidate that came nearest, nearest first', () => {
    const all = [
      candidate('upgrade', 'applicable'),
      candidate('upgrade', 'cap'),
      candidate('hotel', 'open'),
      candidate('rebook', 'open'),
      candidate('odd', 'unheard'),
    ];
    expect(othersThan(all, 'rebook').map(({ action, stage }) => [action, stage])).toEqual([
      ['hotel', 'open'],
      ['upgrade', 'cap'],
      ['odd', 'unheard'],
    ]);
  });

  it.each([
    [candidate('a', 'suppressed'), 'no selling while something is wrong'],
    [
      candidate('a', 'cap', ['cap lt 2026-11-24T02:31:00.000Z']),
      'offered often enough · free again Tue 03:31',
    ],
    [
      candidate('a', 'applicable', ['flightCancelled eq', 'flightCancelled missing', 'bags gte']),
      'does not fit the situation · depends on: a cancellation, number of bags',
    ],
    [candidate('a', 'new-stage', ['given at 21:31 already']), 'new-stage · given at 21:31 already'],
  ])('says %j', (given, text) => {
    expect(whyNotText(words, given, NOW)).toBe(text);
  });
});
