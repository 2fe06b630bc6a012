/** A core's store that holds a station of synthetic customers, and a replica of it in this process. */
import { mkdirSync } from 'node:fs';
import { openDatabase } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { startReplica } from '../../src/replica/start.ts';
import type { CoreProcess } from './core-process.ts';
import { profileLines } from './data.ts';
import { KEY, SCOPE } from './replica-file.ts';

const ROWS_PER_COMMIT = 10;
const COMMITS_PER_TRANSACTION = 500;

/** Writes the customers as rows of the log; the core that opens the folder serves them like any others. */
export function fillCore(folder: string, profiles: number): void {
  const db = openDatabase(folder);
  const log = new LogStore(db, Date.now);
  const lines = profileLines(profiles);
  const commits = function* () {
    let changes = [];
    for (const { id, text } of lines) {
      changes.push({ table: 'profile' as const, id, json: text, scopes: [SCOPE] });
      if (changes.length === ROWS_PER_COMMIT) {
        yield changes;
        changes = [];
      }
    }
    if (changes.length > 0) yield changes;
  };
  const source = commits();
  for (let more = true; more; ) {
    log.transaction((writer) => {
      for (let i = 0; i < COMMITS_PER_TRANSACTION; i++) {
        const { value, done } = source.next();
        if (done) {
          more = false;
          return;
        }
        writer.commit(value);
      }
    });
  }
  db.close();
}

export type Fetched = {
  /** ms from the start of the replica to the first customers that can be read */
  first: number;
  /** ms to the last one, the scope active and the search index complete */
  all: number;
};

/** A new console fetches the whole station. */
export async function fetchStation(folder: string, core: CoreProcess, profiles: number): Promise<Fetched> {
  mkdirSync(folder, { recursive: true });
  const start = performance.now();
  const replica = startReplica({
    dataDir: folder,
    coreUrl: core.access.url,
    token: core.access.consoleToken,
    station: 'FRA',
    operator: 'bench',
    role: 'operator',
    keys: { replica: KEY, outbox: KEY },
    protection: 'keystore',
    wanted: [SCOPE],
    simulation: null,
  });
  const { files, news } = replica.parts;
  const { store, db } = files.replica;
  const due = db.prepare<[], number>('SELECT rid FROM unindexed LIMIT 1').pluck();
  let first = 0;
  const all = await new Promise<number>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the station did not arrive in two minutes')), 120_000);
    news.on(['work', 'status'], () => {
      const held = store.profiles();
      if (first === 0 && held > 0) first = performance.now() - start;
      if (held < profiles || !store.meta().active.includes(SCOPE) || due.get() !== undefined) return;
      clearTimeout(limit);
      resolve(performance.now() - start);
    });
  });
  await replica.stop();
  return { first, all };
}
