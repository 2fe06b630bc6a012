import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrate } from '../store/database.ts';
import { EventStore } from '../store/events.ts';
import { IdentityStore } from '../store/identities.ts';
import { LogStore } from '../store/log.ts';
import { ProfileStore } from '../store/profiles.ts';
import type { SourceEntry } from './entry.ts';
import { Fold } from './fold.ts';

type Naming = { id: string; at: number; user: string | null; names: string[] };

/** docs/spec/doors.md "Identities" word by word, over all events at once: the owner of each event. */
function ownersByText(events: Naming[]): Map<string, string> {
  const earlier = (a: Naming, b: Naming | undefined) => !b || a.at < b.at || (a.at === b.at && a.id < b.id);
  const claims = new Map<string, Naming>();
  const groupOf = new Map<string, string>();
  const rename = (from: string, to: string) => {
    for (const [name, group] of groupOf) if (group === from) groupOf.set(name, to);
  };
  for (const event of events) {
    for (const name of event.names) {
      if (!groupOf.has(name)) groupOf.set(name, name);
      if (event.user !== null && earlier(event, claims.get(name))) claims.set(name, event);
    }
    if (event.user !== null) continue;
    for (const name of event.names)
      rename(groupOf.get(name) as string, groupOf.get(event.names[0] as string) as string);
  }
  const earliest = (names: Iterable<string>) => {
    let found: Naming | undefined;
    for (const name of names) {
      const claim = claims.get(name);
      if (claim && earlier(claim, found)) found = claim;
    }
    return found?.user ?? null;
  };
  const owners = new Map<string, string>();
  for (const event of events) {
    const group = groupOf.get(event.names[0] ?? '') ?? '';
    const members = [...groupOf].filter(([, of]) => of === group).map(([name]) => name);
    owners.set(event.id, event.user ?? earliest(event.names) ?? earliest(members) ?? `group ${group}`);
  }
  return owners;
}

/** Which events are together, whatever the profiles are called. */
function together(owners: Iterable<readonly [string, string]>): string[] {
  const sets = new Map<string, string[]>();
  for (const [event, owner] of owners) sets.set(owner, [...(sets.get(owner) ?? []), event]);
  return [...sets.values()].map((events) => events.sort().join(' ')).sort();
}

function ownersByFold(events: Naming[]): [string, string][] {
  const db = new Database(':memory:');
  migrate(db);
  const log = new LogStore(db, () => 1_000_000);
  const stores = {
    log,
    events: new EventStore(db),
    identities: new IdentityStore(db),
    profiles: new ProfileStore(db),
  };
  let ids = 0;
  const fold = new Fold(stores, { now: () => 1_000_000, newId: () => `P${++ids}` });
  for (const { id, at, user, names } of events) {
    const identities = names.map((value) => ({
      type: value.startsWith('L') ? 'loyaltyNumber' : 'anonymousId',
      value,
    }));
    const entry: SourceEntry = {
      kind: 'event',
      id,
      type: 'track',
      name: 'E',
      at,
      source: 's',
      userId: user,
      identities,
      properties: {},
    };
    log.transaction((writer) => {
      fold.take(entry);
      writer.commit(fold.flush());
    });
  }
  const rows = db.prepare('SELECT message_id AS id, owner FROM event_log').all() as {
    id: string;
    owner: string;
  }[];
  db.close();
  return rows.map(({ id, owner }) => [id, owner]);
}

const namings = fc
  .array(
    fc.record({
      at: fc.integer({ min: 1, max: 6 }),
      user: fc.constantFrom('u1', 'u2', 'u3', null, null, null),
      names: fc.subarray(['a1', 'a2', 'a3', 'a4', 'L1']),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((all): Naming[] =>
    all.map((one, i) => ({
      ...one,
      id: `m${i}`,
      names: one.user === null && one.names.length === 0 ? ['a1'] : one.names,
    })),
  );

describe('identities', () => {
  it('[A8] belong to whom the text of the doors says, in whatever order the events came', () => {
    fc.assert(
      fc.property(namings, fc.infiniteStream(fc.nat(1000)), (events, random) => {
        const arrived = events
          .map((event) => ({ event, key: random.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(together(ownersByFold(arrived))).toEqual(together(ownersByText(events)));
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
