import { describe, expect, it } from 'vitest';
import type { WorkItem } from '../../bridge/views.ts';
import { onWork, QUIET, type RingState, ringingOf } from './ring.ts';
import { signalOf } from './signals.ts';

type Parts = { state?: 'ringing' | 'active'; profileId?: string | null; station?: string | null };

function call(id: string, { state = 'ringing', profileId = 'anna', station = 'FRA' }: Parts = {}): WorkItem {
  const at = '2026-11-27T12:00:00Z';
  const contact = {
    id,
    profileId,
    kind: 'call' as const,
    state,
    queue: 'support',
    station,
    identity: null,
    at,
    since: at,
  };
  const key = `contact/${id}`;
  return {
    ...{ key, profileId, name: 'Anna', contact, candidates: [], alert: null, now: null, since: at },
    ...{ taken: null, handed: false, parkedUntil: null, service: null },
  };
}

const popped = (state: RingState): string | null => state.popped?.profileId ?? null;

describe('[P37] a call that rings', () => {
  it('opens who calls this station, and remembers who was open', () => {
    const { state, opens } = onWork(QUIET, [call('1')], 'ida', true);
    expect(opens).toBe('anna');
    expect(state.popped).toEqual({ key: 'contact/1', profileId: 'anna', before: 'ida' });
  });

  it('opens nobody twice, so that a person who looks at somebody else stays there', () => {
    const { state } = onWork(QUIET, [call('1')], null, true);
    expect(onWork(state, [call('1')], 'ida', true).opens).toBeNull();
  });

  it.each([
    ['something is in the operator’s hand', call('1'), false],
    ['it rings for a whole queue', call('1', { station: null }), true],
    ['nobody knows who it is', call('1', { profileId: null }), true],
  ])('opens nobody where %s, and says that it rings', (_, item, isFree) => {
    const { state, opens } = onWork(QUIET, [item], 'ida', isFree);
    expect([opens, popped(state), ringingOf([item], state)?.key]).toEqual([null, null, 'contact/1']);
  });

  it('is opened once the hand is free', () => {
    const { state } = onWork(QUIET, [call('1')], null, false);
    expect(onWork(state, [call('1')], null, true).opens).toBe('anna');
  });

  it('that was put away stays away while it rings, and the next one is shown', () => {
    const away: RingState = { ...QUIET, over: new Set(['contact/1']) };
    const { state, opens } = onWork(away, [call('1'), call('2', { profileId: 'bo' })], null, true);
    expect([ringingOf([call('1')], state), opens]).toEqual([null, 'bo']);
  });

  it('is forgotten when it rings no more; the caller is no guess when the call is over', () => {
    const { state } = onWork({ ...QUIET, over: new Set(['contact/1']) }, [], null, true);
    expect(state.over.size).toBe(0);
    const answered = onWork(
      onWork(QUIET, [call('2')], null, true).state,
      [call('2', { state: 'active' })],
      'anna',
      true,
    );
    expect(popped(answered.state)).toBe('anna');
    expect(popped(onWork(answered.state, [], 'anna', true).state)).toBeNull();
  });
});

describe('[P39] what is signalled', () => {
  const quiet = { needsYou: 0 };
  const before = signalOf(null, [], quiet).seen;

  it('is a call for this station, once', () => {
    const { seen, signal } = signalOf(before, [call('1')], quiet);
    expect(signal).toBe('call');
    expect(signalOf(seen, [call('1')], quiet).signal).toBeNull();
    expect(signalOf(seen, [call('1'), call('2')], quiet).signal).toBe('call');
  });

  it('is no call of a whole queue, none that was accepted, and nothing that was there before', () => {
    expect(signalOf(before, [call('1', { station: null })], quiet).signal).toBeNull();
    expect(signalOf(before, [call('1', { state: 'active' })], quiet).signal).toBeNull();
    expect(signalOf(null, [call('1')], { needsYou: 3 }).signal).toBeNull();
  });

  it('is an action that has come back, not one that was answered', () => {
    const { seen, signal } = signalOf(before, [], { needsYou: 2 });
    expect(signal).toBe('needs-you');
    expect(signalOf(seen, [], { needsYou: 1 }).signal).toBeNull();
  });
});
