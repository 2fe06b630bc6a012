/**
 * Search as you type in a full replica, as the window's call does it: recognised, looked up, ranked by who is expected
 * here, headlines made. Floor: bare lookups that rank nothing and make no headline (floor/fts.ts).
 */
import { join } from 'node:path';
import { type Chance, chance } from '../../src/demo/random.ts';
import { fold, nameWords } from '../../src/replica/search/fold.ts';
import { type SearchParts, search } from '../../src/replica/search/search.ts';
import { ReplicaReader } from '../../src/replica/store/reader.ts';
import { headlineOf } from '../../src/replica/views/headline.ts';
import { people } from './asked.ts';
import { DATA_TIME, profileLines } from './data.ts';
import { type Asked, FtsFloor } from './floor/fts.ts';
import { inFolder } from './folder.ts';
import { snapshotParts } from './parts.ts';
import { fill, KEY, newReplica, SCOPE } from './replica-file.ts';
import { note, type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, overRounds } from './stats.ts';

const QUERIES = 200;
const SHOWN = 20;

type Kind = {
  name: string;
  typed: (asked: Asked) => string;
  floor: (fts: FtsFloor, typed: string) => number;
};

const byName = (fts: FtsFloor, typed: string): number => fts.byName(typed);

/** One letter wrong, missing, too many or in the wrong order, anywhere, the first one too. */
function mistyped(name: string, luck: Chance): string {
  const letters = [...name];
  const at = luck.int(0, letters.length - 1);
  const other = luck.pick([...'abcdefghijklmnopqrstuvwxyz']);
  const [here, next] = [letters[at] as string, letters[at + 1]];
  switch (luck.int(0, 3)) {
    case 0:
      letters[at] = other;
      break;
    case 1:
      letters.splice(at, 1);
      break;
    case 2:
      letters.splice(at, 0, other);
      break;
    default:
      if (next !== undefined) letters.splice(at, 2, next, here);
  }
  return letters.join('');
}
const KINDS: readonly Kind[] = [
  { name: 'name, 3 letters', typed: ({ last }) => [...last].slice(0, 3).join(''), floor: byName },
  { name: 'full name', typed: ({ name }) => name, floor: byName },
  { name: 'phone, last 6', typed: ({ phone }) => phone.slice(-6), floor: (fts, typed) => fts.byPhone(typed) },
  { name: 'booking', typed: ({ booking }) => booking, floor: (fts, typed) => fts.byBooking(typed) },
];

/** Spelt otherwise or not (`Möller`, `Moeller`), apart from the other names or not (`田村駿`). */
const isCalled = (name: string, last: string): boolean =>
  fold(name).includes(fold(last)) || nameWords(last).every((word) => nameWords(name).includes(word));

const TYPOS = 2_000;
const TYPO_KINDS = [
  {
    name: 'full name, one letter mistyped',
    typed: ({ first, last }: Asked, luck: Chance) => `${first} ${mistyped(last, luck)}`,
  },
  {
    name: 'last name alone, one letter mistyped',
    typed: ({ last }: Asked, luck: Chance) => mistyped(last, luck),
  },
];

/** Recall counts somebody of the name that was meant among the hits, since several people may have it. */
function typos(parts: SearchParts, asked: readonly Asked[], report: Report, size: string): void {
  for (const kind of TYPO_KINDS) {
    const luck = chance(`bench/${kind.name}`);
    const took: number[] = [];
    let found = 0;
    for (const one of asked) {
      const text = kind.typed(one, luck);
      const start = performance.now();
      const { hits } = search(parts, text, SHOWN);
      took.push(performance.now() - start);
      if (hits.some(({ name }) => isCalled(name, one.last))) found++;
    }
    const { p50, p99, n } = overRounds([took]);
    report({ case: `${size}, ${kind.name}`, n, value: p99, unit: 'ms (p99)', p50, p99 });
    report({ case: `${size}, ${kind.name}: found`, n, value: (100 * found) / n, unit: '%' });
  }
}

function timed(texts: readonly string[], ask: (text: string) => number, kind: string): number[] {
  return texts.map((text) => {
    const start = performance.now();
    const hits = ask(text);
    const took = performance.now() - start;
    if (hits === 0) throw new Error(`nobody was found by ${kind}`);
    return took;
  });
}

async function run(folder: string, { profiles, rounds }: Options, report: Report): Promise<void> {
  note('filling two stores');
  const fts = new FtsFloor(join(folder, 'fts.db'), profileLines(profiles));
  const filled = newReplica(join(folder, 'replica.db'), KEY);
  fill(filled, snapshotParts(profiles));
  const parts: SearchParts = {
    index: filled.index,
    reader: new ReplicaReader(filled.db),
    here: filled.store.scopeNumber(SCOPE),
    headline: (row) => headlineOf(row, DATA_TIME),
    now: DATA_TIME,
  };
  const size = `${profiles.toLocaleString('en')} profiles`;
  const asked = people(profiles, QUERIES);
  for (const kind of KINDS) {
    const texts = asked.map(kind.typed).filter((text) => text.length > 2);
    const took = await interleaved(rounds + 1, [
      {
        name: 'kairos',
        run: () => timed(texts, (text) => search(parts, text, SHOWN).hits.length, kind.name),
      },
      { name: 'floor', run: () => timed(texts, (text) => kind.floor(fts, text), kind.name) },
    ]);
    // The first round reads the pages in.
    const warm = (name: string) => overRounds((took.get(name) ?? []).slice(1));
    const [ours, floor] = [warm('kairos'), warm('floor')];
    report({
      case: `${size}, ${kind.name}`,
      n: ours.n,
      value: ours.p99,
      unit: 'ms (p99)',
      p50: ours.p50,
      p99: ours.p99,
      floor: floor.p99,
    });
  }
  const named = people(profiles, TYPOS).filter(({ last }) => [...last].length > 1);
  typos(parts, named, () => undefined, size);
  typos(parts, named, report, size);
  filled.db.close();
  fts.close();
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('search', options)));
