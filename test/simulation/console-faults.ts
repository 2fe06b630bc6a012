/** What goes wrong at stations, on their disks and on their connections. */
import type { Outbox } from '../../src/replica/outbox/model.ts';
import type { MemoryReplica } from '../../src/replica/store/memory.ts';
import type { Input } from '../../src/replica/sync/session.ts';
import type { Fault } from './faults.ts';
import { revise, write, writeLate } from './operators.ts';
import { ingest } from './sources.ts';
import { Station } from './station.ts';
import { HASHES } from './versions.ts';
import type { World } from './world.ts';

type Image = { station: Station; replica: MemoryReplica; subject: string; outbox: Outbox; at: number };

const HOUR = 3_600_000;
/** How long the core remembers ids, ms. */
const IDS_KEPT = 60 * 24 * HOUR;

export function consoleFaults(world: World): Fault[] {
  const disks = new Disks(world);
  const station = () => world.random.pick(world.stations);
  const wire = () => station().wire;
  return [
    [4, 'cut', () => cut(wire(), true, true)],
    [3, 'half-open', () => (world.random.chance(0.5) ? cut(wire(), true, false) : cut(wire(), false, true))],
    [3, 'slip', () => wire()?.misplace(world.random.pick(['lost', 'twice'])) ?? false],
    [3, 'stall', () => wire()?.stall(world.random.between(2_000, 40_000)) ?? false],
    [2, 'late push', () => latePush(world, station())],
    [8, 'crash', () => station().light(1 + world.random.below(6), world.random.chance(0.4))],
    [1.5, 'crash at welcome', () => crashAtWelcome(world, station())],
    [2, 'kill', () => kill(world, station())],
    [4, 'power', () => power(world, station())],
    [2, 'shift', () => shift(world, station())],
    [1.5, 'damage', () => damage(world, station())],
    [1.5, 'disk full', () => fill(world, station())],
    [1, 'old replica', () => age(world, station())],
    [1.5, 'station clock', () => turnClock(world, station())],
    [1, 'flat battery', () => flatBattery(world, station())],
    [3, 'image', () => disks.keep(station())],
    [2, 'rollback', () => disks.rollback()],
    [1, 'clone', () => clone(world, station())],
    [1, 'quick operator', () => reviseAtFork(world)],
  ];
}

function cut(wire: Station['wire'], up: boolean, down: boolean): false | undefined {
  if (!wire) return false;
  wire.cut(up, down);
}

/**
 * What was sent on a connection arrives while the hello of the next one does, perhaps at another node, or after it; there
 * the rows are behind the log, so that the entries wait for them without a mid and can be revised.
 */
function latePush(world: World, station: Station): false | undefined {
  const { core, random, scheduler } = world;
  const { wire, runner } = station;
  if (!wire || runner?.session.phase !== 'live' || station.armed) return false;
  wire.stall(30_000);
  for (let i = random.below(3); i >= 0; i--) write(world, station);
  if (random.chance(0.5)) {
    ingest(world);
    core.disk.log.cutLog(0);
  } else outdate(station, random.pick(HASHES));
  wire.breakOff(random.between(20, 300));
  const [held, later] = [random.between(150, 400), random.between(-140, 40)];
  const reviseOnce = {
    at: (input: Input) => input.type === 'hello-reply',
    run: () => {
      for (let i = 0; i < 3; i++) revise(world, station);
    },
  };
  station.armed = {
    at: (input) => input.type === 'connected',
    run: () => {
      station.wire?.stall(held);
      scheduler.after(held + later, () => wire.release());
      station.armed = reviseOnce;
    },
  };
}

/** Between replica.db and outbox.db, or after both. */
function crashAtWelcome({ random }: World, station: Station): void {
  const [fuse, early] = [1 + random.below(3), random.chance(0.3)];
  station.armed = { at: (input) => input.type === 'connected', run: () => station.light(fuse, early) };
}

/** Whenever a fork is found, its operator changes the entries that go again before they are sent. */
function reviseAtFork(world: World): void {
  world.onFork = (station) =>
    world.scheduler.after(world.random.between(0, 300), () => {
      for (let i = 0; i < 4; i++) revise(world, station);
    });
}

function kill(world: World, station: Station): false | undefined {
  if (!station.runner) return false;
  world.counts.crashes++;
  station.kill();
  world.startLater(station);
}

function power(world: World, station: Station): false | undefined {
  if (!station.runner) return false;
  world.counts.crashes++;
  station.losePower(world.random.below(5));
  world.startLater(station);
}

