/**
 * `npm run -s check-catalogue [-- FILE [--phase FACT]]`: what is wrong with a catalogue before it is used. Without a
 * file the airline's own, its texts included. Exit code 0 in order, 1 with problems, 2 where it cannot be read.
 */
import { readFileSync, writeSync } from 'node:fs';
import { type CompiledBundle, loadBundle } from '../decision/bundle.ts';
import { type CoverageProblem, checkCoverage, type Situation } from '../decision/coverage.ts';
import { airlineBundle } from '../packs/airline/catalogue/bundle.ts';
import { randomSituation, STAGES_OF_TRIP } from '../packs/airline/catalogue/situations.ts';
import { textProblems } from '../packs/airline/catalogue/text-check.ts';

const SITUATIONS = 20_000;
const BAD_START = 2;
/** Where one talks with the customer, something must always be left to say; at a kiosk nobody talks. */
const ATTENDED = ['counter', 'phone', 'callback', 'web'];

/** mulberry32: the same report for the same catalogue. */
function chance(): () => number {
  let state = 20_261_121;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function fail(message: string): never {
  writeSync(2, `check-catalogue: ${message}\n`);
  process.exit(BAD_START);
}

function compiled(json: unknown): CompiledBundle {
  const loaded = loadBundle(json);
  return loaded.ok ? loaded.bundle : fail(loaded.error.message);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return fail(`${file} cannot be read as JSON`);
  }
}

function airline(): readonly CoverageProblem[] {
  const random = chance();
  const situations = Array.from({ length: SITUATIONS }, () => randomSituation(random));
  const bundle = compiled(airlineBundle('9999-01-01T00:00:00Z'));
  const phase = { fact: 'stage', values: STAGES_OF_TRIP };
  return checkCoverage(bundle, { random, situations, channels: ATTENDED, phase });
}

/** Another's catalogue: nothing is known of its customers but the values that its own conditions name. */
function foreign(file: string, phase: string | undefined): readonly CoverageProblem[] {
  const bundle = compiled(readJson(file));
  const random = chance();
  const values = bundle.leaves.leaves.flatMap(({ name, needed }) =>
    (Array.isArray(needed) ? needed : [needed]).map((value: unknown) => ({ name, value })),
  );
  const situations = Array.from({ length: SITUATIONS / 10 }, (): Situation => {
    const facts: Record<string, unknown> = {};
    for (const { name, value } of values) if (random() < 0.5) facts[name] = value;
    return facts;
  });
  const own = values.flatMap(({ name, value }) =>
    name === phase && typeof value === 'string' ? [value] : [],
  );
  return checkCoverage(bundle, {
    random,
    situations,
    ...(phase !== undefined && { phase: { fact: phase, values: [...new Set(own)] } }),
  });
}

function sentenceOf({ kind, about, sentence, example }: CoverageProblem): string {
  const known = Object.entries(example ?? {}).filter(([, value]) => value !== false);
  const such = example === undefined ? '' : `\n    such as ${JSON.stringify(Object.fromEntries(known))}`;
  return `${kind}: ${about}: ${sentence}${such}`;
}

const [file, flag, phase] = process.argv.slice(2);
if (file?.startsWith('--') || (flag !== undefined && (flag !== '--phase' || phase === undefined)))
  fail('check-catalogue [FILE [--phase FACT]]');
const problems =
  file === undefined
    ? [...airline().map(sentenceOf), ...textProblems().map((sentence) => `text: ${sentence}`)]
    : foreign(file, phase).map(sentenceOf);
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(problems.length === 0 ? 'the catalogue is in order\n' : `${problems.length} problems\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
