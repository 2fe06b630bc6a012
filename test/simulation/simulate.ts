/** Runs one seed: a history of work and faults, then peace, in which everything must come to its end. */
import { Broken } from './broken.ts';
import { Faults } from './faults.ts';
import { release } from './operators.ts';
import { ingest } from './sources.ts';
import { Station } from './station.ts';
import { type Counts, SCOPES, World } from './world.ts';

export type Outcome = { seed: number; counts: Counts; error: Error | null; at: number };

/** How many things happen before peace, at most. */
export const ACTIONS = 120;

const ALL = ['station:*', 'flight:*', 'queue:*', 'profile:*'];

function populate(world: World): void {
  const { random } = world;
  world.person('mallory', 'operator', ['station:MUC']);
  world.startCore();
  for (let i = 0; i < 6; i++) ingest(world);
  for (let i = 0; i < 3; i++) {
    const kiosk = i === 2 && random.chance(0.5);
    const subjects = kiosk ? [`kiosk${i}`] : [`anna${i}`, `bo${i}`];
    for (const subject of subjects) world.person(subject, kiosk ? 'kiosk' : 'operator', ALL);
    const station = new Station(`s${i}`, subjects, random.some(SCOPES, 0.6), world.stationParts());
    world.stations.push(station);
    world.start(station);
  }
}

/** @param actions how many things happen, to shorten a failing seed */
export async function simulate(
  seed: number,
  actions = ACTIONS,
  tell?: (line: string) => void,
): Promise<Outcome> {
  let world: World | null = null;
  let done = 0;
  try {
    const told = (line: string) => tell?.(`${((world?.scheduler.now ?? 0) % 86_400_000).toFixed(0)} ${line}`);
    world = new World(seed, told);
    populate(world);
    const faults = new Faults(world);
    const pace = world.random.pick([200, 1_000, 4_000]);
    for (; done < actions; done++) {
      await world.run(world.random.next() * 2 * pace);
      faults.act();
    }
    await settle(world);
    return { seed, counts: world.counts, error: null, at: done };
  } catch (error) {
    const counts = world?.counts ?? { messages: 0, commits: 0, crashes: 0, resets: 0, forks: 0 };
    return { seed, counts, error: error as Error, at: done };
  } finally {
    world?.db.close();
  }
}

/** No more faults: every operator logs in once more, and everything that waits must end. */
async function settle(world: World): Promise<void> {
  world.tell('peace');
  for (const person of world.people.values()) person.grants = ALL;
  await world.run(30_000);
  world.startCore();
  if (world.core) world.core.fuse = 0;
  for (let turn = 0; turn < 2; turn++) {
    for (const station of world.stations) {
      station.leave();
      world.start(station, station.subjects[turn] ?? station.subjects[0]);
      station.say({ type: 'token', token: world.tokenOf(station.subject) });
      station.light(0);
      release(station);
    }
    await converge(world);
  }
  for (const station of world.stations) assertEnd(world, station);
}

const PATIENCE = 40;

async function converge(world: World): Promise<void> {
  for (let i = 0; i < PATIENCE; i++) {
    await world.run(65_000);
    if (world.stations.every((station) => whyNot(world, station) === null)) return;
  }
  for (const station of world.stations) {
    const why = whyNot(world, station);
    if (why) throw new Broken('I3', `${station.name} of ${station.subject} does not come to rest: ${why}`);
  }
}

/** Why this console is not at rest; null if it is. */
function whyNot(world: World, station: Station): string | null {
  const { runner } = station;
  const head = world.core?.store.head();
  if (!runner || !head) return 'it is not running';
  if (runner.session.phase !== 'live') return `${runner.session.phase} ${runner.session.reason}`;
  const { clientId } = station.outbox.value.me;
  const twin = world.stations.find((one) => one !== station && one.outbox.value.me.clientId === clientId);
  if (twin) return `${twin.name} is its twin`;
  const meta = station.replica.meta();
  const { pending } = station.outbox.value;
  if (pending.length > 0) return `pending ${pending.map((one) => `${one.id}:${one.mid}`).join()}`;
  if (meta.epoch !== head.epoch || meta.cursor !== head.seq) return `at ${meta.cursor} of ${head.seq}`;
  const active = [...meta.active].sort().join();
  if (active !== [...new Set(station.wanted)].sort().join()) return `active ${active} of ${station.wanted}`;
  for (const row of station.replica.live.rows.values()) if (row.stale) return `${row.id} is stale`;
  return null;
}

/** [I3] What ended applied took effect in the history that counts. */
function assertEnd(world: World, station: Station): void {
  const head = world.core?.store.head();
  const state = head && world.history.at(head.chain);
  for (const outbox of station.outboxes.values())
    for (const [id, { entry }] of outbox.value.settled)
      if (!state?.effects.has(id)) throw new Broken('I3', `${id} (${entry.mid}) is applied and lost`);
}
