/** Runs one seed: a history of work and faults, then peace, in which everything must come to its end. */
import { Broken } from './broken.ts';
import { clone } from './console-faults.ts';
import { type MakeDisk, memoryDisk } from './core-disk.ts';
import { Mixture } from './faults.ts';
import { release, write, writeLate } from './operators.ts';
import { ALL } from './people-faults.ts';
import { Random } from './random.ts';
import { ingest } from './sources.ts';
import { Station } from './station.ts';
import { type Counts, noCounts, SCOPES, World } from './world.ts';

export type Outcome = {
  seed: number;
  counts: Counts;
  situations: ReadonlySet<string>;
  error: Error | null;
  /** The actions that happened, by number. */
  done: number[];
  /** The chain at the end, for whoever compares two runs. */
  chain: string;
};

export type Options = {
  /** How many things happen before peace, at most; drawn by default. */
  actions?: number;
  /** Only these happen, to shorten a history that fails; time passes as it would have. */
  only?: ReadonlySet<number>;
  tell?: (line: string) => void;
  makeDisk?: MakeDisk;
};

/**
 * How many things happen in a history: one of these. Most of what breaks breaks soon, and short histories are many in the
 * same time; what needs a long way there needs the long ones.
 */
const LENGTHS = [20, 40, 60, 120];

const MINUTE = 60_000;

function populate(world: World): void {
  const { random } = world;
  world.person('mallory', 'operator', ['station:MUC']);
  world.core.start();
  for (let i = 0; i < 6; i++) ingest(world);
  const tokens = random.chance(0.4) ? random.between(3, 30) * MINUTE : undefined;
  // An operator may be at several stations: each is a client of its own.
  for (const subject of ['anna', 'bo', 'cem', 'dora'])
    world.person(subject, random.chance(0.15) ? 'supervisor' : 'operator', ALL, tokens);
  world.person('kiosk', random.pick(['kiosk', 'restricted']), ALL, tokens);
  for (let i = 2 + random.below(2); i >= 0; i--) {
    const team = random.some(['anna', 'bo', 'cem', 'dora'], 0.4);
    const subjects = random.chance(0.2) || team.length === 0 ? ['kiosk'] : team;
    const station = new Station(`s${i}`, subjects, random.some(SCOPES, 0.6), world.stationParts());
    world.stations.push(station);
    station.start();
  }
}

export async function simulate(seed: number, options: Options = {}): Promise<Outcome> {
  const { only, tell, makeDisk = memoryDisk } = options;
  const actions = options.actions ?? new Random(seed, 8).pick(LENGTHS);
  const outcome: Outcome = {
    seed,
    counts: noCounts(),
    situations: new Set(),
    error: null,
    done: [],
    chain: '',
  };
  let world: World | null = null;
  try {
    const told = (line: () => string) => {
      if (tell && world) tell(`${(world.scheduler.now % 86_400_000).toFixed(0)} ${line()}`);
    };
    const size = new Random(seed, 5).chance(0.5) ? 2 : 1;
    world = new World(seed, size, makeDisk, told);
    Object.assign(outcome, { counts: world.counts, situations: world.situations });
    populate(world);
    const mixture = new Mixture(world);
    const pace = world.random.pick([200, 1_000, 4_000]);
    for (let number = 0; number < actions; number++) {
      await world.run(new Random(seed, 6, number).next() * 2 * pace);
      if (only && !only.has(number)) continue;
      outcome.done.push(number);
      mixture.act(number);
    }
    await settle(world);
    outcome.chain = world.core.disk.log.head().chain;
  } catch (error) {
    outcome.error = error as Error;
  } finally {
    world?.core.disk.close();
  }
  return outcome;
}

/** No more faults: every operator logs in once more, and everything that waits must end. */
async function settle(world: World): Promise<void> {
  world.tell(() => 'peace');
  world.random = new Random(world.seed, 7);
  world.onFork = () => undefined;
  world.core.ambush = null;
  for (const station of world.stations) station.armed = null;
  // A copy that has nothing to send is found out by nothing but its connections.
  if (world.random.chance(0.1)) clone(world, world.random.pick(world.stations));
  for (const person of world.people.values()) Object.assign(person, { grants: ALL, tokens: 7 * 86_400_000 });
  await world.run(30_000);
  world.core.start();
  world.core.disk.failing = 0;
  for (const node of world.core.nodes) node.fuse = 0;
  await assertNothingStuck(world);
  const turns = Math.max(...world.stations.map((station) => station.subjects.length));
  for (let turn = 0; turn < turns; turn++) {
    for (const station of world.stations) logIn(station, turn);
    await converge(world);
  }
  for (const station of world.stations) assertEnd(world, station);
  const { epochs, restored } = world.core;
  if (epochs > restored) throw new Broken('R5', `${epochs} new epochs for ${restored} restored backups`);
}

