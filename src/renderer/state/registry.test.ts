import { describe, expect, it } from 'vitest';
import { type Command, createRegistry, isBare } from './registry.ts';

const command = (id: string, keys: string[], given: Partial<Command> = {}): Command => ({
  id,
  group: 'go',
  keys,
  when: () => true,
  run: () => undefined,
  ...given,
});

describe('the registry of commands', () => {
  it('refuses two commands on one key when they are bound', () => {
    expect(() => createRegistry([command('a', ['y']), command('b', ['y'])])).toThrow(/y/u);
  });

  it('refuses two commands of one name', () => {
    expect(() => createRegistry([command('a', []), command('a', [])])).toThrow(/named a/u);
  });

  it('gives a shared key to the first in turn that can act', () => {
    const done: string[] = [];
    let asked = true;
    const registry = createRegistry([
      command('open', ['1'], { turn: 1, run: () => done.push('open') }),
      command('reason', ['1'], { when: () => asked, run: () => done.push('reason') }),
    ]);
    registry.press('1');
    asked = false;
    registry.press('1');
    expect(done).toEqual(['reason', 'open']);
  });

  it('says whether a key meant anything', () => {
    const registry = createRegistry([command('a', ['y'], { when: () => false })]);
    expect([registry.press('y'), registry.press('z'), registry.run('a'), registry.run('none')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('offers only what can be done now', () => {
    const registry = createRegistry([command('a', []), command('b', [], { when: () => false })]);
    expect(registry.active().map(({ id }) => id)).toEqual(['a']);
  });

  it.each([
    ['y', true],
    ['?', true],
    ['Escape', true],
    ['+', true],
    ['$mod+k', false],
    ['Alt+1', false],
    ['F4', false],
    ['Shift+F4', false],
  ])('knows whether %s acts while somebody types', (key, bare) => {
    expect(isBare(key)).toBe(bare);
  });
});
