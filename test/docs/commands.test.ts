/** Whoever asks a command for help gets what the documents say of it: so they have to say how each is called. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { usesOf } from '../../scripts/help.mjs';

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
const BY_NPM_ITSELF = ['start', 'test'];

it('says of each command how it is called', () => {
  const unsaid = Object.keys(scripts).filter(
    (name) => !BY_NPM_ITSELF.includes(name) && usesOf(name).size === 0,
  );
  expect(unsaid).toEqual([]);
});

it('has every way to call a command, once, and none of another command', () => {
  const uses = usesOf('import');
  expect([...uses.keys()]).toEqual(expect.arrayContaining([expect.stringContaining('--delimiter')]));
  expect([...usesOf('check').keys()].join()).not.toContain('catalogue');
});
