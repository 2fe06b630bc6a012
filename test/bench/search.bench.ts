/**
 * Search as you type in a full replica, as the window's call does it: recognised, looked up, ranked by who is expected
 * here, headlines made. Floor: bare lookups that rank nothing and make no headline (floor/fts.ts).
 */
import { join } from 'node:path';
import { chance } from '../../src/demo/random.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { type SearchParts, search } from '../../src/replica/search/search.ts';
import { ReplicaReader } from '../../src/replica/store/reader.ts';
import { headlineOf } from '../../src/replica/views/headline.ts';
import { DATA_TIME, profileLines } from './data.ts';
import { type Asked, askedOf, FtsFloor } from './floor/fts.ts';
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
const KINDS: readonly Kind[] = [
  { name: 'name, 3 letters', typed: ({ last }) => [...last].slice(0, 3).join(''), floor: byName },
  { name: 'full name', typed: ({ name }) => name, floor: byName },
  { name: 'phone, last 6', typed: ({ phone }) => phone.slice(-6), floor: (fts, typed) => fts.byPhone(typed) },
  { name: 'booking', typed: ({ booking }) => booking, floor: (fts, typed) => fts.byBooking(typed) },
];

/** Whom to ask for: spread over all customers. */
function people(profiles: number): Asked[] {
  const luck = chance('bench/search');
  const chosen = new Set(Array.from({ length: QUERIES }, () => luck.int(0, profiles - 1)));
  const found: Asked[] = [];
  let index = 0;
  for (const { text } of profileLines(profiles))
    if (chosen.has(index++)) found.push(askedOf(JSON.parse(text) as ProfileRow));
  return found;
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
    headline: ({ row }) => headlineOf(row, DATA_TIME),
  };
  const asked = people(profiles);
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
    const size = `${profiles.toLocaleString('en')} profiles`;
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
  filled.db.close();
  fts.close();
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('search', options)));
