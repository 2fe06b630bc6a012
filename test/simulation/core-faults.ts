/** What goes wrong at the core: its processes, its store, its clock, its versions. */
import type { CoreDisk } from './core-disk.ts';
import type { Fault } from './faults.ts';
import { write } from './operators.ts';
import { merge } from './sources.ts';
import type { World } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The longest time that the protocol promises anything for is 60 days. */
const MOST_WEEKS = 130 * DAY;

/** Two futures of an older one may lie so far apart that nobody knows the ids at its mids (docs/simulation.md). */
const OLDEST_BACKUP = 14 * DAY;

export function coreFaults(world: World): Fault[] {
  const { core } = world;
  const backups = new Backups(world);
  let passed = 0;
  return [
    [3, 'core crash', () => crash(world)],
    [1, 'core stop', () => (core.alive ? core.stopAll(true) : false)],
    [1, 'core disk full', () => fill(world)],
    [2, 'node freeze', () => freeze(world)],
    [1, 'core version', () => upgrade(world)],
    [2, 'cut log', () => cutLog(world)],
    [1, 'core clock', () => turnClock(world)],
    [1.5, 'merge', () => merge(world)],
    [3, 'backup', () => backups.make()],
    [1, 'restore announced', () => backups.restore(true)],
    [1.5, 'restore', () => backups.restore(false)],
    [1, 'hours', () => pass(world.random.between(60_000, 4 * HOUR))],
    [0.5, 'weeks', () => pass(world.random.between(4, 31) * DAY)],
    [0.5, 'long away', () => longAway(world, pass)],
  ];

  /** At once: every timer is late. */
  function pass(ms: number): false | undefined {
    if (ms > DAY && isOwed(world)) return false;
    world.reached('long ago');
    passed += ms;
    if (passed > MOST_WEEKS) return false;
    world.scheduler.now += ms;
  }
}

/**
 * The core forgets ids after 60 days: until then it has told the owner of one that somebody else took it, and a station
 * with an older disk has sent again what it does not know to have sent.
 */
const isOwed = ({ stations, elsewhere, isTwin }: World): boolean =>
  stations.some(({ outbox, runner }) =>
    outbox.value.pending.some(({ id, mid }) => elsewhere.has(id) || (!runner && mid === null && isTwin(id))),
  );

/** One node dies at once or after some more durable writes, or all do. */
function crash({ core, random }: World): false | undefined {
  const node = core.pick();
  if (!node) return false;
  random.pick([
    () => {
      node.fuse = 1 + random.below(6);
    },
    () => core.stop(node, false),
    () => core.stopAll(false),
  ])();
}

function fill({ core, random }: World): void {
  core.disk.failing = 1 + random.below(6);
}

function freeze({ core, random }: World): false | undefined {
  const node = core.pick();
  if (!node || node.frozen) return false;
  core.freeze(node, random.chance(0.5) ? random.between(100, 5_000) : random.between(5_000, 90_000));
}

/** Nodes come back as another version: both as N, as N-1, or one of each in the middle of a roll-out. */
function upgrade({ core, random }: World): void {
  core.install(random.pick([['N'], ['N-1'], ['N', 'N-1']]));
  for (const node of [...core.nodes]) if (random.chance(0.7)) core.stop(node, true);
}

function cutLog({ core, random }: World): false | undefined {
  const node = core.pick();
  if (!node || node.frozen) return false;
  core.disk.log.cutLog(random.below(12));
  for (const one of core.nodes) one.hear();
}

function turnClock({ core, random }: World): void {
  core.skew = random.pick([0, random.between(-1, 1), random.between(-60, 60)]) * HOUR;
}

/** What a station has sent is executed, and it hears of that only when the core has forgotten it. */
function longAway(world: World, pass: (ms: number) => unknown): false | undefined {
  const { random, scheduler } = world;
  const station = random.pick(world.stations);
  if (station.runner?.session.phase !== 'live') return false;
  for (let i = random.below(3); i >= 0; i--) write(world, station);
  station.wire?.cut(false, true);
  scheduler.after(random.between(300, 3_000), () => {
    station.kill();
    pass(random.between(25, 70) * DAY);
    scheduler.after(random.between(1, 10) * 60_000, () => station.start());
  });
}

class Backups {
  private readonly world: World;
  private readonly kept: { disk: CoreDisk; at: number }[] = [];

  constructor(world: World) {
    this.world = world;
  }

  make(): void {
    this.kept.push({ disk: this.world.core.disk.copy(), at: this.world.scheduler.now });
    if (this.kept.length > 3) this.kept.splice(this.world.random.below(3), 1)[0]?.disk.close();
  }

  restore(announced: boolean): false | undefined {
    const { core, random, scheduler, stations, forgotten } = this.world;
    const young = this.kept.filter(({ at }) => scheduler.now - at < OLDEST_BACKUP);
    if (young.length === 0) return false;
    const { disk } = random.pick(young);
    // Whom the core has forgotten since stands in it with mids that he has begun anew.
    const ids = stations.map(({ outbox }) => outbox.value.me.clientId);
    if (ids.some((id) => forgotten.has(id) && disk.clients.client(id))) this.world.mayFork();
    core.restore(disk, announced);
  }
}
