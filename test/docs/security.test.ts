/** docs/spec/security.md names a proof for what holds and a place for what does not; each named test exists. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/spec/security.md'), 'utf8');
const rules = text
  .split(/^(?=- \*\*[SC]\d+\*\* )/mu)
  .slice(1)
  .map((part) => part.split(/^#/mu)[0] as string);
const idOf = (rule: string): string => /\*\*([SC]\d+)\*\*/u.exec(rule)?.[1] ?? '';
const proofsOf = (rule: string): [string, string][] =>
  [...rule.matchAll(/^ {2}- `([^`]+)`: "([^"]+)"$/gmu)].map(([, file = '', title = '']) => [file, title]);

/** The titles of a file's tests, as they are written. */
function titlesIn(file: string): string[] {
  const path = join(ROOT, file);
  if (!existsSync(path)) return [];
  const source = readFileSync(path, 'utf8');
  const titles = [...source.matchAll(/(?:\b(?:it|test)\(|\)\(|^ {4,6}\[?)\s*'((?:[^'\\]|\\.)+)',?/gmu)];
  return titles.map(([, title = '']) => title);
}

describe('docs/spec/security.md', () => {
  it('has every rule once, in order', () => {
    const numbers = (letter: string, last: number) =>
      Array.from({ length: last }, (_, n) => `${letter}${n + 1}`);
    expect(rules.map(idOf)).toEqual([...numbers('S', 45), ...numbers('C', 10)]);
  });

  it('names a proof, a trial or a limit for each', () => {
    expect(
      rules
        .filter((rule) => proofsOf(rule).length === 0 && !/^ {2}- (?:Trial|Limit): /mu.test(rule))
        .map(idOf),
    ).toEqual([]);
  });

  it('has no line under a rule that is neither', () => {
    const lines = rules.flatMap((rule) => rule.split('\n').filter((line) => line.startsWith('  ')));
    expect(lines.length).toBeGreaterThan(80);
    expect(lines.filter((line) => !/^ {2}- (?:`[^`]+`: "[^"]+"$|Trial: |Limit: )/u.test(line))).toEqual([]);
  });

  it.each(rules.map((rule) => [idOf(rule), rule]))('%s names tests that exist', (_id, rule) => {
    for (const [file, title] of proofsOf(rule))
      expect(
        titlesIn(file).filter((one) => one.includes(title)),
        `${file}: ${title}`,
      ).toHaveLength(1);
  });

  it('names no attack whose test does not exist', () => {
    const attacks = readFileSync(join(ROOT, 'docs/red-team.md'), 'utf8');
    const proofs = proofsOf(attacks);
    expect(proofs.length).toBeGreaterThan(30);
    for (const [file, title] of proofs)
      expect(
        titlesIn(file).filter((one) => one.includes(title)),
        `${file}: ${title}`,
      ).toHaveLength(1);
    const lines = attacks.split('\n').filter((line) => line.startsWith('  '));
    expect(lines.filter((line) => !/^ {2}- (?:`[^`]+`: "[^"]+"$|Trial: )/u.test(line))).toEqual([]);
  });

  it('would notice a test that does not exist', () => {
    expect(titlesIn('test/e2e/security.e2e.ts').some((one) => one.includes('a test that nobody wrote'))).toBe(
      false,
    );
    expect(titlesIn('test/e2e/no-such-file.e2e.ts')).toEqual([]);
  });
});
