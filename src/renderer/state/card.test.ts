import { describe, expect, it } from 'vitest';
import type { SuggestedAction, SuggestionView } from '../../bridge/views.ts';
import {
  ANSWERED_FOR,
  afterAnswer,
  type CardState,
  isAnswerable,
  NO_CARD,
  openedAction,
  READ_AFTER,
  READY_AFTER,
  receive,
  takeNewer,
} from './card.ts';

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
  later: null,
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

  it('keeps the answered one until it has been seen, then shows the next, wherever the pointer is', () => {
    const answered = shown({ answered: 'accept', answeredAt: 1_000 });
    expect(receive(answered, 'p1', view('d1', 'rebook'), 1_001, false).answered).toBe('accept');
    const waiting = receive(answered, 'p1', view('d2', 'hotel'), 1_020, true);
    expect([waiting.shown?.decisionId, waiting.answered]).toEqual(['d1', 'accept']);
    expect(afterAnswer(waiting, 1_000 + ANSWERED_FOR - 1)).toBe(waiting);
    const next = afterAnswer(waiting, 1_000 + ANSWERED_FOR);
    expect([next.shown?.decisionId, next.answered, next.newer]).toEqual(['d2', null, null]);
    const late = receive(answered, 'p1', view('d3', 'hotel'), 1_000 + ANSWERED_FOR, true);
    expect(late.shown?.decisionId).toBe('d3');
    expect(afterAnswer(shown(), 9_999).shown?.decisionId).toBe('d1');
  });

  it('takes no answer before it could have been read, and none twice', () => {
    const state = receive(NO_CARD, 'p1', view('d1', 'rebook'), 1_000, false);
    expect(isAnswerable(state, 1_000 + READY_AFTER - 1)).toBe(false);
    expect(isAnswerable(state, 1_000 + READY_AFTER)).toBe(true);
    expect(isAnswerable({ ...state, answered: 'accept' }, 9_999)).toBe(false);
    const next = afterAnswer(
      { ...state, answered: 'accept', answeredAt: 1_400, newer: view('d2', 'hotel') },
      2_900,
    );
    expect([next.shown?.decisionId, isAnswerable(next, 2_900), isAnswerable(next, 3_200)]).toEqual([
      'd2',
      false,
      true,
    ]);
    expect(isAnswerable(receive(NO_CARD, 'p1', view('d1', null), 0, false), 9_999)).toBe(false);
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
