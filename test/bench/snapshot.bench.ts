/**
 * A station's snapshot into an empty replica: in its store alone, and end to end from a real core over a real socket.
 * Floor: the raw load of the same customers in the same run (floor/raw.ts).
 */
import { join } from 'node:path';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { removeFile } from '../../src/replica/store/open.ts';
import { profileLines, profilesFile } from './data.ts';
import { type RawRow, RawStore } from './floor/raw.ts';
import { inFolder } from './folder.ts';
import { snapshotParts } from './parts.ts';
import { finish, KEY, newReplica, SCOPE } from './replica-file.ts';
import { type Options, type Report, readOptions, reporter } from './report.ts';
import { interleaved, median } from './stats.ts';

/** Times only what is asked for: reading and parsing the customers is not the store's work. */
class Watch {
  ms = 0;

  time(work: () => void): void {
    const start = performance.now();
    work();
    this.ms += performance.now() - start;
  }
}

function rawLoad(path: string, profiles: number): number {
  const watch = new Watch();
  const raw = new RawStore(path, { autocheckpoint: 0 });
  raw.create();
  let batch: RawRow[] = [];
  const flush = (): void => {
    watch.time(() => raw.load([batch]));
    batch = [];
  };
  for (const { id, text } of profileLines(profiles)) {
    if (batch.push({ id, row: JSON.parse(text) as ProfileRow, text }) === 500) flush();
  }
  if (batch.length > 0) flush();
  watch.time(() => raw.finish());
  raw.close();
  return watch.ms;
}

function storeLoad(path: string, profiles: number): number {
  const watch = new Watch();
  const filled = newReplica(path, KEY);
  for (const { rows } of snapshotParts(profiles)) watch.time(() => filled.store.stage(SCOPE, rows, []));
  watch.time(() => finish(filled));
  filled.db.close();
  return watch.ms;
}

async function run(folder: string, { profiles, rounds }: Options, report: Report): Promise<void> {
  profilesFile(profiles);
  const path = join(folder, 'load.db');
  const took = await interleaved(rounds, [
    { name: 'raw', run: () => rawLoad(path, profiles), after: () => removeFile(path) },
    { name: 'store', run: () => storeLoad(path, profiles), after: () => removeFile(path) },
  ]);
  const rate = (name: string): number => (profiles / median(took.get(name) ?? [])) * 1000;
  report({
    case: `${profiles.toLocaleString('en')} profiles, store, encrypted, indexed`,
    n: profiles * rounds,
    value: rate('store'),
    unit: 'rows/s',
    floor: rate('raw'),
  });
}

const options = readOptions();
await inFolder((folder) => run(folder, options, reporter('snapshot', options)));
