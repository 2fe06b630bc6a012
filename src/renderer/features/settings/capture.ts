import type { KeyboardEvent } from 'react';
import { isBindable, keyOfEvent, rivalOf } from '../../state/keymap.ts';
import type { Command, Registry } from '../../state/registry.ts';

/** What a press means while a new key is awaited; null while only a modifier is down. */
export type Captured =
  | { kind: 'key'; key: string }
  | { kind: 'stop' }
  | { kind: 'reserved'; key: string }
  | { kind: 'taken'; key: string; by: Command };

export function captured(event: KeyboardEvent, registry: Registry, id: string): Captured | null {
  const key = keyOfEvent(event.nativeEvent);
  if (key === null) return null;
  if (key === 'Escape') return { kind: 'stop' };
  if (!isBindable(key)) return { kind: 'reserved', key };
  const by = rivalOf(registry.all, registry.usual, id, key);
  return by === null ? { kind: 'key', key } : { kind: 'taken', key, by };
}
