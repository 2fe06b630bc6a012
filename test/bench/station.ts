/** A core's store that holds a station of synthetic customers, and a replica of it in this process. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../src/core/store/database.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { writeKeyFile } from '../../src/main/settings/key-file.ts';
import { KEY_INDEXES } from '../../src/replica/migrations/replica.ts';
import { startReplica } from '../../src/replica/start.ts';
import type { CoreProcess } from './core-process.ts';
import { DATA_TIME, profileId, profileLines } from './data.ts';
import { snapshotParts } from './parts.ts';
import { fill, KEY, newReplica, SCOPE } from './replica-file.ts';

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
  const { keys } = {
    keys: db
      .prepare<[], number>(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'key/_%' ESCAPE '/'",
      )
      .pluck(),
  };
  let first = 0;
  const all = await new Promise<number>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the station did not arrive in two minutes')), 120_000);
    news.on(['work', 'status'], () => {
      const held = store.profiles();
      if (first === 0 && held > 0) first = performance.now() - start;
      if (held < profiles || !store.meta().active.includes(SCOPE) || (keys.get() ?? 0) < KEY_INDEXES.size)
        return;
      clearTimeout(limit);
      resolve(performance.now() - start);
    });
  });
  await replica.stop();
  return { first, all };
}

const CONTACTS = 30;

/**
 * A station's replica as the last shift left it, encrypted; its key stands beside it, because a test machine has no key
 * store.
 */
export function leaveReplica(folder: string, profiles: number): void {
  mkdirSync(join(folder, 'replica'), { recursive: true });
  const keys = { replica: KEY as string, outbox: KEY as string };
  writeKeyFile(join(folder, 'keys.json'), { protection: 'unprotected', keys });
  const filled = newReplica(join(folder, 'replica', 'replica-operator.db'), KEY);
  fill(filled, snapshotParts(profiles));
  const since = new Date(DATA_TIME).toISOString();
  const ops = Array.from({ length: CONTACTS }, (_, i) => {
    const id = `contact-${i}`;
    const row = {
      id,
      profileId: profileId(i * 7),
      kind: 'call' as const,
      state: 'waiting' as const,
      queue: 'support-de',
      station: 'FRA',
      identity: null,
      at: since,
      since,
    };
    return { table: 'contact' as const, id, v: profiles + 1, scopes: [SCOPE], row };
  });
  filled.store.applyFrame({
    ops,
    drop: [],
    cursor: profiles + 1,
    chain: 'c',
    proof: 'p',
    clientId: 'bench-client',
    lmid: 0,
    granted: [SCOPE],
  });
  filled.store.keepLease({ until: new Date(Date.now() + 86_400_000).toISOString(), clock: Date.now() });
  filled.db.close();
}
