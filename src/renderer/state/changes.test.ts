import { describe, expect, it } from 'vitest';
import type { FactView } from '../../bridge/views.ts';
import type { Json } from '../../domain/json.ts';
import { changesSince, type Facts } from './changes.ts';

const fact = (name: string, value: Json, given: Partial<FactView> = {}): FactView => ({
  name,
  value,
  masked: false,
  source: 'app',
  at: '2026-11-23T20:00:00.000Z',
  limitSeconds: null,
  pending: false,
  hash: null,
  ...given,
});

const facts = (...list: FactView[]): Facts => new Map(list.map((one) => [one.name, one]));
const SEAT = 'trip.QX7R2M.1.seat';

describe('what changed since the customer was opened', () => {
  it('tells old and new', () => {
    const changes = changesSince(facts(fact(SEAT, '14C')), facts(fact(SEAT, '12A')));
    expect(changes).toEqual([
      { name: SEAT, was: '14C', now: '12A', at: '2026-11-23T20:00:00.000Z', source: 'app' },
    ]);
  });

  it('tells of facts that came and went', () => {
    const changes = changesSince(facts(fact('a', 1)), facts(fact('b', 2)));
    expect(changes.map(({ name, was, now }) => [name, was, now])).toEqual([
      ['b', null, 2],
      ['a', 1, null],
    ]);
  });

  it.each<[string, FactView, FactView]>([
    ['the same value told again', fact(SEAT, '14C'), fact(SEAT, '14C', { at: '2026-11-23T20:09:00.000Z' })],
    ['an own change on its way', fact(SEAT, '14C'), fact(SEAT, '12A', { pending: true })],
    [
      'an own change that was on its way and now holds',
      fact(SEAT, '12A', { pending: true }),
      fact(SEAT, '12A'),
    ],
    ['what the customer does at the moment', fact('now.activity', 'a'), fact('now.activity', 'b')],
    ['equal lists', fact('languages', ['de', 'en']), fact('languages', ['de', 'en'])],
  ])('is silent about %s', (_, before, after) => {
    expect(changesSince(facts(before), facts(after))).toEqual([]);
  });

  it('puts the newest first', () => {
    const before = facts(fact('a', 1), fact('b', 1));
    const after = facts(
      fact('a', 2, { at: '2026-11-23T20:01:00.000Z' }),
      fact('b', 2, { at: '2026-11-23T20:02:00.000Z' }),
    );
    expect(changesSince(before, after).map((change) => change.name)).toEqual(['b', 'a']);
  });
});
