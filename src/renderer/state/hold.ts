import { useEffect, useRef, useState } from 'react';

/** `gone`: it is not in the list any more and keeps its place only because of the hold. */
export type Held<T> = T & { gone?: true };

/**
 * Lists and cards change while somebody points at them. While a region is held (pointer over it or focus in it) its
 * entries keep their places: known ones are updated where they stand, new ones join at the end, gone ones stay and say
 * so.
 */
export function holdOrder<T extends { key: string }>(
  shown: readonly Held<T>[],
  next: readonly T[],
): Held<T>[] {
  const fresh = new Map(next.map((item) => [item.key, item]));
  const kept = shown.map((item): Held<T> => {
    const now = fresh.get(item.key);
    fresh.delete(item.key);
    return now ?? { ...item, gone: true };
  });
  return [...kept, ...fresh.values()];
}

/** The list as it is to be shown: in its own order, or in that of its last painting as long as `held`. */
export function useHeldOrder<T extends { key: string }>(
  items: readonly T[],
  held: boolean,
): readonly Held<T>[] {
  const painted = useRef<readonly Held<T>[]>(items);
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

/** The browser gives a focus up that has nowhere to be after it has painted. */
const AFTER_PAINT_MS = 50;

/** Whether the pointer is over the element or the focus in it, with the handlers that find out. */
export function useHolding() {
  const [over, setOver] = useState(false);
  const [focused, setFocused] = useState(false);
  const region = useRef<Element | null>(null);
  // What had the focus may be gone or disabled by now; of that no event tells.
  useEffect(() => {
    if (!focused) return;
    const timer = setTimeout(() => {
      if (!region.current?.contains(document.activeElement)) setFocused(false);
    }, AFTER_PAINT_MS);
    return () => clearTimeout(timer);
  });
  return {
    held: over || focused,
    handlers: {
      onPointerEnter: () => setOver(true),
      onPointerLeave: () => setOver(false),
      onFocus: (event: { currentTarget: Element }) => {
        region.current = event.currentTarget;
        setFocused(true);
      },
      onBlur: (event: { currentTarget: Element; relatedTarget: EventTarget | null }) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setFocused(false);
      },
    },
  };
}
