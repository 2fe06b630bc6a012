import type { Command } from './registry.ts';

/** Two maps to choose from: letters for those who have a headset, function keys for those who have a scanner in hand. */
export const PRESETS = ['letters', 'function-keys'] as const;
export type Preset = (typeof PRESETS)[number];

/** What an operator has bound himself: one key for each command, by its id. */
export type OwnKeys = { readonly [id: string]: string };

/** At a counter; the letters go on acting beside them. F10 to F12 belong to systems (menus, full screen, dashboards). */
const FUNCTION_KEYS: OwnKeys = {
  help: 'F1',
  next: 'F2',
  search: 'F3',
  accept: 'F4',
  later: 'F5',
  'show-disruption': 'F6',
  decline: 'F7',
  'wrap-up': 'F8',
  'change-seat': 'F9',
  'show-work': 'Shift+F2',
  'show-outbox': 'Shift+F3',
  schedule: 'Shift+F5',
  rebook: 'Shift+F6',
  'add-note': 'Shift+F8',
  'set-preference': 'Shift+F9',
};

/** Keys that dialogs, lists and text fields live by, and what every program does with them. */
const RESERVED =
  /^(?:(?:.*\+)?(?:Escape|Enter|Tab| |Space|Backspace|Delete|Home|End|PageUp|PageDown|Arrow\w+|Dead|Process|Unidentified)|\$mod\+[acvx]|Alt\+F4|F1[0-2])$/u;

/** A digit picks from a list and Escape goes back, everywhere: these are no one command's own. */
export const isFixed = ({ together, keys, id }: Command): boolean =>
  together !== undefined || keys.includes('Escape') || id === 'palette';

export const isBindable = (key: string): boolean => key !== '' && key.length <= 40 && !RESERVED.test(key);

type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What was pressed, in the registry's notation; null while only a modifier is down. */
export function keyOfEvent({ key, code, ctrlKey, metaKey, altKey, shiftKey }: Pressed): string | null {
  if (/^(?:Control|Shift|Alt|AltGraph|Meta|CapsLock)$/u.test(key)) return null;
  const modified = ctrlKey || metaKey || altKey;
  // With Alt some systems give a sign of their own; the place of the key stays.
  const name = altKey && /^(?:Key|Digit)/u.test(code) ? code : key.length === 1 ? key.toLowerCase() : key;
  // A bare sign is what was typed, with or without Shift.
  const shift = shiftKey && (modified || key.length > 1);
  return [ctrlKey || metaKey ? '$mod' : '', altKey ? 'Alt' : '', shift ? 'Shift' : '', name]
    .filter(Boolean)
    .join('+');
}

const shares = (a: Command, b: Command): boolean => a.keys.some((key) => b.keys.includes(key));

/** Which other command has the key. Those that share a key from the beginning never act at once, so they may go on. */
export function rivalOf(
  bound: readonly Command[],
  originals: readonly Command[],
  id: string,
  key: string,
): Command | null {
  const original = originals.find((command) => command.id === id);
  const mayShare = (other: Command): boolean => {
    const before = originals.find((command) => command.id === other.id);
    return original !== undefined && before !== undefined && shares(original, before);
  };
  return bound.find((other) => other.id !== id && other.keys.includes(key) && !mayShare(other)) ?? null;
}

/**
 * The commands with the keys of the preset and the operator's own over them. An own key that does not fit (any more),
 * as after an update that gave it to another command, is left out: the command has its usual key.
 */
export function withKeys(commands: readonly Command[], preset: Preset, own: OwnKeys): Command[] {
  const usual = commands.map((command) => {
    const first = preset === 'function-keys' ? FUNCTION_KEYS[command.id] : undefined;
    return first === undefined ? command : { ...command, keys: [first, ...command.keys] };
  });
  const bind = (keys: OwnKeys): Command[] =>
    usual.map((command) => {
      const key = Object.hasOwn(keys, command.id) ? keys[command.id] : undefined;
      return key === undefined || isFixed(command) || !isBindable(key)
        ? command
        : { ...command, keys: [key] };
    });
  let fitting = own;
  for (;;) {
    const bound = bind(fitting);
    const wrong = Object.entries(fitting).find(([id, key]) => rivalOf(bound, commands, id, key) !== null);
    if (wrong === undefined) return bound;
    fitting = Object.fromEntries(Object.entries(fitting).filter(([id]) => id !== wrong[0]));
  }
}
