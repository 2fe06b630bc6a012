import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type Screen = 'desk' | 'disruption' | 'board';
export type LeftPane = 'work' | 'outbox';
export const TABS = ['timeline', 'trips', 'profile', 'cases', 'consents'] as const;
export type Tab = (typeof TABS)[number];

/** Where the operator is. Kept over a restart, without anything that names a customer. */
export type SessionState = {
  screen: Screen;
  pane: LeftPane;
  tab: Tab;
  /** Zone of the station's airport, as last learnt from the replica. */
  zone: string | null;
  /** An entry of the outbox that is looked at. */
  entryId: string | null;
  /** Beginning of the last gap whose strip was seen; a time and nothing else. */
  awaySeen: string | null;
};

const KEY = 'kairos.session';
const PERSISTED = ['pane', 'tab', 'zone', 'awaySeen'] as const;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

const oneOf = <T extends string>(value: unknown, allowed: readonly T[], fallback: T): T =>
  allowed.includes(value as T) ? (value as T) : fallback;

/** Reads what was kept; anything that does not fit (older version, damage) falls back to the default. */
export function restore(kept: string | null): SessionState {
  let saved: { [name: string]: unknown } = {};
  try {
    const parsed: unknown = JSON.parse(kept ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) saved = { ...parsed };
  } catch {
    saved = {};
  }
  return {
    screen: 'desk',
    pane: oneOf(saved.pane, ['work', 'outbox'], 'work'),
    tab: oneOf(saved.tab, TABS, 'timeline'),
    zone: typeof saved.zone === 'string' ? saved.zone : null,
    entryId: null,
    awaySeen: typeof saved.awaySeen === 'string' ? saved.awaySeen : null,
  };
}

export function createSession(storage: Storage | null) {
  const store = createStore<SessionState>(() => restore(storage?.getItem(KEY) ?? null));
  store.subscribe((state) => {
    const kept = Object.fromEntries(PERSISTED.map((name) => [name, state[name]]));
    storage?.setItem(KEY, JSON.stringify(kept));
  });
  return store;
}

export const session = createSession(typeof localStorage === 'undefined' ? null : localStorage);

export const useSession = <T>(select: (state: SessionState) => T): T => useStore(session, select);
