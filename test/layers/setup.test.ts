/** The set-up sees what is missing, whatever npm or an earlier set-up has noted. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { modulesMatchLock } from '../../scripts/setup/dependencies.mjs';

const root = mkdtempSync(join(tmpdir(), 'kairos-modules-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const PACKAGES = {
  '': { version: '1.0.0' },
  'node_modules/csv': { version: '7.0.3' },
  'node_modules/csv/node_modules/inner': { version: '2.0.0' },
  'node_modules/elsewhere': { version: '3.0.0', optional: true },
};

const write = (place: string, content: unknown) => {
  mkdirSync(join(root, place, '..'), { recursive: true });
  writeFileSync(join(root, place), JSON.stringify(content));
};

beforeEach(() => {
  rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  write('package-lock.json', { packages: PACKAGES });
  // As where the folders were copied or the lock file came with another branch: npm's own note says that all is there.
  write('node_modules/.package-lock.json', { packages: PACKAGES });
  write('node_modules/csv/package.json', { version: '7.0.3' });
  write('node_modules/csv/node_modules/inner/package.json', { version: '2.0.0' });
});

it('is content where each package that this platform needs is there in its version', () => {
  expect(modulesMatchLock(root)).toBe(true);
});

it.each(['csv', 'csv/node_modules/inner'])('misses %s', (name) => {
  rmSync(join(root, 'node_modules', name), { recursive: true });
  expect(modulesMatchLock(root)).toBe(false);
});

it('misses a version', () => {
  write('node_modules/csv/package.json', { version: '7.0.2' });
  expect(modulesMatchLock(root)).toBe(false);
});

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  scripts: { [name: string]: string };
};
/** It asks npm itself, and nothing that npm installs. */
const NEEDS_NONE = ['scripts/audit.mjs'];

it.each(Object.values(scripts).flatMap((line) => /^node (scripts\/[\w-]+\.mjs)$/.exec(line)?.[1] ?? []))(
  'is asked by %s before it begins, because somebody may call it in a fresh clone',
  (file) => {
    const asks = /(?:await (?:setup|packages|runBuilt)\(|orSentence\((?:packages|setup)\))/.test(
      readFileSync(file, 'utf8'),
    );
    expect(asks || NEEDS_NONE.includes(file)).toBe(true);
  },
);