/** [R12] Nobody logs in, and yet what can be sent is sent: a connection that lasts does not hold it up. */
async function assertNothingStuck(world: World): Promise<void> {
  for (const station of world.stations) station.wire?.misplace(null);
  // What was begun before peace may still happen.
  await world.run(100_000);
  await quiet(world);
  const before = new Map(world.stations.map((station) => [station, station.wire]));
  for (const station of world.stations) {
    station.stuck = false;
    writeLate(world, station, { transient: 1, throws: 0, kills: 0, passing: true });
    write(world, station, { transient: 0, throws: 0, kills: 0 });
    write(world, station, { transient: 1, throws: 0, kills: 0, passing: true });
  }
  await quiet(world);
  for (const [{ name, wire, runner, outbox, stuck }, same] of before) {
    if (stuck) throw new Broken('R12', `uploads of ${name} are stuck though nothing is wrong`);
    const { pending } = outbox.value;
    const lasts = wire && wire === same && runner?.session.phase === 'live';
    if (lasts && pending.length > 0 && !pending.some(({ held, id }) => held || world.work.isTroubled(id)))
      throw new Broken('R12', `${pending[0]?.id} is stuck on a connection of ${name}`);
  }
}

/** Until nobody has anything to send, or long enough. */
async function quiet(world: World): Promise<void> {
  for (let passed = 0; passed < QUIET; passed += 15_000) {
    await world.run(15_000);
    if (world.stations.every(({ outbox }) => outbox.value.pending.length === 0)) return;
  }
}

function logIn(station: Station, turn: number): void {
  station.leave();
  station.light(0);
  for (const disk of station.outboxes.values()) disk.failing = 0;
  station.start(station.subjects[turn] ?? station.subjects[0]);
  station.light(0);
  release(station);
}

const PATIENCE = 40;
const QUIET = 4 * MINUTE;

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
  if (!runner || !world.core.alive) return 'it is not running';
  const head = world.core.disk.log.head();
  if (runner.session.phase !== 'live') return `${runner.session.phase} ${runner.session.reason}`;
  const { clientId } = station.outbox.value.me;
  const twin = world.stations.find((one) => one !== station && one.outbox.value.me.clientId === clientId);
  if (twin) return `${twin.name} is its twin`;
  if (!station.framed) return 'it has had no frame';
  const meta = station.replica.meta();
  const { pending } = station.outbox.value;
  if (pending.length > 0) return `pending ${pending.map((one) => `${one.id}:${one.mid}`).join()}`;
  if (meta.epoch !== head.epoch || meta.cursor !== head.seq) return `at ${meta.cursor} of ${head.seq}`;
  const active = [...meta.active].sort().join();
  const wanted = wantedNow(world, station);
  if (active !== wanted) return `active ${active} of ${wanted}`;
  for (const row of station.replica.live.rows.values()) if (row.stale) return `${row.id} is stale`;
  return null;
}

const wantedNow = (world: World, station: Station): string =>
  [
    ...new Set(
      station.wanted.map((scope) =>
        scope.startsWith('profile:') ? `profile:${world.core.disk.log.survivor(scope.slice(8))}` : scope,
      ),
    ),
  ]
    .sort()
    .join();

/** [I3] Nothing waits any more, and what ended applied took effect in the history that counts. */
function assertEnd(world: World, station: Station): void {
  const state = world.history.at(world.core.disk.log.head().chain);
  for (const [subject, { value }] of station.outboxes) {
    for (const [id, { entry }] of value.settled)
      if (!state?.effects.has(id)) throw new Broken('I3', `${id} (${entry.mid}) is applied and lost`);
    for (const id of value.undone.keys())
      if (state?.effects.has(id) && !value.conflict.has(id) && !world.maySayNothing(id))
        throw new Broken('R15', `${id} was taken back, took effect, and nobody says so`);
    if (value.pending.length > 0 && station.subjects.includes(subject))
      throw new Broken('I3', `${value.pending[0]?.id} of ${subject} waits for ever`);
  }
}
