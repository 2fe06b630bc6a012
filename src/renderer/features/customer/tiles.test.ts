import { describe, expect, it } from 'vitest';
import type { CustomerView } from '../../../bridge/views.ts';
import { createWords } from '../../i18n/words.tsx';
import { tilesOf } from './tiles.ts';

const words = createWords('en', 'Europe/Berlin');
const NOW = Date.parse('2026-11-23T20:32:00.000Z');
const fact = (name: string, value: string) => ({
  name,
  value,
  masked: false,
  source: 'dcs',
  at: '2026-11-23T20:30:00Z',
});
const segment = (number: string, status: string) => ({
  booking: 'QX7R2M',
  segment: number,
  flight: 'LH400',
  from: { code: 'FRA', zone: 'Europe/Berlin' },
  to: { code: 'JFK', zone: 'America/New_York' },
  departs: '2026-11-23T20:55:00Z',
  fields: { flightStatus: fact(`trip.QX7R2M.${number}.flightStatus`, status) },
});
const empty = {
  now: null,
  next: null,
  trips: [],
  bags: [],
  cases: [],
  others: [],
  alerts: [],
  contacts: [],
  tier: null,
} as unknown as CustomerView;

describe('what is true now', () => {
  it('always has six cells in the same order, so that nothing moves', () => {
    const ids = ['now', 'flight', 'seat', 'bags', 'case'];
    expect(tilesOf(words, empty, NOW).map(({ id }) => id)).toEqual([...ids, 'tier']);
    const first = segment('1', 'cancelled');
    const view = {
      ...empty,
      next: first,
      trips: [{ booking: 'QX7R2M', segments: [first, segment('2', 'scheduled')] }],
    };
    expect(tilesOf(words, view as unknown as CustomerView, NOW).map(({ id }) => id)).toEqual([
      ...ids,
      'onward',
    ]);
  });

  it('tells a cancelled flight by word, time of its airport and tone', () => {
    const view = { ...empty, next: segment('1', 'cancelled') } as unknown as CustomerView;
    expect(tilesOf(words, view, NOW)[1]).toMatchObject({
      label: 'Flight',
      value: 'LH 400, 21:55',
      sub: 'FRA → JFK · cancelled',
      tone: 'critical',
      names: ['flight', 'flightStatus', 'departs', 'gate'].map((field) => `trip.QX7R2M.1.${field}`),
    });
  });

  it('puts the bag in trouble before the others', () => {
    const bag = (tag: string, status: string) => ({
      tag,
      fields: { status: fact(`bag.${tag}.status`, status) },
    });
    const view = { ...empty, bags: [bag('1', 'loaded'), bag('2', 'not loaded')] } as unknown as CustomerView;
    expect(tilesOf(words, view, NOW)[3]).toMatchObject({
      value: 'not loaded',
      sub: '2 bags · 1, 2',
      tone: 'warning',
    });
  });
});