function shift(world: World, station: Station): false | undefined {
  if (!station.runner || station.subjects.length < 2) return false;
  const next = world.random.pick(station.subjects);
  station.leave();
  world.scheduler.after(world.random.between(10, 3_000), () => station.start(next));
}

/** [P3] Found at the next write, or at the next start; the outbox is not touched. */
function damage(world: World, station: Station): void {
  station.replica.damaged = true;
  if (world.random.chance(0.3)) kill(world, station);
}

function fill(world: World, station: Station): void {
  station.outbox.failing = 1 + world.random.below(3);
}

/** The replica was filled under an older version of the schema, or a newer one that was taken back. */
function age(world: World, station: Station): false | undefined {
  if (!station.runner || station.replica.meta().epoch === '') return false;
  station.kill();
  outdate(station, world.random.pick(HASHES));
  world.startLater(station);
}

function outdate(station: Station, schemaHash: string): void {
  const meta = station.replica.meta();
  if (meta.epoch !== '') Object.assign(station.replica.live, { state: { ...meta, schemaHash } });
}

function turnClock({ random }: World, station: Station): void {
  station.skew = random.pick([0, random.between(-2, 2), random.between(-90, 90)]) * HOUR;
}

/** The clock was a month slow for a while. */
function flatBattery(world: World, station: Station): void {
  for (let i = world.random.below(3); i >= 0; i--) writeLate(world, station);
}

/** Copies of disks, and what comes of them. */
class Disks {
  private readonly world: World;
  private readonly images: Image[] = [];

  constructor(world: World) {
    this.world = world;
  }

  keep(station: Station): void {
    const image = {
      station,
      replica: station.replica.image(),
      subject: station.subject,
      outbox: station.outbox.value,
      at: this.world.scheduler.now,
    };
    this.images.push(image);
    if (this.images.length > 4) this.images.splice(this.world.random.below(4), 1);
  }

  /** One or both files are put back to an older image of the same disk. */
  rollback(): false | undefined {
    const { random, counts, scheduler, forgotten } = this.world;
    // A replica from before the core forgot its client is beyond what the protocol promises (docs/simulation.md).
    // Of a disk from before the core forgot its ids nothing that had no mid yet is known to have been sent.
    const images = this.images.filter(
      ({ outbox, at }) => !forgotten.has(outbox.me.clientId) && scheduler.now - at < IDS_KEPT,
    );
    if (images.length === 0) return false;
    const { station, replica, subject, outbox } = random.pick(images);
    counts.crashes++;
    station.kill();
    const which = random.below(3);
    if (which !== 1) station.replica.putBack(replica);
    const disk = which === 0 ? undefined : station.outboxes.get(subject);
    if (disk) {
      station.replica.wasPutBack = true;
      this.world.mayFork();
      const sent = twin(this.world, outbox, disk.value);
      // As another client, whose mids no fork of this one shows.
      if (disk.value.me.clientId !== outbox.me.clientId) for (const id of sent) this.world.elsewhere.add(id);
      disk.value = outbox;
    }
    // What was sent since then can be taken back once more.
    const run = () => {
      for (let i = 0; i < 3; i++) revise(this.world, station);
    };
    if (random.chance(0.3)) station.armed = { at: (input) => input.type === 'connected', run };
    this.world.startLater(station);
  }
}

/** Ids of outboxes that stand on another disk, or in another image, too. */
function twin(world: World, ...outboxes: Outbox[]): string[] {
  const ids = outboxes.flatMap((outbox) => [
    ...outbox.pending.map((entry) => entry.id),
    ...outbox.settled.keys(),
    ...outbox.conflict.keys(),
  ]);
  world.twin(ids);
  return ids;
}

/** A copy of a whole disk begins to work beside the original. */
export function clone(world: World, from: Station): false | undefined {
  if (world.stations.length > 4 || !from.outboxes.has(from.subject)) return false;
  const copy = new Station(world.newId('clone'), [from.subject], from.wanted, world.stationParts());
  copy.replica.live = from.replica.live.copy();
  copy.replica.live.discardStages();
  copy.outbox.value = from.outbox.value;
  copy.skew = from.skew;
  world.mayFork();
  // What one disk took back the other may have again, of an older image.
  for (const id of [...twin(world, from.outbox.value), ...from.outbox.value.undone.keys()])
    world.elsewhere.add(id);
  world.stations.push(copy);
  world.startLater(copy);
}
