/**
 * A core's store whose customers can go on: rows of the log, and behind each what the fold keeps (state, identities, what
 * finds him, his flight, an entry of the event log), as if each had come through the door.
 */

import { besideText } from '../../src/core/fold/profiles.ts';
import type { RowChange } from '../../src/core/store/contract.ts';
import { openDatabase } from '../../src/core/store/database.ts';
import { EventStore } from '../../src/core/store/events.ts';
import { IdentityStore } from '../../src/core/store/identities.ts';
import { LogStore } from '../../src/core/store/log.ts';
import { ProfileStore } from '../../src/core/store/profiles.ts';
import { encodeState, newState } from '../../src/domain/fold/state.ts';
import type { ProfileRow } from '../../src/domain/profile.ts';
import { FINDING_TYPES } from '../../src/packs/airline/identities.ts';
import { priorityOf } from '../../src/packs/airline/sources.ts';
import { DATA_TIME, type Line, profileLines } from './data.ts';
import { SCOPE } from './replica-file.ts';

const PER_COMMIT = 10;
const PER_TRANSACTION = 5_000;

type Stores = { log: LogStore; events: EventStore; identities: IdentityStore; profiles: ProfileStore };

const isFinding = (type: string): boolean => (FINDING_TYPES as readonly string[]).includes(type);

/** What the fold keeps of a customer. */
function keep({ events, identities, profiles }: Stores, row: ProfileRow): void {
  const messageId = `fill-${row.id}`;
  const state = newState();
  for (const [name, fact] of Object.entries(row.facts)) {
    if (!('value' in fact)) continue;
    const { value, source } = fact;
    const said = { at: Date.parse(fact.at), priority: priorityOf(source), id: messageId, source, value };
    state.facts.set(name, { event: said, command: null });
  }
  const named = row.identities.flatMap((one) => ('value' in one ? [one] : []));
  const user = named.find(({ type }) => type === 'userId')?.value ?? row.id;
  profiles.add(row.id, DATA_TIME, user);
  const pairs = (finding: boolean) =>
    named
      .filter(({ type }) => isFinding(type) === finding)
      .map(({ type, value }): [string, string] => [type, value]);
  const [identified, finders] = [pairs(false), pairs(true)];
  for (const [type, value] of finders) profiles.addFinder(type, value, row.id);
  for (const [type, value] of identified) identities.add(type, value, row.id);
  const nothing = { flights: [], shared: [], contacts: false, opened: false };
  const beside = besideText({ identities: identified, finders, ...nothing });
  profiles.save(row.id, { state: encodeState(state), timeline: '[]', beside, due: null });
  events.add({
    messageId,
    owner: row.id,
    at: DATA_TIME,
    userId: user,
    kind: 'event',
    received: DATA_TIME,
    json: JSON.stringify({
      kind: 'event',
      id: messageId,
      type: 'identify',
      name: 'identify',
      properties: {},
    }),
  });
}

function* batches(profiles: number): Generator<Line[]> {
  let batch: Line[] = [];
  for (const line of profileLines(profiles)) {
    if (batch.push(line) < PER_TRANSACTION) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

export function fillFoldedCore(folder: string, profiles: number): void {
  const db = openDatabase(folder);
  db.pragma('synchronous = OFF');
  const log = new LogStore(db, Date.now);
  const stores: Stores = {
    log,
    events: new EventStore(db),
    identities: new IdentityStore(db),
    profiles: new ProfileStore(db),
  };
  for (const batch of batches(profiles)) {
    log.transaction((writer) => {
      for (let i = 0; i < batch.length; i += PER_COMMIT) {
        const changes = batch.slice(i, i + PER_COMMIT).map(({ id, text }): RowChange => {
          keep(stores, JSON.parse(text) as ProfileRow);
          return { table: 'profile', id, json: text, scopes: [`profile:${id}`, SCOPE] };
        });
        writer.commit(changes);
      }
    });
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
