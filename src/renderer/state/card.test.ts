import { describe, expect, it } from 'vitest';
import type { SuggestedAction, SuggestionView } from '../../bridge/views.ts';
import { type CardState, NO_CARD, openedAction, READ_AFTER, receive, takeNewer } from './card.ts';

const action = (id: string): SuggestedAction => ({
  action: id,
  channel: 'counter',
  approach: 'warm',
  lane: 1,
  title: id,
  sentence: `Say ${id}`,
  propensity: 1,
  score: 1,
  reasonsFor: [],
  reasonsAgainst: [],
  whyLost: null,
  command: null,
});

const view = (id: string, primary: string | null, alternatives: string[] = []): SuggestionView => ({
  profileId: 'p1',
  decisionId: id,
  at: '2026-11-23T20:00:00.000Z',
  mode: 'respond',
  sendAt: null,
  bestUntil: null,
  primary: primary === null ? null : action(primary),
  alternatives: alternatives.map(action),
  candidates: [],
  oldestInput: null,
  bundle: { version: 'b1', validUntil: '2026-11-24T20:00:00.000Z', expired: false },
  madeOffline: false,
  explored: false,
});

const shown = (given: Partial<CardState> = {}): CardState => ({
  ...receive(NO_CARD, 'p1', view('d1', 'rebook', ['hotel']), 0, false),
  ...given,
});

describe('the suggestion card', () => {
  it('shows the first suggestion of a customer', () => {
    expect(shown().shown?.decisionId).toBe('d1');
  });

  it('replaces one that cannot have been read yet', () => {
    const next = receive(shown(), 'p1', view('d2', 'hotel'), READ_AFTER - 1, false);
    expect([next.shown?.decisionId, next.newer]).toEqual(['d2', null]);
  });

  it.each([
    ['that has been read', {}, READ_AFTER, false],
    ['under the pointer', {}, 1, true],
    ['while a reason is asked for', { mode: 'declining' as const }, 1, false],
    ['while an alternative is open', { opened: 1 }, 1, false],
    ['while its reasons are open', { why: true }, 1, false],
  ])('keeps one %s and offers the newer', (_, given, now, touched) => {
    const next = receive(shown(given), 'p1', view('d2', 'hotel'), now, touched);
    expect([next.shown?.decisionId, next.newer?.decisionId]).toEqual(['d1', 'd2']);
  });

  it('keeps the answered one until the next decision', () => {
    const answered = shown({ answered: 'accept' });
    expect(receive(answered, 'p1', view('d1', 'rebook'), 1, false).answered).toBe('accept');
    expect(receive(answered, 'p1', view('d2', 'hotel'), READ_AFTER, true).shown?.decisionId).toBe('d2');
  });

  it('takes over what says the same without a word', () => {
    const next = receive(shown(), 'p1', view('d2', 'rebook', ['hotel']), READ_AFTER * 9, false);
    expect([next.shown?.decisionId, next.newer]).toEqual(['d2', null]);
  });

  it('forgets a newer one that was withdrawn again', () => {
    const withNewer = receive(shown(), 'p1', view('d2', 'hotel'), READ_AFTER, false);
    expect(receive(withNewer, 'p1', view('d3', 'rebook'), READ_AFTER, false).newer).toBeNull();
  });

  it('says when nothing is suggested any more instead of going blank', () => {
    const next = receive(shown(), 'p1', view('d2', null), READ_AFTER, false);
    expect([next.shown?.decisionId, next.newer?.primary]).toEqual(['d1', null]);
  });

  it('belongs to one customer', () => {
    const next = receive(shown({ opened: 1 }), 'p2', view('d9', 'lounge'), READ_AFTER, true);
    expect([next.profileId, next.shown?.decisionId, next.opened]).toEqual(['p2', 'd9', 0]);
  });

  it('shows the newer one when asked', () => {
    const next = takeNewer(receive(shown({ why: true }), 'p1', view('d2', 'hotel'), READ_AFTER, false), 5);
    expect([next.shown?.decisionId, next.newer, next.why, next.shownAt]).toEqual(['d2', null, false, 5]);
  });

  it('acts on what is opened', () => {
    expect(openedAction(shown())?.action).toBe('rebook');
    expect(openedAction(shown({ opened: 1 }))?.action).toBe('hotel');
    expect(openedAction(shown({ opened: 2 }))).toBeNull();
  });
});
