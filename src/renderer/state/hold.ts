import { useEffect, useRef, useState } from 'react';

/**
 * Lists and cards change while somebody points at them. While a region is held (pointer over it or focus in it) its
 * entries keep their places: known ones are updated where they stand, new ones join at the end, gone ones stay.
 */
export function holdOrder<T extends { key: string }>(shown: readonly T[], next: readonly T[]): T[] {
  const fresh = new Map(next.map((item) => [item.key, item]));
  const kept = shown.map((item) => {
    const now = fresh.get(item.key);
    fresh.delete(item.key);
    return now ?? item;
  });
  return [...kept, ...fresh.values()];
}

/** The list as it is to be shown: in its own order, or in that of its last painting as long as `held`. */
export function useHeldOrder<T extends { key: string }>(items: readonly T[], held: boolean): readonly T[] {
  const painted = useRef(items);
  const shown = held ? holdOrder(painted.current, items) : items;
  useEffect(() => {
    painted.current = shown;
  });
  return shown;
}

/** The last value from before the hold began. */
export function useHeldValue<T>(value: T, held: boolean): T {
  const [shown, setShown] = useState(value);
  if (!held && shown !== value) setShown(value);
  return held ? shown : value;
}

/** Whether the pointer is over the element or the focus in it, with the handlers that find out. */
export function useHolding() {
  const [over, setOver] = useState(false);
  const [focused, setFocused] = useState(false);
  return {
    held: over || focused,
    handlers: {
      onPointerEnter: () => setOver(true),
      onPointerLeave: () => setOver(false),
      onFocus: () => setFocused(true),
      onBlur: (event: { currentTarget: Element; relatedTarget: EventTarget | null }) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setFocused(false);
      },
    },
  };
}
