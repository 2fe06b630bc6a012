/** What sources and the core itself change: profiles, timelines, contacts and bundles that come, change, move and go. */
import type { RowChange } from '../../src/core/store/contract.ts';
import { PROFILES } from './operators.ts';
import { SCOPES, type World } from './world.ts';

const fact = (value: string, at: string) => ({ value, source: 'dcs', at });

function profile(world: World, id: string): RowChange {
  const { random } = world;
  const at = new Date(world.scheduler.now).toISOString();
  const facts = {
    name: fact(world.newId('name'), at),
    phone: fact(`+4969${random.below(10_000_000)}`, at),
    'case.C1.status': fact(random.pick(['open', 'waiting']), at),
    'trip.QX7R2M.1.seat': fact(`${random.below(30)}B`, at),
    text: fact(''.padEnd(random.chance(0.5) ? random.below(3_500) : 10, 'x'), at),
  };
  const row = { id, identities: [{ type: 'phone', value: facts.phone.value }], facts };
  return { table: 'profile', id, json: JSON.stringify(row), scopes: random.some(SCOPES, 0.4) };
}

function other(world: World): RowChange {
  const { random } = world;
  const n = random.below(8);
  const at = new Date(world.scheduler.now).toISOString();
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
  const bundle = { id: `B${n % 2}`, version: world.newId('version') };
  return { table: 'bundle', id: bundle.id, json: JSON.stringify(bundle), scopes: [] };
}

/** One commit of one to many rows. */
export function ingest(world: World, most = 4): void {
  const { core, random } = world;
  if (!core) return;
  const changes = new Map<string, RowChange>();
  for (let i = random.below(most); i >= 0; i--) {
    const change = random.chance(0.75) ? profile(world, random.pick(PROFILES)) : other(world);
    const key = `${change.table}/${change.id}`;
    if (core.store.row(change.table, change.id) && random.chance(0.12))
      changes.set(key, { ...change, json: null, scopes: [] });
    else changes.set(key, change);
  }
  core.guarded(() => core.store.transaction((log) => log.commit([...changes.values()])));
}
