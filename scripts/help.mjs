// `npm run -s NAME -- --help`: how the documents say that a command is called, and where. So it is written once.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup/base.mjs';

const DOCUMENTS = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true }).map((name) => join('docs', name)),
];

/** Each way in which the documents call a command, with the document that says most of it. */
export function usesOf(name) {
  const call = new RegExp(`(?:KAIROS_\\w+=\\S+ )?npm run (?:-s )?${name}(?: -- [^\`\\n]+)?(?=[\`\\n])`, 'gu');
  const uses = new Map();
  for (const document of DOCUMENTS.filter((path) => path.endsWith('.md')))
    for (const [use] of readFileSync(join(ROOT, document), 'utf8').matchAll(call))
      uses.set(use.trim(), document);
  return uses;
}

/** Says them and returns true where somebody asked for help. */
export function saidHelp(name) {
  if (!process.argv.includes('--help')) return false;
  const uses = [...usesOf(name)].map(([use, document]) => `${use}\n    ${document}\n`);
  process.stdout.write(uses.sort().join(''));
  return true;
}
