import { describe, expect, it } from 'vitest';
import { createSession, restore } from './session.ts';

describe('where the operator is', () => {
  it('comes back after a restart', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    createSession(storage).setState({ tab: 'trips', zone: 'Europe/Berlin' });
    expect(createSession(storage).getState()).toMatchObject({ tab: 'trips', zone: 'Europe/Berlin' });
  });

  it('never keeps what names a customer', () => {
    let written = '';
    const storage = {
      getItem: () => null,
      setItem: (_: string, value: string) => {
        written = value;
      },
    };
    createSession(storage).setState({ entryId: 'secret-entry', tab: 'trips' });
    expect(written).not.toContain('secret-entry');
  });

  it.each([null, '', '{', '[]', '"x"', 'null', '{"tab":"x","zone":3}'])(
    'falls back from %s to the beginning',
    (kept) => {
      expect(restore(kept)).toMatchObject({ tab: 'timeline', zone: null });
    },
  );
});
