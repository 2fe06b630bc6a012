/** docs/requirements.md has every requirement once, and what it names exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const TEST = /\.(test|e2e)\.tsx?$/u;
const rows = readFileSync(join(ROOT, 'docs/requirements.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [AB]\d/u.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, id = '', what = '', where = '', proof = '', open = '']) => ({ id, what, where, proof, open }));
const pathsIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/gu)].map(([, path = '']) => path);
const idsIn = (text: string): string[] => [...text.matchAll(/\[([A-Z]+\d+)\]/gu)].map(([, id = '']) => id);

/** The ids that the title of a test or of a group of tests names. */
function idsOfTests(): Set<string> {
  const ids = new Set<string>();
  for (const folder of ['src', 'test'])
    for (const file of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })) {
      if (!TEST.test(file) || file.startsWith('docs/')) continue;
      const text = readFileSync(join(ROOT, folder, file), 'utf8');
      for (const [, named = ''] of text.matchAll(/['"`]((?:\[[A-Z]+\d+\] ?)+)/gu))
        for (const id of idsIn(named)) ids.add(id);
    }
  return ids;
}

describe('docs/requirements.md', () => {
  it('has A1 to A41 and B1 to B31 once, in order, each in words and with a place', () => {
    const numbers = (letter: string, last: number) =>
      Array.from({ length: last }, (_, n) => `${letter}${n + 1}`);
    expect(rows.map(({ id }) => id)).toEqual([...numbers('A', 41), ...numbers('B', 31)]);
    expect(rows.filter(({ what, where }) => what === '' || pathsIn(where).length === 0)).toEqual([]);
  });

  it('names a test, a rule, what is open or why it is not there', () => {
    const bare = rows.filter(
      ({ proof, open }) => pathsIn(proof).length + idsIn(proof).length + open.length === 0,
    );
    expect(bare).toEqual([]);
    expect(rows.filter(({ open }) => !/^(?:(?:Open|Why not): \S.*)?$/u.test(open))).toEqual([]);
  });

  it('shows things by tests and benchmarks only', () => {
    const shown = rows.flatMap(({ id, proof }) => pathsIn(proof).map((path) => `${id}: ${path}`));
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((one) => !/\.(?:test|e2e|bench)\.ts$/u.test(one))).toEqual([]);
    // A requirement that a test names is shown by that test.
    const known = idsOfTests();
    expect(
      rows.filter(({ id, proof }) => known.has(id) && !idsIn(proof).includes(id)).map(({ id }) => id),
    ).toEqual([]);
  });

  it('names only files, and rules that a test names', () => {
    const paths = rows.flatMap(({ where, proof }) => pathsIn(where + proof));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const known = idsOfTests();
    expect(known.has('D1')).toBe(true);
    expect(known.has('D999')).toBe(false);
    expect(
      rows.flatMap(({ id, proof }) =>
        idsIn(proof)
          .filter((one) => !known.has(one))
          .map((one) => `${id}: ${one}`),
      ),
    ).toEqual([]);
  });
});
