import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../bridge/views.ts';
import { contactOf, isOver, isToRenew, nextOf } from './work.ts';

const NOW = Date.parse('2026-11-27T12:00:00.000Z');
const until = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

const item = (profileId: string | null, given: Partial<WorkItem> = {}, state = 'waiting'): WorkItem =>
  ({
    ...{ key: `contact/${profileId}`, profileId, contact: { id: `k-${profileId}`, state } },
    ...{ taken: null, handed: false, parkedUntil: null },
    ...given,
  }) as WorkItem;
const mine = (minutes = 9, pending = false) => ({ by: 'me', mine: true, until: until(minutes), pending });
const anothers = { by: 'bo', mine: false, until: until(9), pending: false };

describe('[WK9] the next one', () => {
  const trouble = item('t', { key: 'profile/t', contact: null });
  it.each([
    ['that waits for anybody', [item('a', { taken: anothers }), trouble, item('b')], null, 'b'],
    ['is not what is own, parked or unknown', [item('a', { taken: mine() }), item(null)], null, undefined],
    ['is not who is served already', [item('a', {}, 'active'), trouble], null, 't'],
    ['in trouble, if not open already', [trouble], 't', undefined],
    ['is not what was handed over here', [item('a', { handed: true })], null, undefined],
    ['is not what rests', [item('a', { parkedUntil: until(5) })], null, undefined],
  ] as const)('%s', (_, items, open, expected) => {
    expect(nextOf(items, open)?.profileId).toBe(expected);
  });
});

it('[WK9] of several contacts of a customer the own one is worked on', () => {
  const own = item('a', { key: 'own', taken: mine() });
  expect(contactOf([item('a'), own], 'a')?.key).toBe('own');
  expect(contactOf([item('a', { contact: null })], 'a')).toBeNull();
});

it('[WK10] a lease is renewed when half of it is over, confirmed, and by somebody who is there', () => {
  const renews = (given: WorkItem['taken'], touchedAgo = 0) =>
    isToRenew(item('a', { taken: given }), NOW, touchedAgo * 60_000);
  expect(renews(mine(4))).toBe(true);
  expect([renews(mine(6)), renews(mine(4, true)), renews(anothers), renews(mine(4), 6)]).toEqual([
    ...[false, false, false, false],
  ]);
});

it('[WK2] a claim that came too late leaves nothing to put away, whatever else was refused does', () => {
  expect(isOver({ name: 'claim', code: 'claimed' })).toBe(true);
  expect(isOver({ name: 'claim', code: 'scope' })).toBe(false);
  expect(isOver({ name: 'hand-over', code: 'claimed' })).toBe(false);
});
