import { afterEach, describe, expect, it } from 'vitest';
import type { Presence as Told } from '../protocol/presence.ts';
import { Presence } from './presence.ts';

const told: Told[] = [];
const presence = new Presence(
  (one) => told.push(one),
  () => 0,
);
const [left, right] = [{}, {}];
const said = (): string[] => told.splice(0).map(({ profileId, state }) => `${profileId} ${state}`);

afterEach(() => {
  for (const window of [left, right]) presence.show(window, null, 'none');
  said();
});

describe('what colleagues are told of a console with two windows', () => {
  it('is who is open in each of them', () => {
    presence.show(left, 'anna', 'viewing');
    presence.show(right, 'ben', 'viewing');
    expect([said(), presence.open()]).toEqual([
      ['anna viewing', 'ben viewing'],
      ['anna', 'ben'],
    ]);
  });

  it('lets nobody go whom the other window has', () => {
    presence.show(left, 'anna', 'viewing');
    presence.show(right, 'anna', 'editing');
    presence.show(left, 'ben', 'viewing');
    presence.show(right, null, 'none');
    expect(said()).toEqual(['anna viewing', 'anna editing', 'anna editing', 'ben viewing', 'anna none']);
  });

  it('is said once, and again after a reconnect', () => {
    presence.show(left, 'anna', 'viewing');
    presence.show(left, 'anna', 'viewing');
    presence.renew();
    expect(said()).toEqual(['anna viewing', 'anna viewing']);
  });
});
