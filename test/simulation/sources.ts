/** What sources and the core itself change: profiles, timelines, contacts and bundles that come, change, move and go. */
import type { RowChange } from '../../src/core/store/contract.ts';
import { CONTACT_STATES } from '../../src/domain/contact.ts';
import { SCOPES, type World } from './world.ts';

export const PROFILES = Array.from({ length: 10 }, (_, i) => `P${i}`);

const fact = (value: string, at: string) => ({ value, source: 'dcs', at });

function profile(world: World, id: string): RowChange {
  const { random } = world;
  const at = new Date(world.core.now()).toISOString();
  const facts = {
    name: fact(world.newId('name'), at),
    phone: fact(`+4969${random.below(10_000_000)}`, at),
    'case.C1.status': fact(random.pick(['open', 'waiting']), at),
    'trip.QX7R2M.1.seat': fact(`${random.below(30)}B`, at),
    text: fact(''.padEnd(random.chance(0.5) ? random.below(1_200) : 10, '/'), at),
  };
  const row = { id, identities: [{ type: 'phone', value: facts.phone.value }], facts };
  return { table: 'profile', id, json: JSON.stringify(row), scopes: scopesOf(world, id) };
}

/** A profile is always in its own scope, besides where it belongs by its data. */
const scopesOf = ({ random }: World, id: string): string[] => {
  const scopes = random.some(SCOPES.slice(0, 4), 0.4);
  return random.chance(0.9) ? [...scopes, `profile:${id}`] : scopes;
};

function other(world: World): RowChange {
  const { random } = world;
  const n = random.below(8);
  const at = new Date(world.core.now()).toISOString();
  const scopes = random.some(SCOPES, 0.4);
  if (n < 4) {
    const row = {
      id: `E${n}`,
      profileId: random.pick(PROFILES),
      type: n % 2 ? 'note' : 'track',
      name: 'Seen',
      at,
    };
    const json = JSON.stringify({ ...row, source: 'app', properties: { text: world.newId('text') } });
    return { table: 'event', id: row.id, json, scopes };
  }
  if (n === 4) return contact(world, `K${random.below(2)}`, at);
  const bundle = { id: `B${n % 2}`, version: world.newId('version') };
  return { table: 'bundle', id: bundle.id, json: JSON.stringify(bundle), scopes: [] };
}

/** Work that comes, and leaves its scopes when it has ended. */
function contact({ random }: World, id: string, at: string): RowChange {
  const state = random.pick(CONTACT_STATES);
  const identity = { type: 'phone', value: `+4969${random.below(10_000_000)}` };
  const profileId = random.pick(PROFILES);
  const row = { id, profileId, kind: 'call', state, queue: 'de', station: null, identity, at, since: at };
  return {
    table: 'contact',
    id,
    json: JSON.stringify(row),
    scopes: state === 'ended' ? [] : ['queue:de', 'station:FRA'],
  };
}

/** Commits at one of the nodes; nothing is committed while there is none. */
export function put(world: World, changes: RowChange[], also?: () => void): boolean {
  const node = world.core.pick();
  if (!node || node.frozen || changes.length === 0) return false;
  node.run(() =>
    node.store.transaction((log) => {
      log.commit(changes);
      also?.();
    }),
  );
  return true;
}

/** One commit of one to many rows. */
export function ingest(world: World, most = 4): void {
  const { core, random } = world;
  const changes = new Map<string, RowChange>();
  for (let i = random.below(most); i >= 0; i--) {
    const change = random.chance(0.75) ? profile(world, world.survivor(random.pick(PROFILES))) : other(world);
    const key = `${change.table}/${change.id}`;
    if (core.disk.log.row(change.table, change.id) && random.chance(0.12))
      changes.set(key, { ...change, json: null, scopes: [] });
    else changes.set(key, change);
  }
  put(world, [...changes.values()]);
}

/** Two profiles turn out to be one: the older id stays, the other's row goes, and its events are the survivor's. */
export function merge(world: World): boolean {
  const { core, random } = world;
  const held = PROFILES.filter((id) => core.disk.log.row('profile', id));
  if (held.length < 4) return false;
  const lost = random.pick(held.slice(1));
  const survivor = random.pick(held.slice(0, held.indexOf(lost)));
  const changes: RowChange[] = [
    { table: 'profile', id: lost, json: null, scopes: [] },
    profile(world, survivor),
  ];
  const done = put(world, changes, () => core.disk.redirect(lost, survivor));
  if (done) world.merged(lost, survivor);
  return done;
}
