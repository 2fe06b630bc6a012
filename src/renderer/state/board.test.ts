import { describe, expect, it } from 'vitest';
import type { SteeringView } from '../../bridge/views.ts';
import { inverseOf, stoppable } from './board.ts';

const pause = { by: 'person', at: '2026-11-27T10:00:00Z', reason: 'test' } as const;
const now: SteeringView = {
  ...{
    version: 3,
    at: null,
    by: 'a',
    note: '',
    levers: { rebook: 20 },
    paused: { rebook: pause },
    caps: null,
  },
  catalogue: [
    { id: 'gate', title: null, lane: 0 },
    { id: 'rebook', title: null, lane: 1 },
    { id: 'lounge', title: null, lane: 2 },
  ],
  catalogueCaps: [],
};

describe('what is set on the board', () => {
  it('is taken back to what held before it', () => {
    expect(inverseOf({ kind: 'lever', action: 'rebook', percent: 5 }, now)).toMatchObject({ percent: 20 });
    expect(inverseOf({ kind: 'lever', action: 'lounge', percent: 5 }, now)).toMatchObject({ percent: null });
    expect(inverseOf({ kind: 'caps', caps: [] }, now)).toEqual({ kind: 'caps', caps: null });
    expect(inverseOf({ kind: 'resume', actions: ['rebook'] }, now)).toMatchObject({ reason: 'test' });
  });

  it('resumes only what this pause has paused', () => {
    const change = { kind: 'pause' as const, actions: ['rebook', 'lounge'], reason: 'all' };
    expect(inverseOf(change, now)).toEqual({ kind: 'resume', actions: ['lounge'] });
    expect(inverseOf({ ...change, actions: ['rebook'] }, now)).toBeNull();
  });

  it('stops all but operational duties and what is stopped already', () => {
    expect(stoppable(now)).toEqual(['lounge']);
  });
});
