// `npm run -s simulate -- --renew [--seeds N]`: finds anew within how many seeds the absence of each clause is noticed,
// and which seeds do it quickly, and writes them to caught.mjs and to the table of docs/simulation.md.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAUGHT, clauseTable } from '../../test/simulation/caught.mjs';
import { CLAUSES } from '../../test/simulation/clauses.mjs';
import { ROOT } from '../setup/base.mjs';
import { bundle } from './bundle.mjs';
import { startWorker } from './workers.mjs';

const DATA = join(ROOT, 'test', 'simulation', 'caught.mjs');
const DOC = join(ROOT, 'docs', 'simulation.md');
/** Seeds that a test tries; of more it keeps the quickest. */
const KEPT = 3;
const LOOKED_AT = 6;
/** What is not noticed alone in so many seeds is looked for together with all others of the kind. */
const ALONE = 40;
/** Longer lines are broken, as the formatter does it. */
const LINE = 111;

/** The seeds in which something is noticed without the clause and its covers that is not noticed without the covers alone. */
async function findSeeds(worker, name, covers, most) {
  const found = [];
  for (let seed = 1; seed <= most && found.length < LOOKED_AT; seed++) {
    const begin = performance.now();
    const { failure } = await worker.run(seed, { rulesOff: [name, ...covers] });
    const ms = performance.now() - begin;
    if (!failure) continue;
    const alone = await worker.run(seed, { rulesOff: covers });
    if (alone.failure?.message !== failure.message) found.push({ seed, ms, message: failure.message });
  }
  return found;
}

/** Of clauses that are off together, those that are noticed alone in this history. */
async function culprits(worker, seed, group) {
  const { failure } = await worker.run(seed, { rulesOff: group });
  if (!failure) return [];
  if (group.length === 1) {
    const whole = await worker.run(seed, { rulesOff: [] });
    return whole.failure ? [] : [{ name: group[0], message: failure.message }];
  }
  const half = Math.ceil(group.length / 2);
  return [
    ...(await culprits(worker, seed, group.slice(0, half))),
    ...(await culprits(worker, seed, group.slice(half))),
  ];
}

/** @param most so many seeds for each clause @param only names of clauses; none for all */
export async function renew({ most, only, say }) {
  const { program, folder } = await bundle({ switches: true });
  const worker = startWorker(program);
  const renewed = { ...CAUGHT };
  const put = (name, within, seeds) => {
    const { with: covers } = CAUGHT[name] ?? {};
    renewed[name] = { ...(covers ? { with: covers } : {}), within, seeds };
    write(renewed);
  };
  let rare = [];
  try {
    for (const name of only.length > 0 ? only : Object.keys(CLAUSES)) {
      const { with: covers = [], why } = CAUGHT[name] ?? {};
      if (why) continue;
      const few = covers.length > 0 ? most : Math.min(ALONE, most);
      const found = await findSeeds(worker, name, covers, few);
      const [first] = found;
      say(`${name}: ${first ? `${first.seed} ${first.message}` : `not in ${few} seeds`}`);
      const quick = [...found].sort((a, b) => a.ms - b.ms).slice(0, KEPT);
      put(
        name,
        first?.seed ?? null,
        quick.map(({ seed }) => seed),
      );
      if (!first && covers.length === 0) rare.push(name);
    }
    for (let seed = ALONE + 1; seed <= most && rare.length > 0; seed++)
      for (const { name, message } of await culprits(worker, seed, rare)) {
        say(`${name}: ${seed} ${message}`);
        put(name, seed, [seed]);
        rare = rare.filter((one) => one !== name);
      }
    for (const name of rare) say(`${name}: not in ${most} seeds`);
  } finally {
    worker.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(renewed) {
  const text = readFileSync(DATA, 'utf8');
  const lines = Object.keys(CLAUSES).map((name) => {
    const value = Object.entries(renewed[name] ?? {}).map(([key, one]) => `${key}: ${literal(one)}`);
    const line = `  '${name}': { ${value.join(', ')} },\n`;
    const lines = value.map((one) => `    ${one},\n`).join('');
    return line.length <= LINE ? line : `  '${name}': {\n${lines}  },\n`;
  });
  writeFileSync(DATA, between(text, 'CAUGHT = {\n', '};\n', lines.join('')));
  const doc = readFileSync(DOC, 'utf8');
  writeFileSync(DOC, between(doc, '<!-- clauses -->\n', '<!-- end -->', `${clauseTable(renewed)}\n`));
}

function between(text, begin, end, put) {
  const at = text.indexOf(begin) + begin.length;
  return text.slice(0, at) + put + text.slice(text.indexOf(end, at));
}

const literal = (value) =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'string'
      ? `'${value.replaceAll("'", "\\'")}'`
      : String(value);
