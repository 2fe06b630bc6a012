import { describe, expect, it } from 'vitest';
import { allCommands } from '../app/commandsOf.ts';
import { isBindable, isFixed, keyOfEvent, PRESETS, rivalOf, withKeys } from './keymap.ts';
import { createRegistry } from './registry.ts';

const commands = allCommands();
const keysOf = (bound: ReturnType<typeof withKeys>, id: string) => bound.find((one) => one.id === id)?.keys;

describe('the keys of the operator', () => {
  it.each(PRESETS)('%s give each key to one command at a time', (preset) => {
    const bound = withKeys(commands, preset, {});
    expect(() => createRegistry(bound)).not.toThrow();
    for (const { id, keys } of bound) {
      for (const key of keys)
        expect([id, key, rivalOf(bound, commands, id, key)?.id]).toEqual([id, key, undefined]);
    }
  });

  it('have function keys beside the letters at a counter', () => {
    expect(keysOf(withKeys(commands, 'function-keys', {}), 'accept')).toEqual(['F4', 'y']);
    expect(keysOf(withKeys(commands, 'letters', {}), 'accept')).toEqual(['y']);
  });

  it('take the place of the usual ones', () => {
    expect(keysOf(withKeys(commands, 'function-keys', { accept: '$mod+Shift+y' }), 'accept')).toEqual([
      '$mod+Shift+y',
    ]);
  });

  it('can be exchanged', () => {
    const bound = withKeys(commands, 'letters', { accept: 'l', later: 'y' });
    expect([keysOf(bound, 'accept'), keysOf(bound, 'later')]).toEqual([['l'], ['y']]);
  });

  it('name the command that has a key already', () => {
    const bound = withKeys(commands, 'letters', {});
    expect(rivalOf(bound, commands, 'later', 'y')?.id).toBe('accept');
    expect(rivalOf(bound, commands, 'later', '1')?.id).toBe('decline-not-needed');
    expect(rivalOf(bound, commands, 'later', 'ö')).toBeNull();
  });

  it('leave alone what shares a key from the beginning', () => {
    const bound = withKeys(commands, 'letters', { rebook: 'ö' });
    expect(rivalOf(bound, commands, 'rebook-chosen', 'ö')).toBeNull();
    expect(rivalOf(bound, commands, 'rebook', 'b')).toBeNull();
  });

  it('fall back to the usual key where an own one does not fit', () => {
    const bound = withKeys(commands, 'letters', {
      later: 'y',
      'step-back': 'ä',
      accept: 'Enter',
      nothing: 'ü',
    });
    expect([keysOf(bound, 'later'), keysOf(bound, 'step-back'), keysOf(bound, 'accept')]).toEqual([
      ['l'],
      ['Escape'],
      ['y'],
    ]);
  });

  it.each(['Escape', 'Shift+Tab', 'Enter', ' ', 'ArrowUp', '$mod+c', 'F12', ''])('cannot be %j', (key) => {
    expect(isBindable(key)).toBe(false);
  });

  it('cannot be changed where they are everywhere the same', () => {
    expect(commands.filter(isFixed).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['step-back', 'open-1', 'tab-trips', 'palette']),
    );
  });

  it.each([
    [{ key: 'Shift', code: 'ShiftLeft', shiftKey: true }, null],
    [{ key: 'Y', code: 'KeyZ', shiftKey: true }, 'y'],
    [{ key: '>', code: 'IntlBackslash', shiftKey: true }, '>'],
    [{ key: 'F2', code: 'F2', shiftKey: true }, 'Shift+F2'],
    [{ key: 'P', code: 'KeyP', ctrlKey: true, shiftKey: true }, '$mod+Shift+p'],
    [{ key: '¡', code: 'Digit1', altKey: true }, 'Alt+Digit1'],
  ])('are read from what is pressed: %j', (pressed, key) => {
    const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
    expect(keyOfEvent({ ...none, ...pressed })).toBe(key);
  });
});
