import { describe, expect, it } from 'vitest';
import { createSession, restore } from './session.ts';

describe('what the operator chose', () => {
  it('comes back after a restart', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    createSession(storage, 'en-GB').setState({ theme: 'dark', language: 'de', tab: 'trips' });
    expect(createSession(storage, 'en-GB').getState()).toMatchObject({
      theme: 'dark',
      language: 'de',
      tab: 'trips',
    });
  });

  it('never keeps what names a customer', () => {
    let written = '';
    const storage = {
      getItem: () => null,
      setItem: (_: string, value: string) => {
        written = value;
      },
    };
    createSession(storage, 'de').setState({ entryId: 'secret-entry', theme: 'dark' });
    expect(written).not.toContain('secret-entry');
  });

  it.each([null, '', '{', '[]', '"x"', 'null', '{"theme":"pink","language":7,"tab":"x","zone":3}'])(
    'falls back from %s to the language of the system',
    (kept) => {
      expect(restore(kept, 'de-AT')).toMatchObject({
        theme: 'system',
        language: 'de',
        tab: 'timeline',
        zone: null,
      });
    },
  );
});
