/** What the documents at the root name, exists: paths, links and commands. */
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const DOCUMENTS = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const SPECIFICATIONS = [
  'wire',
  'replica',
  'outbox',
  'doors',
  'airline',
  'decisioning',
  'security',
  'telemetry',
];

/** Files and folders in backquotes, beginning with a name that stands at the root. */
const pathsIn = (text: string): string[] =>
  [
    ...text.matchAll(
      /`((?:src|test|scripts|docs|resources|types)(?:\/[\w./-]+)?|\.[\w-]+\.[\w]+|[A-Z]{4,}\.md)`/gu,
    ),
  ].map(([, path = '']) => path);
const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|mailto:)([\w./-]+)/gu)].map(([, path = '']) => path);
/** `npm run x`, `npm run -s x` and the two that need no `run`. */
const commandsIn = (text: string): string[] => [
  ...[...text.matchAll(/npm run (?:-s )?([\w:-]+)/gu)].map(([, name = '']) => name),
  ...[...text.matchAll(/npm (start|test)\b/gu)].map(([, name = '']) => name),
];

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document);

  it('names files and folders that exist', () => {
    expect(pathsIn(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('links to what exists', () => {
    const links = linksIn(text);
    expect(links.length).toBeGreaterThan(1);
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names commands that package.json has', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const commands = commandsIn(text);
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe('the documents', () => {
  it('would notice a path and a command that do not exist', () => {
    const text = '`src/core/nothing.ts` `test` [x](docs/none.md) `npm run nothing` and `npm run -s core`';
    expect(pathsIn(text)).toEqual(['src/core/nothing.ts', 'test']);
    expect(linksIn(text)).toEqual(['docs/none.md']);
    expect(commandsIn(text)).toEqual(['nothing', 'core']);
  });

  it('ARCHITECTURE.md has every folder of src, and room for no more than 150 lines', () => {
    const text = read('ARCHITECTURE.md');
    const layers = /pathNot|'\^src\/([a-z]+)\/'/gu;
    const folders = [...read('.dependency-cruiser.cjs').matchAll(layers)].flatMap(([, name]) =>
      name ? [name] : [],
    );
    expect(new Set(folders).size).toBeGreaterThan(9);
    expect([...new Set(folders)].filter((name) => !text.includes(`\`src/${name}`))).toEqual([]);
    expect(text.split('\n').length).toBeLessThanOrEqual(151);
  });

  it.each(SPECIFICATIONS)('docs/spec/%s.md links to what exists', (name) => {
    const file = `docs/spec/${name}.md`;
    const links = linksIn(read(file)).map((path) => normalize(join('docs/spec', path)));
    expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
