import { type KeyboardEvent, useId, useState } from 'react';

/**
 * Keyboard of an input with a list below it (ARIA combobox): arrows move, Enter takes, the focus stays in the input.
 * While none is marked, Enter takes the first, or with `asks` marks it and takes it only if it is the only one.
 */
export function useListbox(
  count: number,
  onTake: (index: number) => void,
  options: { asks?: boolean; expanded?: boolean } = {},
) {
  const [marked, setMarked] = useState(-1);
  const id = useId();
  const at = marked < count ? marked : -1;
  const optionId = (index: number): string => `${id}-${index}`;
  return {
    marked: at,
    unmark: () => setMarked(-1),
    input: {
      role: 'combobox' as const,
      'aria-expanded': options.expanded ?? count > 0,
      'aria-controls': id,
      'aria-autocomplete': 'list' as const,
      'aria-activedescendant': at >= 0 ? optionId(at) : undefined,
    },
    list: { role: 'listbox' as const, id },
    option: (index: number) => ({
      role: 'option' as const,
      id: optionId(index),
      'aria-selected': index === at,
      onPointerMove: () => setMarked(index),
      onClick: () => onTake(index),
    }),
    /** True if the key was for the list. */
    onKey(event: KeyboardEvent): boolean {
      if (event.nativeEvent.isComposing) return false;
      if (event.key === 'ArrowDown' && count > 0) setMarked(at + 1 < count ? at + 1 : 0);
      else if (event.key === 'ArrowUp' && count > 0) setMarked(at > 0 ? at - 1 : count - 1);
      else if (event.key === 'Enter' && count > 0 && at < 0 && options.asks && count > 1) setMarked(0);
      else if (event.key === 'Enter' && count > 0) onTake(Math.max(0, at));
      else return false;
      event.preventDefault();
      return true;
    },
  };
}
