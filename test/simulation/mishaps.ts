/** What only several faults in a certain order bring about, and chance would bring about once in thousands of histories. */
import { intrude, remembered } from './attacks.ts';
import type { Fault } from './faults.ts';
import { write } from './operators.ts';
import { ingest, PROFILES, put } from './sources.ts';
import type { Station } from './station.ts';
import { SCOPES, type World } from './world.ts';

export function mishaps(world: World): Fault[] {
  const station = () => world.random.pick(world.stations);
  return [
    [0.7, 'flood', () => flood(world, station())],
    [0.7, 'come and go', () => comeAndGo(world, station())],
    [0.5, 'two histories', () => twoHistories(world)],
    [0.5, 'rows of before', () => rowsOfBefore(world, station())],
    [0.5, 'lost and taken', () => lostAndTaken(world, station())],
  ];
}

/** One station writes much while there is much to receive, so that what it is owed is told late, or lost. */
function flood(world: World, station: Station): void {
  const { random, scheduler } = world;
  for (let i = 0; i < 3; i++) ingest(world, 40);
  for (let i = random.between(20, 40); i > 0; i--) write(world, station);
  const { wire } = station;
  if (random.chance(0.5)) scheduler.after(random.between(200, 4_000), () => wire?.cut(true, true));
}

/** Many rows join a scope in the middle of a frame in parts, or before it, and have left again before its last part. */
function comeAndGo(world: World, station: Station): void {
  const { random } = world;
  const at = new Date(world.core.now()).toISOString();
  const scope = random.pick(station.wanted.length > 0 ? station.wanted : SCOPES);
  const rows = Array.from({ length: random.between(6, 20) }, (_, i) => {
    const properties = { text: ''.padEnd(600, '/') };
    const row = { id: `G${i}`, profileId: random.pick(PROFILES), type: 'track', name: 'Seen', at };
    return {
      table: 'event' as const,
      id: row.id,
      json: JSON.stringify({ ...row, source: 'app', properties }),
    };
  });
  const come = () =>
    put(
      world,
      rows.map((row) => ({ ...row, scopes: [scope] })),
    );
  const go = () =>
    put(
      world,
      rows.map((row) => ({ ...row, json: null, scopes: [] })),
    );
  const inParts = (run: () => void) => {
    station.armed = {
      at: ({ type, body }: { type: string; body?: { part?: number; parts?: number } }) =>
        type === 'frame' && body?.part !== undefined && body.parts === undefined,
      run,
    } as Station['armed'];
  };
  if (random.chance(0.5)) station.want(SCOPES);
  if (random.chance(0.5)) {
    come();
    inParts(go);
  } else {
    ingest(world, 40);
    inParts(() => {
      come();
      inParts(go);
    });
  }
}

/** Two backups of different futures are put back one after the other; consoles die between their two files. */
function twoHistories(world: World): false | undefined {
  const { core, random, scheduler } = world;
  if (!core.alive) return false;
  const first = core.disk.copy();
  scheduler.after(random.between(1_000, 15_000), () => {
    const second = core.disk.copy();
    // One of the two has forgotten who was away for weeks, and the other has heard of him since.
    const ids = world.stations.map(({ outbox }) => outbox.value.me.clientId);
    if (ids.some((id) => !remembered(world, first, id) !== !remembered(world, second, id))) world.mayFork();
    core.restore(first, random.chance(0.7));
    first.close();
    scheduler.after(random.between(5_000, 30_000), () => {
      core.restore(second, random.chance(0.7));
      second.close();
      for (const station of world.stations)
        if (random.chance(0.5))
          station.armed = { at: ({ type }) => type === 'connected', run: () => station.light(1) };
    });
  });
}

/** A backup is put back, work goes on, and then one station's rows are put back to those of before. */
function rowsOfBefore(world: World, station: Station): void {
  const { core, random, scheduler } = world;
  const backup = core.disk.copy();
  scheduler.after(random.between(500, 6_000), () => {
    const rows = station.replica.image();
    core.restore(backup, true);
    backup.close();
    scheduler.after(random.between(8_000, 30_000), () => {
      if (world.forgotten.has(station.outbox.value.me.clientId)) return;
      for (let i = random.below(3); i >= 0; i--) write(world, station);
      station.kill();
      station.replica.putBack(rows);
      world.startLater(station);
    });
  });
}

/** The core and one station's rows lose the same last moments, and somebody else takes the places of what was in them. */
function lostAndTaken(world: World, station: Station): void {
  const { core, random, scheduler } = world;
  if (station.runner?.session.phase !== 'live') return;
  const backup = core.disk.copy();
  const rows = station.replica.image();
  const subject = station.subject;
  for (let i = random.below(4); i >= 0; i--) write(world, station);
  scheduler.after(random.between(200, 8_000), () => {
    if (station.subject === subject) {
      station.kill();
      station.replica.putBack(rows);
    }
    core.restore(backup, false);
    backup.close();
    for (let i = random.below(3); i >= 0; i--) intrude(world, station);
    world.startLater(station);
  });
}
